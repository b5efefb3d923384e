"""Shared by several sources: the cache of decoded banks, parallel reading, labels."""

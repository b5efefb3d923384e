"""What several sources share: the cache of decoded banks, and reading in parallel."""

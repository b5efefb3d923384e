"""Formats of data sets on disk, one in each file."""

"""Formats on disk, one a file."""

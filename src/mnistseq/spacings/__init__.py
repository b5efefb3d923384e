"""Spacing strategies, one a file."""

"""Spacing strategies, one in each file."""

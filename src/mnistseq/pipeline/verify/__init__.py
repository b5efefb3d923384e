"""Verify a finished data set."""

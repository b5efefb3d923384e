"""Shared by the sources of pen paths: read, scale, place and smooth them, and make a bank."""

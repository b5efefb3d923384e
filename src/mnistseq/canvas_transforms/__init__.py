"""Transforms of whole images, one in each file."""

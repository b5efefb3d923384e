"""Transforms of glyphs, one in each file."""

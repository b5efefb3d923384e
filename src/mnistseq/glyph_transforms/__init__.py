"""Glyph transforms, one a file."""

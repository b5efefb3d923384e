"""Glyphs from folders of pictures."""

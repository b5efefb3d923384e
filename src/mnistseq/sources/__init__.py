"""Sources of glyphs, one in each file."""

"""Sources of glyphs, one a file."""

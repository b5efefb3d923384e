"""Changes to glyphs and to finished images, one a file."""

"""The source image-folder: glyphs from folders of pictures."""

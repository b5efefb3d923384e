"""Limits that config and core share. Imports nothing, not even NumPy."""

MAX_WIDTH = 65_500
"""Greatest width of an image in pixels; libjpeg cannot write wider ones."""

MAX_PEN_WIDTH = 0.25
"""Greatest width of a stroke, as a share of the cell's height; distance fields reach no farther."""

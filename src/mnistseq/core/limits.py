"""Limits that the config and the core have in common. Imports nothing, not even NumPy."""

MAX_WIDTH = 65_500
"""Greatest width of an image in pixels: the most that libjpeg can write."""

MAX_PEN_WIDTH = 0.25
"""Greatest width of a stroke, as a share of the cell's height: fields reach no farther."""

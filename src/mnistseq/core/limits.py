"""Limits that the config and the core have in common. Imports nothing, not even NumPy."""

MAX_WIDTH = 65_500
"""Greatest width of an image in pixels: the most that libjpeg can write."""

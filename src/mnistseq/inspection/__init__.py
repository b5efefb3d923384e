"""Inspect configs, sources and data sets."""

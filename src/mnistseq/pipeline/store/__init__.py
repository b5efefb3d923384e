"""Stores: the folder or URL where a data set is kept."""

"""From a config to images and data sets."""

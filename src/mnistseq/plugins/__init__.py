"""Components by name: built in, or brought by installed plugins."""

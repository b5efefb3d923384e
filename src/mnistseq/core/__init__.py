"""Pure NumPy: arrays in, arrays out. No files, no network, no command line, no plugins."""

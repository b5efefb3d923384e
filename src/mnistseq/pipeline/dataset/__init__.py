"""The life of a data set."""

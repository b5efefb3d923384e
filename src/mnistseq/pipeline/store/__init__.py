"""Where a data set is kept."""

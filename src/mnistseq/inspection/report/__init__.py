"""The report on a data set: its contents, and whether they match its config."""

"""The report on a data set: what is in it, and whether it is what its config asks for."""

"""The life of a data set: plan, make, resume, grow, finish and open it."""

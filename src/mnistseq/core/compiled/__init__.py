"""Compiled versions of functions defined elsewhere: see `mnistseq.core.acceleration`.

Only these modules import numba. Numbers are converted at each step to the types that they have in
NumPy, because numba would compute with wider ones.
"""

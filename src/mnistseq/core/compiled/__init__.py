"""Compiled twins of functions elsewhere: see `mnistseq.core.twins`.

Only these modules import numba. Numbers keep the types that they have in NumPy, because numba would
compute with wider ones: hence the conversions at each step.
"""

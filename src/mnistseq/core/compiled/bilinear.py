"""Compiled version of rounding coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.bilinear import LIMIT
from mnistseq.core.compiled.compiler import compiled


@compiled
def rounded(value: Any) -> Any:
    """Return a coordinate as `mnistseq.core.bilinear.coordinates` rounds it."""
    return np.int32(np.rint(min(max(value, -LIMIT), LIMIT)))

"""Being bound by rights, even as root."""

from __future__ import annotations

import ctypes

DROP, OVERRIDE, READ_SEARCH = 24, 1, 2
"""PR_CAPBSET_DROP; CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, which pass over rights."""


def give_up_reading_all() -> None:
    """Drop what Linux lets root pass over rights by, for what is executed next."""
    system = ctypes.CDLL(None, use_errno=True)
    for capability in (OVERRIDE, READ_SEARCH):
        if system.prctl(DROP, capability):
            raise OSError(ctypes.get_errno(), "prctl")

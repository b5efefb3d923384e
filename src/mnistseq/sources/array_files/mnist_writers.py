"""Add the writers of MNIST's digits, identified by QMNIST's authors and shipped with the package."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.sources.array_files.files import read_bytes
from mnistseq.sources.array_files.idx import read_idx

SHIPPED = Path(__file__).parents[2] / "data" / "qmnist"

_FILES = {
    "a8ab52ba7b4ba725ee0ded103bf8dbe7d29c1058ecb3a66d7bd8b428fc7fd8ad": (
        "train-writers-idx1-short.gz",
        "68f1883497c1cbc6d3ad61d174ffee9c88b0c267eb7251a5d5c7fb5803f0b167",
    ),
    "a1efc777073fffdadc1ac02e641781d72a20c17409f4939c089bf6f0905256b9": (
        "t10k-writers-idx1-short.gz",
        "fb29255a0218eda796009bd4db9fd8cdfb2c347655dbcbd39737f3cba232d955",
    ),
}
"""Fingerprint of MNIST's pictures and labels → file of their writers, and its SHA-256."""


def with_writers(bank: GlyphBank) -> GlyphBank:
    """Add writers to a bank of MNIST's digits; return any other bank unchanged."""
    if bank.fingerprint not in _FILES:
        return bank
    name, digest = _FILES[bank.fingerprint]
    path = SHIPPED / name
    writers = read_idx(read_bytes(path, bytes.fromhex(digest)), path).astype(np.int64)
    fingerprint = sha256(f"mnist with writers {bank.fingerprint} {digest}".encode()).hexdigest()
    return replace(bank, writers=writers, fingerprint=fingerprint)

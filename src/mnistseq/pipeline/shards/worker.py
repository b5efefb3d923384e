"""Making one shard: what runs on a worker."""

from __future__ import annotations

import pickle
import platform
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import cast

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import ExecutorError, OutputError
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.shards.spec import Receipt, ShardSpec, Task
from mnistseq.pipeline.store.durability import fsync_and_hash
from mnistseq.pipeline.store.open import open_store
from mnistseq.pipeline.store.write_errors import cannot_write
from mnistseq.version import __version__

_PROCESS = secrets.token_hex(8)
"""Tells this process from every other, on whatever machine."""

_OWN = ("mnistseq", "algorithm")


@dataclass(frozen=True)
class ShardMaker:
    """What an executor calls: makes a shard where the versions are those of the plan.

    The job travels as bytes, for where versions differ it may not even be
    readable: they are compared first.

    Attributes
    ----------
    versions : tuple of (str, str)
        mnistseq, algorithm and every plugin.
    job : bytes
        Pickled.
    process : str or None
        The one process that it works in, if the data set is kept in its memory.
    """

    versions: tuple[tuple[str, str], ...]
    job: bytes
    process: str | None = None

    @classmethod
    def of(cls, job: ShardSpec, plugins: Mapping[str, str]) -> ShardMaker:
        """Take down what is installed here."""
        return cls(
            versions=(*_own_versions().items(), *plugins.items()),
            job=pickle.dumps(job),
            process=_PROCESS if job.root.startswith("memory://") else None,
        )

    def __call__(self, task: Task) -> Receipt:
        """Make a shard.

        Raises
        ------
        ExecutorError
            If other versions are installed here than where the plan was made.
        OutputError
            If the shard cannot be written.
        """
        _check_versions(self.versions)
        if self.process not in {None, _PROCESS}:
            raise OutputError(
                "memory:// is the memory of one process, but shards are made in others: use the "
                "executor serial, or another folder or URL"
            )
        return make_shard(_load(self.job), task)


@lru_cache(maxsize=2)
def _load(job: bytes) -> ShardSpec:
    return cast("ShardSpec", pickle.loads(job))  # noqa: S301  # from whoever sent this very function


@lru_cache(maxsize=2)
def _check_versions(versions: tuple[tuple[str, str], ...]) -> None:
    own = _own_versions()
    here = {name: own[name] if name in _OWN else _version_of(name) for name, _ in versions}
    wrong = [
        f"{name} {here[name]}, planned {there}" for name, there in versions if here[name] != there
    ]
    if wrong:
        raise ExecutorError(
            f"worker {platform.node()} has other versions than where the data set was planned: "
            f"{'; '.join(wrong)}. Install the same in both places; nothing was drawn there"
        )


def _own_versions() -> dict[str, str]:
    return {"mnistseq": __version__, "algorithm": str(ALGORITHM)}


def _version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "is not installed"


def make_shard(job: ShardSpec, task: Task) -> Receipt:
    """Make a shard, unless it is there already, whole and unchanged.

    Raises
    ------
    OutputError
        If it cannot be written; nothing is left under its name.
    """
    store = open_store(job.root)
    shard = task.shard
    if task.known is not None and store.measure(shard.name) == task.known:
        return Receipt(shard, *task.known, made=False)
    with store.scratch() as folder:
        part = folder / f"part{job.format.suffix}"
        try:
            with component_errors("format", job.format.name, OSError):
                job.format.write_shard(draw_shard(job, task), part)
            size, digest = fsync_and_hash(part)
        except OSError as error:
            raise cannot_write(job.root, shard.name, error) from error
        tag = store.put(part, shard.name)
    return Receipt(shard, size, digest, tag)

"""Functions that executors run on workers: make a shard from its task."""

from __future__ import annotations

import pickle
import platform
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar, cast

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import ExecutorError, WrongPathError
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.shards.spec import Receipt, ShardSpec, Task
from mnistseq.pipeline.store.durability import fsync_and_hash
from mnistseq.pipeline.store.open import open_store
from mnistseq.pipeline.store.write_errors import cannot_write
from mnistseq.version import __version__

Result = TypeVar("Result")

_PROCESS = secrets.token_hex(8)
"""Identifies this process among those of all machines."""

_OWN = ("mnistseq", "algorithm")


@dataclass(frozen=True)
class ShardFunction(Generic[Result]):
    """A function that an executor calls with each task on its workers.

    The spec is sent as bytes, because with different versions it may not even be readable, and
    versions are compared first.

    Attributes
    ----------
    run : callable
        A function of a spec and a task.
    versions : tuple of (str, str)
        Versions of mnistseq, of the algorithm and of every plugin.
    spec : bytes
        A pickled ShardSpec.
    process : str or None
        The only process that can run it, if the data set is in the memory of that process.
    """

    run: Callable[[ShardSpec, Task], Result]
    versions: tuple[tuple[str, str], ...]
    spec: bytes
    process: str | None = None

    @classmethod
    def of(
        cls,
        run: Callable[[ShardSpec, Task], Result],
        spec: ShardSpec,
        plugins: Mapping[str, str],
    ) -> ShardFunction[Result]:
        """Return the function with the versions installed here."""
        return cls(
            run=run,
            versions=(*_own_versions().items(), *plugins.items()),
            spec=pickle.dumps(spec),
            process=_PROCESS if spec.root.startswith("memory://") else None,
        )

    def __call__(self, task: Task) -> Result:
        """Check the versions of the worker and that it can write, then run the task."""
        _check_versions(self.versions)
        if self.process not in {None, _PROCESS}:
            raise WrongPathError(
                "memory:// is the memory of one process, but shards are made in others: use the "
                "executor serial, or another folder or URL"
            )
        return self.run(_load(self.spec), task)


def make_shard(spec: ShardSpec, task: Task) -> Receipt:
    """Make a shard, unless it already exists intact.

    OutputError if it cannot be written; then nothing with its name exists.
    """
    store = open_store(spec.root)
    shard = task.shard
    known = task.known
    if known is not None and store.difference(shard.name, known.bytes, known.sha256) is None:
        return replace(known, made=False)
    with store.scratch() as folder:
        part = folder / f"part{spec.format.suffix}"
        try:
            with component_errors("format", spec.format.name, OSError):
                spec.format.write_shard(draw_shard(spec, task), part)
            size, digest = fsync_and_hash(part)
        except OSError as error:
            raise cannot_write(spec.root, shard.name, error) from error
        tag = store.put(part, shard.name)
    versions = spec.format.versions()
    return Receipt.of(shard, size, digest, tag, None if versions == spec.versions else versions)


@lru_cache(maxsize=2)
def _load(spec: bytes) -> ShardSpec:
    return cast("ShardSpec", pickle.loads(spec))  # noqa: S301  # sent with this very function


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
            f"{'; '.join(wrong)}. Install the same ones in both places; nothing was drawn there"
        )


def _own_versions() -> dict[str, str]:
    return {"mnistseq": __version__, "algorithm": str(ALGORITHM)}


def _version_of(package: str) -> str:
    from importlib import metadata  # slow to import, and needed only with plugins

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "is not installed"

"""Data sets behind a URL: S3, Google Cloud Storage, Azure, HDFS and whatever fsspec knows.

An object appears when its upload is complete, but fsspec's ``open(url, "wb")``
also publishes half of one when its body raises. So nothing is ever written
that way: a shard is finished in a local temporary file and then put.
Credentials come from the places where fsspec's clients look for them, and
from nowhere else.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

from mnistseq.errors import OutputError
from mnistseq.pipeline.store import WORK, measure

_LINES_AT_ONCE = 100
_SECONDS_BETWEEN_LINES = 15.0
_TAGS = ("ETag", "etag", "md5Hash", "content_md5")
"""What clients call a hash that the place keeps of an object."""


class RemoteStore:
    """A folder behind a URL.

    Parameters
    ----------
    root : str
        ``s3://bucket/set``, ``gs://…``, ``memory://…``

    Raises
    ------
    OutputError
        If fsspec or the client for this kind of URL is not installed.
    """

    def __init__(self, root: str) -> None:
        self.title = root.rstrip("/")
        try:
            import fsspec  # type: ignore[import-untyped]

            self._fs, self._root = fsspec.core.url_to_fs(self.title)
        except ImportError as error:
            scheme = root.partition("://")[0]
            raise OutputError(f"{root}: {error}. {_how_to_install(scheme)}") from error
        except ValueError as error:
            raise OutputError(f"{root}: {error}") from error
        self._waiting: list[str] = []
        self._last = time.monotonic()

    def names(self) -> list[str]:
        """What is at the top; empty where nothing is there yet."""
        self._fs.invalidate_cache()
        try:
            found = self._call(self._fs.ls, self._root, detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing: object stores have no locks. Two runs of one plan only do work twice."""
        yield

    def prepare(self) -> None:
        """Nothing to do: what killed workers left is on their own disks."""

    def close(self) -> None:
        """Remove the journal."""
        self._waiting.clear()
        self.remove(WORK)

    def discard(self) -> None:
        """Nothing to do: object stores have no folders."""

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A new empty folder of this machine, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="mnistseq-") as folder:
            yield Path(folder)

    def put(self, part: Path, name: str) -> str | None:
        """Upload a finished file, or the files of a folder one after the other."""
        if not part.is_dir():
            self._put_file(part, name)
        else:
            self.remove(name)
            for file in sorted(inner for inner in part.rglob("*") if inner.is_file()):
                self._put_file(file, f"{name}/{file.relative_to(part).as_posix()}")
        return self._tags([name]).get(name)

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Those whose hash the place still has; found by one listing."""
        if not tags:
            return frozenset()
        there = self._tags(list(tags), everything=True)
        return frozenset(name for name, tag in tags.items() if there.get(name) == tag)

    def has(self, name: str) -> bool:
        """Whether an object is there."""
        self._fs.invalidate_cache()
        return bool(self._call(self._fs.isfile, self._path(name)))

    def measure(self, name: str) -> tuple[int, str] | None:
        """Bytes and SHA-256 of an object or of a folder of them, by reading."""
        try:
            with self.local(name) as path:
                return measure(path)
        except FileNotFoundError:
            return None

    def open(self, name: str) -> IO[bytes]:
        """Open an object for reading."""
        return cast("IO[bytes]", self._call(self._fs.open, self._path(name), "rb"))

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A copy of an object, or of a folder of them, on this machine."""
        self._fs.invalidate_cache()
        found = self._call(self._fs.find, self._path(name))
        if not found:
            raise FileNotFoundError(name)
        with self.scratch() as folder:
            top = folder / Path(name).name
            for path in found:
                place = top / path[len(self._path(name)) :].lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                self._call(self._fs.get_file, path, str(place))
            yield top

    def write(self, name: str, content: bytes) -> None:
        """Write a small object in one request."""
        self._call(self._fs.pipe_file, self._path(name), content)

    def append(self, name: str, lines: list[dict[str, Any]]) -> None:
        """Add lines to a journal: an object for some lines, for none can grow."""
        self._waiting += [json.dumps(line) for line in lines]
        late = time.monotonic() - self._last > _SECONDS_BETWEEN_LINES
        if late or len(self._waiting) >= _LINES_AT_ONCE:
            self.flush(name)

    def flush(self, name: str) -> None:
        """Write the lines of a journal that still wait."""
        if self._waiting:
            content = "\n".join(self._waiting).encode()
            self.write(f"{name}.{time.time_ns():020d}-{secrets.token_hex(4)}", content)
            self._waiting.clear()
        self._last = time.monotonic()

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Lines of all the objects of a journal, in the order of their writing."""
        folder, _, stem = name.rpartition("/")
        self._fs.invalidate_cache()
        found = []
        for path in sorted(self._call(self._fs.find, self._path(folder))):
            if path.rpartition("/")[2].startswith(f"{stem}."):
                text = self._call(self._fs.cat_file, path).decode()
                found += [json.loads(line) for line in text.split("\n")]
        return found

    def remove(self, name: str) -> None:
        """Remove an object, or a folder of them."""
        with suppress(FileNotFoundError):
            self._call(self._fs.rm, self._path(name), recursive=True)
        self._fs.invalidate_cache()

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put_file(self, part: Path, name: str) -> None:
        """Put a file where nothing is; what is there was put by another try at the same."""
        try:
            self._call(self._fs.put_file, str(part), self._path(name), mode="create")
        except FileExistsError:
            if self.measure(name) != measure(part):
                self.remove(name)
                self._call(self._fs.put_file, str(part), self._path(name), mode="create")
        self._fs.invalidate_cache()

    def _tags(self, names: list[str], *, everything: bool = False) -> dict[str, str]:
        """The place's own hash of each object; of a folder, a hash of its objects' hashes."""
        self._fs.invalidate_cache()
        tops = [self._root] if everything else [self._path(name) for name in names]
        found = {
            path: info
            for top in tops
            for path, info in self._call(self._fs.find, top, detail=True).items()
        }
        parts: dict[str, list[str]] = {}
        wanted = set(names)
        for path, info in sorted(found.items()):
            name = path[len(self._root) + 1 :]
            tag = next((info[key] for key in _TAGS if info.get(key)), None)
            for top in (name, name.rpartition("/")[0]):
                if top in wanted:
                    parts.setdefault(top, []).append(f"{name} {info['size']} {tag}" if tag else "")
        return {
            name: sha256("\n".join(lines).encode()).hexdigest()
            for name, lines in parts.items()
            if all(lines)
        }

    def _call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call fsspec, with its clients' errors made ours; files missing or there stay as they are."""
        try:
            return function(*arguments, **options)
        except (FileNotFoundError, FileExistsError):
            raise
        except Exception as error:
            raise OutputError(
                f"{self.title}: {type(error).__name__}: {error}; see to the network, the credentials "
                "and the rights there; --resume goes on from what is finished"
            ) from error


def _how_to_install(scheme: str) -> str:
    extras = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure"}
    return f"pip install 'mnistseq[{extras.get(scheme, 'remote')}]'"

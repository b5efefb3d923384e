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

from mnistseq.errors import ArgumentError, OutputError
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.protocol import WORK, parse_lines

_LINES_AT_ONCE = 100
_SECONDS_BETWEEN_LINES = 15.0
_TAGS = ("ETag", "etag", "md5Hash", "content_md5")
"""What clients call a hash that the place keeps of an object."""

_APPEARING = frozenset({"file", "local", "hdfs", "webhdfs", "sftp", "ssh", "smb", "ftp"})
"""Kinds of place where a file is there as soon as it is begun, but can be renamed at one go."""

_EXTRAS = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "az": "azure",
    "abfs": "azure",
    "abfss": "azure",
    "hdfs": "hdfs",
}
"""Kind of URL → the extra that brings its client."""

_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""What S3 and its likes answer where an object is there, or is just being put by somebody else."""


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
    ArgumentError
        If the URL holds a secret, or is none of a folder.
    """

    def __init__(self, root: str) -> None:
        _refuse_secrets(root)
        self.title = root.rstrip("/")
        try:
            import fsspec

            self._fs, self._root = fsspec.core.url_to_fs(self.title)
        except ImportError as error:
            scheme = root.partition("://")[0]
            raise OutputError(f"{root}: {error}. {_how_to_install(scheme)}") from error
        except ValueError as error:
            raise ArgumentError(
                f"{root}: {error}; give a folder, or a URL such as s3://bucket/folder"
            ) from error
        protocol = self._fs.protocol
        self._appearing = not _APPEARING.isdisjoint(
            {protocol} if isinstance(protocol, str) else protocol
        )
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

    def check_rights(self) -> None:
        """Nothing: rights show where something is put."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing: object stores have no locks. Two runs of one plan only do work twice."""
        yield

    def prepare(self) -> None:
        """Nothing to do: what killed workers left is on their own disks."""

    def sweep(self) -> None:
        """Nothing to do: what stopped workers left is on their own disks."""

    def close(self) -> None:
        """Remove the journal; where that fails it stays, for it does no harm."""
        self._waiting.clear()
        with suppress(OutputError):
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
            return self._tag_of(name)
        self.remove(name)
        for file in sorted(inner for inner in part.rglob("*") if inner.is_file()):
            self._put_file(file, f"{name}/{file.relative_to(part).as_posix()}")
        return self._tags([name], self._path(name)).get(name)

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Those whose hash the place still has; found by one listing."""
        if not tags:
            return frozenset()
        there = self._tags(list(tags), self._root)
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

    def files(self) -> list[str]:
        """Names of all objects but those that only serve the making."""
        self._fs.invalidate_cache()
        found = self._call(self._fs.find, self._root)
        names = (path[len(self._root) + 1 :] for path in found)
        return sorted(name for name in names if name and not name.startswith(f"{WORK}/"))

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
        """Write a small object in one request, or rename it to its place."""
        if not self._appearing:
            self._send(self._fs.pipe_file, self._path(name), content)
            return
        with self.scratch() as folder:
            (folder / "small").write_bytes(content)
            self.remove(name)
            self._rename(folder / "small", name)

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
        there = sorted(self._call(self._fs.find, self._path(folder)))
        paths = [path for path in there if path.rpartition("/")[2].startswith(f"{stem}.")]
        # All at once, for clients that can: one after the other, a thousand take a minute.
        texts = self._call(self._fs.cat, paths) if paths else {}
        return [line for path in paths for line in parse_lines(texts[path])]

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
            self._upload(part, name)
        except FileExistsError:
            if self.measure(name) != measure(part):
                self.remove(name)
                self._upload(part, name)
        self._fs.invalidate_cache()

    def _upload(self, part: Path, name: str) -> None:
        if not self._appearing:
            self._send(self._fs.put_file, str(part), self._path(name), mode="create")
        elif self._call(self._fs.exists, self._path(name)):
            raise FileExistsError(name)
        else:
            self._rename(part, name)

    def _rename(self, part: Path, name: str) -> None:
        """Put a file beside its place, and then there."""
        beside, place = self._path(f"{WORK}/parts/{secrets.token_hex(8)}"), self._path(name)
        for path in (beside, place):
            self._send(self._fs.makedirs, path.rpartition("/")[0], exist_ok=True)
        self._send(self._fs.put_file, str(part), beside)
        self._send(self._fs.mv, beside, place)

    def _tag_of(self, name: str) -> str | None:
        """The tag of one object, by asking for it alone."""
        self._fs.invalidate_cache()
        info = self._call(self._fs.info, self._path(name))
        return _digest([_tag_line(name, info)])

    def _tags(self, names: list[str], top: str) -> dict[str, str]:
        """The tags of objects, and of folders of them, from one listing of `top`."""
        self._fs.invalidate_cache()
        parts: dict[str, list[str | None]] = {}
        wanted = set(names)
        for path, info in sorted(self._call(self._fs.find, top, detail=True).items()):
            name = path[len(self._root) + 1 :]
            pieces = name.split("/")
            for end in range(1, len(pieces) + 1):
                place = "/".join(pieces[:end])
                if place in wanted:
                    parts.setdefault(place, []).append(_tag_line(name, info))
        tags = {name: _digest(lines) for name, lines in parts.items()}
        return {name: tag for name, tag in tags.items() if tag is not None}

    def _send(self, function: Any, *arguments: Any, **options: Any) -> None:
        """Call fsspec to write; what is not found then is the bucket."""
        try:
            self._call(function, *arguments, **options)
        except FileNotFoundError as error:
            raise OutputError(
                f"{self.title}: {error}; create the bucket first, or see to its name"
            ) from error

    def _call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call fsspec, with its clients' errors made ours; files missing or there stay as they are."""
        try:
            return function(*arguments, **options)
        except (FileNotFoundError, FileExistsError):
            raise
        except Exception as error:
            if _code_of(error) in _CONFLICTS:
                raise FileExistsError(str(error)) from error
            raise OutputError(
                f"{self.title}: {type(error).__name__}: {error}; see to the network, the credentials "
                "and the rights there; --resume goes on from what is finished"
            ) from error


def _code_of(error: BaseException | None) -> str | None:
    """The code of S3's own error behind another; not every server says all that s3fs looks at."""
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, dict):
            return cast("str | None", response.get("Error", {}).get("Code"))
        error = error.__cause__
    return None


def _tag_line(name: str, info: Mapping[str, Any]) -> str | None:
    tag = next((info[key] for key in _TAGS if info.get(key)), None)
    return None if tag is None else f"{name} {info['size']} {tag}"


def _digest(lines: list[str | None]) -> str | None:
    """One tag of those of all the objects of a folder; None where one has none."""
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    return sha256("\n".join(known).encode()).hexdigest()


def _refuse_secrets(root: str) -> None:
    """Refuse URLs that hold a password or a token, without repeating it, and what is no folder."""
    scheme, _, rest = root.partition("://")
    # A password may hold slashes, so a URL parser finds only some of them.
    if ":" in rest.rpartition("@")[0] or "?" in rest or "#" in rest:
        raise ArgumentError(
            f"{scheme}://…: give the bucket and folder alone, without a password, token or query: "
            "credentials come from where the client for this kind of URL looks for them (its "
            "environment variables, files and roles, or fsspec's configuration)"
        )
    if "::" in root or not rest.strip("/"):
        raise ArgumentError(f"{root}: give one place to write to, as in s3://bucket/folder")


def _how_to_install(scheme: str) -> str:
    return f"pip install 'mnistseq[{_EXTRAS.get(scheme, 'remote')}]'"

"""RemoteStore: a data set at a URL, on S3, Google Cloud Storage, Azure, HDFS or others in fsspec.

An object appears when its upload is complete, but fsspec's ``open(url, "wb")`` also publishes
half of an object if its body raises. Therefore a shard is finished in a local temporary file
and then uploaded. Credentials come only from where fsspec's clients look for them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

from mnistseq.errors import ArgumentError, OutputError
from mnistseq.pipeline.store.durability import files_in, measure
from mnistseq.pipeline.store.entries import Entry
from mnistseq.pipeline.store.file_names import checked
from mnistseq.pipeline.store.protocol import WORK, Store
from mnistseq.temporary import temporary_folder

_TAGS = ("ETag", "etag", "md5Hash", "content_md5")
"""Keys under which clients report the server's hash of an object."""

_APPEARING = frozenset({"file", "local", "hdfs", "webhdfs", "sftp", "ssh", "smb", "ftp"})
"""Protocols with which files are visible while being written, but can be renamed atomically."""

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
"""Protocol → extra that installs its client."""

_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""Error codes of S3 servers if an object exists or is being uploaded by another client."""


class RemoteStore(Store):
    """A folder at a URL.

    Parameters
    ----------
    root : str
        ``s3://bucket/set``, ``gs://…``, ``memory://…``

    Raises
    ------
    OutputError
        If fsspec or the client for this kind of URL is not installed.
    ArgumentError
        If the URL contains a secret, or is not that of a folder.
    """

    journal_lines = 100
    journal_seconds = 15.0

    def __init__(self, root: str) -> None:
        _refuse_secrets(root)
        self.display_name: str = root.rstrip("/")
        try:
            import fsspec

            self._fs, self._root = fsspec.core.url_to_fs(self.display_name)
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

    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, by default the root; empty if it does not exist."""
        self._fs.invalidate_cache()
        path = self._path(folder) if folder else self._root
        try:
            found = self._call(self._fs.ls, path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Provide a new, empty local folder, which is removed afterwards."""
        with temporary_folder() as folder:
            yield folder

    def put(self, part: Path, name: str) -> str | None:
        """Upload a finished file, or the files of a folder one after the other."""
        if not part.is_dir():
            self._put_file(part, name)
            return self._tag_of(name)
        self.remove(name)
        for inner, file in files_in(part):
            self._put_file(file, f"{name}/{inner}")
        return self._tags([name], self._path(name)).get(name)

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Return the files and folders that still have their tags, using a single listing."""
        if not tags:
            return frozenset()
        found = self._tags(list(tags), self._root)
        return frozenset(name for name, tag in tags.items() if found.get(name) == tag)

    def has(self, name: str) -> bool:
        """Return whether an object of this name exists."""
        self._fs.invalidate_cache()
        return bool(self._call(self._fs.isfile, self._path(name)))

    def entries(self) -> list[Entry]:
        """Return all objects, except those in `WORK`."""
        self._fs.invalidate_cache()
        found = self._call(self._fs.find, self._root)
        names = (path[len(self._root) + 1 :] for path in found)
        return sorted(
            Entry(name, "file") for name in names if name and not name.startswith(f"{WORK}/")
        )

    def open(self, name: str) -> IO[bytes]:
        """Open an object for reading."""
        return cast("IO[bytes]", self._call(self._fs.open, self._path(name), "rb"))

    def read(self, names: Iterable[str]) -> list[bytes]:
        """Return the contents of objects, several at once if the client supports it."""
        paths = [self._path(name) for name in names]
        # Always a list, because the result for a single string would not be a mapping.
        contents = self._call(self._fs.cat, paths) if paths else {}
        return [contents[path] for path in paths]

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """Provide a local copy of an object or of a folder of objects."""
        self._fs.invalidate_cache()
        found = self._call(self._fs.find, self._path(name))
        if not found:
            raise FileNotFoundError(name)
        with self.scratch() as folder:
            top = folder / Path(name).name
            for path in found:
                # Names of objects are checked, too, because a key may contain "..".
                inner = path[len(self._path(name)) + 1 :]
                copy = top / checked(inner) if inner else top
                copy.parent.mkdir(parents=True, exist_ok=True)
                self._call(self._fs.get_file, path, str(copy))
            yield top

    def write(self, name: str, content: bytes) -> None:
        """Write a small object in one request, or under another name and then rename it."""
        if not self._appearing:
            self._send(self._fs.pipe_file, self._path(name), content)
            return
        with self.scratch() as folder:
            (folder / "small").write_bytes(content)
            self.remove(name)
            self._rename(folder / "small", name)

    def append(self, name: str, content: bytes) -> None:
        """Write one more object of a series; names sort by time."""
        self.write(f"{checked(name)}.{time.time_ns():020d}-{secrets.token_hex(4)}", content)

    def remove(self, name: str) -> None:
        """Remove an object or a folder of objects."""
        with suppress(FileNotFoundError):
            self._call(self._fs.rm, self._path(name), recursive=True)
        self._fs.invalidate_cache()

    def _path(self, name: str) -> str:
        return f"{self._root}/{checked(name)}"

    def _put_file(self, part: Path, name: str) -> None:
        """Upload a file; an equal object may already exist from an earlier attempt."""
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
        """Upload a file under a temporary name, and rename it."""
        temporary, final = self._path(f"{WORK}/parts/{secrets.token_hex(8)}"), self._path(name)
        for path in (temporary, final):
            self._send(self._fs.makedirs, path.rpartition("/")[0], exist_ok=True)
        self._send(self._fs.put_file, str(part), temporary)
        self._send(self._fs.mv, temporary, final)

    def _tag_of(self, name: str) -> str | None:
        """Return the tag of one object."""
        self._fs.invalidate_cache()
        info = self._call(self._fs.info, self._path(name))
        return _digest([_tag_line(name, info)])

    def _tags(self, names: list[str], top: str) -> dict[str, str]:
        """Return the tags of objects and folders of objects, from one listing of `top`."""
        self._fs.invalidate_cache()
        parts: dict[str, list[str | None]] = {}
        wanted = set(names)
        for path, info in sorted(self._call(self._fs.find, top, detail=True).items()):
            name = path[len(self._root) + 1 :]
            pieces = name.split("/")
            for end in range(1, len(pieces) + 1):
                prefix = "/".join(pieces[:end])
                if prefix in wanted:
                    parts.setdefault(prefix, []).append(_tag_line(name, info))
        tags = {name: _digest(lines) for name, lines in parts.items()}
        return {name: tag for name, tag in tags.items() if tag is not None}

    def _send(self, function: Any, *arguments: Any, **options: Any) -> None:
        """Call fsspec to write; "not found" then means the bucket."""
        try:
            self._call(function, *arguments, **options)
        except FileNotFoundError as error:
            raise OutputError(
                f"{self.display_name}: {error}; create the bucket first, or check its name"
            ) from error

    def _call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call fsspec; convert errors other than missing or existing files to OutputError."""
        try:
            return function(*arguments, **options)
        except (FileNotFoundError, FileExistsError):
            raise
        except Exception as error:
            if _code_of(error) in _CONFLICTS:
                raise FileExistsError(str(error)) from error
            raise OutputError(
                f"{self.display_name}: {type(error).__name__}: {error}; check the network, the "
                "credentials and the permissions"
            ) from error


def _code_of(error: BaseException | None) -> str | None:
    """Return the S3 error code among the causes of an error.

    s3fs translates the errors of only some servers.
    """
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
    """Return one tag for all objects of a folder; None if any has no tag."""
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    return sha256("\n".join(known).encode()).hexdigest()


def _refuse_secrets(root: str) -> None:
    """Refuse URLs with a password or token, without repeating it, and URLs that are not folders."""
    scheme, _, rest = root.partition("://")
    # Passwords may contain slashes, so a URL parser would miss some.
    if ":" in rest.rpartition("@")[0] or "?" in rest or "#" in rest:
        raise ArgumentError(
            f"{scheme}://…: give only the bucket and folder, without a password, token or query: "
            "credentials come from where the client for this kind of URL looks for them (its "
            "environment variables, files and roles, or fsspec's configuration)"
        )
    if "::" in root or not rest.strip("/"):
        raise ArgumentError(f"{root}: give one folder, as in s3://bucket/folder")


def _how_to_install(scheme: str) -> str:
    return f"pip install 'mnistseq[{_EXTRAS.get(scheme, 'remote')}]'"

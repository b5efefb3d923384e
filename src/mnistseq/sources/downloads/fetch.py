"""Obtain the files of a data set: from this machine if possible, else from its mirrors."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from mnistseq.errors import SourceError
from mnistseq.progress import reporting
from mnistseq.sources.downloads.checksum import fault
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.locate import find, home_of
from mnistseq.sources.downloads.settings import Patience, chosen_mirror, offline
from mnistseq.sources.downloads.transfer import TransferError, transfer

_PART = ".part-"
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)


def obtain(
    dataset: Dataset, names: Sequence[str] | None = None, patience: Patience | None = None
) -> list[Path]:
    """Return the paths of a data set's files, after downloading missing ones.

    Files appear under their names only when they are complete and checked. Several processes may
    call this at once: one downloads, the others wait and use its files.

    Parameters
    ----------
    names : sequence of str, optional
        Names of the files; by default all.

    Raises
    ------
    SourceError
        If a missing file cannot be downloaded; the message gives the reason for each URL, and the
        folder for a manual download.
    """
    patience = patience or Patience()
    wanted = dataset.files if names is None else [dataset.file(name) for name in names]
    found = {file.name: find(dataset, file) for file in wanted}
    missing = [file for file in wanted if found[file.name] is None]
    if missing:
        if (reason := offline()) is not None:
            raise SourceError(_offline_message(dataset, missing, reason))
        with _locked_home(dataset, missing, patience) as home:
            for file in missing:
                # Another process may have downloaded it while this one waited.
                found[file.name] = find(dataset, file) or _download(dataset, file, home, patience)
    return [path for path in found.values() if path is not None]


def _download(dataset: Dataset, file: RemoteFile, home: Path, patience: Patience) -> Path:
    """Try the mirrors in turn, for several rounds, until one gives the published file."""
    reasons: dict[str, TransferError] = {}
    urls = [base + file.name for base in (*chosen_mirror(dataset.name), *dataset.mirrors)]
    for number in range(patience.rounds):
        remaining = [url for url in urls if url not in reasons or not reasons[url].lasting]
        if number and remaining:
            sleep(patience.pause * 2 ** (number - 1))
        for url in remaining:
            try:
                return _download_from(url, dataset, file, home, patience)
            except TransferError as error:
                reasons[url] = error
            except OSError as error:
                raise _unwritable(dataset, [file], home, error) from error
    lines = "".join(f"\n  {url}: {reason}" for url, reason in reasons.items())
    raise SourceError(
        f"{dataset.name}: {file.name} could not be downloaded:{lines}\n"
        f"Try again later, set MNISTSEQ_MIRROR to another mirror, or put the file into {home}"
    )


def _download_from(
    url: str, dataset: Dataset, file: RemoteFile, home: Path, patience: Patience
) -> Path:
    part = home / f"{_PART}{secrets.token_hex(8)}"
    try:
        with reporting(file.size, f"{dataset.name}: {file.name}", "B") as advance:
            transfer(
                url,
                part,
                seconds=patience.seconds(file.size),
                # A copy that is compressed less well is longer than the published one.
                max_bytes=16 * file.size + (1 << 20),
                advance=advance,
            )
        problem = fault(part, file)
        if problem is not None:
            raise TransferError(f"not the published file: {problem}")
        path = home / file.name
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


@contextmanager
def _locked_home(
    dataset: Dataset, missing: Sequence[RemoteFile], patience: Patience
) -> Iterator[Path]:
    """Lock the folder of a data set; the system releases the lock of a killed process."""
    from filelock import FileLock, Timeout  # imports asyncio, which takes 50 ms

    home = home_of(dataset)
    longest = sum(patience.seconds(file.size) for file in missing) * (len(dataset.mirrors) + 1)
    lock = FileLock(home / ".lock")
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=longest)
    except Timeout:
        raise SourceError(
            f"{home}: another process has been downloading {dataset.name} for {longest:.0f} "
            "seconds; wait for it, or end it"
        ) from None
    except NotImplementedError:
        pass  # some network file systems have no locks: then files may be downloaded twice, but safely
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise _unwritable(dataset, missing, home, error) from error
    try:
        if lock.is_locked:
            # No other process is downloading, so these are leftovers of killed processes.
            for left in home.glob(f"{_PART}*"):
                with suppress(OSError):
                    left.unlink()
        yield home
    finally:
        lock.release()


def _offline_message(dataset: Dataset, missing: Sequence[RemoteFile], reason: str) -> str:
    urls = "".join(f"\n  {dataset.mirrors[0]}{file.name}" for file in missing)
    return (
        f"{dataset.name}: not on this machine, and {reason}:{urls}\n"
        f"Put the files into {home_of(dataset)}, or allow downloads"
    )


def _unwritable(
    dataset: Dataset, files: Sequence[RemoteFile], home: Path, error: OSError
) -> SourceError:
    names = ", ".join(file.name for file in files)
    return SourceError(
        f"{home}: cannot be written: {error.strerror or error}; {names} of {dataset.name} cannot "
        "be downloaded. Free some space, or set MNISTSEQ_DATA to another folder"
    )

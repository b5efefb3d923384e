"""A data set's files, from this machine where they are there, or else from its mirrors."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from mnistseq.errors import SourceError
from mnistseq.sources.downloads.checksum import fault, remember
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.locate import find, home_of
from mnistseq.sources.downloads.settings import Patience, chosen_mirror, offline
from mnistseq.sources.downloads.transfer import TransferError, transfer

_PART = ".part-"
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)


def obtain(
    dataset: Dataset, names: Sequence[str] | None = None, patience: Patience | None = None
) -> list[Path]:
    """Where files of a data set lie, downloading those that are not there.

    Each is checked before it appears under its name, and appears whole. Several
    processes may ask at once: one downloads, the others wait and use what it got.

    Parameters
    ----------
    dataset : Dataset
    names : sequence of str, optional
        By default all of its files.
    patience : Patience, optional

    Returns
    -------
    list of Path
        In the order of `names`.

    Raises
    ------
    SourceError
        If one is not there and cannot be had; the message says why, address
        by address, and where to put it by hand.
    """
    patience = patience or Patience()
    wanted = dataset.files if names is None else [dataset.file(name) for name in names]
    found = {file.name: find(dataset, file) for file in wanted}
    missing = [file for file in wanted if found[file.name] is None]
    if missing:
        if offline():
            raise SourceError(_offline_message(dataset, missing))
        with _turn(dataset, missing, patience) as home:
            for file in missing:
                # Whoever was before us may have got it meanwhile.
                found[file.name] = find(dataset, file) or _get(dataset, file, home, patience)
    return [path for path in found.values() if path is not None]


def _get(dataset: Dataset, file: RemoteFile, home: Path, patience: Patience) -> Path:
    """Go through the mirrors, several times, until the file is here and right."""
    reasons: dict[str, TransferError] = {}
    urls = [base + file.name for base in (*chosen_mirror(dataset.name), *dataset.mirrors)]
    for number in range(patience.rounds):
        again = [url for url in urls if url not in reasons or not reasons[url].lasting]
        if number and again:
            sleep(patience.pause * 2 ** (number - 1))
        for url in again:
            try:
                return _get_from(url, dataset, file, home, patience)
            except TransferError as error:
                reasons[url] = error
            except OSError as error:
                raise _unwritable(dataset, [file], home, error) from error
    told = "".join(f"\n  {url}: {reason}" for url, reason in reasons.items())
    raise SourceError(
        f"{dataset.name}: {file.name} could not be downloaded:{told}\n"
        f"Try again later, name a mirror of your own in MNISTSEQ_MIRROR, or put the file into {home}"
    )


def _get_from(url: str, dataset: Dataset, file: RemoteFile, home: Path, patience: Patience) -> Path:
    part = home / f"{_PART}{secrets.token_hex(8)}"
    try:
        transfer(
            url,
            part,
            seconds=patience.seconds(file.size),
            # A copy that was compressed badly, or not at all, is longer than the published one.
            most=16 * file.size + (1 << 20),
            label=f"{dataset.name}: {file.name}",
        )
        wrong = fault(part, file)
        if wrong is not None:
            raise TransferError(f"not the file that was published: {wrong}")
        path = home / file.name
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    remember(path, file)
    return path


@contextmanager
def _turn(dataset: Dataset, missing: Sequence[RemoteFile], patience: Patience) -> Iterator[Path]:
    """The data set's folder, to ourselves; a process that is killed gives it back."""
    from filelock import FileLock, Timeout  # asyncio comes with it, 50 ms

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
        pass  # some network file systems cannot lock: double work then, but still atomic
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise _unwritable(dataset, missing, home, error) from error
    try:
        if lock.is_locked:
            # Nobody else is at work here, so these were left behind by processes that were killed.
            for left in home.glob(f"{_PART}*"):
                with suppress(OSError):
                    left.unlink()
        yield home
    finally:
        lock.release()


def _offline_message(dataset: Dataset, missing: Sequence[RemoteFile]) -> str:
    places = "".join(f"\n  {dataset.mirrors[0]}{file.name}" for file in missing)
    return (
        f"{dataset.name}: not on this machine, and MNISTSEQ_OFFLINE forbids to download:{places}\n"
        f"Put them into {home_of(dataset)}, or unset MNISTSEQ_OFFLINE"
    )


def _unwritable(
    dataset: Dataset, files: Sequence[RemoteFile], home: Path, error: OSError
) -> SourceError:
    names = ", ".join(file.name for file in files)
    return SourceError(
        f"{home}: cannot be written: {error.strerror or error}; so {names} of {dataset.name} cannot "
        "be downloaded into it. Make room, or name another folder in MNISTSEQ_DATA"
    )

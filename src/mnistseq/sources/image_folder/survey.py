"""What a set of pictures is, found out once: its content's hash, the height most have, colours."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from mnistseq.imaging.decode import BrokenImageError, Header, quiet_pillow, read_header
from mnistseq.sources.banks.cache import cache_folder
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.image_folder.files import Picture, Tree

_VERSION = b"2\0"


@dataclass(frozen=True)
class Survey:
    """What all pictures of a split are together.

    Attributes
    ----------
    content : str
        Hash of labels and files.
    height : int
        In pixels: that of most pictures, of several the smallest.
    coloured : bool
        Whether any picture has colours.
    aspects : float
        Width through height, added up.
    widest : float
        The largest of these.
    """

    content: str
    height: int
    coloured: bool
    aspects: float
    widest: float


def survey(tree: Tree, pictures: list[Picture]) -> Survey:
    """Look at every picture; not again while no file was changed, added or taken away.

    Reading a data set of a hundred gigabytes takes minutes, listing it seconds.
    So names, sizes and times of change of the files stand for their content
    once that was hashed.
    """
    stamp = cache_folder() / "folders" / f"{_index(tree, pictures)}.json"
    with suppress(OSError, ValueError, TypeError):
        return Survey(**json.loads(stamp.read_text("ascii")))
    found, whole = _look(tree, pictures)
    if whole:
        with suppress(OSError):
            _write(stamp, json.dumps(asdict(found)))
    return found


def _index(tree: Tree, pictures: list[Picture]) -> str:
    told = sha256(_VERSION + str(tree.place.resolve()).encode("utf-8", "surrogateescape"))
    for file, label in pictures:
        line = f"{'/'.join(file.parts)}\0{label}\0{file.size}\0{file.changed}\n"
        told.update(line.encode("utf-8", "surrogateescape"))
    return told.hexdigest()


def _look(tree: Tree, pictures: list[Picture]) -> tuple[Survey, bool]:
    """Read all pictures; also whether all could be read, for who cannot be today may be tomorrow."""

    def look(picture: Picture) -> tuple[bytes, Header | None]:
        try:
            content = tree.read(picture.file)
        except BrokenImageError:
            return b"", None
        header = None
        with suppress(BrokenImageError):
            header = read_header(content)
        return sha256(content).digest(), header

    digest, heights, whole = sha256(), Counter[int](), True
    coloured, aspects, widest = False, 0.0, 0.0
    with quiet_pillow():
        seen = parallel_map(look, pictures, "looking at pictures")
        for picture, (hashed, header) in zip(pictures, seen, strict=True):
            digest.update(picture.label.encode("utf-8", "surrogateescape") + b"\0" + hashed)
            whole = whole and bool(hashed)
            if header is not None:
                heights[header.height] += 1
                coloured = coloured or header.coloured
                aspects += header.width / header.height
                widest = max(widest, header.width / header.height)
    most = max(heights.values(), default=0)
    height = min((height for height, number in heights.items() if number == most), default=1)
    return Survey(digest.hexdigest(), height, coloured, aspects, widest), whole


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "ascii")

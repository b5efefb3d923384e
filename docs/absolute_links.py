"""Gives README absolute links, for an index of packages, which shows no files beside it.

``python docs/absolute_links.py https://HOST/OWNER/NAME v1.2.0`` changes README.md in place; the
release workflow does that, for only it knows the address.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def absolute(text: str, address: str, tag: str) -> str:
    """Return Markdown whose links to files lead to the files of a tag.

    Examples
    --------
    >>> absolute("![a](docs/a.png) [b](docs/b.md#c)", "https://host/o/n", "v1")
    '![a](https://host/o/n/raw/v1/docs/a.png) [b](https://host/o/n/blob/v1/docs/b.md#c)'
    """

    def replace(found: re.Match[str]) -> str:
        kind = "raw" if found[1].endswith(".png") else "blob"
        return f"]({address}/{kind}/{tag}/{found[1]})"

    return re.sub(r"\]\((?!\w+:|#)([^)\s]+)\)", replace, text)


if __name__ == "__main__":
    README.write_text(absolute(README.read_text("utf-8"), *sys.argv[1:]), "utf-8")

"""Writes all files that follow from the code: pages, manual pages and scripts of shells.

``python docs/generate.py`` writes them, ``--check`` reports whether they are current.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import api_page
import manual_pages
import one_file
import reference_pages
import shell_scripts

ROOT = Path(__file__).parents[1]
MAKERS = (
    api_page.files,
    reference_pages.files,
    manual_pages.files,
    shell_scripts.files,
    one_file.files,
)


def main() -> None:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one is stale")
    parser.add_argument("--one-file", type=Path, metavar="FILE", help="write all pages into one")
    arguments = parser.parse_args()
    if arguments.one_file:
        arguments.one_file.write_text(one_file.one_file(), "utf-8")
        return
    check = arguments.check
    files = {name: text for make in MAKERS for name, text in make().items()}
    stale = [name for name, text in files.items() if not _is_current(ROOT / name, text)]
    # In this folder are generated files only: those of commands that are gone have to go.
    kept = (path.relative_to(ROOT).as_posix() for path in (ROOT / "share").rglob("*.*"))
    left_over = [name for name in kept if name not in files and (ROOT / name).is_file()]
    if check and (stale or left_over):
        sys.exit(f"stale: {', '.join(stale + left_over)}; run python docs/generate.py")
    for name in stale:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(files[name], "utf-8", newline="\n")
    for name in left_over:
        (ROOT / name).unlink()


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    main()

"""kraken pairs images with the texts beside them."""

from __future__ import annotations

from data_set import data_set, report
from kraken.lib.util import parse_gt_path


def main() -> None:
    """Compare the texts of all samples."""
    with data_set("gttxt") as (folder, stored):
        for sample in stored:
            [image] = folder.glob(f"*/*/{sample.key}.png")
            line = parse_gt_path(image)
            assert line.text == sample.text, (line.text, sample.text)
        report("kraken", len(stored))


if __name__ == "__main__":
    main()

"""Pages with many pictures."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
from PIL import Image

from mnistseq.inspection.contact_sheet.render import sheet_image, sheet_png, sheet_svg
from mnistseq.inspection.contact_sheet.sheet import CaptionedImage, ContactSheet, PlacedImage, Strip


def sheet(widths: list[int], caption: str = "") -> ContactSheet:
    pictures = [
        CaptionedImage(np.full((20, width), number, np.uint8), caption)
        for number, width in enumerate(widths)
    ]
    return ContactSheet(
        [Strip("first", tuple(pictures)), Strip("second", tuple(pictures[:1]))], 300
    )


def test_pictures_do_not_overlap_and_lie_on_the_page() -> None:
    page = sheet([100, 90, 120, 40, 290])
    width, height = page.size
    covered = np.zeros((height, width), int)
    for item in page.placed:
        if isinstance(item, PlacedImage):
            rows = slice(item.y, item.y + item.picture.height)
            covered[rows, item.x : item.x + item.picture.width] += 1
    assert covered.max() == 1
    assert covered.sum() == 20 * (100 + 90 + 120 + 40 + 290 + 100)


def test_a_picture_wider_than_the_page_widens_it() -> None:
    assert sheet([500]).size[0] >= 500


def test_captions_have_room_beside_each_other() -> None:
    placed = [
        item for item in sheet([5, 5, 5], "a caption").placed if isinstance(item, PlacedImage)
    ]
    assert all(b.x - a.x >= 60 for a, b in pairwise(placed[:3]))


def test_the_png_has_the_pixels_of_the_pictures() -> None:
    page = sheet([100, 90])
    drawn = np.asarray(Image.open(io.BytesIO(sheet_png(page))))
    assert np.array_equal(drawn, np.asarray(sheet_image(page)))
    second = [item for item in page.placed if isinstance(item, PlacedImage)][1]
    assert (drawn[second.y : second.y + 20, second.x : second.x + 90] == 1).all()


def test_text_of_an_svg_is_text() -> None:
    page = ContactSheet([Strip("<b>", (CaptionedImage(np.zeros((20, 30), np.uint8), "a & <i>"),))])
    root = ET.fromstring(sheet_svg(page))  # noqa: S314  # our own file
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["<b>", "a & <i>"]

"""Render a contact sheet as PNG, or as SVG with selectable text."""

from __future__ import annotations

import base64
import io
from html import escape

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mnistseq.core.array_types import Pixels
from mnistseq.formats.encoding.png import png_bytes
from mnistseq.inspection.contact_sheet.sheet import (
    CAPTION_HEIGHT,
    TITLE_HEIGHT,
    ContactSheet,
    PlacedImage,
    PlacedTitle,
)

_PAPER = (246, 246, 244)
_TEXT = (51, 51, 51)
_CAPTION_SIZE, _TITLE_SIZE = 12, 16


def sheet_image(sheet: ContactSheet) -> Image.Image:
    """Draw a contact sheet as an RGB image of `ContactSheet.size`."""
    page = Image.new("RGB", sheet.size, _PAPER)
    draw = ImageDraw.Draw(page)
    captions, titles = (ImageFont.load_default(size) for size in (_CAPTION_SIZE, _TITLE_SIZE))
    for item in sheet.placed:
        if isinstance(item, PlacedTitle):
            draw.text((item.x, item.y), item.text, fill=_TEXT, font=titles)
        else:
            page.paste(Image.fromarray(item.picture.image), (item.x, item.y))
            below = (item.x, item.y + item.picture.height + 2)
            draw.text(below, item.picture.caption, fill=_TEXT, font=captions)
    return page


def sheet_png(sheet: ContactSheet) -> bytes:
    """Return a contact sheet as a PNG file."""
    buffer = io.BytesIO()
    sheet_image(sheet).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def sheet_svg(sheet: ContactSheet) -> bytes:
    """Return a contact sheet as an SVG file: captions are text, images are embedded."""
    width, height = sheet.size
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
        "<style>text { font-family: sans-serif; fill: #333 }</style>",
        f'<rect width="{width}" height="{height}" fill="#f6f6f4"/>',
    ]
    for item in sheet.placed:
        if isinstance(item, PlacedTitle):
            baseline = item.y + TITLE_HEIGHT // 2
            lines.append(_text(item.text, item.x, baseline, _TITLE_SIZE))
        else:
            lines.append(_picture(item))
            baseline = item.y + item.picture.height + CAPTION_HEIGHT - 5
            lines.append(_text(item.picture.caption, item.x, baseline, _CAPTION_SIZE))
    return "\n".join([*lines, "</svg>", ""]).encode()


def data_uri(image: Pixels) -> str:
    """Return an image as a ``data:`` URI of a PNG."""
    encoded = base64.b64encode(png_bytes(np.ascontiguousarray(image)))
    return f"data:image/png;base64,{encoded.decode()}"


def _picture(item: PlacedImage) -> str:
    return (
        f'<image x="{item.x}" y="{item.y}" width="{item.picture.width}" height="{item.picture.height}" '
        f'href="{data_uri(item.picture.image)}">'
        f"<title>{escape(item.picture.caption)}</title></image>"
    )


def _text(text: str, x: int, y: int, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}">{escape(text)}</text>' if text else ""

"""Representations of images in notebooks: PNG bytes, and HTML with embedded images."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from PIL import Image

from mnistseq.core.array_types import Pixels

PillowImage: TypeAlias = Image.Image


def pillow_image(image: Pixels) -> PillowImage:
    """Return pixels as a Pillow image, of mode L or RGB."""
    return Image.fromarray(image)


def png_of(image: PillowImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def figures_html(images: Iterable[tuple[PillowImage, str]], heading: str) -> str:
    """Return HTML of images with captions, which are escaped.

    Parameters
    ----------
    images : iterable of (PIL.Image.Image, str)
    heading : str
    """
    figures = "".join(
        '<figure style="display:inline-block;margin:0 1em 1em 0">'
        f'<img src="data:image/png;base64,{base64.b64encode(png_of(image)).decode()}" '
        f'alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
        for image, caption in images
    )
    return f"<div><p>{escape(heading)}</p>{figures}</div>"


def table_html(rows: Iterable[tuple[str, str]], heading: str) -> str:
    """Return HTML of a table with two columns."""
    body = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table><caption>{escape(heading)}</caption>{body}</table>"

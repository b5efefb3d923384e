"""Compiled versions of transforms that draw at the edges of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.compiled.patterns import centred, shaded
from mnistseq.imaging.patterns import Field


def widened(images: Pixels, widths: Ints, left: int, right: int) -> Pixels:
    """See `mnistseq.canvas_transforms.margins`."""
    count, height, width = images.shape
    result = np.empty((count, height, left + width + right), np.uint8)
    _widen(images, widths, left, right, result)
    return result


@compiled
def _widen(images: Any, widths: Any, left: Any, right: Any, result: Any) -> None:
    white = np.uint8(255)
    for row in range(len(images)):
        for y in range(images.shape[1]):
            source, target = images[row, y, : widths[row]], result[row, y]
            target[:left] = white
            line = target[left:]
            for x in range(len(source)):
                line[x] = source[x]
            line[len(source) : len(source) + right] = white


def bordered(images: Pixels, widths: Ints, lines: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.edges`."""
    result = images.copy()
    _border(widths, lines, result)
    return result


@compiled
def _border(widths: Any, lines: Any, result: Any) -> None:
    height = result.shape[1]
    zero, one = np.float32(0), np.float32(1)
    levels = np.empty(result.shape[2], np.float32)
    for row in range(len(result)):
        left, top, right, foot = lines[row, 0], lines[row, 1], lines[row, 2], lines[row, 3]
        if left[2] == top[2] == right[2] == foot[2] == zero:
            continue
        sheet = levels[: widths[row]]
        for y in range(height):
            down = centred(y, height)
            for x in range(len(sheet)):
                sheet[x] = one
            _cross(sheet, left, -one, zero, zero, down)
            _cross(sheet, right, one, zero, zero, down)
            _cross(sheet, top, zero, -down, one, zero)
            _cross(sheet, foot, zero, down, one, zero)
            _shade(sheet, result[row, y])


@compiled
def _cross(sheet: Any, line: Any, across: Any, outwards: Any, along: Any, beside: Any) -> None:
    """Take from a row of light what a line absorbs.

    At `x` from the middle of the row, a pixel is ``x * across + outwards`` from the middle of
    the image towards the line's side, and ``x * along + beside`` along that side.
    """
    reach, half, depth, slope = line[0], line[1], line[2], line[3]
    if depth == np.float32(0):
        return
    for column in range(len(sheet)):
        x = centred(column, len(sheet))
        away = x * across + outwards - reach + (x * along + beside) * slope
        covered = half + np.float32(0.5) - abs(away)
        covered = min(max(covered, np.float32(0)), np.float32(1))
        sheet[column] = sheet[column] * (np.float32(1) - covered * depth)


@compiled
def _shade(sheet: Any, pixels: Any) -> None:
    for x in range(len(sheet)):
        pixels[x] = shaded(pixels[x], sheet[x])


def overlaid(images: Pixels, widths: Ints, rows: Ints, moves: Ints) -> Pixels:
    """See `mnistseq.canvas_transforms.neighbours`."""
    result = images.copy()
    _overlay(images, widths, rows, moves, result)
    return result


@compiled
def _overlay(images: Any, widths: Any, rows: Any, moves: Any, result: Any) -> None:
    height = images.shape[1]
    for i in range(len(rows)):
        row, right, down = rows[i], moves[i, 0], moves[i, 1]
        left, end = max(right, 0), min(widths[row] + right, widths[row])
        for y in range(max(down, 0), min(height + down, height)):
            source, target = images[row, y - down], result[row, y]
            for x in range(left, end):
                target[x] = min(target[x], source[x - right])

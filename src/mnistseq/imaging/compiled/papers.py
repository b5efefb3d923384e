"""Compiled versions of transforms that print paper under the ink.

Loops over a line are short, because a processor overlaps several iterations of a short loop.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.compiled.patterns import (
    Lattice,
    centred,
    cloud_lines,
    grain,
    multiples,
    padded,
    product,
    shaded,
    step_of,
    wave,
    word_of,
)
from mnistseq.imaging.patterns import Field, Keys


def waved(images: Pixels, widths: Ints, parameters: Field, keys: Keys, cell: float) -> Pixels:
    """See `mnistseq.canvas_transforms.paper_waves`."""
    result = np.empty_like(images)
    lattice = Lattice(images.shape[1:3], cell)
    _wave(images, widths, parameters, keys, lattice.arrays, lattice.scratch, result)
    return result


@compiled
def _keep(image: Any, result: Any) -> None:
    for y in range(len(image)):
        source, target = image[y], result[y]
        for x in range(len(source)):
            target[x] = source[x]


@compiled
def _bend(own: Any, first: Any, bends: Any, width: Any) -> None:
    """Fill a row with how far one set of lines is bent in each column."""
    for column in range(padded(width)):
        x = centred(column, width)
        bend = wave(x * own[first] + own[first + 1]) * (own[first + 2] * np.float32(16))
        bends[column] = bend + x * own[first + 3] + own[first + 4] + x * x * own[first + 6]


@compiled
def _line(place: Any, thin: Any) -> Any:
    """Return 1 on a line, 0 between lines."""
    fine = (wave(place) + np.float32(1 / 16)) * np.float32(8)
    fine = fine * fine
    squared = fine * fine
    return fine + (squared * squared - fine) * thin


@compiled
def _wave(
    images: Any, widths: Any, parameters: Any, keys: Any, lattice: Any, scratch: Any, result: Any
) -> None:
    memory = np.empty((5, scratch[1].shape[1]), np.float32)
    steps = np.empty(memory.shape[1], np.uint16)
    for row in range(len(images)):
        own, width = parameters[row], widths[row]
        if own[15] == 0:
            _keep(images[row], result[row])
            continue
        cloud_lines(keys[row], width, lattice, scratch)
        _bend(own, 0, memory[0], width)
        _bend(own, 7, memory[1], width)
        _print(images[row], width, own, lattice, scratch[1], memory, steps, result[row])


@compiled
def _print(
    image: Any,
    width: Any,
    own: Any,
    lattice: Any,
    clouds: Any,
    memory: Any,
    steps: Any,
    result: Any,
) -> None:
    """Print two sets of lines on an image."""
    first, second = memory[0], memory[1]
    moves, sheets, others = memory[2], memory[3], memory[4]
    height, size = len(image), padded(width)
    share, depth, dotted, thin, uneven = own[14:]
    # Lines move by a quarter of what they fade by.
    wandering, depth = uneven * np.float32(0.25), depth * np.float32(4)
    for line in range(height):
        source, target = image[line], result[line]
        upper, lower, down = (
            clouds[lattice[0][line]],
            clouds[lattice[0][line] + 1],
            lattice[1][line],
        )
        y = centred(line, height)
        one, two = y * own[5], y * own[12]
        for x in range(size):
            moves[x] = (upper[x] + (lower[x] - upper[x]) * down) * wandering
        for x in range(size):
            sheets[x] = _line(one + first[x] + moves[x], thin)
        for x in range(size):
            others[x] = _line(two + second[x] - moves[x], thin)
        if dotted > 0:
            for x in range(size):
                crossing = sheets[x] * others[x]
                sheet = sheets[x] + (others[x] - sheets[x]) * share
                sheets[x] = sheet + (crossing - sheet) * dotted
                others[x] = sheets[x]
        for x in range(size):
            sheet = sheets[x] + (others[x] - sheets[x]) * share
            steps[x] = step_of(sheet * depth * (moves[x] + np.float32(0.25)) + np.float32(1))
        for x in range(width):
            target[x] = product(source[x], steps[x])


def grained(
    images: Pixels, widths: Ints, coarse: Keys, fine: Keys, depths: Field, cell: float
) -> Pixels:
    """See `mnistseq.canvas_transforms.paper_grain`."""
    result = np.empty_like(images)
    lattice, places = Lattice(images.shape[1:3], cell), multiples(padded(images.shape[2]))
    _grain(images, widths, (coarse, fine, places), depths, lattice.arrays, lattice.scratch, result)
    return result


@compiled
def _grain(
    images: Any, widths: Any, keys: Any, depths: Any, lattice: Any, scratch: Any, result: Any
) -> None:
    top, down, places = lattice[0], lattice[1], keys[2]
    sheet, steps = np.empty(len(places), np.float32), np.empty(len(places), np.uint16)
    for row in range(len(images)):
        width, first, second = widths[row], keys[1][row, 0], keys[1][row, 1]
        cloud_lines(keys[0][row], width, lattice, scratch)
        cloudy, specked = depths[row, 0], depths[row, 1]
        for y in range(images.shape[1]):
            upper, lower, share = scratch[1][top[y]], scratch[1][top[y] + 1], down[y]
            source, target = images[row, y], result[row, y]
            start = word_of(y * width, first)
            for x in range(padded(width)):
                sheet[x] = grain(np.uint32(start + places[x]), second) * specked
            for x in range(padded(width)):
                cloud = upper[x] + (lower[x] - upper[x]) * share
                level = (cloud - np.float32(1)) * cloudy + sheet[x] + np.float32(1)
                steps[x] = step_of(level)
            for x in range(width):
                target[x] = product(source[x], steps[x])


def ruled(images: Pixels, widths: Ints, table: Field, reach: float) -> Pixels:
    """See `mnistseq.canvas_transforms.paper_ruled`."""
    result = np.empty_like(images)
    _rule(images, widths, table, np.float32(reach), result)
    return result


@compiled
def _ruling(place: Any, distance: Any, reach: Any) -> Any:
    """Return 1 on a line, 0 between lines."""
    phase = place - np.floor(place)
    away = np.abs(phase - np.float32(0.5)) * distance + reach
    return min(max(away, np.float32(0)), np.float32(1))


@compiled
def _rule(images: Any, widths: Any, table: Any, reach: Any, result: Any) -> None:
    one, height = np.float32(1), images.shape[1]
    for row in range(len(images)):
        width = widths[row]
        thick, first, second, distance = table[row, :4]
        slope, depth, squared = table[row, 4:]
        for line in range(height):
            source, target = images[row, line], result[row, line]
            y = centred(line, height)
            for column in range(width):
                x = centred(column, width)
                sheet = _ruling((y + x * slope) * thick + first, distance, reach) * depth + one
                across = _ruling((x - y * slope) * thick + second, distance, reach)
                target[column] = shaded(source[column], sheet * (one - across * squared))


def underlined(
    images: Pixels, widths: Ints, table: Field, keys: Keys, cells: tuple[float, float]
) -> Pixels:
    """See `mnistseq.canvas_transforms.guide_lines`."""
    result = images.copy()
    wide, narrow = (Lattice((1, images.shape[2]), cell) for cell in cells)
    lattices = wide.arrays, narrow.arrays
    _underline(result, widths, table, keys, lattices, (wide.scratch, narrow.scratch))
    return result


@compiled
def _underline(
    images: Any, widths: Any, table: Any, keys: Any, lattices: Any, scratches: Any
) -> None:
    height = images.shape[1]
    zero, one, half = np.float32(0), np.float32(1), np.float32(0.5)
    for row in range(len(images)):
        width = widths[row]
        base, thick, deep, slope, uneven = table[row]
        if deep == zero:
            continue
        cloud_lines(keys[row, 0], width, lattices[0], scratches[0])
        cloud_lines(keys[row, 1], width, lattices[1], scratches[1])
        fades, rags = scratches[0][1][0], scratches[1][1][0]
        for x in range(width):
            depth = deep * (one - (fades[x] * uneven + uneven) * half)
            reach = thick * (one + rags[x] * uneven * np.float32(0.7)) + half
            middle = base + centred(x, width) * slope
            first, last = int(middle - reach - one), int(middle + reach + one)
            for line in range(max(first, 0), min(last + 1, height)):
                away = reach - np.abs(np.float32(np.int32(line)) + half - middle)
                covered = min(max(away, zero), one)
                images[row, line, x] = shaded(images[row, line, x], one - covered * depth)


def lit(images: Pixels, widths: Ints, table: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.uneven_light`."""
    result = np.empty_like(images)
    _light(images, widths, table, result)
    return result


@compiled
def _light(images: Any, widths: Any, table: Any, result: Any) -> None:
    height = images.shape[1]
    zero, one, two, half = np.float32(0), np.float32(1), np.float32(2), np.float32(0.5)
    for row in range(len(images)):
        width = widths[row]
        across, down, side, corners = table[row, :4]
        start, sharp, shadow = table[row, 4:]
        for line in range(height):
            source, target = images[row, line], result[row, line]
            y = centred(line, height) / np.float32(height)
            for column in range(width):
                x = centred(column, width) / np.float32(width)
                slope = x * across + y * down
                sheet = (slope + half) * side - (x * x + y * y) * two * corners
                edge = min(max((slope - start) * sharp + half, zero), one)
                sheet = sheet - edge * edge * (np.float32(3) - two * edge) * shadow
                target[column] = shaded(source[column], sheet + one)


def graded(images: Pixels, widths: Ints, table: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.paper_gradient`."""
    result = np.empty_like(images)
    _grade(images, widths, table, result)
    return result


@compiled
def _grade(images: Any, widths: Any, table: Any, result: Any) -> None:
    height = images.shape[1]
    for row in range(len(images)):
        width = widths[row]
        across, fall, everywhere = table[row, 0], table[row, 1], table[row, 2]
        for line in range(height):
            source, target = images[row, line], result[row, line]
            y = centred(line, height) / np.float32(height)
            for column in range(width):
                x = centred(column, width) / np.float32(width)
                level = np.float32(1) - (x * across + y * fall + everywhere)
                target[column] = shaded(source[column], level)


def tinted(images: Pixels, levels: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.paper_tint`."""
    result = np.empty_like(images)
    _tint(images.reshape(len(images), -1), levels, result.reshape(len(images), -1))
    return result


@compiled
def _tint(images: Any, levels: Any, result: Any) -> None:
    for row in range(len(images)):
        source, target, level = images[row], result[row], levels[row]
        for pixel in range(len(source)):
            target[pixel] = shaded(source[pixel], level)

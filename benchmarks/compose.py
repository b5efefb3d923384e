"""How many images a second the composer draws: 10 digits, 390 pixels wide, fit pad, one core.

Every call draws glyphs that no call before it has drawn, as real use does; the
same glyphs again would come from the processor's cache and flatter. Ratios
hold on any machine; images a second hold only on the one they were taken on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median

import numpy as np
from interleaved import interleaved, ratio
from numpy.typing import NDArray

from mnistseq import Composer, Config, build_composer
from mnistseq.core.batch_painting import paint_batch
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.layout import Layout
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences, encode

DIGITS = 10
WIDTH = 390

Pixels = NDArray[np.uint8]


class Batches:
    """Batches that were planned beforehand, a new one for each round."""

    def __init__(self, size: int, rounds: int) -> None:
        self.size = size
        self.composer = build_composer(_config())
        random = np.random.default_rng(1)
        digits = random.integers(0, 10, (rounds + 1, size, DIGITS))
        self.texts = [["".join(map(str, row)) for row in batch] for batch in digits]
        self.sequences = [encode(texts, self.composer.bank.alphabet) for texts in self.texts]
        self.plans = [self.plan(number) for number in range(rounds + 1)]

    def plan(self, number: int) -> tuple[NDArray[np.int64], SelectedGlyphs, Layout]:
        """Choose glyphs and gaps."""
        stream = Stream(1, number * self.size, self.size)
        return self.composer.plan(self.sequences[number], stream)

    def paint(self, number: int) -> object:
        """Images of an existing plan."""
        _, picked, layout = self.plans[number]
        return paint_batch(self.sequences[number], picked, layout, disjoint=True, dark=True)

    def both(self, number: int) -> object:
        """What a caller gets: from texts to images, boxes and ids."""
        return self.composer.compose(self.texts[number], 1, number * self.size)

    def loop(self, number: int) -> Pixels:
        """The same images as `paint`, put together one by one."""
        ids, _, layout = self.plans[number]
        return concatenated(self.composer, ids, layout, self.sequences[number])

    def bound(self) -> Callable[[int], object]:
        """Reading those glyphs and writing as many bytes as the images have: nothing is quicker."""
        bank = self.composer.bank
        glyphs = np.empty((self.size * DIGITS, bank.height, bank.pixels.shape[2]), np.uint8)
        images = np.empty((self.size, bank.height, WIDTH), np.uint8)
        content = np.zeros_like(images)

        def read_and_write(number: int) -> None:
            np.take(bank.pixels, self.plans[number][0], axis=0, out=glyphs, mode="clip")
            np.copyto(images, content)

        return read_and_write


def concatenated(
    composer: Composer, ids: NDArray[np.int64], layout: Layout, sequences: Sequences
) -> Pixels:
    """Images of a plan, as a loop makes them that concatenates glyphs and gaps."""
    glyphs, height = composer.bank.pixels, composer.bank.height
    ground = np.zeros((height, WIDTH), np.uint8)
    images = np.empty((len(sequences), height, WIDTH), np.uint8)
    left, right = layout.x.tolist(), (layout.x + layout.cell_widths).tolist()
    numbers = ids.tolist()
    end = 0
    for image, length in zip(images, sequences.lengths.tolist(), strict=True):
        parts, at = [], 0
        for place in range(end, end + length):
            parts.append(ground[:, : left[place] - at])
            parts.append(glyphs[numbers[place]])
            at = right[place]
        parts.append(ground[:, : WIDTH - at])
        np.concatenate(parts, axis=1, out=image)
        end += length
    return np.bitwise_not(images, out=images)


def _config(crop: str = "cell", least: int = 0) -> Config:
    return Config(image={"width": WIDTH, "crop": crop}, spacing={"min": least, "max": 20})


def main() -> None:
    """Print images a second, and what they are beside each other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--batch", type=int, default=128, help="images in a call")
    parser.add_argument("--rounds", type=int, default=200, help="calls of each contestant")
    arguments = parser.parse_args()
    batches = Batches(arguments.batch, arguments.rounds)
    if not np.array_equal(batches.paint(0), batches.loop(0)):  # type: ignore[arg-type]
        raise SystemExit("the loop draws other images than the composer: nothing to compare")

    def drawing(config: Config) -> Callable[[int], object]:
        composer = build_composer(config)
        return lambda number: composer.compose(batches.texts[number], 1, number * arguments.batch)

    seconds = interleaved(
        {
            "plan": batches.plan,
            "compose": batches.paint,
            "both": batches.both,
            "loop": batches.loop,
            "bound": batches.bound(),
            "both, crop ink": drawing(_config(crop="ink")),
            "both, overlaps": drawing(_config(least=-8)),
            "both, crop ink, overlaps": drawing(_config(crop="ink", least=-1)),
        },
        arguments.rounds,
    )
    print(f"{DIGITS} digits, {WIDTH} px, fit pad, {arguments.batch} images a call; one core")
    for name, times in seconds.items():
        print(f"{name:<26}{arguments.batch / median(times):>12,.0f} images a second")
    print("times as long, median of the rounds of one interleaved run:")
    for one, other in (
        ("loop", "compose"),
        ("compose", "bound"),
        ("both", "bound"),
        ("both, crop ink", "both"),
        ("both, overlaps", "both"),
        ("both, crop ink, overlaps", "both"),
    ):
        print(f"{one + ' / ' + other:<32}{ratio(seconds, one, other):>6.2f}")


if __name__ == "__main__":
    main()

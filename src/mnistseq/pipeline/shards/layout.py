"""ShardLayout: which samples belong to which shard, by arithmetic instead of a list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from mnistseq.errors import ArgumentError
from mnistseq.messages import plural
from mnistseq.pipeline.shards.field_types import Count, Name, Number

SPLIT_DISTANCE = 10**10
"""Distance between the first samples of two splits, so that each split can grow."""


@dataclass(frozen=True)
class SplitRange:
    """A split of a data set: samples `first` to ``first + samples - 1``."""

    name: Name
    first: Count
    samples: Count


@dataclass(frozen=True)
class Shard:
    """A run of consecutive samples that is written as one unit.

    Attributes
    ----------
    name : str
        ``train/00003``, ``train-00003.tar`` or ``data/train-00003.parquet``.
    """

    name: Name
    split: Name
    first: Count
    samples: Number


@dataclass(frozen=True)
class ShardLayout:
    """All shards of a data set, by arithmetic.

    Parameters
    ----------
    splits : tuple of SplitRange
        In ascending order; indices between two splits may be unused.
    shard_samples : int
        Samples in each shard except the last one of a split.
    suffix : str
        Suffix of a shard's name; empty for a folder.
    folder : str
        Folder that contains all shards; empty for the root.
    """

    splits: tuple[SplitRange, ...]
    shard_samples: int
    suffix: str
    folder: str = ""

    def __len__(self) -> int:
        return sum(self._shards_in(split) for split in self.splits)

    def __contains__(self, name: object) -> bool:
        """Whether there is a shard of this name."""
        return isinstance(name, str) and self.find(name) is not None

    def find(self, name: str) -> Shard | None:
        """Return the shard of a name, without enumerating shards, of which there may be very many."""
        for split in self.splits:
            digits = name.removeprefix(self._prefix(split)).removesuffix(self.suffix)
            if digits.isdecimal() and digits.isascii():
                number = int(digits)
                if number < self._shards_in(split):
                    shard = self.shard_of(split, number)
                    if shard.name == name:
                        return shard
        return None

    def __getitem__(self, number: int) -> Shard:
        ends = list(accumulate(self._shards_in(split) for split in self.splits))
        for split, end in zip(self.splits, ends, strict=True):
            if number < end:
                return self.shard_of(split, number - (end - self._shards_in(split)))
        raise IndexError(number)

    def shard_of(self, split: SplitRange, number: int) -> Shard:
        """Return a shard of a split by its number, from 0."""
        offset = number * self.shard_samples
        return Shard(
            name=f"{self._prefix(split)}{number:05d}{self.suffix}",
            split=split.name,
            first=split.first + offset,
            samples=min(self.shard_samples, split.samples - offset),
        )

    @property
    def samples(self) -> int:
        """Number of samples in all splits."""
        return sum(split.samples for split in self.splits)

    def _prefix(self, split: SplitRange) -> str:
        """Return the prefix of the names of a split's shards."""
        folder = f"{self.folder}/" if self.folder else ""
        return f"{folder}{split.name}{'-' if self.suffix else '/'}"

    def _shards_in(self, split: SplitRange) -> int:
        return _shards(split.samples, self.shard_samples)


def splits_of(
    names: tuple[str, ...], samples: tuple[int, ...], distance: int | None = None
) -> tuple[SplitRange, ...]:
    """Return splits that start `distance` samples apart, or are adjacent by default.

    ArgumentError if a split would overlap the next one.
    """
    if distance is not None and max(samples[:-1], default=0) > distance:
        raise ArgumentError(
            f"{sum(samples):,} images are too many for several splits; of these, none has more "
            f"than {distance:,}"
        )
    firsts = accumulate(samples if distance is None else [distance] * len(samples), initial=0)
    return tuple(map(SplitRange, names, firsts, samples))


def divide_into_shards(samples: tuple[int, ...], shards: int) -> int:
    """Return the number of samples per shard that gives `shards` shards in all splits together.

    Of several such numbers it is the smallest, which makes the shards most equal in size.

    Parameters
    ----------
    samples : tuple of int
        Number of samples of each split.

    Raises
    ------
    ArgumentError
        If no number gives exactly `shards` shards, because all shards except the last one of a
        split have the same size.
    """
    given = f"{plural(sum(samples), 'image')} in {plural(len(samples), 'split')}"
    if not len(samples) <= shards <= sum(samples):
        raise ArgumentError(
            f"{given} cannot be divided into {plural(shards, 'shard')}: ask for "
            f"{len(samples)} to {sum(samples)} shards"
        )
    low, high = 1, max(samples)
    while low < high:
        middle = (low + high) // 2
        if _total_shards(samples, middle) <= shards:
            high = middle
        else:
            low = middle + 1
    fewer = _total_shards(samples, low)
    if fewer != shards:
        more = _total_shards(samples, low - 1)
        raise ArgumentError(
            f"{given} cannot be divided into {plural(shards, 'shard')} of one size: ask for "
            f"{fewer} shards of {plural(low, 'image')} or {more} of {plural(low - 1, 'image')}"
        )
    return low


def _total_shards(samples: tuple[int, ...], shard_samples: int) -> int:
    return sum(_shards(count, shard_samples) for count in samples)


def _shards(samples: int, shard_samples: int) -> int:
    return -(-samples // shard_samples)


def shares_to_counts(shares: tuple[float, ...], samples: int) -> tuple[int, ...]:
    """Divide `samples` by shares that add up to 1, so that the counts add up to `samples`."""
    ends = [round(end * samples) for end in accumulate(shares)]
    ends[-1] = samples
    return tuple(b - a for a, b in zip([0, *ends[:-1]], ends, strict=True))

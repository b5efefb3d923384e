"""ShardLayout: which samples go in which shard; computed, never listed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class Split:
    """A part of a data set: its name, and samples `first` to ``first + samples - 1``."""

    name: str
    first: int
    samples: int


@dataclass(frozen=True)
class Shard:
    """A run of consecutive samples that is written as one unit.

    Attributes
    ----------
    name : str
        ``train/00003`` or ``train-00003.tar``.
    split : str
    first, samples : int
    """

    name: str
    split: str
    first: int
    samples: int


@dataclass(frozen=True)
class ShardLayout:
    """All the shards of a data set, by arithmetic.

    Parameters
    ----------
    splits : tuple of Split
        One after the other, without a hole.
    shard_samples : int
        Samples in each shard but the last of a split.
    suffix : str
        How a shard's name ends; empty for a folder.
    """

    splits: tuple[Split, ...]
    shard_samples: int
    suffix: str

    def __len__(self) -> int:
        return sum(self._shards_in(split) for split in self.splits)

    def __contains__(self, name: object) -> bool:
        """Whether a shard has this name; asked of a file, for there may be more shards than files."""
        if not isinstance(name, str):
            return False
        for split in self.splits:
            digits = name.removeprefix(split.name)[1:].removesuffix(self.suffix)
            if digits.isdecimal() and digits.isascii():
                place = int(digits)
                if place < self._shards_in(split) and self.shard_of(split, place).name == name:
                    return True
        return False

    def __getitem__(self, number: int) -> Shard:
        ends = list(accumulate(self._shards_in(split) for split in self.splits))
        for split, end in zip(self.splits, ends, strict=True):
            if number < end:
                place = number - (end - self._shards_in(split))
                return self.shard_of(split, place)
        raise IndexError(number)

    def shard_of(self, split: Split, place: int) -> Shard:
        """Shard number `place` of one split."""
        name = (
            f"{split.name}-{place:05d}{self.suffix}" if self.suffix else f"{split.name}/{place:05d}"
        )
        offset = place * self.shard_samples
        samples = min(self.shard_samples, split.samples - offset)
        return Shard(name, split.name, split.first + offset, samples)

    @property
    def samples(self) -> int:
        """Samples in all."""
        return sum(split.samples for split in self.splits)

    def _shards_in(self, split: Split) -> int:
        return -(-split.samples // self.shard_samples)


def splits_of(names: tuple[str, ...], samples: tuple[int, ...]) -> tuple[Split, ...]:
    """Splits one after the other."""
    firsts = [0, *accumulate(samples)]
    return tuple(map(Split, names, firsts[:-1], samples))


def shares_to_counts(shares: tuple[float, ...], samples: int) -> tuple[int, ...]:
    """Cut `samples` in parts of the given shares, which add up to 1, exactly."""
    ends = [round(end * samples) for end in accumulate(shares)]
    ends[-1] = samples
    return tuple(b - a for a, b in zip([0, *ends[:-1]], ends, strict=True))

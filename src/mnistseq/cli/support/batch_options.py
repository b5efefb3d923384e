"""BatchOptions: the options of ``batch``, converted to the types of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import click

from mnistseq import messages
from mnistseq.cli.support.assignments import assignments_of, shown
from mnistseq.cli.support.config_options import as_typed
from mnistseq.cli.support.dataset_options import RunOptions
from mnistseq.cli.support.input_options import InputOptions
from mnistseq.errors import ConfigError, ConfigFault, RequestError, UnknownComponentError

if TYPE_CHECKING:
    from mnistseq.config.layers import Effective
    from mnistseq.core.bank_splits import Disjoint
    from mnistseq.core.protocols import Format
    from mnistseq.pipeline.dataset.open_plan import Division

_REMEDIES = {"quality": "add --image-format jpg", "boxes": "add --labels coco"}
"""Parameter of a format → what to do if it has no effect."""


@dataclass(frozen=True, kw_only=True)
class BatchOptions(RunOptions, InputOptions):
    """All options of ``batch``.

    Attributes
    ----------
    format_name, format_options, labels, boxes, masks, quality
        The format and its parameters.
    split, disjoint, shard_size, shards
        How samples are divided.
    name : str or None
        Template for the names of images.
    """

    format_name: str
    format_options: tuple[str, ...]
    labels: tuple[str, ...]
    boxes: Literal["ink", "cell"] | None
    masks: bool
    quality: int | None
    split: str | None
    disjoint: Disjoint
    shard_size: int | None
    shards: int | None
    name: str | None

    def division(self) -> Division:
        """Return how samples are divided among splits and shards."""
        from mnistseq.pipeline.dataset.open_plan import Division
        from mnistseq.pipeline.rows.split_shares import parse_shares

        if self.split is None and self.disjoint != "glyph":
            raise click.UsageError(
                f"--disjoint {self.disjoint} applies only to several splits; add --split"
            )
        if self.shard_size is not None and self.shards is not None:
            raise click.UsageError(
                "--shard-size and --shards contradict each other; give one of them"
            )
        return Division(parse_shares(self.split), self.disjoint, self.shard_size, self.shards)

    def format(self, effective: Effective) -> Format:
        """Return the format with its parameters; UsageError if options contradict each other."""
        from mnistseq.pipeline.dataset.open_plan import make_format

        parameters = self._format_parameters(effective)
        try:
            made = make_format(self.format_name, parameters, effective.config)
        except ConfigError as error:
            raise RequestError("\n".join(map(_of_format_option, error.faults))) from error
        for name, reason in made.unused(parameters).items():
            remedy = _REMEDIES.get(name, "leave it out")
            value = parameters[name]
            typed = f"--{name}" if name in self._own_options() else f"--format-option {name}"
            raise click.UsageError(f"{typed} {shown(value)} {reason}; {remedy}")
        return made

    def _own_options(self) -> dict[str, Any]:
        """Return the parameters of the format that were given by options of their own."""
        values = {
            "labels": _label_formats(self.labels),
            "boxes": self.boxes,
            "masks": self.masks or None,
            "quality": self.quality,
        }
        return {name: value for name, value in values.items() if value not in (None, [])}

    def _format_parameters(self, effective: Effective) -> dict[str, Any]:
        parameters = assignments_of(self.format_options, "--format-option")
        known = {item.name for item in fields(self._format_class())}
        self._refuse_other_image_format(parameters, effective)
        for name, value in self._own_options().items():
            typed = f"--{name} {','.join(value) if isinstance(value, list) else value}"
            typed = f"--{name}" if value is True else typed
            if name not in known:
                raise click.UsageError(
                    f"{typed}: format {self.format_name} has no such parameter; leave it out, or "
                    "give --format files"
                )
            if parameters.setdefault(name, value) != value:
                raise click.UsageError(
                    f"{typed} and --format-option {name}={shown(parameters[name])} contradict each "
                    "other; give one of them"
                )
        return parameters

    def _format_class(self) -> Any:
        from mnistseq.formats.encoding.images import IMAGE_FORMATS
        from mnistseq.plugins.registry import find

        try:
            return find("format", self.format_name)
        except UnknownComponentError as error:
            image_format = self.format_name.lower().lstrip(".")
            if image_format in IMAGE_FORMATS:
                raise click.UsageError(
                    f"--format {self.format_name}: {image_format} is an image format, not the "
                    f"format of a data set; give --image-format {image_format}"
                ) from error
            raise RequestError(f"--format: {error}") from error

    def _refuse_other_image_format(
        self, parameters: Mapping[str, Any], effective: Effective
    ) -> None:
        chosen = effective.config.output_format
        other = parameters.get("image_format", chosen)
        if other != chosen and effective.origin("output_format").kind == "option":
            typed = as_typed("output_format", chosen, self.config_values)
            raise click.UsageError(
                f"{typed} and --format-option image_format={shown(other)} contradict each other; "
                "give one of them"
            )


def _label_formats(lists: Sequence[str]) -> list[str]:
    """Return the names in the values of ``--labels``, without duplicates."""
    from mnistseq.formats.label_formats.table import LABEL_FORMATS

    names = [name.strip() for string in lists for name in string.split(",")]
    if not all(names):
        raise click.UsageError(
            f"--labels {' '.join(map(repr, lists))}: give names separated by commas: paddle,coco"
        )
    for name in names:
        if name not in LABEL_FORMATS:
            raise click.UsageError(
                f"--labels: {messages.unknown('label format', name, [*LABEL_FORMATS])}"
            )
    return list(dict.fromkeys(names))


def _of_format_option(fault: ConfigFault) -> str:
    """Describe a fault of a format parameter in terms of the option that gave it."""
    name = fault.key.removeprefix("format").removeprefix(".")
    own = {"labels", "boxes", "masks", "quality"}
    return f"{f'--{name}' if name in own else f'--format-option {name}'.rstrip()}: {fault.text}"

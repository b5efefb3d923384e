"""``mnistseq preview``: draw a contact sheet of what a config draws."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files, folders
from mnistseq.cli.support.config_options import config_options, effective_config
from mnistseq.cli.support.image_options import new_seed, seed_option
from mnistseq.cli.support.input_options import InputOptions, input_options, row_remedies
from mnistseq.cli.support.options import option, renamed
from mnistseq.cli.support.output_files import check_output_file
from mnistseq.cli.support.standard_error import be_quiet, print_seed, quiet_option
from mnistseq.cli.support.stopping import stopping
from mnistseq.cli.support.terminal_images import show_image
from mnistseq.errors import RequestError

if TYPE_CHECKING:
    from mnistseq.config.config import Config
    from mnistseq.inspection.preview import Look, Worst

_SHOWN = 24
"""Default number of images in a strip."""


@dataclass(frozen=True, kw_only=True)
class PreviewOptions(InputOptions):
    """All options of ``preview``.

    Attributes
    ----------
    output : str
        Path of the sheet.
    compare : tuple of str
        Presets or config files.
    vary : tuple of str
        ``KEY=VALUE,…`` strings.
    against : str or None
        A folder of pictures.
    show : bool
        Whether the sheet is shown in the terminal.
    """

    output: str
    force: bool
    quiet: bool
    draw_boxes: Literal["ink", "cell"] | None
    draw_masks: bool
    compare: tuple[str, ...]
    vary: tuple[str, ...]
    worst: Worst | None
    against: str | None
    show: bool

    @property
    def look(self) -> Look:
        """How samples are displayed."""
        from mnistseq.inspection.preview import Look

        return Look(
            self.count or _SHOWN, boxes=self.draw_boxes, masks=self.draw_masks, worst=self.worst
        )

    def configs(self) -> dict[str, Config]:
        """Return the configs to draw with, by the title of their strip."""
        base = self.effective_config().config
        varied = dict(pair for string in self.vary for pair in _variants(base, string))
        compared = {other: self._other(other) for other in self.compare}
        if varied:
            return varied | compared
        title = self.config_file or self.config_values.get("preset") or ""
        others = compared or self.against is not None
        return {title or ("drawn" if others else ""): base} | compared

    def _other(self, other: str) -> Config:
        """Return another preset or config file, combined with the given options."""
        from mnistseq.config.presets import preset_names

        if other in preset_names():
            values = {**self.config_values, "preset": other}
            return effective_config(None, self.assignments, values).config
        return effective_config(
            other, self.assignments, {**self.config_values, "preset": None}
        ).config


@click.command(
    "preview",
    cls=Command,
    examples=[
        "mnistseq preview --preset camera --length 3-6",
        "mnistseq preview --vary spacing.max=0,20 -o gaps.png",
        "mnistseq preview -n 6 --draw-boxes ink -o sheet.svg",
    ],
    page="usage.md#preview",
)
@click.argument("sequences", metavar="[FILE|-]", required=False, shell_complete=files)
@config_options
@input_options
@seed_option
@option(
    "-o",
    "--output",
    default="preview.png",
    show_default=True,
    metavar="FILE",
    heading="Output",
    shell_complete=files,
    help="Write the sheet to this file, as SVG if its name ends in .svg.",
)
@option("--force", is_flag=True, heading="Output", help="Overwrite an existing file.")
@option(
    "--draw-boxes",
    type=click.Choice(["ink", "cell"]),
    heading="Output",
    help="Draw the boxes of the glyphs' ink or of their cells.",
)
@option(
    "--draw-masks",
    is_flag=True,
    heading="Output",
    help="Tint the ink of each glyph in a different colour.",
)
@option(
    "--compare",
    multiple=True,
    metavar="NAME|FILE",
    heading="Output",
    shell_complete=files,
    help="Also draw with this preset or config file, using the same seed. May be repeated.",
)
@option(
    "--vary",
    multiple=True,
    metavar="KEY=VALUE,…",
    heading="Output",
    help="Draw with each value of a config key, such as spacing.max=0,10,20 or "
    "canvas.transform.0.strength=0,1. May be repeated.",
)
@option(
    "--worst",
    type=click.Choice(["faint", "narrow", "dense"]),
    heading="Output",
    help="Show the faintest, narrowest or most densely inked of 1,000 images.",
)
@option(
    "--against",
    metavar="DIR",
    heading="Output",
    shell_complete=folders,
    help="Also show pictures from this folder, scaled to the same height.",
)
@option("--show", is_flag=True, help="Show the sheet in the terminal, on standard error.")
@quiet_option
@renamed("--hand", "--writer")
@stopping("stopped; nothing was written")
def command(**values: Any) -> None:
    """Draw a contact sheet of the first images that batch would make, and print its path.

    With the same input, config and seed, batch makes exactly these images. The images of
    each config have a title, and each image has its text below it.
    """
    options = PreviewOptions.parse(values)
    if options.quiet:
        be_quiet()
    import numpy as np

    from mnistseq.atomic import publish
    from mnistseq.inspection.contact_sheet.render import sheet_image, sheet_png, sheet_svg
    from mnistseq.inspection.preview import against, preview

    path = Path(options.output)
    _check_path(path, replace=options.force)
    configs = options.configs()
    seed = new_seed() if options.seed is None else options.seed
    shown = options if options.sequences is not None else replace(options, count=_drawn(options))
    with row_remedies():
        sheet = preview(configs, shown.input_request(), seed, options.look)
    if options.against is not None:
        real = against(Path(options.against), options.look.count, seed, sheet.picture_height)
        sheet = replace(sheet, strips=(*sheet.strips, real))
    made = sheet_svg(sheet) if path.suffix.lower() == ".svg" else sheet_png(sheet)
    publish({path: made}, replace=options.force)
    if options.seed is None and not options.quiet:
        print_seed(seed)
    click.echo(path)
    if options.show:
        show_image(np.asarray(sheet_image(sheet)))


def _drawn(options: PreviewOptions) -> int:
    """Return how many random sequences to draw, of which some or all are shown."""
    return options.look.among if options.worst else options.look.count


def _check_path(path: Path, *, replace: bool) -> None:
    if path.suffix.lower() not in (".png", ".svg"):
        raise click.UsageError(
            f"--output {path}: a sheet is a PNG or an SVG; end its name in .png or .svg"
        )
    check_output_file(path, force=replace)


def _variants(base: Config, string: str) -> Iterator[tuple[str, Config]]:
    from mnistseq.inspection.preview import variants

    key, equals, values = string.partition("=")
    if not (key and equals and values):
        raise click.UsageError(f"--vary {string!r}: give KEY=VALUE,…, such as spacing.max=0,10,20")
    try:
        yield from variants(base, key, _values(values)).items()
    except RequestError as error:
        raise RequestError(f"--vary {string}: {error}") from error


def _values(string: str) -> Sequence[Any]:
    """Parse values separated by commas, each JSON or a string; or a JSON list."""
    try:
        together = json.loads(f"[{string}]")
    except ValueError:
        return [_value(part) for part in string.split(",")]
    return list(together)


def _value(string: str) -> Any:
    try:
        return json.loads(string)
    except ValueError:
        return string

"""Plot the distributions of a gap and of the sum of the gaps."""

from __future__ import annotations

import io
from typing import Literal

from mnistseq.inspection.feasibility import Feasibility
from mnistseq.messages import plural
from mnistseq.optional_packages import import_optional


def plot_gaps(found: Feasibility, image_format: Literal["png", "svg"]) -> bytes:
    """Plot exact distributions as steps, and drawn gaps as bars.

    Parameters
    ----------
    found : Feasibility
        The feasibility of a line that can be drawn and has gaps.

    Returns
    -------
    bytes
        The content of the file, always the same for the same request.
    """
    import_optional("matplotlib", "a plot", "matplotlib")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "mnistseq", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        axes = figure.subplots(1, 2)
        parts = [
            ("a gap", found.distribution, found.drawn),
            ("all gaps together", found.sums, found.drawn_sums),
        ]
        for axis, (name, exact, drawn) in zip(axes, parts, strict=True):
            axis.bar(list(drawn), list(drawn.values()), width=0.8, color="#9fc5e8", label="drawn")
            axis.step(
                list(exact), list(exact.values()), where="mid", color="#b4430b", label="exact"
            )
            axis.set(xlabel=f"width of {name}, px", ylabel="probability")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        figure.suptitle(_title(found), fontsize="medium", x=0.01, horizontalalignment="left")
        buffer = io.BytesIO()
        metadata = {"Date": None} if image_format == "svg" else {"Software": None}
        figure.savefig(buffer, format=image_format, dpi=120, metadata=metadata)
    return buffer.getvalue()


def _title(found: Feasibility) -> str:
    width = "without a width" if found.width is None else f"width {found.width} px"
    return f"{plural(found.glyphs, 'glyph')}, {plural(found.gaps, 'gap')}, {width}"

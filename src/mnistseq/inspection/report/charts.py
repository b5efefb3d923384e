"""Charts as inline SVG, each with an equivalent sentence and table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mnistseq.inspection.report.goodness_of_fit import GoodnessOfFit
from mnistseq.messages import beginning

_WIDTH, _HEIGHT = 400, 110
_MOST_BARS = 48


def bar_chart(fit: GoodnessOfFit) -> str:
    """Return counts as bars, with lines at the expected counts."""
    return _figure(fit.title, sentence(fit), _bars(fit), _fit_table(fit))


def strip_chart(
    title: str, quantiles: Sequence[float], other: Sequence[float] | None, names: tuple[str, str]
) -> str:
    """Return quantiles as a strip, optionally with those of another set below.

    Parameters
    ----------
    quantiles : sequence of float
        The quantiles for 5, 25, 50, 75 and 95 %.
    names : tuple of str
        Names of the two sets.
    """
    rows = [(names[0], quantiles), *([(names[1], other)] if other is not None else [])]
    low = min(values[0] for _, values in rows)
    span = max(values[-1] for _, values in rows) - low or 1.0
    shapes, lines = [], []
    for number, (name, values) in enumerate(rows):
        y = 18 + 26 * number
        x = [90 + (_WIDTH - 100) * (value - low) / span for value in values]
        kind = "drawn" if number == 0 else "other"
        shapes += [
            f'<text x="0" y="{y + 4}">{escape(name)}</text>',
            f'<line class="{kind}" x1="{x[0]:.1f}" x2="{x[-1]:.1f}" y1="{y}" y2="{y}"/>',
            f'<rect class="{kind}" x="{x[1]:.1f}" y="{y - 7}" width="{max(x[3] - x[1], 1):.1f}" height="14"/>',
            f'<line class="median" x1="{x[2]:.1f}" x2="{x[2]:.1f}" y1="{y - 10}" y2="{y + 10}"/>',
        ]
        lines.append([name, *map(number_text, values)])
    said = "; ".join(
        f"{name}: median {median}, nine of ten from {low} to {high}"
        for name, low, _, median, _, high in lines
    )
    drawing = _svg(10 + 26 * len(rows), "".join(shapes), f"{title}. {said}")
    head = ["", "5 %", "25 %", "50 %", "75 %", "95 %"]
    return _figure(title, f"{said}.", drawing, table(head, lines))


def sentence(fit: GoodnessOfFit) -> str:
    """Describe the result of a test of fit."""
    if fit.p is None:
        return "Counts; nothing is known to compare them with." if not fit.expected else ""
    return (
        f"{fit.verdict.capitalize()}: χ² = {fit.chi_square:.1f} with {fit.degrees} degrees of "
        f"freedom, p = {fit.p:.3g}."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an HTML table with column and row headers."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def number_text(value: float) -> str:
    """Format a number with three significant digits: ``0.0412``, ``12.5``, ``390``."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _bars(fit: GoodnessOfFit) -> str:
    shown = min(len(fit.categories), _MOST_BARS)
    highest = max([*fit.counts[:shown], *fit.expected[:shown], 1])
    step = _WIDTH / max(shown, 1)
    shapes = []
    for number in range(shown):
        x, height = number * step, _HEIGHT * fit.counts[number] / highest
        shapes.append(
            f'<rect class="drawn" x="{x + step * 0.1:.1f}" y="{_HEIGHT - height:.1f}" '
            f'width="{step * 0.8:.1f}" height="{height:.1f}"/>'
        )
        if fit.expected:
            y = _HEIGHT * (1 - fit.expected[number] / highest)
            shapes.append(
                f'<line class="expected" x1="{x:.1f}" x2="{x + step:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
        if number % max(1, round(24 / step)) == 0:
            shapes.append(
                f'<text x="{x + step / 2:.1f}" y="{_HEIGHT + 16}" text-anchor="middle">'
                f"{escape(fit.categories[number][:8])}</text>"
            )
    return _svg(_HEIGHT + 24, "".join(shapes), f"{fit.title}. {sentence(fit)}")


def _fit_table(fit: GoodnessOfFit) -> str:
    head = ["", "drawn", *(["expected"] if fit.expected else [])]
    expected = [f"{value:.1f}" for value in fit.expected] or [""] * len(fit.counts)
    rows = [
        [beginning(name), str(count), *([wanted] if fit.expected else [])]
        for name, count, wanted in zip(fit.categories, fit.counts, expected, strict=True)
    ]
    return table(head, rows)


def _svg(height: int, shapes: str, said: str) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {_WIDTH} {height}" '
        f'aria-label="{escape(said)}">{shapes}</svg>'
    )


def _figure(title: str, said: str, drawing: str, numbers: str) -> str:
    caption = f"<p>{escape(said)}</p>" if said else ""
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>{drawing}{caption}"
        f"<details><summary>Numbers: {escape(title)}</summary>{numbers}</details></figure>"
    )

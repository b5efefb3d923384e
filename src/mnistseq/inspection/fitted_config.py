"""Write the config that fits measures of crops."""

from __future__ import annotations

from mnistseq.inspection.measure_crops import CropMeasures

_DIGIT = 20 / 28
"""Height of a digit as a share of the height of its cell."""

_LOWEST, _HIGHEST = 16, 512
"""Height of a drawn line in pixels."""


def fitted_toml(measures: CropMeasures, shown: CropMeasures) -> str:
    """Return a config as TOML.

    Parameters
    ----------
    measures : CropMeasures
        Measures that the config should reproduce.
    shown : CropMeasures
        Measures to report in its comment.
    """
    m = measures
    height = round(_between(m.height[1], _LOWEST, _HIGHEST))
    tall = _between(m.ink_height[1], 0.2, 1)
    canvas = ""
    line, cropped = height, max(0.0, (1 - _DIGIT / tall) / (1 - _DIGIT))
    if tall < _DIGIT:
        line = max(_LOWEST // 2, round(height * tall / _DIGIT))
        canvas = f'height = {height}\nalign = "random"\n'
    kept = max(1 - cropped, 0.25) * line / height
    left, right = (_between(side[1] / kept, 0, 3) for side in (m.left, m.right))
    thin, bold = (_between(m.stroke[end] * _DIGIT, 0.01, 0.2) for end in (0, 2))
    lean, shear = _between(m.slant[1], -30, 30), _between((m.slant[2] - m.slant[0]) / 2, 0, 30)
    light, dark = (_between(1 - m.paper[end] / 255, 0, 0.5) for end in (2, 0))
    least = _between(2 * cropped - 1, 0, 1)
    trim = min(1.0, 2 * cropped)
    return f"""# Fitted to {shown.crops} crops. Percentiles 5, 50 and 95 of the crops:
{_comment(shown)}
[source]
name = "pendigits"
writer = "one-if-known"

[image]
crop = "ink"
height = {line}
pen = {{ width = [{min(thin, bold):.3f}, {max(thin, bold):.3f}], variation = 0.3, spread = 0.3 }}
transform = [
  {{ name = "size", line = 0.1, jitter = 0.1, narrow = 0.35 }},
  {{ name = "slant", lean = {lean:.0f}, shear = {shear:.0f} }},
  {{ name = "baseline", jitter = 0.05, drift = 0.06 }},
]

[spacing]
min = {-round(0.1 * line)}
max = {round(0.15 * line)}

[canvas]
{canvas}transform = [
  {{ name = "margins", left = {left:.2f}, right = {right:.2f} }},
  {{ name = "ink", faintness = {_between(1 - m.contrast[0], 0, 1):.2f}, unevenness = 0.3 }},
  {{ name = "trim", strength = {trim:.2f}, least = {least:.2f}, stretch = 1.4 }},
  {{ name = "paper-tint", darkest = {max(light, dark):.2f}, lightest = {min(light, dark):.2f} }},
  {{ name = "paper-grain" }},
  {{ name = "lens-blur", radius = 0.02 }},
  {{ name = "sensor-noise", deviation = {_between(m.roughness[1] / 243, 0, 0.15):.3f} }},
]
"""


def _comment(measures: CropMeasures) -> str:
    """Return comment lines with the measures, one per line."""
    return "".join(
        f"#   {name.replace('_', ' '):<11}{' '.join(f'{value:8.3g}' for value in quantiles)}\n"
        for name, quantiles in measures.quantiles.items()
    )


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)

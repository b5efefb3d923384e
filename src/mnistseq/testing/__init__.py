"""Contract checks for authors of components, to be called from their tests.

    from mnistseq.testing import check_spacing
    from my_package import Triangular

    def test_contract():
        check_spacing(Triangular(peak=0.3))

Each check raises AssertionError with a message that says what the component does and what
it should do. Checks cover shapes and dtypes, randomness (equal calls give equal results in
every batch and process) and the refusal of bad parameters. The built-in components pass the
same checks.

Checks start a process that imports the component, so its class must be in an importable
module, not in a test function.
"""

from mnistseq.testing.canvas_transforms import check_canvas_transform
from mnistseq.testing.executors import check_executor
from mnistseq.testing.formats import check_format
from mnistseq.testing.glyph_transforms import check_glyph_transform
from mnistseq.testing.sources import check_source
from mnistseq.testing.spacings import check_spacing

__all__ = [
    "check_canvas_transform",
    "check_executor",
    "check_format",
    "check_glyph_transform",
    "check_source",
    "check_spacing",
]

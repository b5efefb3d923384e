"""Contract checks for authors of components, to be called from their tests.

    from mnistseq.testing import check_spacing
    from my_package import Triangular

    def test_contract():
        check_spacing(Triangular(peak=0.3))

Each raises AssertionError that says what the component does and what it should
do: shapes, dtypes, the law of randomness (equal calls give equal results,
whatever the batch and the process), and refusal of bad parameters. The
built-in components pass the same checks.

A check starts one process of its own, which imports the component anew: its
class has to stand in a module that can be imported, not in a test.
"""

from mnistseq.testing.executors import check_executor
from mnistseq.testing.formats import check_format
from mnistseq.testing.sources import check_source
from mnistseq.testing.spacings import check_spacing
from mnistseq.testing.transforms import check_transform

__all__ = ["check_executor", "check_format", "check_source", "check_spacing", "check_transform"]

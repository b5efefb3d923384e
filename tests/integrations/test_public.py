"""The public names of the integrations, each imported at its first use."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from mnistseq import integrations


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(integrations.__file__).read_text("utf-8"))
    (checked,) = (node for node in tree.body if isinstance(node, ast.If))
    names = {
        (alias.asname, str(node.module).rpartition(".")[2])
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert names == set(integrations._MODULES.items())
    assert {name for name, _ in names} == set(integrations.__all__) == set(dir(integrations))


def test_a_name_needs_its_own_framework_only() -> None:
    code = (
        "import sys; from mnistseq.integrations import array_batches, SequenceSource; "
        "print(sorted({'torch', 'datasets', 'grain', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_missing_framework_is_named_with_its_extra() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from mnistseq.errors import MissingPackageError\n"
        "try:\n"
        "    from mnistseq.integrations import SequenceDataset\n"
        "except MissingPackageError as error:\n"
        "    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "SequenceDataset needs the package torch: pip install 'mnistseq[torch]'\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(
        AttributeError, match=r"module 'mnistseq.integrations' has no attribute 'X'"
    ):
        _ = integrations.X

"""A plugin's components work like built-in ones: in files, commands, Python and workers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnistseq.plugins.built_in import BUILT_IN

if TYPE_CHECKING:
    from tests.plugins.conftest import Environment

CONFIG: dict[str, Any] = {
    "source": {"name": "good-animals", "parameters": {"strength": 100}},
    "image": {"transform": ["good-weaker", {"name": "good-weaker", "by": 4}]},
    "spacing": {"type": "good-leaning", "max": 9, "parameters": {"peak": 1, "ends": [2, 3]}},
    "canvas": {"transform": ["good-framed"]},
}
OPTIONS = [
    *("--source", "good-animals", "--type", "good-leaning", "--max", "9"),
    *("--set", "source.parameters.strength=100"),
    *("--set", 'image.transform=["good-weaker", {"name": "good-weaker", "by": 4}]'),
    *("--set", "spacing.parameters.peak=1", "--set", "spacing.parameters.ends=[2, 3]"),
    *("--set", 'canvas.transform=["good-framed"]'),
]


@pytest.fixture(scope="module")
def config_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "config.json"
    path.write_text(json.dumps(CONFIG))
    return path


@pytest.fixture(scope="module")
def drawn(environment: Environment, config_file: Path) -> Path:
    """The image that the config file gives."""
    path = config_file.with_name("from-file.png")
    draw = ("generate", "cat,dog,car", "--seed", "3", "-c", config_file, "-o", path, "--metadata")
    done = environment.mnistseq(*draw)
    assert not done.returncode, done.stderr
    return path


def test_options_draw_what_the_file_draws(
    environment: Environment, drawn: Path, tmp_path: Path
) -> None:
    path = tmp_path / "from-options.png"
    done = environment.mnistseq("generate", "cat,dog,car", "--seed", "3", "-o", path, *OPTIONS)
    assert not done.returncode, done.stderr
    assert path.read_bytes() == drawn.read_bytes()


def test_labels_name_package_and_version(drawn: Path) -> None:
    labels = json.loads(drawn.with_suffix(".json").read_text())
    assert labels["labels"] == ["cat", "dog", "car"]
    assert labels["plugins"] == {"mnistseq-good": "1.2.3"}
    assert labels["config"]["spacing"]["parameters"] == {"peak": 1, "ends": [2, 3]}


def test_labels_name_only_what_was_used(environment: Environment, tmp_path: Path) -> None:
    path = tmp_path / "built-in.png"
    done = environment.mnistseq("generate", "35", "--metadata", "-o", path, "-q")
    assert not done.returncode, done.stderr
    assert json.loads(path.with_suffix(".json").read_text())["plugins"] == {}


PROGRAM = """
import sys
from functools import partial

from mnistseq import Config, build_composer
from mnistseq.plugins.registry import create


def draw(composer, index):
    return index, composer.compose(["cat,dog,car"], 3, index)[0].image.tobytes()


def rebuild(path, index):
    return draw(build_composer(Config.load(path)), index)


if __name__ == "__main__":
    composer = build_composer(Config.load(sys.argv[1]))
    here = [draw(composer, index) for index in range(4)]
    executor = create("executor", "processes", {"jobs": 1}, "executor")
    assert sorted(executor.run(range(4), partial(draw, composer))) == here
    assert sorted(executor.run(range(4), partial(rebuild, sys.argv[1]))) == here
    print(type(composer.gaps.spacing).__module__, type(composer.gaps.spacing.peak).__name__)
    from PIL import Image

    assert Image.open(sys.argv[2]).tobytes() == here[0][1]
"""


def test_components_work_in_python_and_in_workers(
    environment: Environment, config_file: Path, drawn: Path, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = environment.run(program, config_file, drawn)
    assert not done.returncode, done.stderr
    assert done.stdout.split() == ["mnistseq_good", "float"]


class TestBadParameters:
    def test_bad_parameters_in_a_file_are_all_reported(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        path = tmp_path / "config.json"
        spacing = {"type": "good-leaning", "parameters": {"peak": 3, "peek": 1}}
        steps = [{"name": "good-weaker", "by": 9}]
        path.write_text(json.dumps({"spacing": spacing, "image": {"transform": steps}}))
        for command in (["generate", "35", "-c"], ["inspect-config"]):
            done = environment.mnistseq(*command, path)
            assert done.returncode == 2
            assert done.stderr.splitlines() == [
                (
                    f"Error: {path}: spacing.parameters.peak: 3 is not allowed; "
                    "give a number from 0 to 1"
                ),
                (
                    f'{path}: spacing.parameters.peek: spacing "good-leaning" has no parameter '
                    "'peek'; did you mean 'peak'?"
                ),
                (
                    f"{path}: image.transform[0] (good-weaker).by: 9 is not allowed; "
                    "give a whole number from 1 to 8"
                ),
            ]

    def test_a_bad_parameter_on_the_command_line_is_reported(
        self, environment: Environment, config_file: Path
    ) -> None:
        done = environment.mnistseq(
            "generate", "cat", "-c", config_file, "--set", "spacing.parameters.peak=3"
        )
        assert done.returncode == 2
        assert done.stderr == (
            "Error: --set spacing.parameters.peak: 3 is not allowed; give a number from 0 to 1\n"
        )

    def test_a_transform_in_the_wrong_list_names_where_it_belongs(
        self, environment: Environment
    ) -> None:
        done = environment.mnistseq("generate", "35", "--set", 'image.transform=["good-framed"]')
        assert done.returncode == 2
        assert done.stderr == (
            "Error: --set image.transform[0]: good-framed is a canvas transform; "
            "move it to canvas.transform\n"
        )


def test_a_built_in_component_is_imported_alone(environment: Environment) -> None:
    program = """
import sys
from mnistseq.plugins.registry import create, find
find("spacing", "variable")
create("spacing", "variable", {}, "")
print(*sorted(sys.modules))
"""
    done = environment.run("-c", program)
    assert not done.returncode, done.stderr
    modules = set(done.stdout.split())
    others = {place.partition(":")[0] for kind in BUILT_IN.values() for place in kind.values()} - {
        "mnistseq.spacings.variable"
    }
    assert "mnistseq.spacings.variable" in modules
    assert not others & modules
    absent = {"pluggy", "pydantic", "mnistseq.plugins.discovery", "mnistseq.plugins.installed"}
    assert not absent & modules
    assert not [module for module in modules if module.startswith("mnistseq_")]


def test_built_in_components_do_not_look_for_plugins(environment: Environment) -> None:
    program = """
import sys
from mnistseq import build_composer
build_composer().compose(["35"], 0)
print(*sorted(sys.modules))
"""
    done = environment.run("-c", program)
    assert not done.returncode, done.stderr
    assert not {"pluggy", "importlib.metadata", "mnistseq.plugins.discovery"} & set(
        done.stdout.split()
    )


def test_python_belongs_to_the_environment(environment: Environment) -> None:
    done = environment.run("-c", "import sys, mnistseq_good; print(sys.executable)")
    assert done.stdout.strip() == str(environment.python)
    assert str(environment.python) != sys.executable


def test_worker_processes_make_the_same_data_set(
    environment: Environment, config_file: Path, tmp_path: Path
) -> None:
    sequences = tmp_path / "sequences.txt"
    sequences.write_text("cat,dog,car\ncar,cat\n" * 3)
    manifests = []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        make = ("batch", sequences, "-o", folder, "-c", config_file, "--seed", "3", "--jobs", jobs)
        done = environment.mnistseq(*make, "--shard-size", "2")
        assert not done.returncode, done.stderr
        manifests.append(json.loads((folder / "manifest.json").read_text()))
    assert manifests[0]["plugins"] == {"mnistseq-good": "1.2.3"}
    assert manifests[0]["shards"] == manifests[1]["shards"]

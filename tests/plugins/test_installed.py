"""A dozen plugins in one environment: some work, and the others are listed with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.plugins.conftest import Environment

BROKEN = {
    "mnistseq-fails-to-import": (
        "ModuleNotFoundError: No module named 'no_such_module_at_all' "
        "(mnistseq_fails_to_import.py, line 1)"
    ),
    "mnistseq-misspelt": "unknown hook 'mnistseq_spacing'; did you mean 'mnistseq_spacings'?",
    "mnistseq-unmarked": "mnistseq_spacings is not marked with @hookimpl",
    "mnistseq-raises": (
        "mnistseq_spacings: ZeroDivisionError: integer division or modulo by zero "
        "(mnistseq_raises.py, line 23)"
    ),
    "mnistseq-wrong-thing": "mnistseq_spacings: returned 'Even', not a list of classes",
    "mnistseq-newer": "requires mnistseq <100,>=99, but this is ",
    "mnistseq-thief": (
        "mnistseq_spacings: Even has the name of the built-in spacing 'variable'; "
        "choose another name"
    ),
    "mnistseq-no-method": "mnistseq_spacings: Even does not implement gaps",
    "mnistseq-exits": "SystemExit: 3 (mnistseq_exits.py, line 3)",
    "mnistseq-no-hook": "implements no hook; choose from mnistseq_sources, ",
    "mnistseq-rough": (
        "mnistseq_spacings: Unknown: the type of a parameter cannot be evaluated: "
        "name 'NoSuchType' is not defined"
    ),
    "mnistseq-argument": "mnistseq_spacings must take no arguments, but takes config",
}
TWINS = (
    "spacing 'twin' is defined in mnistseq-twin-a 1.0 and mnistseq-twin-b 2.0; uninstall one, or "
    "disable it with MNISTSEQ_DISABLED_PLUGINS=mnistseq-twin-b"
)


@pytest.fixture(scope="module")
def listed(environment: Environment) -> dict[str, Any]:
    return environment.listed()


@pytest.mark.parametrize("package", BROKEN)
def test_a_broken_plugin_is_listed_with_the_cause(listed: dict[str, Any], package: str) -> None:
    found = [item for item in listed["broken"] if item["package"] == package]
    assert found
    for broken in found:
        assert broken["reason"].startswith(BROKEN[package])
        assert broken["version"] == "1.0"


def test_nothing_else_is_broken(listed: dict[str, Any]) -> None:
    ours = [item for item in listed["broken"] if item["package"].startswith("mnistseq-")]
    assert {item["package"] for item in ours} == set(BROKEN)


def test_working_plugins_are_listed(listed: dict[str, Any]) -> None:
    components = {(item["kind"], item["name"]): item for item in listed["components"]}
    assert components["spacing", "good-leaning"] == {
        "kind": "spacing",
        "name": "good-leaning",
        "package": "mnistseq-good",
        "version": "1.2.3",
        "summary": "Gaps near one end of the range.",
        "problem": "",
    }
    for name in ("same-a", "same-b"):
        assert components["spacing", name]["package"] == f"mnistseq-{name}"
    assert components["spacing", "variable"]["package"] == "mnistseq"
    twins = [item for item in listed["components"] if item["name"] == "twin"]
    assert [item["package"] for item in twins] == ["mnistseq-twin-a", "mnistseq-twin-b"]
    assert {item["problem"] for item in twins} == {TWINS}


def test_the_list_is_readable(environment: Environment) -> None:
    done = environment.mnistseq("plugins")
    assert not done.returncode
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "  good-leaning     mnistseq-good 1.2.3  Gaps near one end of the range." in lines
    assert f"  twin             mnistseq-twin-b 2.0  cannot be used: {TWINS}" in lines
    for package, cause in BROKEN.items():
        assert any(f"{package} 1.0  {cause}" in line for line in lines[lines.index("broken") :])


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_work(environment: Environment, option: str) -> None:
    done = environment.mnistseq(option)
    assert not done.returncode
    assert done.stderr == ""
    assert "mnistseq" in done.stdout


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("fails-to-import", "mnistseq-fails-to-import"),
        ("mnistseq-fails-to-import", "mnistseq-fails-to-import"),
        ("misspelt", "mnistseq-misspelt"),
        ("unmarked", "mnistseq-unmarked"),
        ("raises", "mnistseq-raises"),
        ("wrong-thing", "mnistseq-wrong-thing"),
        ("newer", "mnistseq-newer"),
        ("thief", "mnistseq-thief"),
        ("lacks-gaps", "mnistseq-no-method"),
        ("exits", "mnistseq-exits"),
    ],
)
def test_asking_for_a_broken_plugin_shows_the_cause(
    environment: Environment, name: str, package: str
) -> None:
    done = environment.mnistseq("generate", "35", "--type", name)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Error: spacing '{name}': its plugin {package} 1.0 is broken: {BROKEN[package]}"
    )
    assert done.stdout == ""


def test_asking_for_a_name_that_two_plugins_define_is_an_error(environment: Environment) -> None:
    done = environment.mnistseq("generate", "35", "--type", "twin")
    assert (done.returncode, done.stderr) == (1, f"Error: {TWINS}\n")


def test_asking_for_an_unknown_name_suggests_a_known_one(environment: Environment) -> None:
    done = environment.mnistseq("plugins", "show", "spacing", "good-leanin")
    assert done.returncode == 2
    assert "unknown spacing 'good-leanin'; did you mean 'good-leaning'?" in done.stderr
    assert "mnistseq-exits: SystemExit: 3" in done.stderr


def test_a_plugin_cannot_replace_a_built_in_component(environment: Environment) -> None:
    done = environment.mnistseq("plugins", "show", "spacing", "variable", "--json")
    assert json.loads(done.stdout)["package"] == "mnistseq"


def test_show_prints_the_parameters(environment: Environment) -> None:
    done = environment.mnistseq("plugins", "show", "spacing", "good-leaning")
    assert not done.returncode
    assert done.stdout.splitlines() == [
        "spacing good-leaning, from mnistseq-good 1.2.3",
        "",
        "Gaps near one end of the range.",
        "",
        "More of this in the second paragraph.",
        "",
        "parameters",
        "  peak: a number from 0 to 1; default 0.5",
        "      where in the range most gaps lie",
        "  ends: a list [a whole number, a whole number]; default [0, 0]",
    ]
    [peak, ends] = json.loads(
        environment.mnistseq("plugins", "show", "spacing", "good-leaning", "--json").stdout
    )["parameters"]
    assert (peak["low"], peak["high"], peak["default"], peak["required"]) == (0, 1, 0.5, False)
    assert ends["default"] == [0, 0]


class TestRough:
    """A plugin that loads, with components that are faulty."""

    def refused(self, environment: Environment, *options: str) -> tuple[int, str]:
        done = environment.mnistseq("generate", "35", *options)
        return done.returncode, done.stderr

    def test_two_entry_points_of_one_module_give_one_component(
        self, listed: dict[str, Any]
    ) -> None:
        names = [item["name"] for item in listed["components"]]
        assert names.count("rough-ordered") == 1

    def test_values_that_do_not_fit_together_are_refused(self, environment: Environment) -> None:
        options = ("--type", "rough-ordered", "--set", "spacing.parameters.low=3")
        fault = "Error: --set spacing.parameters: low 3 exceeds high 2\n"
        assert self.refused(environment, *options) == (2, fault)

    def test_a_parameter_type_that_no_file_can_hold_is_an_error(
        self, environment: Environment
    ) -> None:
        options = ("--type", "rough-exotic", "--set", "spacing.parameters.low=1")
        code, fault = self.refused(environment, *options)
        assert code == 1
        assert "spacing Exotic declares parameters that cannot be checked" in fault

    def test_one_name_twice_in_a_package_is_an_error(self, environment: Environment) -> None:
        fault = (
            "Error: spacing 'rough-twice' is defined twice in mnistseq-rough 1.0: "
            "mnistseq_rough.Twice and mnistseq_rough.TwiceAgain; rename one\n"
        )
        assert self.refused(environment, "--type", "rough-twice") == (1, fault)

    def test_a_parameter_type_that_does_not_exist_is_an_error(
        self, environment: Environment
    ) -> None:
        code, fault = self.refused(environment, "--type", "rough-unknown")
        assert code == 1
        assert "name 'NoSuchType' is not defined" in fault


class TestDisabled:
    def test_a_plugin_is_disabled_by_package_or_entry_point(self, environment: Environment) -> None:
        found = environment.listed(MNISTSEQ_DISABLED_PLUGINS="MNISTSEQ_twin.b, exits,nothing")
        assert [item["package"] for item in found["disabled"]] == [
            "mnistseq-exits",
            "mnistseq-twin-b",
        ]
        assert found["not_installed"] == ["nothing"]
        assert "mnistseq-exits" not in {item["package"] for item in found["broken"]}
        [twin] = [item for item in found["components"] if item["name"] == "twin"]
        assert (twin["package"], twin["problem"]) == ("mnistseq-twin-a", "")

    def test_a_star_disables_all(self, environment: Environment) -> None:
        found = environment.listed(MNISTSEQ_DISABLED_PLUGINS="*")
        assert found["broken"] == []
        assert {item["package"] for item in found["components"]} == {"mnistseq"}

    def test_asking_for_a_disabled_one_says_so(self, environment: Environment) -> None:
        done = environment.mnistseq(
            "generate", "35", "--type", "good-leaning", MNISTSEQ_DISABLED_PLUGINS="good"
        )
        assert done.returncode == 2
        assert "Disabled by MNISTSEQ_DISABLED_PLUGINS: mnistseq-good" in done.stderr

    def test_the_list_shows_disabled_plugins(self, environment: Environment) -> None:
        done = environment.mnistseq("plugins", MNISTSEQ_DISABLED_PLUGINS="good,nothing")
        lines = done.stdout.splitlines()
        assert lines[lines.index("disabled") + 1] == "  good             mnistseq-good 1.2.3"
        assert lines[-1] == "MNISTSEQ_DISABLED_PLUGINS names nothing, which is not installed"


class TestDamagedFiles:
    """What an interrupted pip, or an old tool, leaves in an environment."""

    def test_missing_metadata_is_reported(self, environment: Environment, tmp_path: Path) -> None:
        _entry_points(tmp_path / "half-1.0.dist-info", "[mnistseq]\nhalf = half\n")
        found = environment.listed(PYTHONPATH=str(tmp_path))
        assert "its METADATA is missing" in found["broken"][-1]["reason"]

    def test_unreadable_entry_points_are_reported(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        folder = _entry_points(tmp_path / "odd-1.0.dist-info", "[mnistseq]\nno equals sign\n")
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
        found = environment.listed(PYTHONPATH=str(tmp_path))
        assert "odd" in {item["package"] for item in found["broken"]}
        assert "good-leaning" in {item["name"] for item in found["components"]}

    def test_damaged_files_of_other_packages_do_not_matter(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        _entry_points(tmp_path / "other-1.0.dist-info", "[console_scripts]\nno equals sign\n")
        found = environment.listed(PYTHONPATH=str(tmp_path))
        assert "good-leaning" in {item["name"] for item in found["components"]}


def _entry_points(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "entry_points.txt").write_text(text)
    return folder

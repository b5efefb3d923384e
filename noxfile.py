"""Everything that is checked, built and measured; ``nox --list`` lists it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["check"]
# A version of Python that is not installed is skipped, never downloaded.
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]

READERS = {
    "doctr": ["python-doctr"],
    "easyocr": ["pandas"],
    "fiftyone": ["fiftyone", "pycocotools"],
    "kraken": ["kraken"],
    "parseq": [],
    "pycocotools": ["pycocotools==2.0.10"],
    "torchvision": ["torchvision", "pycocotools"],
    "ultralytics": ["ultralytics"],
}
"""Script in tests/readers → what it needs besides the project."""


@nox.session
def check(session: nox.Session) -> None:
    """Lint, types, import contracts, tests and a little fuzzing, in one environment."""
    _install(session, "lint", "types", "imports", "tests")
    with ThreadPoolExecutor(1) as beside:
        types = beside.submit(_types, session)
        _lint(session)
        _imports(session)
        # Always the same changes, so that only a change of the code makes it fail.
        session.run("python", "robustness/fuzz.py", "--seconds", "20", "--seed", "1")
    types.result()
    _tests(session)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, on each installed Python; arguments go to pytest."""
    _install(session, "tests")
    _tests(session)


@nox.session
def quick(session: nox.Session) -> None:
    """The tests without those marked slow; arguments go to pytest."""
    _install(session, "tests")
    session.run("pytest", "-n", "2", "-m", "not slow and not environment", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Format and lint."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "lint"))
    _lint(session)


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    _install(session, "types", "tests")
    _types(session)


@nox.session
def imports(session: nox.Session) -> None:
    """Check that packages import only from layers below their own."""
    _install(session, "imports")
    _imports(session)


@nox.session
def public_types(session: nox.Session) -> None:
    """Check that the type of everything public is known without inference."""
    session.install("-e", ".[torch]", "pyright[nodejs]>=1.1.400")
    session.run("pyright", "--verifytypes", "mnistseq", "--ignoreexternal")


@nox.session
@nox.parametrize("reader", list(READERS), ids=list(READERS))
def readers(session: nox.Session, reader: str) -> None:
    """Data sets, read by the programs that they are made for, each in an environment of its own."""
    session.install(".[fast,lmdb]", *READERS[reader])
    session.run("python", f"tests/readers/{reader}_reader.py")


@nox.session
def old_readers(session: nox.Session) -> None:
    """PaddleOCR and an old version of datasets, which cannot be installed beside the project."""
    _install(session, "pytest", "formats")
    session.run("pytest", "-m", "environment", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, warnings being errors."""
    _install(session, "docs")
    session.run("python", "docs/generate.py", "--check")
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed, as ratios."""
    session.install(".[fast,lmdb,parquet,torch]", "webdataset>=1")
    for name in ("compose", "startup", "formats", "batch", "transforms", "presets", "training"):
        session.run("python", f"benchmarks/{name}.py")


@nox.session(python="3.11")
def minimums(session: nox.Session) -> None:
    """The tests, with the lowest version of each dependency that pyproject.toml allows."""
    lowest = [line.replace(">=", "==") for line in PYPROJECT["project"]["dependencies"]]
    # Without the readers of formats, which need newer versions of the dependencies they share with us.
    _install(session, "pytest", also=lowest)
    _tests(session)


@nox.session
def without_imgaug(session: nox.Session) -> None:
    """The recipe for those who do without imgaug and OpenCV, and what works then."""
    session.install("--no-deps", ".")
    session.install("-r", "examples/requirements-without-imgaug.txt")
    session.install(*nox.project.dependency_groups(PYPROJECT, "pytest"))
    session.run("python", "-c", "import importlib.util as i; assert not i.find_spec('cv2')")
    session.run("mnistseq", "generate", "350", "--preset", "camera", "-o", session.create_tmp())
    session.run("pytest", "tests/docs/test_install.py", "tests/cli/test_generate.py")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Feed changed inputs to all that reads strangers' data: a minute, or as the arguments say."""
    _install(session, "pytest")
    # Its wheels come later than a new Python, and for fewer platforms.
    session.run("pip", "install", "--quiet", "atheris", success_codes=[0, 1])
    session.run("python", "robustness/fuzz.py", *(session.posargs or ["--seconds", "60"]))


@nox.session
def faults(session: nox.Session) -> None:
    """Kills, full disks and other faults while data sets are made; ``-- --share 0.1`` does less."""
    _install(session, "pytest", "formats")
    session.run("python", "robustness/faults.py", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Make ten million samples, and watch memory and open files."""
    _install(session, "pytest")
    session.run("python", "robustness/soak.py", *session.posargs)


@nox.session
def supply(session: nox.Session) -> None:
    """Build twice, compare, check contents and metadata, write a bill of materials, audit."""
    session.install("build>=1.2", "hatchling>=1.27", "twine>=6", "pip-audit>=2.7")
    session.run("python", "robustness/supply_chain.py", *session.posargs)


def _install(session: nox.Session, *groups: str, also: list[str] | None = None) -> None:
    """Install the project and groups; nox reads the groups, for pip does so only from 25.1."""
    # The pip of an older Python takes a minute longer to find versions that fit together.
    session.install("--upgrade", "pip")
    # Of 23,000 modules most are never imported; those that are, are compiled then and kept.
    packages = nox.project.dependency_groups(PYPROJECT, *groups)
    session.install("--no-compile", "-e", ".", *(also or []), *packages)
    session.env["PYTHONDONTWRITEBYTECODE"] = ""


def _lint(session: nox.Session) -> None:
    session.run("ruff", "format", "--check", "--diff")
    session.run("ruff", "check")


def _types(session: nox.Session) -> None:
    session.run("mypy")


def _imports(session: nox.Session) -> None:
    session.run("lint-imports")


def _tests(session: nox.Session) -> None:
    session.run("pytest", "-n", "2", *session.posargs)

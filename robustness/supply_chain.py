"""Check what would be published: ``nox -s supply``.

The wheel and the sdist are built twice, in different folders and at different times, and have to
be equal to the byte. Their contents are compared with what belongs there, a bill of materials is
written beside them, and `pip-audit` looks for known vulnerabilities where it can reach its data.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NEEDED = (
    "mnistseq/__init__.py",
    "mnistseq/py.typed",
    "mnistseq/data/mnist/NOTICE",
    "mnistseq/presets/",
    ".data/data/share/man/man1/mnistseq.1",
    ".data/data/share/bash-completion/completions/mnistseq",
    ".data/data/share/fish/vendor_completions.d/mnistseq.fish",
    ".data/data/share/zsh/site-functions/_mnistseq",
)
"""What the wheel has to contain: parts of names."""

UNWANTED = (
    "__pycache__",
    ".pyc",
    ".so",
    ".git/",
    ".env",
    "/seq_",
    ".nox",
    ".DS_Store",
    "robustness/seeds",
)


class SupplyError(Exception):
    """Something that must not be published."""


def main() -> None:
    """Build, check and describe; exit with 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    output = parser.parse_args().output
    try:
        files = _build_twice(output)
        for path in files:
            _check_contents(path)
        _run("twine", "check", "--strict", *map(str, files))
        _write_sbom(output / "sbom.cdx.json", files)
    except SupplyError as error:
        sys.exit(f"FAILED: {error}")
    _audit()


def _build_twice(output: Path) -> list[Path]:
    """Build the wheel and the sdist in two copies of the sources; return those in `output`."""
    built = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("one", "a-longer-name-for-two"):
            copy = Path(folder, name)
            _copy_sources(copy)
            for path in copy.rglob("*"):
                path.touch()
            _run("-m", "build", "--outdir", str(copy / "out"), str(copy))
            built.append(sorted((copy / "out").iterdir()))
        first, second = built
        for one, other in zip(first, second, strict=True):
            if one.name != other.name or _digest(one) != _digest(other):
                raise SupplyError(f"{one.name}: two builds differ")
        output.mkdir(exist_ok=True)
        return [Path(shutil.copy(path, output)) for path in first]


def _copy_sources(folder: Path) -> None:
    """Copy the files that git knows; others, such as caches, are of this machine alone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)


def _check_contents(path: Path) -> None:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        tops = {name.split("/")[0] for name in names}
        if len(tops) != 3 or "mnistseq" not in tops:
            raise SupplyError(f"{path.name}: contains {sorted(tops)}")
        missing = [part for part in NEEDED if not any(part in name for name in names)]
    else:
        with tarfile.open(path) as archive:
            odd = [member.name for member in archive if not member.isreg()]
            names = archive.getnames()
        if odd:
            raise SupplyError(f"{path.name}: {odd[0]} is not a regular file")
        missing = [
            part
            for part in ("LICENSE", "pyproject.toml", "SECURITY.md")
            if not any(name.endswith(f"/{part}") for name in names)
        ]
    if missing:
        raise SupplyError(f"{path.name}: lacks {', '.join(missing)}")
    unwanted = [name for name in names if any(part in name for part in UNWANTED)]
    if unwanted:
        raise SupplyError(f"{path.name}: contains {unwanted[0]}")
    print(f"{path.name}: {len(names)} files, {path.stat().st_size} bytes, sha256 {_digest(path)}")


def _write_sbom(path: Path, files: list[Path]) -> None:
    """Write a CycloneDX 1.5 bill of materials: the package, and what pip would install with it."""
    wheel = next(file for file in files if file.suffix == ".whl")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        _run(
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--ignore-installed",
            "--quiet",
            "--report",
            str(report),
            str(wheel),
        )
        installed = json.loads(report.read_text("utf-8"))["install"]
    components = sorted(map(_component, installed), key=lambda item: str(item["purl"]))
    sbom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}
    path.write_text(json.dumps(sbom, indent=2) + "\n", "utf-8")
    print(f"{path.name}: {len(components)} packages")


def _component(item: dict[str, Any]) -> dict[str, Any]:
    metadata, archive = item["metadata"], item["download_info"].get("archive_info", {})
    name, version = metadata["name"].lower(), metadata["version"]
    component: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
    }
    digest = archive.get("hashes", {}).get("sha256")
    if digest:
        component["hashes"] = [{"alg": "SHA-256", "content": digest}]
    licence = metadata.get("license_expression") or metadata.get("license")
    if licence and len(licence) < 100:
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _audit() -> None:
    """Look for known vulnerabilities of what is installed here."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    text = (done.stdout + done.stderr).strip()
    if "ConnectionError" in text or "ServiceError" in text or "HTTPError" in text:
        print("pip-audit: its data cannot be reached from here")
    elif done.returncode:
        sys.exit(f"FAILED: pip-audit:\n{text}")
    else:
        # A mirror of packages may know nothing of vulnerabilities.
        unknown = text.count("could not be audited")
        audited = len(list(distributions())) - unknown
        print(f"pip-audit: nothing known against {max(audited, 0)} packages; {unknown} not audited")


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _run(*arguments: str) -> None:
    command = [sys.executable, *(() if arguments[0] == "-m" else ("-m",)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SupplyError(f"{' '.join(arguments[:3])}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()

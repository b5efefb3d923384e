"""An environment with a dozen plugins in it, most of them broken, all installed by pip."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest


@dataclass(frozen=True)
class Package:
    """A plugin with one module, and what pip is told of it."""

    source: str
    entry_point: str
    version: str = "1.0"
    requires: str = "mnistseq"

    def wheel(self, name: str, folder: Path) -> Path:
        """Write the package as a wheel, as any build tool would."""
        module = name.replace("-", "_")
        info = f"{module}-{self.version}.dist-info"
        files = {
            f"{module}.py": dedent(self.source),
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {self.version}\n"
            f"Requires-Dist: {self.requires}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
            "Tag: py3-none-any\n",
            f"{info}/entry_points.txt": f"[mnistseq]\n{self.entry_point} = {module}\n",
        }
        record = [f"{path},{_record_hash(text)},{len(text)}" for path, text in files.items()]
        files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,\n"])
        path = folder / f"{module}-{self.version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for place, text in files.items():
                archive.writestr(place, text)
        return path


def _record_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


SPACING = """
    from dataclasses import dataclass
    from typing import ClassVar

    import numpy as np

    from mnistseq.core.protocols import Spacing
    from mnistseq.hookspecs import hookimpl


    @dataclass(frozen=True)
    class Even(Spacing):
        \"\"\"Even gaps, from {name}.\"\"\"

        name: ClassVar[str] = "{name}"

        def gaps(self, request, stream):
            return np.full((len(request.content), request.count), request.minimum)


    @hookimpl
    def mnistseq_spacings():
        return [Even]
"""

GOOD = """
    from dataclasses import dataclass, field
    from typing import Annotated, ClassVar

    import numpy as np
    from annotated_types import Ge, Le

    from mnistseq import GlyphBank
    from mnistseq.core.protocols import CanvasTransform, GlyphTransform, Source, Spacing
    from mnistseq.errors import ArgumentError
    from mnistseq.hookspecs import hookimpl


    @dataclass(frozen=True)
    class Animals(Source):
        \"\"\"A block of ink for each of cat, dog and car.\"\"\"

        name: ClassVar[str] = "good-animals"
        strength: Annotated[int, Ge(1), Le(255)] = 200

        def load(self, split, path):
            if split != "train":
                raise ArgumentError(f"good-animals has no split {split!r}: take train")
            pixels = np.zeros((3, 20, 12), dtype=np.uint8)
            for number in range(3):
                pixels[number, 2:18, 1 : 5 + 3 * number] = self.strength
            return GlyphBank(pixels, np.arange(3), ("cat", "dog", "car"), self.name)


    @dataclass(frozen=True)
    class Leaning(Spacing):
        \"\"\"Gaps near one end of the range.

        More of this in the second paragraph.
        \"\"\"

        name: ClassVar[str] = "good-leaning"
        peak: Annotated[float, Ge(0), Le(1)] = field(
            default=0.5, metadata={"help": "where in the range most gaps lie"}
        )
        ends: tuple[int, int] = (0, 0)

        def gaps(self, request, stream):
            assert isinstance(self.peak, float) and isinstance(self.ends, tuple)
            chances = stream.uniform(request.count) ** (1 / max(self.peak, 0.01))
            return request.minimum + (chances * (request.span + 1)).astype(np.int64)


    @dataclass(frozen=True)
    class Weaker(GlyphTransform):
        \"\"\"Half the ink.\"\"\"

        name: ClassVar[str] = "good-weaker"
        by: Annotated[int, Ge(1), Le(8)] = 2

        def apply(self, glyphs, stream):
            return -(-glyphs // np.uint8(self.by))


    @dataclass(frozen=True)
    class Framed(CanvasTransform):
        \"\"\"A dark frame around each image.\"\"\"

        name: ClassVar[str] = "good-framed"

        def apply(self, canvas, stream):
            images = canvas.images.copy()
            images[:, [0, -1]] = 0
            images[:, :, [0, -1]] = 0
            return canvas.with_images(images)


    @hookimpl
    def mnistseq_sources():
        return [Animals]


    @hookimpl
    def mnistseq_spacings():
        return [Leaning]


    @hookimpl
    def mnistseq_glyph_transforms():
        return (Weaker,)


    @hookimpl
    def mnistseq_canvas_transforms():
        return [Framed]
"""

ROUGH = """
    from dataclasses import dataclass
    from typing import ClassVar

    import numpy as np

    from mnistseq.core.protocols import Spacing
    from mnistseq.hookspecs import hookimpl


    @dataclass(frozen=True)
    class Base(Spacing):
        low: int = 1
        high: int = 2

        def gaps(self, request, stream):
            return np.full((len(request.content), request.count), request.minimum)


    @dataclass(frozen=True)
    class Ordered(Base):
        \"\"\"Has parameters that have to go together.\"\"\"

        name: ClassVar[str] = "rough-ordered"

        def __post_init__(self):
            if self.low > self.high:
                raise ValueError(f"low {self.low} exceeds high {self.high}")


    @dataclass(frozen=True)
    class Exotic(Base):
        \"\"\"Has a parameter that no file can hold.\"\"\"

        name: ClassVar[str] = "rough-exotic"
        state: np.random.RandomState | None = None


    @dataclass(frozen=True)
    class Twice(Base):
        name: ClassVar[str] = "rough-twice"


    @dataclass(frozen=True)
    class TwiceAgain(Base):
        name: ClassVar[str] = "rough-twice"


    @dataclass(frozen=True)
    class Unknown(Base):
        name: ClassVar[str] = "rough-unknown"
        size: "NoSuchType" = 1


    @hookimpl
    def mnistseq_spacings():
        return [Ordered, Exotic, Twice, TwiceAgain, Unknown]
"""

PACKAGES = {
    # Two entry points that lead to one module.
    "mnistseq-rough": Package(ROUGH, "rough-again = mnistseq_rough\nrough"),
    "mnistseq-good": Package(GOOD, "good", version="1.2.3"),
    "mnistseq-fails-to-import": Package("import no_such_module_at_all\n", "fails-to-import"),
    "mnistseq-misspelt": Package(
        SPACING.format(name="misspelt").replace("mnistseq_spacings", "mnistseq_spacing"), "misspelt"
    ),
    "mnistseq-unmarked": Package(
        SPACING.format(name="unmarked").replace("@hookimpl", ""), "unmarked"
    ),
    "mnistseq-raises": Package(
        SPACING.format(name="raises").replace("return [Even]", "return [Even][3 // 0]"), "raises"
    ),
    "mnistseq-wrong-thing": Package(
        SPACING.format(name="wrong-thing").replace("return [Even]", "return 'Even'"), "wrong-thing"
    ),
    "mnistseq-newer": Package(
        SPACING.format(name="newer"), "newer", requires="mnistseq>=99,<100; python_version>'3'"
    ),
    "mnistseq-twin-a": Package(SPACING.format(name="twin"), "twin-a"),
    "mnistseq-twin-b": Package(SPACING.format(name="twin"), "twin-b", version="2.0"),
    "mnistseq-same-a": Package(SPACING.format(name="same-a"), "same"),
    "mnistseq-same-b": Package(SPACING.format(name="same-b"), "same"),
    "mnistseq-thief": Package(SPACING.format(name="variable"), "thief"),
    "mnistseq-no-method": Package(
        SPACING.format(name="lacks-gaps").replace("def gaps", "def gap"), "no-method"
    ),
    "mnistseq-exits": Package("import sys\n\nsys.exit(3)\n", "exits"),
    "mnistseq-no-hook": Package("VALUE = 3\n", "no-hook"),
    "mnistseq-argument": Package(
        SPACING.format(name="argument").replace("spacings()", "spacings(config)"), "argument"
    ),
}
"""All of these stand in one environment; only some of them should."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment that sees mnistseq and what it needs, and has plugins of its own."""

    python: Path

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run its Python with arguments; variables are added to the environment's."""
        kept = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
        kept.pop("MNISTSEQ_DISABLED_PLUGINS", None)
        return subprocess.run(
            [self.python, *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**kept, **variables},
        )

    def mnistseq(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        return self.run("-m", "mnistseq", *command, **variables)

    def listed(self, **variables: str) -> dict[str, Any]:
        """What ``mnistseq plugins --json`` says."""
        done = self.mnistseq("plugins", "--json", **variables)
        assert not done.returncode, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def install(self, *what: str | Path) -> None:
        """Let pip install wheels or folders, without an index."""
        command: list[str | Path] = [sys.executable, "-m", "pip", "--python", self.python]
        command += ["install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
        command += ["--disable-pip-version-check", *what]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stdout + done.stderr


def make_environment(folder: Path) -> Environment:
    """Make an environment on top of the one that the tests run in."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts, packages = ("Scripts", "Lib") if os.name == "nt" else ("bin", "lib/python*")
    site_packages = next(folder.glob(f"{packages}/site-packages"))
    # Not a path but a call, so that an editable install of mnistseq in there is found, too.
    lines = [
        f"import site; site.addsitedir({path!r})"
        for path in sys.path
        if Path(path).name in {"site-packages", "dist-packages"}
    ]
    (site_packages / "below.pth").write_text("\n".join(lines))
    return Environment(folder / scripts / "python")


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Make a further environment, without plugins."""
    return lambda: make_environment(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="session")
def environment(
    tmp_path_factory: pytest.TempPathFactory, new_environment: Callable[[], Environment]
) -> Environment:
    """All of `PACKAGES` in one environment."""
    made = new_environment()
    folder = tmp_path_factory.mktemp("wheels")
    wheels: Iterable[Path] = [package.wheel(name, folder) for name, package in PACKAGES.items()]
    made.install(*wheels)
    return made

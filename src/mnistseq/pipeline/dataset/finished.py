"""FinishedDataset: a finished data set, to verify it, read it or make it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mnistseq.atomic import is_folder
from mnistseq.config.config import Config
from mnistseq.config.exclusions import KEY as EXCLUDE
from mnistseq.core.protocols import Format
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    ConfigFault,
    Origin,
    OutputError,
    SourceError,
    WrongPathError,
)
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.config_paths import check_contents, locate
from mnistseq.pipeline.dataset.existing import PLAN
from mnistseq.pipeline.dataset.manifest import (
    FileRecord,
    Manifest,
    RandomRecord,
    parse_manifest,
)
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput, recorded_law
from mnistseq.pipeline.dataset.request import DatasetRequest, Input, InputFile
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.dataset.trust import check_drawing_allowed, check_reading_allowed
from mnistseq.pipeline.glyph_loading import glyph_requirements, load_bank
from mnistseq.pipeline.rows.columns import ColumnChoice
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.store.open import local_folder, open_store
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.plugins.registry import create
from mnistseq.sources.downloads.settings import downloads_forbidden

NO_PATHS: Mapping[str, str] = MappingProxyType({})
"""Default for paths: all files are where the manifest says."""


@dataclass(frozen=True)
class FinishedDataset:
    """A finished data set with its manifest."""

    root: str
    store: Store
    manifest: Manifest

    @classmethod
    def open(cls, path: str) -> FinishedDataset:
        """Read the manifest of a data set, given the folder or URL of the data set or of the manifest.

        OutputError if the manifest is missing or cannot be read. SourceError if it is damaged or
        not a manifest of mnistseq.
        """
        if not path:
            raise ArgumentError("no data set is given: the name is empty; give its folder")
        folder = path.removesuffix(MANIFEST)
        # "other.manifest.json" is not a manifest.
        named = folder if not folder or folder.endswith(("/", "\\")) else path
        root = named.rstrip("/\\") or "."
        store = open_store(root)
        try:
            content = store.read_record(MANIFEST)
        except (FileNotFoundError, NotADirectoryError):
            raise WrongPathError(_without_manifest(root, store)) from None
        except OSError as error:
            raise OutputError(f"{root}: cannot be read: {error.strerror or error}") from error
        try:
            return cls(root, store, parse_manifest(content))
        except ValueError as error:
            raise SourceError(
                f"{root}/{MANIFEST}: is not a manifest of mnistseq, or is damaged ({error}); restore "
                "the one that was made with the data set, or give another data set"
            ) from None

    def format(self, *, fetch: bool = False) -> Format:
        """Return the format of the shards.

        NotAllowedError if a plugin would have to be imported, which `fetch` allows.
        """
        record = self.manifest.format
        if not fetch:
            check_reading_allowed(record.name, self.root)
        made: Format = create("format", record.name, record.parameters, "format")
        return made

    @contextmanager
    def plan(
        self, root: str, paths: Mapping[str, str] = NO_PATHS, *, fetch: bool = False
    ) -> Iterator[DatasetPlan]:
        """Provide the plan of the data set; its input can be read inside the context.

        Parameters
        ----------
        root : str
            Folder or URL where the planned data set will be.
        paths : mapping of str to str
            Config key, such as ``source.path``, → path on this machine, for files of which the
            manifest has only the name, or which are not where it says.
        fetch : bool
            Whether the manifest may cause other files to be read, sources to be downloaded and
            plugins to be imported.

        Raises
        ------
        NotAllowedError
            If that would be necessary, but is not allowed.
        MissingPathError
            If the path of a file is missing.
        SourceError
            If this version or the files of the source would give other images.
        """
        manifest = self.manifest
        if manifest.algorithm != ALGORITHM:
            raise SourceError(
                f"the data set was drawn by algorithm {manifest.algorithm}, but this version has "
                f"{ALGORITHM}: install mnistseq {manifest.mnistseq}"
            )
        located = locate(manifest, self.root, paths)
        config = self._config(located.values)
        if not fetch:
            check_drawing_allowed(config, manifest.format.name, self.root, located.allowed)
        with nullcontext() if fetch else downloads_forbidden():
            bank = load_bank(config, checked=True)
        with self._input(bank.alphabet) as given:
            plan = DatasetPlan.of(
                DatasetRequest(
                    config=config,
                    bank=bank,
                    input=given,
                    seed=manifest.seed,
                    format=self.format(fetch=True),  # already refused above, if necessary
                    root=root,
                    shares=tuple(manifest.shares.items()),
                    disjoint=manifest.disjoint,
                    shard_samples=manifest.shard_samples,
                    name_template=(
                        None
                        if manifest.name is None
                        else NameTemplate.parse(manifest.name, given.keep)
                    ),
                )
            )
            check_contents(manifest, config, plan.record.paths)
            if plan.record.source.fingerprint != manifest.source.fingerprint:
                raise SourceError(
                    f"source {manifest.source.name} has other glyphs here than those that the data "
                    f"set was drawn from; provide {glyph_requirements(config)}"
                )
            planned, listed = len(plan.layout), len(manifest.shards)
            if planned > listed:
                # A manifest may claim any number of shards, so they must not be enumerated.
                raise SourceError(
                    f"{self.root}: {plural(planned, 'shard')} were planned, but the manifest lists "
                    f"{listed:,}"
                )
            yield plan

    def _config(self, values: Mapping[str, Any]) -> Config:
        """Return the config, validated like a file, because anyone may have changed it."""
        from mnistseq.config.validation import check_values  # imports pydantic: 50 ms

        origin = Origin("file", f"{self.root}/{MANIFEST}: config")
        checked = check_values(values, origin)
        # Never read a file because a manifest names it; genuine manifests contain the ids.
        if isinstance(checked.get("source", {}).get("exclude"), str):
            raise ConfigError(ConfigFault(EXCLUDE, "is not a list of glyph ids", origin))
        try:
            return Config.of_checked(checked)
        except ConfigError as error:
            raise error.with_origins(lambda _: origin) from None

    @contextmanager
    def _input(self, alphabet: tuple[str, ...]) -> Iterator[Input]:
        record = self.manifest.input
        with self._kept_file(record.kept) as file:
            if isinstance(record, RandomRecord):
                law = recorded_law(record, alphabet, file)
                yield RandomInput(law, record.samples, file)
            elif file is not None:
                choice = ColumnChoice(record.column, record.keep)
                rows = RowFile(file.path, record.format, file.display_name, choice)
                yield RowInput(rows, record.repeat, record.skip_bad)

    @contextmanager
    def _kept_file(self, record: FileRecord | None) -> Iterator[InputFile | None]:
        """Provide the data set's copy of its input file, if it has one."""
        if record is None:
            yield None
            return
        display_name = f"{self.root}/{record.name}"
        if self.store.difference(record.name, record.bytes, record.sha256) is not None:
            raise SourceError(
                f"{display_name}: is missing, or is not the file of sequences that the data set was "
                "made from; restore it"
            )
        with self.store.local(record.name) as path:
            yield InputFile(Path(path), display_name)

    def compare(self, plan: DatasetPlan) -> None:
        """Raise SourceError if the data set made from `plan` has different shards."""
        made = {
            shard.name: shard.sha256
            for shard in FinishedDataset.open(plan.request.root).manifest.shards
        }
        different = [
            shard.name for shard in self.manifest.shards if made.get(shard.name) != shard.sha256
        ]
        if not different:
            return
        there, here = (
            {"mnistseq": record.mnistseq, **record.plugins, **record.format.versions}
            for record in (self.manifest, plan.record)
        )
        versions = [
            f"{name} is {here.get(name, 'not used')} here and {version} there"
            for name, version in there.items()
            if here.get(name) != version
        ]
        reason = "; ".join(versions) or "a library may have another version"
        raise SourceError(
            f"{plan.request.root}: was made, but {len(different)} of {len(made)} shards differ from "
            f"those of {self.root}, the first is {different[0]}: {reason}"
        )


def _without_manifest(root: str, store: Store) -> str:
    """Return the message for a folder without a manifest, with a remedy."""
    path = local_folder(root)
    if path is not None and path.exists() and not is_folder(path):
        return f"{root} is a file; give the folder of a data set, or its {MANIFEST}"
    if not (store.names() if path is None else is_folder(path)):
        return f"{root} does not exist"
    if store.has(PLAN):
        return f"{root} contains an unfinished data set, which has no {MANIFEST}; resume it first"
    return f"{root} is not a data set of mnistseq: it has no {MANIFEST}"

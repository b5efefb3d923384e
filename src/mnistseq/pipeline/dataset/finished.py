"""A finished data set, to be made or drawn again from what its manifest says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from mnistseq.atomic import is_folder
from mnistseq.config.config import Config
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import ArgumentError, ConfigError, Origin, OutputError, SourceError
from mnistseq.pipeline.dataset.existing import PLAN, rows_name
from mnistseq.pipeline.dataset.inputs import Input
from mnistseq.pipeline.dataset.manifest import Json, read_manifest
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.rows.row_file import RowFile, RowFormat
from mnistseq.pipeline.store.open import local_folder, open_store
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.plugins.registry import create


@dataclass(frozen=True)
class FinishedDataset:
    """A finished data set and its manifest.

    Attributes
    ----------
    root : str
        Folder or URL.
    manifest : dict
    """

    root: str
    manifest: Json

    @classmethod
    def open(cls, place: str) -> FinishedDataset:
        """Read the manifest of a data set, given its folder, its URL, or the manifest's own.

        Raises
        ------
        OutputError
            If there is none, or it cannot be read.
        SourceError
            If it is no manifest of ours.
        """
        if not place:
            raise ArgumentError("no data set is given: the name is empty; give its folder")
        folder = place.removesuffix(MANIFEST)
        # Not of other.manifest.json, say.
        whole = folder if not folder or folder.endswith(("/", "\\")) else place
        root = whole.rstrip("/\\") or "."
        store = open_store(root)
        try:
            with store.open(MANIFEST) as file:
                content = file.read()
        except (FileNotFoundError, NotADirectoryError):
            raise OutputError(_no_manifest(root, store)) from None
        except OSError as error:
            raise OutputError(f"{root}: cannot be read: {error.strerror or error}") from error
        return cls(root, read_manifest(content, f"{root}/{MANIFEST}"))

    @contextmanager
    def plan(self, root: str, source_path: str | None = None) -> Iterator[DatasetPlan]:
        """The plan by which it was made, to make it again; the rows are there for as long as this.

        Parameters
        ----------
        root : str
            Where to.
        source_path : str, optional
            Where the source's files are here, if elsewhere than there.

        Raises
        ------
        SourceError
            If this version, or the source's files, would draw otherwise.
        """
        manifest = self.manifest
        if manifest["algorithm"] != ALGORITHM:
            raise SourceError(
                f"the data set was drawn by algorithm {manifest['algorithm']}, this version has "
                f"{ALGORITHM}: install mnistseq {manifest['mnistseq']}"
            )
        config = self._config()
        if source_path is not None:
            config = replace_source_path(config, source_path)
        form = manifest["format"]
        with self._input(open_store(self.root)) as given:
            plan = DatasetPlan.of(
                DatasetRequest(
                    config=config,
                    input=given,
                    seed=manifest["seed"],
                    format=create("format", form["name"], form["parameters"], "format"),
                    root=root,
                    shares=tuple((name, share) for name, share in manifest["shares"].items()),
                    disjoint=manifest["disjoint"],
                    shard_samples=manifest["shard_samples"],
                )
            )
            if plan.job.fingerprint != manifest["source"]["fingerprint"]:
                raise SourceError(
                    f"source {manifest['source']['name']} has other glyphs here than those the "
                    "data set was drawn from; put the same files in place"
                )
            yield plan

    def _config(self) -> Config:
        """The config, checked as that of a file is: anybody may have changed it."""
        from mnistseq.config.validation import check_values  # for pydantic: 50 ms

        origin = Origin("file", f"{self.root}/{MANIFEST}: config")
        checked = check_values(self.manifest["config"], origin)
        try:
            return Config.of_checked(checked)
        except ConfigError as error:
            raise error.with_origins(lambda _: origin) from None

    @contextmanager
    def _input(self, store: Store) -> Iterator[Input]:
        described = self.manifest["input"]
        if described["kind"] == "drawn":
            # Key by key: a later version may say more of it.
            drawn = RandomSequences(
                **{item.name: described[item.name] for item in fields(RandomSequences)}
            )
            yield RandomInput(drawn, described["samples"])
            return
        form: RowFormat = described["format"]
        name = rows_name(form)
        title = f"{self.root}/{name}"
        if store.measure(name) != (described["bytes"], described["sha256"]):
            raise SourceError(
                f"{title}: is not the file of sequences that the data set was made from; put it "
                "back"
            )
        with store.local(name) as path:
            file = RowFile(Path(path), form, title)
            yield RowInput(file, described["repeat"], described["skip_bad"])

    def compare(self, plan: DatasetPlan) -> None:
        """Raise SourceError where what was made by `plan` has other bytes than the original."""
        made = {
            item["name"]: item["sha256"]
            for item in FinishedDataset.open(plan.batch.root).manifest["shards"]
        }
        other = [
            item["name"]
            for item in self.manifest["shards"]
            if made.get(item["name"]) != item["sha256"]
        ]
        if not other:
            return
        there = {"mnistseq": self.manifest["mnistseq"], **self.manifest["plugins"]}
        here = {"mnistseq": plan.description["mnistseq"], **plan.description["plugins"]}
        wrong = [
            f"{name} is {here.get(name, 'not used')} here and {version} there"
            for name, version in there.items()
            if here.get(name) != version
        ]
        reason = "; ".join(wrong) or "a library that encodes images may be of another version here"
        raise SourceError(
            f"{plan.batch.root}: was made, but {len(other)} of {len(made)} shards have other bytes "
            f"than those of {self.root}, the first {other[0]}: {reason}"
        )


def replace_source_path(config: Config, path: str) -> Config:
    """The config with another place for the source's files."""
    values = config.to_dict()
    values["source"]["path"] = path
    return Config.of_checked(values | {"preset": None})


def _no_manifest(root: str, store: Store) -> str:
    """What is wrong with a place that has no manifest, and what would help."""
    path = local_folder(root)
    if path is not None and path.exists() and not is_folder(path):
        return f"{root}: is a file; give the folder of a data set, or its {MANIFEST}"
    if store.has(PLAN):
        return (
            f"{root}: has no {MANIFEST}: the data set was begun and not finished; batch --resume "
            "finishes it"
        )
    if not (store.names() if path is None else is_folder(path)):
        return f"{root}: there is nothing; give the folder of a data set, or its {MANIFEST}"
    return f"{root}: is no data set of mnistseq's: it has no {MANIFEST}; give the folder of one"

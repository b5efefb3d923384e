"""ExistingDataset: what is already at a destination, to be resumed, protected or removed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from mnistseq.errors import DatasetExistsError, Difference, OutputError, WrongPathError
from mnistseq.messages import and_more
from mnistseq.pipeline.dataset.differences import describe, differences
from mnistseq.pipeline.dataset.growth import is_growth, obstacle_to_growth
from mnistseq.pipeline.dataset.manifest import (
    Manifest,
    PlanRecord,
    parse_manifest,
    parse_plan,
    parse_receipt,
    parse_unfinished_files,
)
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.shards.layout import ShardLayout
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.open import local_folder, open_store
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store

PLAN = f"{WORK}/plan.json"
RECEIPTS = f"{WORK}/receipts.jsonl"
UNFINISHED_FILES = f"{WORK}/files.json"

_DIFFERENCES_LISTED = 8


@dataclass(frozen=True)
class ExistingDataset:
    """The contents of a folder or URL before a run, read once.

    Attributes
    ----------
    plan : PlanRecord or None
        The plan of an unfinished data set, or the manifest of a finished one.
    receipts : mapping of str to Receipt
        Shards recorded as finished, by name. Workers check that they are still intact.
    unfinished_files : tuple of str
        Files of the whole data set that an interrupted run was writing.
    other_file : str or None
        Name of one of the files, if there are files but no data set of mnistseq.
    """

    root: str
    store: Store
    plan: PlanRecord | None = None
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    unfinished_files: tuple[str, ...] = ()
    other_file: str | None = None
    _digest: str | None = None

    @classmethod
    def read(cls, root: str) -> ExistingDataset:
        """Read the contents of a folder or URL.

        OutputError if it cannot be read or contains a damaged data set.
        """
        store = open_store(root)
        others = [name for name in store.names() if name != WORK]
        content, plan = _read_plan(root, store)
        if plan is None:
            return cls(root, store, other_file=others[0] if others else None)
        return cls(
            root=root,
            store=store,
            plan=plan,
            receipts=_read_receipts(store, plan),
            unfinished_files=_read_unfinished_files(store),
            _digest=sha256(content).hexdigest(),
        )

    @property
    def finished(self) -> bool:
        """Whether the data set is finished."""
        return isinstance(self.plan, Manifest)

    def kept(self, layout: ShardLayout) -> dict[str, Receipt]:
        """Return the receipts of shards that also exist in this layout, by name.

        When a data set grows, its last shard changes unless it was full.
        """
        return {
            name: receipt
            for name, receipt in self.receipts.items()
            if layout.find(name) == receipt.shard
        }

    def choose_seed(self, *, resume: bool) -> int:
        """Return the seed of the data set to resume, or a new one."""
        if resume and self.plan is not None:
            return self.plan.seed
        return secrets.randbits(63)

    def require(
        self, plan: DatasetPlan | None = None, *, resume: bool = False, force: bool = False
    ) -> None:
        """Raise DatasetExistsError or OutputError unless a data set may be made here.

        `resume` and `force` allow an existing data set to be resumed or removed. Without the plan
        of the new data set, only checks that do not need it are made.
        """
        if self.other_file is not None:
            raise WrongPathError(
                f"{self.root}: is not empty and not a data set of mnistseq: it contains "
                f"{self.other_file}; give an empty or a new folder"
            )
        self.store.check_writable()
        if self.plan is None:
            return
        if not resume and not force:
            state = "a finished" if self.finished else "an unfinished"
            raise _exists(f"{self.root}: already contains {state} data set")
        if plan is not None and force:
            self._require_input_elsewhere(plan)
        elif plan is not None:
            self._require_resumable(self.plan, plan)

    def _require_resumable(self, old: PlanRecord, plan: DatasetPlan) -> None:
        """Raise DatasetExistsError unless the plans are equal, or the data set can grow."""
        found = tuple(differences(old, plan.record))
        obstacle = obstacle_to_growth(old, plan) if is_growth(found) else None
        if found and not (is_growth(found) and obstacle is None):
            listed = "; ".join(map(describe, found[:_DIFFERENCES_LISTED]))
            more = and_more(len(found) - _DIFFERENCES_LISTED)
            reason = f"; {obstacle}" if obstacle else ""
            raise _exists(f"{self.root}: cannot be resumed: {listed}{more}{reason}", found)

    def _require_input_elsewhere(self, plan: DatasetPlan) -> None:
        folder, rows = local_folder(self.root), plan.request.input
        if folder is None or not isinstance(rows, RowInput):
            return
        if rows.file.path.resolve().is_relative_to(folder.resolve()):
            raise WrongPathError(
                f"{rows.file.path}: is in {self.root}, whose data set would be removed before the "
                "file is read; copy it to another folder first"
            )

    def edited(self) -> frozenset[str]:
        """Return the names of by-products that have been changed since they were written."""
        files = self.plan.files if isinstance(self.plan, Manifest) else ()
        return frozenset(
            file.name
            for file in files
            if file.by_product
            and self.store.has(file.name)
            and self.store.difference(file.name, file.bytes, file.sha256) is not None
        )

    def check_unchanged(self) -> None:
        """Raise OutputError if another run has written here since this was read."""
        content, _ = _read_content(self.root, self.store)
        if self._digest != (None if content is None else sha256(content).hexdigest()):
            raise OutputError(
                f"{self.root}: another run wrote to it in the meantime; run the command again"
            )

    def shard_names(self) -> list[str]:
        """Return the names of existing shards, complete or not."""
        if self.plan is None:
            return []
        layout = self.plan.layout
        # A shard is a file, or a folder inside the folder of its split.
        paths = (
            path
            for entry in self.store.entries()
            for path in (entry.name, "/".join(entry.name.split("/")[:2]))
        )
        return [path for path in dict.fromkeys(paths) if path in layout]

    def reopen(self, plan: PlanRecord) -> None:
        """Turn a finished data set into an unfinished one with a new plan, so that it can grow.

        The manifest is removed last: if interrupted, this leaves either the finished data set
        or one that can be resumed.
        """
        if not isinstance(self.plan, Manifest) or self.plan.layout == plan.layout:
            return
        journal = Journal(self.store, RECEIPTS)
        for receipt in self.plan.shards:
            journal.append(receipt.to_json())
        journal.flush()
        write_unfinished_files(self.store, (file.name for file in self.plan.files))
        self.store.remove(MANIFEST)

    def remove_all(self) -> None:
        """Remove the data set, but no other files in the folder.

        Files that identify the data set are removed last, so that an interrupted removal can be
        completed.
        """
        if self.plan is None:
            return
        files = [file.name for file in self.plan.files] if isinstance(self.plan, Manifest) else []
        kept = self.plan.input.kept
        rows = [] if kept is None else [kept.name]
        for name in (*self.shard_names(), *files, *self.unfinished_files, UNFINISHED_FILES, *rows):
            self.store.remove(name)
        self.store.remove(MANIFEST)
        Journal(self.store, RECEIPTS).remove()
        self.store.remove(PLAN)


def write_unfinished_files(store: Store, names: Iterable[str]) -> None:
    """Record which files of the whole data set are about to be written."""
    store.write(UNFINISHED_FILES, json.dumps([{"name": name} for name in names]).encode())


def _exists(message: str, found: tuple[Difference, ...] = ()) -> DatasetExistsError:
    error = DatasetExistsError(message, found)
    resume = "Ask for the same data set" if found else "Pass resume=True to complete it"
    error.add_note(f"{resume}, or pass force=True to replace it.")
    return error


def _read_content(root: str, store: Store) -> tuple[bytes | None, str]:
    """Return the content and the name of the manifest or, without one, of the plan."""
    for name in (MANIFEST, PLAN):
        try:
            return store.read_record(name), name
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutputError(
                f"{root}/{name}: cannot be read: {error.strerror or error}"
            ) from error
    return None, ""


def _read_plan(root: str, store: Store) -> tuple[bytes, PlanRecord | None]:
    content, name = _read_content(root, store)
    if content is None:
        return b"", None
    try:
        return content, parse_manifest(content) if name == MANIFEST else parse_plan(content)
    except ValueError as error:
        state = (
            f"is not a manifest of mnistseq, or is damaged ({error}); without it, nothing"
            if name == MANIFEST
            else f"is the damaged plan of an unfinished data set ({error}); without it, nothing"
        )
        raise OutputError(
            f"{root}/{name}: {state} in the folder can be kept or removed; remove the folder, or "
            "choose another"
        ) from None


def _read_receipts(store: Store, plan: PlanRecord) -> dict[str, Receipt]:
    receipts = list(plan.shards) if isinstance(plan, Manifest) else []
    for line in Journal(store, RECEIPTS).records():
        # A shard with a damaged receipt is made again.
        with suppress(ValueError):
            receipts.append(parse_receipt(line))
    return {receipt.name: receipt for receipt in receipts}


def _read_unfinished_files(store: Store) -> tuple[str, ...]:
    try:
        return tuple(parse_unfinished_files(store.read_record(UNFINISHED_FILES)))
    except (OSError, ValueError):
        return ()

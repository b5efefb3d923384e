"""What is there already of a data set: to go on with, to refuse, or to remove."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from mnistseq.errors import OutputError
from mnistseq.pipeline.dataset.manifest import (
    Json,
    asked_for,
    differences,
    file_name,
    parse_description,
    parse_manifest,
    receipt_from_json,
    receipt_of_checked,
)
from mnistseq.pipeline.shards.layout import ShardLayout, Split
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.open import local_folder, open_store
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store

PLAN = f"{WORK}/plan.json"
RECEIPTS = f"{WORK}/receipts.jsonl"
FILES = f"{WORK}/files.json"

_DIFFERENCES = 8


def refuse_strangers(store: Store, root: str) -> None:
    """Raise OutputError where something other than a data set of ours is."""
    there = [name for name in store.names() if name != WORK]
    # Before anything else of ours is put there, there is a plan.
    if there and not store.has(MANIFEST) and not store.has(PLAN):
        raise OutputError(
            f"{root}: is not empty and no data set of mnistseq's: it has {there[0]}; give an empty "
            "or a new folder"
        )


def seed_of(root: str) -> int | None:
    """The seed of a data set that is there, finished or not; None where there is none."""
    store = open_store(root)
    refuse_strangers(store, root)
    old = old_description(store, root)
    return None if old is None else int(old["seed"])


def old_description(store: Store, root: str) -> Json | None:
    """What was asked of the data set that is there, finished or not; None where none is.

    Raises
    ------
    OutputError
        If it cannot be read.
    """
    manifest = _manifest(store, root)
    if manifest is not None:
        return asked_for(manifest)
    if not store.has(PLAN):
        return None
    try:
        with store.open(PLAN) as file:
            return parse_description(file.read())
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{root}: a data set was begun there, but its plan, {PLAN}, cannot be used ({error}); "
            "remove the folder, or give another"
        ) from error


def refuse_unasked(store: Store, root: str) -> None:
    """Raise OutputError where a data set is that nobody asked to go on with, or to remove."""
    if old_description(store, root) is not None:
        state = "is finished" if store.has(MANIFEST) else "was begun and not finished"
        raise OutputError(
            f"{root}: a data set is there that {state}: --resume goes on with it, --force makes it "
            "anew"
        )


def refuse_own_rows(path: Path, root: str) -> None:
    """Raise OutputError where rows are in the folder that is to be emptied before they are read."""
    folder = local_folder(root)
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        raise OutputError(
            f"{path}: is in {root}, whose data set --force removes: nothing would be left to make "
            "the new one from; copy it to another place first"
        )


def refuse_others(old: Json, new: Json, root: str) -> None:
    """Raise OutputError unless what is there was begun as what is asked for.

    Where the source's files lie is nothing to ask for: their fingerprint tells what they are.
    """
    changed = differences(_without_path(old), _without_path(new))
    if changed:
        more = len(changed) - _DIFFERENCES
        raise OutputError(
            f"{root}: was begun otherwise, so it cannot be resumed: "
            + "; ".join(changed[:_DIFFERENCES])
            + (f"; and {more} more" if more > 0 else "")
            + ". Ask for the same again, or give --force to make it anew"
        )


def _without_path(description: Json) -> Json:
    """The description without the place of the source's files, which its title may have, too."""
    source = description["config"].get("source")
    if not isinstance(source, dict):
        return description
    config = {**description["config"], "source": {**source, "path": None}}
    return {**description, "config": config, "source": {**description["source"], "name": None}}


def known_shards(store: Store, root: str) -> dict[str, Receipt]:
    """Shards that were finished before, by name; whether they still are, workers look."""
    manifest = _manifest(store, root)
    receipts = [
        receipt_of_checked(line) for line in ([] if manifest is None else manifest["shards"])
    ]
    for line in Journal(store, RECEIPTS).records():
        # What is no receipt of ours is as good as none: its shard is made again.
        with suppress(ValueError):
            receipts.append(receipt_from_json(line))
    return {receipt.shard.name: receipt for receipt in receipts}


def remove_all(store: Store, root: str, old: Json) -> None:
    """Remove a data set, and nothing else that may be in the folder.

    What says that the rest is ours goes last, so that a removal that was cut
    short can be gone on with.
    """
    manifest = _manifest(store, root)
    for name in shards_there(store, old):
        store.remove(name)
    for item in [] if manifest is None else manifest["files"]:
        store.remove(item["name"])
    for name in _files_of_the_end(store):
        store.remove(name)
    store.remove(FILES)
    if old["input"]["kind"] == "rows":
        store.remove(rows_name(old["input"]["format"]))
    store.remove(MANIFEST)
    Journal(store, RECEIPTS).remove()
    store.remove(PLAN)


def shards_there(store: Store, description: Json) -> list[str]:
    """Of all the shards that a description speaks of, those that are there, whole or not."""
    splits = tuple(Split(it["name"], it["first"], it["samples"]) for it in description["splits"])
    plan = ShardLayout(splits, description["shard_samples"], description["format"]["suffix"])
    # A shard is a file, or a folder in that of its split.
    tops = (top for file in store.files() for top in (file, "/".join(file.split("/")[:2])))
    return [top for top in dict.fromkeys(tops) if top in plan]


def _files_of_the_end(store: Store) -> list[str]:
    """Files of the whole set that a run was putting beside the shards when it ended."""
    try:
        with store.open(FILES) as file:
            return [file_name(line) for line in json.loads(file.read())]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def rows_name(form: str) -> str:
    """What the rows are called that a data set was made from."""
    return f"sequences.{form}"


def _manifest(store: Store, root: str) -> Json | None:
    try:
        with store.open(MANIFEST) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"{root}: cannot be read: {error.strerror or error}") from error
    try:
        return parse_manifest(content)
    except ValueError as error:
        raise OutputError(
            f"{root}/{MANIFEST}: is not a manifest of mnistseq, or a damaged one ({error}): without "
            "it nothing there can be kept or removed; remove the folder yourself, or give another"
        ) from None

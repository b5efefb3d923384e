"""Data sets in a bucket of a real S3 server, and in memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fsspec
import pytest
import s3fs
from tests.datasets import hashes
from tests.executors.dask_cluster import SECONDS
from tests.executors.runs import OPTIONS, SHARDS, first_difference, plan_of, untagged
from tests.pipeline.store.s3_server import KEY, SECRET, Gate, S3Server, environment

from mnistseq.core.samples import SampleBatch
from mnistseq.errors import ArgumentError, OutputError, UnsafePathError
from mnistseq.executors.dask import Dask
from mnistseq.executors.processes import Processes
from mnistseq.executors.serial import Serial
from mnistseq.formats.webdataset import WebDataset
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.store.remote import RemoteStore
from mnistseq.pipeline.verify.check import verify

# aiohttp leaves connections that the other side has cut to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

MEMORY = fsspec.filesystem("memory")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    made = S3Server(tmp_path_factory.mktemp("s3"))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def gate(server: S3Server) -> Iterator[Gate]:
    """The way to the server, which clients find in their environment."""
    made = Gate(server.port)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(made.port).items():
            patch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        yield made
    s3fs.S3FileSystem.clear_instance_cache()
    made.close()


@pytest.fixture
def bucket(gate: Gate, request: pytest.FixtureRequest) -> str:
    """A bucket of the test's own."""
    gate.open()
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name.lower())
    name = name.strip("-")[:60].strip("-")
    s3fs.S3FileSystem().mkdir(name)
    return name


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set as it is on a disk."""
    folder = tmp_path_factory.mktemp("local") / "set"
    run_dataset(plan_of(folder), Serial())
    return folder


def everything(client: Any, top: str) -> dict[str, bytes]:
    """Content of every object below `top`."""
    return {path[len(top) + 1 :]: client.cat_file(path) for path in client.find(top)}


def in_bucket(bucket: str) -> dict[str, bytes]:
    """What a client of its own finds."""
    return everything(s3fs.S3FileSystem(skip_instance_cache=True), bucket)


def assert_same(found: dict[str, bytes], local: Path) -> None:
    """What is in a bucket is what is on the disk, but for the manifest's tags."""
    files = {f"set/{name}": (local / name).read_bytes() for name in hashes(local)}
    assert found.keys() == files.keys()
    manifest = "set/manifest.json"
    others = [name for name in files if name != manifest and found[name] != files[name]]
    assert not others, {name: first_difference(found[name], files[name]) for name in others}
    assert untagged(found.pop(manifest)) == untagged(files.pop(manifest))


def start_batch(bucket: str, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mnistseq", "batch", "-o", f"s3://{bucket}/set", *OPTIONS]
    return subprocess.Popen(
        [*command, *more], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_batch_writes_a_data_set_to_a_bucket(bucket: str, gate: Gate, local: Path) -> None:
    process = start_batch(bucket, "-j", "2")
    output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors
    found = in_bucket(bucket)
    for text in (output, errors, found["set/manifest.json"].decode()):
        assert KEY not in text
        assert SECRET not in text
    assert_same(found, local)
    # The manifest comes last, and nothing is put twice.
    puts = [line.partition("?")[0] for line in gate.requests if line.startswith("PUT")]
    assert puts[-1].endswith("/set/manifest.json")
    assert len(puts) == len(set(puts))
    assert verify(f"s3://{bucket}/set", 0.05).passed


def test_workers_of_a_cluster_write_to_a_bucket(bucket: str, local: Path) -> None:
    summary = run_dataset(plan_of(f"s3://{bucket}/set"), Dask(workers=2))
    assert summary.made == SHARDS
    assert_same(in_bucket(bucket), local)


def test_resuming_a_finished_set_lists_once_and_reads_no_shard(
    bucket: str, gate: Gate, local: Path
) -> None:
    root = f"s3://{bucket}/set"
    run_dataset(plan_of(root), Serial())
    gate.requests.clear()
    assert run_dataset(plan_of(root), Serial(), resume=True).made == 0
    assert not [line for line in gate.requests if ".tar" in line]
    lists = [unquote(line) for line in gate.requests if "list-type=2" in line]
    assert len([line for line in lists if "delimiter=&" in line and "prefix=set/&" in line]) == 1
    assert_same(in_bucket(bucket), local)


def test_resuming_makes_missing_and_altered_shards(bucket: str, local: Path) -> None:
    root = f"s3://{bucket}/set"
    run_dataset(plan_of(root), Serial())
    client = s3fs.S3FileSystem()
    client.rm(f"{bucket}/set/train-00003.tar")
    altered = bytearray(client.cat(f"{bucket}/set/train-00005.tar"))
    altered[700] ^= 1
    client.pipe(f"{bucket}/set/train-00005.tar", bytes(altered))
    assert [(fault.name, fault.problem[:11]) for fault in verify(root).faults] == [
        ("train-00003.tar", "is missing"),
        ("train-00005.tar", "has the exp"),
    ]
    assert run_dataset(plan_of(root), Serial(), resume=True).made == 2
    assert_same(in_bucket(bucket), local)


@pytest.mark.parametrize("share", [0.3, 0.62])
def test_a_failed_upload_leaves_no_half_written_object(
    bucket: str, gate: Gate, local: Path, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network is cut in the middle of a shard."""
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)  # it does not come back
    root = f"s3://{bucket}/set"
    size = sum(path.stat().st_size for path in local.glob("*.tar"))
    gate.shut_after(int(share * size))
    with pytest.raises(OutputError, match="check the network, the credentials and") as found:
        run_dataset(plan_of(root), Serial())
    assert found.value.resumable
    gate.open()
    there = in_bucket(bucket)
    assert "set/manifest.json" not in there
    shards = {name: content for name, content in there.items() if name.endswith(".tar")}
    assert 0 < len(shards) < SHARDS
    for name, content in shards.items():
        assert content == (local / name.removeprefix("set/")).read_bytes()
    made = run_dataset(plan_of(root), Serial(), resume=True).made
    assert made >= SHARDS - len(shards)
    assert_same(in_bucket(bucket), local)


def test_the_run_of_a_killed_client_is_resumed(bucket: str, local: Path) -> None:
    process = start_batch(bucket, "-j", "1")
    client = s3fs.S3FileSystem(use_listings_cache=False)
    end = time.monotonic() + SECONDS
    while len(client.glob(f"{bucket}/set/*.tar")) < 3:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=SECONDS)
    there = in_bucket(bucket)
    assert "set/manifest.json" not in there
    for name, content in there.items():
        if name.endswith(".tar"):
            assert content == (local / name.removeprefix("set/")).read_bytes()
    with pytest.raises(OutputError, match="already contains an unfinished data set"):
        run_dataset(plan_of(f"s3://{bucket}/set"), Serial())
    run_dataset(plan_of(f"s3://{bucket}/set"), Serial(), resume=True)
    assert_same(in_bucket(bucket), local)


@pytest.mark.usefixtures("gate")
def test_a_missing_bucket_is_reported() -> None:
    with pytest.raises(OutputError, match="bucket does not exist; create the bucket first"):
        run_dataset(plan_of("s3://nobody-has-this/set", shards=1), Serial())


def test_missing_permissions_are_reported_without_the_secret(bucket: str, server: S3Server) -> None:
    server.require_rights(required=True)
    try:
        with pytest.raises(OutputError, match="check the network, the credentials") as found:
            run_dataset(plan_of(f"s3://{bucket}/set", shards=1), Serial())
    finally:
        server.require_rights(required=False)
    assert SECRET not in str(found.value)


def test_an_equal_object_is_kept_and_a_different_one_replaced(bucket: str, tmp_path: Path) -> None:
    """An equal one is left alone, another one is what a dead run with another end left."""
    part = tmp_path / "part"
    part.write_bytes(b"one")
    store = RemoteStore(f"s3://{bucket}/set")
    tag = store.put(part, "train-00000.tar")
    assert tag is not None
    assert store.put(part, "train-00000.tar") == tag
    assert store.unchanged({"train-00000.tar": tag, "gone": tag}) == {"train-00000.tar"}
    part.write_bytes(b"two")
    assert store.put(part, "train-00000.tar") != tag
    assert store.unchanged({"train-00000.tar": tag}) == frozenset()
    assert in_bucket(bucket) == {"set/train-00000.tar": b"two"}


def test_shards_that_are_folders_become_objects(bucket: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mnistseq", "batch", "--count", "12", "--shard-size", "4"]
    command += ["--seed", "1", "--labels", "coco", "-j", "1", "-o"]
    for root in (str(tmp_path / "set"), f"s3://{bucket}/set"):
        done = subprocess.run([*command, root], check=False, capture_output=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr.decode()
    assert_same(in_bucket(bucket), tmp_path / "set")
    assert verify(f"s3://{bucket}/set", 1.0).passed


def test_rows_are_kept_beside_their_data_set(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('sequence,count\n"1,2,3",7\n"4,5",9\n')
    mnistseq = [sys.executable, "-m", "mnistseq"]
    root = f"s3://{bucket}/set"
    made = [str(tmp_path / "rows.csv"), "--seed", "1", "--format", "webdataset", "-o", root]
    subprocess.run([*mnistseq, "batch", *made], check=True, capture_output=True, timeout=SECONDS)
    assert verify(root, 1.0).passed
    again = ["remake", f"{root}/manifest.json", "-o", str(tmp_path / "again")]
    subprocess.run([*mnistseq, *again], check=True, capture_output=True, timeout=SECONDS)
    assert_same(in_bucket(bucket), tmp_path / "again")


@dataclass(frozen=True)
class Failing(WebDataset):
    """A format that fails at the samples from some number on."""

    fails_from: int = 10**9

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        written = list(batches)
        if written[0].start >= self.fails_from:
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        super().write_shard(written, path)


def failing(plan: DatasetPlan, fails_from: int) -> DatasetPlan:
    """The same plan, with a dataset_format that fails."""
    dataset_format = Failing(**vars(plan.request.format), fails_from=fails_from)
    return replace(plan, spec=replace(plan.spec, format=dataset_format))


def in_memory() -> dict[str, bytes]:
    return {f"set/{name}": content for name, content in everything(MEMORY, "/set").items()}


@pytest.fixture
def memory() -> Iterator[str]:
    yield "memory://set"
    MEMORY.rm("/set", recursive=True)


def test_a_data_set_is_made_and_remade_in_memory(memory: str, local: Path) -> None:
    run_dataset(plan_of(memory), Serial())
    assert_same(in_memory(), local)
    assert verify(memory, 0.05).passed
    assert run_dataset(plan_of(memory), Serial(), force=True).made == SHARDS


def test_finished_shards_in_memory_survive_a_failing_format(memory: str, local: Path) -> None:
    plan = plan_of(memory)
    with pytest.raises(OutputError, match="No space left"):
        run_dataset(failing(plan, plan.layout[6].first), Serial())
    assert [name for name in in_memory() if name.endswith(".tar")] == [
        f"set/train-{number:05d}.tar" for number in range(6)
    ]
    assert run_dataset(plan, Serial(), resume=True).made == SHARDS - 6
    assert_same(in_memory(), local)


def test_memory_cannot_be_shared_between_processes() -> None:
    with pytest.raises(OutputError, match=r"memory of one process.*use the executor serial"):
        run_dataset(plan_of("memory://others", shards=1), Processes(1))
    assert not MEMORY.exists("/others")


def test_a_file_that_is_visible_while_written_is_renamed(tmp_path: Path, local: Path) -> None:
    """As on HDFS: a file is put beside its place and renamed."""
    root = tmp_path / "set"
    store = RemoteStore(f"file://{root}")
    store.write("sub/small", b"1")
    assert store.put(local / "train-00000.tar", "train-00000.tar") is None
    assert (root / "train-00000.tar").read_bytes() == (local / "train-00000.tar").read_bytes()
    assert store.put(local / "train-00001.tar", "train-00000.tar") is None
    assert (root / "train-00000.tar").read_bytes() == (local / "train-00001.tar").read_bytes()
    assert [entry.name for entry in store.entries()] == ["sub/small", "train-00000.tar"]
    assert not [path for path in root.rglob("*") if path.is_file() and ".mnistseq" in path.parts]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://user:hidden@bucket/set", "without a password, token or query"),
        ("s3://user:hid/den@bucket/set", "without a password, token or query"),
        ("sftp://user:hidden@host/set", "without a password, token or query"),
        ("s3://bucket/set?token=hidden", "without a password, token or query"),
        ("gs://bucket/set#hidden", "without a password, token or query"),
        ("s3://", "give one folder, as in s3://"),
        ("simplecache::s3://bucket/set", "give one folder, as in s3://"),
        (
            "nothing://bucket/set",
            "Protocol not known: nothing; give a folder, or a URL such as s3:",
        ),
    ],
)
def test_urls_with_secrets_or_without_a_folder_are_refused(url: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as found:
        RemoteStore(url)
    assert "hid" not in str(found.value)


@pytest.mark.parametrize(("kind", "extra"), [("gs", "gcs"), ("az", "azure")])
def test_a_missing_client_is_reported_with_its_extra(kind: str, extra: str) -> None:
    with pytest.raises(OutputError, match=rf"pip install 'mnistseq\[{extra}\]'"):
        RemoteStore(f"{kind}://bucket/set")


def test_secrets_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "mnistseq", "batch", "--count", "1", "-o"]
    done = subprocess.run([*command, "s3://a:hidden@b/c"], check=False, timeout=SECONDS)
    captured = capfd.readouterr()
    assert done.returncode == 2
    assert "without a password" in captured.err
    assert "hidden" not in captured.out + captured.err


def test_the_manifest_does_not_contain_the_url(memory: str) -> None:
    run_dataset(plan_of(memory, shards=1), Serial())
    manifest: dict[str, Any] = json.loads(in_memory()["set/manifest.json"])
    assert memory not in json.dumps(manifest)


@pytest.mark.parametrize("name", ["", "../mine", "/mine", "a/../../mine"])
def test_names_that_lead_out_of_the_store_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "part").write_bytes(b"part")
    MEMORY.pipe_file("/mine", b"mine")
    store = RemoteStore("memory://set")
    operations: list[Callable[[], object]] = [
        lambda: store.has(name),
        lambda: store.open(name),
        lambda: store.read([name]),
        lambda: store.measure(name),
        lambda: store.put(tmp_path / "part", name),
        lambda: store.write(name, b"part"),
        lambda: store.append(name, b"part"),
        lambda: store.remove(name),
    ]
    for operation in operations:
        with pytest.raises(UnsafePathError, match="is not a name in a data set"):
            operation()
    assert MEMORY.cat_file("/mine") == b"mine"
    MEMORY.rm("/mine")


def test_a_key_that_climbs_is_not_copied_out_of_its_folder(bucket: str) -> None:
    """The key of an object in S3 may contain "..", which a path would follow."""
    s3fs.S3FileSystem().pipe_file(f"{bucket}/set/shard/../../../mine", b"theirs")
    store = RemoteStore(f"s3://{bucket}/set")
    with pytest.raises(UnsafePathError, match="is not a name in a data set"), store.local("shard"):
        pass

"""Every source states under what terms its glyphs are, and a manifest records them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnistseq import Config, make_dataset
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.pipeline.glyph_loading import source_terms
from mnistseq.plugins.registry import create
from mnistseq.sources.downloads.catalogue import MODULES


@pytest.mark.parametrize("name", MODULES)
def test_a_published_data_set_has_a_licence_an_attribution_and_a_homepage(name: str) -> None:
    terms = create("source", name, {}, "").terms()
    assert terms.licence == ("unknown" if name == "emnist" else terms.licence)
    assert " " not in terms.licence.replace(" AND ", "")
    assert terms.attribution
    assert terms.homepage.startswith("http")


def test_pictures_of_mnist_keep_the_licence_of_mnist() -> None:
    licences = [
        create("source", "qmnist", {"pictures": pictures}, "").terms().licence
        for pictures in ("mnist", "qmnist")
    ]
    assert licences == ["BSD-3-Clause AND CC-BY-SA-3.0", "BSD-3-Clause"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("image-folder", {}), ("npz", {}), ("csv", {}), ("idx", {"images": "a", "labels": "b"})],
)
def test_the_terms_of_own_files_are_unknown_unless_they_are_given(
    name: str, parameters: dict[str, str]
) -> None:
    assert create("source", name, parameters, "").terms() == LicenceTerms("unknown", "", "")
    given = {"licence": "CC-BY-4.0", "attribution": "The Smiths"}
    terms = create("source", name, {**parameters, **given}, "").terms()
    assert terms == LicenceTerms("CC-BY-4.0", "The Smiths")


def test_a_mix_has_the_terms_of_each_source_once() -> None:
    config = Config.of({"source": ["mnist", "kmnist", "mnist"]})
    terms = source_terms(config.source)
    assert [(name, item.licence) for name, item in terms] == [
        ("mnist", "CC-BY-SA-3.0"),
        ("kmnist", "CC-BY-SA-4.0"),
    ]


def test_a_manifest_records_the_terms(tmp_path: Path) -> None:
    make_dataset({}, tmp_path / "out", count=1, jobs=1)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    [terms] = manifest["source"]["terms"]
    assert terms == {
        "licence": "CC-BY-SA-3.0",
        "attribution": "Yann LeCun and Corinna Cortes, The MNIST database of handwritten digits",
        "homepage": "https://yann.lecun.org/exdb/mnist/",
        "source": "mnist",
    }

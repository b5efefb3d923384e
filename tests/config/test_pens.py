"""The pen of a config, as people write it and as a config keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mnistseq import Config
from mnistseq.config.schema import config_schema
from mnistseq.errors import ConfigError

THIN = {"width": [0.03, 0.08], "variation": 0.0, "spread": 0.0}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("none", "none"),
        ("0.03-0.08", THIN),
        (" .03 - 0.08 ", THIN),
        ("0.05", {**THIN, "width": [0.05, 0.05]}),
        (0.05, {**THIN, "width": [0.05, 0.05]}),
        ({"width": [0.03, 0.08]}, THIN),
        ({"width": "0.03-0.08", "spread": 1}, {**THIN, "spread": 1.0}),
        ({"width": 0.05, "variation": 0.5}, {**THIN, "width": [0.05, 0.05], "variation": 0.5}),
    ],
)
def test_a_pen_is_kept_as_none_or_a_whole_table(given: Any, kept: Any) -> None:
    config = Config(image={"pen": given})
    assert config.image.pen == kept
    assert Config.of(config.to_dict()).image.pen == kept


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "thick",
            r'image\.pen: "thick" is not allowed; give none, a width above 0, up to 0\.25, or',
        ),
        (True, r"image\.pen: true is not allowed; give none"),
        ("0.3", r'image\.pen: "0\.3" is not allowed; give none'),
        (0, r"image\.pen: 0 is not allowed; give none"),
        ({"width": 0.3}, r"image\.pen\.width: 0\.3 is not allowed; give a width"),
        ("0.2-0.1", r"image\.pen\.width: the least, 0\.2, exceeds the greatest, 0\.1"),
        ({"variation": 0.5}, r"image\.pen\.width: missing"),
        ({"width": 0.1, "variation": 2}, r"image\.pen\.variation: 2 is not allowed; give a number"),
        ({"width": 0.1, "sprad": 0}, r"'sprad'; did you mean 'spread'\?"),
        ({"width": "x"}, r'image\.pen\.width: "x" is not allowed'),
    ],
)
def test_a_faulty_pen_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config(image={"pen": given})


def test_faults_of_a_pen_are_reported_with_the_others() -> None:
    with pytest.raises(ConfigError) as caught:
        Config(image={"pen": "x", "crop": "y"}, spacing={"min": "z"})
    assert {fault.key for fault in caught.value.faults} == {
        "image.pen",
        "image.crop",
        "spacing.min",
    }


def test_a_config_without_a_pen_lists_none() -> None:
    assert "pen" not in Config().to_dict()["image"]


@pytest.mark.parametrize("pen", ["none", "0.03-0.08", 0.05, THIN, {"width": 0.05}])
def test_the_schema_allows_every_spelling(pen: Any) -> None:
    Draft202012Validator(config_schema()).validate({"image": {"pen": pen}})


@pytest.mark.parametrize("pen", ["thick", 0.3, {"variation": 1}, {"width": 0.1, "sprad": 0}, None])
def test_the_schema_refuses_what_a_config_refuses(pen: Any) -> None:
    assert not Draft202012Validator(config_schema()).is_valid({"image": {"pen": pen}})

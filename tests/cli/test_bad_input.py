"""Requests that cannot be met: a message, an exit code, and no file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Refused = Callable[..., str]


@pytest.fixture
def config(folder: Path) -> Callable[[str | bytes], str]:
    """Write a config file, and return its name."""

    def write(text: str | bytes) -> str:
        content = text.encode() if isinstance(text, str) else text
        (folder / "config.json").write_bytes(content)
        return "config.json"

    return write


def test_a_minimum_above_the_maximum_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--min", 21, "--max", 20)
    assert message == "Error: --min 21 is larger than --max 20\n"


def test_a_minimum_above_the_default_maximum_names_the_default(refused: Refused) -> None:
    message = refused("generate", "350", "--min", 21)
    assert message == "Error: --min 21 is larger than --max 20 (--max: default)\n"


def test_a_maximum_below_the_default_minimum_names_the_default(refused: Refused) -> None:
    message = refused("generate", "350", "--max", -2)
    assert message == "Error: --min 0 is larger than --max -2 (--min: default)\n"


def test_a_contradiction_of_file_and_option_names_both(
    refused: Refused, config: Callable[[str | bytes], str]
) -> None:
    file = config('{"spacing": {"min": 30, "max": 40}}')
    message = refused("generate", "350", "-c", file, "--max", 25)
    assert message == "Error: config.json: spacing.min 30 is larger than --max 25\n"
    message = refused("generate", "350", "-c", file, "--set", "spacing.min=50")
    assert message == (
        "Error: --set spacing.min 50 is larger than spacing.max 40 (spacing.max: file config.json)\n"
    )


def test_a_contradiction_of_preset_and_option_names_the_preset(refused: Refused) -> None:
    message = refused("generate", "350", "--preset", "bank-cheque", "--min", 13)
    assert message == (
        "Error: --min 13 is larger than spacing.max 8 (spacing.max: preset bank-cheque)\n"
    )


def test_a_parameter_of_a_source_without_parameters_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--set", "source.parameters.height=3")
    assert message == ('Error: --set source.parameters.height: source "mnist" has no parameters\n')


def test_an_unknown_preset_is_refused_with_the_nearest(refused: Refused) -> None:
    message = refused("generate", "350", "--preset", "camra")
    assert message == "Error: --preset: unknown preset 'camra'; did you mean 'camera'?\n"


def test_a_misspelt_key_is_refused_with_the_nearest(refused: Refused) -> None:
    message = refused("generate", "350", "--set", "spacing.mni=3")
    assert message == "Error: --set spacing.mni: unknown key; did you mean 'min'?\n"


def test_options_of_batch_are_named_as_batch_names_them(refused: Refused) -> None:
    message = refused("batch", "--count", 2, "-o", "out", "--min", 9, "--max", 3)
    assert message == "Error: --min 9 is larger than --max 3\n"
    message = refused("batch", "--count", 2, "-o", "out", "--source", "mnits")
    assert message.startswith("Error: --source: ")


@pytest.mark.parametrize("width", ["0", "-390", "65501", "3.5", "wide", "1e3", ""])
def test_a_width_that_is_not_a_whole_number_in_range_is_refused(
    refused: Refused, width: str
) -> None:
    assert refused("generate", "350", "--width", width) == (
        f"Error: Invalid value for '--width': {width} is not allowed; "
        "give a whole number from 1 to 65500\n"
    )


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--height", "0", "from 1 to 4096"),
        ("--height", "4097", "from 1 to 4096"),
        ("--min", "0.5", "from -65500 to 65500"),
        ("--max", "twenty", "from -65500 to 65500"),
        ("--seed", "-1", "from 0 to 18446744073709551615"),
        ("--seed", "18446744073709551616", "from 0 to 18446744073709551615"),
        ("--quality", "101", "from 1 to 100"),
    ],
)
def test_a_number_out_of_range_is_refused_with_its_range(
    refused: Refused, option: str, value: str, wanted: str
) -> None:
    message = refused("generate", "350", option, value)
    assert f"'{option}': {value} is not allowed; give a whole number {wanted}\n" in message


@pytest.mark.parametrize("output", [[], ["-o", "a.png"], ["-o", "-"]])
def test_quality_is_refused_for_png(refused: Refused, output: list[str]) -> None:
    message = refused("generate", "350", "--quality", 80, *output)
    assert "--quality 80 applies only to JPEG; add --image-format jpg, or end the name" in message


def test_a_count_of_zero_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-n", 0)
    assert "'--count': 0 is not allowed; give a whole number of 1 or more" in message


def test_a_sequence_in_several_arguments_is_refused_with_commas(refused: Refused) -> None:
    message = refused("generate", "3", "5", "0")
    assert message == (
        "Error: 3 arguments, but one sequence is expected; separate its labels by commas: 3,5,0\n"
    )


@pytest.mark.parametrize("sequence", ["", "   "])
def test_an_empty_sequence_is_refused(refused: Refused, sequence: str) -> None:
    message = refused("generate", sequence)
    assert message == "Error: the sequence is empty: give at least one label, as in 3,5,0\n"


def test_an_empty_label_is_refused(refused: Refused) -> None:
    assert refused("generate", "3,,5") == (
        "Error: sequence '3,,5' has an empty label between its commas; put a label that is a comma "
        'or a blank in quotes, as in 3,",",5\n'
    )


@pytest.mark.parametrize(
    ("sequence", "message"),
    [
        ("35x", "unknown label 'x'; the source has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n"),
        ("3-5", "unknown label '-'; the source has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n"),
        ("3,50", "unknown label '50'; write 5,0 for 2 labels\n"),
    ],
)
def test_an_unknown_label_is_refused_with_what_would_work(
    refused: Refused, sequence: str, message: str
) -> None:
    assert refused("generate", sequence).endswith(message)


def test_one_digit_wider_than_the_image_is_refused(refused: Refused) -> None:
    message = refused("generate", "3", "--width", 20)
    assert message == (
        "Error: width 20 is too small: the glyph is 28 px wide; take a width of 28 or more or fit "
        "resize, which squeezes the glyph\n"
    )


def test_fixed_gaps_that_are_not_whole_are_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--type", "fixed", "--width", 101)
    assert "17 px do not divide evenly by 2 gaps" in message
    assert "use a width of 100 or 102" in message


def test_fixed_gaps_outside_the_range_are_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--type", "fixed", "--width", 184)
    assert "that makes each gap 50 px, outside 0 to 20" in message
    assert "use a width of 124" in message


def test_fixed_gaps_of_a_range_need_a_width(refused: Refused) -> None:
    message = refused("generate", "350", "--type", "fixed")
    assert (
        "fixed gaps of 0 to 20 px need a width that they fill; set a width, with fit pad or exact\n"
        in message
    )


def test_digits_wider_than_the_width_are_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--width", 80)
    assert "width 80 is too small: the glyphs are 84 px wide" in message
    assert "take a width of 84 or more or fit resize" in message


def test_a_width_that_gaps_cannot_fill_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--width", 200, "--fit", "exact")
    assert "2 gaps of at most 20 px make that 124" in message
    assert "a width of 124 or less, a maximum of 58 or more, or fit pad" in message


def test_an_image_wider_than_the_maximum_is_refused(refused: Refused) -> None:
    message = refused("generate", "1" * 2_500)
    assert "px wide, more than the 65500 px allowed" in message


def test_a_config_that_is_not_json_is_refused(
    refused: Refused, config: Callable[[str | bytes], str]
) -> None:
    message = refused("generate", "350", "-c", config('{"image": {"width": 390,}}'))
    assert message.startswith("Error: config.json: is not JSON: line 1, column 2")


def test_a_config_that_is_not_utf8_is_refused(
    refused: Refused, config: Callable[[str | bytes], str]
) -> None:
    message = refused("generate", "350", "-c", config('{"image": {}}'.encode("utf-16")))
    assert message == "Error: config.json: is not UTF-8 (byte 0); save the file as UTF-8\n"


def test_a_folder_as_config_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-c", ".")
    assert message == "Error: .: is a folder; give a JSON or TOML file in it\n"


def test_a_missing_config_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-c", "nothing.json")
    assert message == "Error: nothing.json: there is no such config file\n"


def test_all_faults_of_a_config_are_reported(
    refused: Refused, config: Callable[[str | bytes], str]
) -> None:
    values = {"image": {"transfrom": False, "width": "390"}, "output_format": "gif"}
    message = refused("generate", "350", "-c", config(json.dumps(values)))
    assert "config.json: image.transfrom: unknown key; did you mean 'transform'?\n" in message
    assert 'config.json: image.width: "390" is not allowed; give a whole number' in message
    assert 'config.json: output_format: "gif" is not allowed; give png, jpg, jpeg\n' in message


def test_a_missing_output_folder_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-o", "nowhere/a.png")
    assert message == "Error: nowhere/a.png: the folder nowhere does not exist; create it first\n"


def test_a_file_in_place_of_the_output_folder_is_refused(refused: Refused, folder: Path) -> None:
    (folder / "file").write_text("mine")
    message = refused("generate", "350", "-o", "file/a.png")
    assert message == "Error: file/a.png: file is not a folder; choose another path\n"


def test_a_folder_with_the_name_of_the_labels_is_refused(refused: Refused, folder: Path) -> None:
    (folder / "a.json").mkdir()
    (folder / "a.png").write_text("mine")
    message = refused("generate", "350", "-o", "a.png", "--metadata", "--force")
    assert message == "Error: a.json: is a folder; give the name of a file\n"


@pytest.mark.parametrize("output", ["image", "image.gif"])
def test_an_output_of_an_unknown_format_is_refused(refused: Refused, output: str) -> None:
    message = refused("generate", "350", "-o", output)
    assert "is not a known image format; end it in .png or .jpg or .jpeg" in message


def test_an_output_that_contradicts_the_format_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-o", "a.png", "--image-format", "jpg")
    assert message == "Error: a.png: ends in .png, but the format asked for is jpg\n"


def test_several_images_in_one_file_are_refused(refused: Refused) -> None:
    message = refused("generate", "350", "-n", 2, "-o", "a.png")
    assert (
        message == "Error: a.png: is one file, but there are 2 images; give a folder, such as a/\n"
    )


def test_several_images_or_labels_on_standard_output_are_refused(refused: Refused) -> None:
    assert "takes 1 image, not 2" in refused("generate", "350", "-n", 2, "-o", "-")
    assert "has no room for metadata" in refused("generate", "350", "--metadata", "-o", "-")


def test_an_unknown_source_is_refused_with_the_nearest(refused: Refused) -> None:
    message = refused("generate", "350", "--source", "mnits")
    assert message.startswith("Error: --source: unknown source 'mnits'; did you mean 'mnist'?")
    message = refused("generate", "350", "--set", "source.name=mnits")
    assert message.startswith(
        "Error: --set source.name: unknown source 'mnits'; did you mean 'mnist'?"
    )


def test_an_unknown_spacing_is_refused_with_the_known_ones(refused: Refused) -> None:
    message = refused("generate", "350", "--type", "varable")
    assert "unknown spacing 'varable'; did you mean 'variable'?" in message


def test_all_unknown_components_of_a_config_are_reported(
    refused: Refused, config: Callable[[str], str]
) -> None:
    steps = [{"name": "affin"}, "blur", {"name": "blur", "radius": 1}]
    values = {
        "source": {"name": "mnits"},
        "spacing": {"type": "fixd"},
        "image": {"transform": steps},
        "canvas": {"transform": ["affine", "margin"]},
    }
    message = refused("generate", "350", "-c", config(json.dumps(values)))
    lines = message.removeprefix("Error: ").splitlines()
    wanted = [
        "source.name: unknown source 'mnits'; did you mean 'mnist'?",
        "spacing.type: unknown spacing 'fixd'; did you mean 'fixed'?",
        "image.transform[0]: unknown glyph transform 'affin'; did you mean 'affine'?",
        "image.transform[2] (blur).radius: glyph transform \"blur\" has no parameter 'radius'; choose ",
        "canvas.transform[0]: affine is a glyph transform; move it to image.transform",
        "canvas.transform[1]: unknown canvas transform 'margin'; did you mean 'margins'?",
    ]
    assert len(lines) == len(wanted)
    for line, beginning in zip(lines, wanted, strict=True):
        assert line.startswith(f"config.json: {beginning}")


def test_an_unknown_split_of_the_source_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--source-split", "validation")
    assert "source mnist has no split 'validation'; it has train and test" in message


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("image-folder", "has no split 'val'; it has test, train"),
        ("idx", "no images and labels of the split 'val' are among its files"),
        ("npz", "no images and labels of the split 'val' are among its files"),
        ("csv", "has no file of the split 'val'; it has no CSV files"),
    ],
)
def test_files_without_the_split_are_refused(
    refused: Refused, folder: Path, source: str, reason: str
) -> None:
    for name in ("train", "test"):
        (folder / name / "3").mkdir(parents=True)
        Image.new("L", (5, 5)).save(folder / name / "3" / "1.png")
    assert reason in refused(
        "generate", "3", "--source", source, "--data-dir", ".", "--source-split", "val"
    )


def test_one_writer_needs_a_source_with_writer_ids(refused: Refused, without_writers: Path) -> None:
    source = ("--source", "npz", "--data-dir", without_writers)
    message = refused("generate", "10", *source, "--writer", "one")
    assert "source npz digits.npz has no writer ids" in message
    assert message.endswith("such as mnist, or --writer any\n")


def test_a_missing_source_folder_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--data-dir", "nowhere")
    assert (
        message
        == "Error: nowhere: no such file or folder; give a folder with the data set's files\n"
    )


def test_an_empty_source_folder_is_refused(refused: Refused) -> None:
    message = refused("generate", "350", "--data-dir", ".", code=1)
    assert "contains none of train-images-idx3-ubyte," in message


def test_an_unknown_command_or_option_is_refused(refused: Refused) -> None:
    message = refused("generat")
    assert "unknown command 'generat'; did you mean 'generate'?" in message
    message = refused("data", "fech", "kmnist")
    assert "unknown command 'fech'; did you mean 'fetch'?\n" in message
    assert "unknown command '350'; choose from generate, batch, preview, playground," in refused(
        "350"
    )
    assert "No such option" in refused("generate", "350", "--widht", 390)


def test_missing_parameters_are_reported(refused: Refused) -> None:
    message = refused("generate", "350", "--canvas-transform", "paper-picture")
    assert message == "Error: --canvas-transform paper-picture folder: missing; give a string\n"


def test_names_that_the_system_refuses_are_errors(refused: Refused) -> None:
    long = "a" * 300
    message = refused("generate", "350", "-o", f"{long}.png", code=1)
    assert message.startswith(f"Error: {long}.png: cannot be written: File name too long")
    assert f"{long}: cannot be read: File name too long" in refused("generate", "350", "-c", long)
    message = refused("generate", "350", "--data-dir", long, code=1)
    assert f"{long}: cannot be read: File name too long" in message
    assert "not a known image format" in refused("generate", "350", "-o", long)


def test_requests_of_the_library_are_refused_in_terms_of_options(refused: Refused) -> None:
    message = refused("generate", "350", "--source", "image-folder")
    assert message.startswith("Error: source image-folder needs --data-dir: ")


def test_keys_of_assignments_are_named_as_they_were_typed(refused: Refused) -> None:
    message = refused("generate", "350", "--set", 'image.transform=["margins"]')
    assert message == (
        "Error: --set image.transform[0]: margins is a canvas transform; move it to "
        "canvas.transform\n"
    )

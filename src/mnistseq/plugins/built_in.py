"""The kinds of component, and built-in components by dotted name, so that none is imported here."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "source", "spacing", "glyph_transform", "canvas_transform", "format", "executor"
]

BUILT_IN: dict[Kind, dict[str, str]] = {
    "source": {
        "mnist": "mnistseq.sources.mnist:Mnist",
        "fashion-mnist": "mnistseq.sources.fashion_mnist:FashionMnist",
        "kmnist": "mnistseq.sources.kmnist:Kmnist",
        "emnist": "mnistseq.sources.emnist:Emnist",
        "qmnist": "mnistseq.sources.qmnist:Qmnist",
        "pendigits": "mnistseq.sources.pendigits:Pendigits",
        "unipen": "mnistseq.sources.unipen:Unipen",
        "strokes": "mnistseq.sources.strokes:Strokes",
        "idx": "mnistseq.sources.idx:Idx",
        "npz": "mnistseq.sources.npz:Npz",
        "csv": "mnistseq.sources.pixel_csv:PixelCsv",
        "image-folder": "mnistseq.sources.image_folder.source:ImageFolder",
    },
    "spacing": {
        "variable": "mnistseq.spacings.variable:Variable",
        "fixed": "mnistseq.spacings.fixed:Fixed",
    },
    "glyph_transform": {
        "affine": "mnistseq.glyph_transforms.affine:Affine",
        "elastic": "mnistseq.glyph_transforms.elastic:Elastic",
        "stroke": "mnistseq.glyph_transforms.stroke:Stroke",
        "blur": "mnistseq.glyph_transforms.blur:Blur",
        "noise": "mnistseq.glyph_transforms.noise:Noise",
        "dropout": "mnistseq.glyph_transforms.dropout:Dropout",
        "contrast": "mnistseq.glyph_transforms.contrast:Contrast",
        "slant": "mnistseq.glyph_transforms.slant:Slant",
        "baseline": "mnistseq.glyph_transforms.baseline:Baseline",
        "size": "mnistseq.glyph_transforms.size:Size",
        "flags": "mnistseq.glyph_transforms.flags:Flags",
        "ending": "mnistseq.glyph_transforms.ending:Ending",
        "original": "mnistseq.glyph_transforms.original:Original",
        "imgaug": "mnistseq.glyph_transforms.imgaug:Imgaug",
    },
    "canvas_transform": {
        "marks": "mnistseq.canvas_transforms.marks:Marks",
        "joins": "mnistseq.canvas_transforms.joins:Joins",
        "neighbours": "mnistseq.canvas_transforms.neighbours:Neighbours",
        "edges": "mnistseq.canvas_transforms.edges:Edges",
        "guide-lines": "mnistseq.canvas_transforms.guide_lines:GuideLines",
        "margins": "mnistseq.canvas_transforms.margins:Margins",
        "trim": "mnistseq.canvas_transforms.trim:Trim",
        "colour": "mnistseq.canvas_transforms.colour:Colour",
        "paper-tint": "mnistseq.canvas_transforms.paper_tint:PaperTint",
        "paper-gradient": "mnistseq.canvas_transforms.paper_gradient:PaperGradient",
        "paper-grain": "mnistseq.canvas_transforms.paper_grain:PaperGrain",
        "paper-waves": "mnistseq.canvas_transforms.paper_waves:PaperWaves",
        "paper-ruled": "mnistseq.canvas_transforms.paper_ruled:PaperRuled",
        "paper-picture": "mnistseq.canvas_transforms.paper_picture:PaperPicture",
        "ink": "mnistseq.canvas_transforms.ink:Ink",
        "ink-spread": "mnistseq.canvas_transforms.ink_spread:InkSpread",
        "lens-blur": "mnistseq.canvas_transforms.lens_blur:LensBlur",
        "sensor-noise": "mnistseq.canvas_transforms.sensor_noise:SensorNoise",
        "uneven-light": "mnistseq.canvas_transforms.uneven_light:UnevenLight",
        "perspective": "mnistseq.canvas_transforms.perspective:Perspective",
        "jpeg": "mnistseq.canvas_transforms.jpeg:Jpeg",
        "low-resolution": "mnistseq.canvas_transforms.low_resolution:LowResolution",
        "imgaug": "mnistseq.canvas_transforms.imgaug:Imgaug",
    },
    "format": {
        "files": "mnistseq.formats.files:Files",
        "lmdb": "mnistseq.formats.lmdb:Lmdb",
        "npy": "mnistseq.formats.npy:Npy",
        "parquet": "mnistseq.formats.parquet:Parquet",
        "webdataset": "mnistseq.formats.webdataset:WebDataset",
    },
    "executor": {
        "serial": "mnistseq.executors.serial:Serial",
        "processes": "mnistseq.executors.processes:Processes",
        "dask": "mnistseq.executors.dask:Dask",
        "ray": "mnistseq.executors.ray:Ray",
    },
}
"""Kind → name → module and class."""

EXTRAS: dict[Kind, dict[str, str]] = {
    "format": {"lmdb": "lmdb", "parquet": "parquet"},
    "executor": {"dask": "dask", "ray": "ray"},
}
"""Kind → name → extra of mnistseq that a built-in component needs."""


def kind_name(kind: Kind) -> str:
    """Return the name of a kind in messages: ``glyph transform``."""
    return kind.replace("_", " ")

"""The built-in components: only names here, loaded when asked for."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["source", "spacing", "transform", "writer", "executor"]

BUILT_IN: dict[Kind, dict[str, str]] = {
    "source": {
        "mnist": "mnistseq.sources.mnist:Mnist",
        "fashion-mnist": "mnistseq.sources.fashion_mnist:FashionMnist",
        "kmnist": "mnistseq.sources.kmnist:Kmnist",
        "emnist": "mnistseq.sources.emnist:Emnist",
        "qmnist": "mnistseq.sources.qmnist:Qmnist",
        "idx": "mnistseq.sources.idx:Idx",
        "npz": "mnistseq.sources.npz:Npz",
        "image-folder": "mnistseq.sources.image_folder:ImageFolder",
    },
    "spacing": {
        "variable": "mnistseq.spacings.variable:Variable",
        "fixed": "mnistseq.spacings.fixed:Fixed",
    },
    "transform": {
        "affine": "mnistseq.transforms.affine:Affine",
        "elastic": "mnistseq.transforms.elastic:Elastic",
        "stroke": "mnistseq.transforms.stroke:Stroke",
        "blur": "mnistseq.transforms.blur:Blur",
        "noise": "mnistseq.transforms.noise:Noise",
        "dropout": "mnistseq.transforms.dropout:Dropout",
        "contrast": "mnistseq.transforms.contrast:Contrast",
        "slant": "mnistseq.transforms.slant:Slant",
        "baseline": "mnistseq.transforms.baseline:Baseline",
        "size": "mnistseq.transforms.size:Size",
        "original": "mnistseq.transforms.original:Original",
        "imgaug": "mnistseq.transforms.imgaug:Imgaug",
        "marks": "mnistseq.transforms.marks:Marks",
        "guide-lines": "mnistseq.transforms.guide_lines:GuideLines",
        "margins": "mnistseq.transforms.margins:Margins",
        "trim": "mnistseq.transforms.trim:Trim",
        "paper-tint": "mnistseq.transforms.paper_tint:PaperTint",
        "paper-gradient": "mnistseq.transforms.paper_gradient:PaperGradient",
        "paper-grain": "mnistseq.transforms.paper_grain:PaperGrain",
        "paper-waves": "mnistseq.transforms.paper_waves:PaperWaves",
        "paper-ruled": "mnistseq.transforms.paper_ruled:PaperRuled",
        "paper-picture": "mnistseq.transforms.paper_picture:PaperPicture",
        "ink": "mnistseq.transforms.ink:Ink",
        "ink-spread": "mnistseq.transforms.ink_spread:InkSpread",
        "lens-blur": "mnistseq.transforms.lens_blur:LensBlur",
        "sensor-noise": "mnistseq.transforms.sensor_noise:SensorNoise",
        "uneven-light": "mnistseq.transforms.uneven_light:UnevenLight",
        "perspective": "mnistseq.transforms.perspective:Perspective",
        "jpeg": "mnistseq.transforms.jpeg:Jpeg",
        "low-resolution": "mnistseq.transforms.low_resolution:LowResolution",
    },
    "writer": {
        "files": "mnistseq.writers.files:Files",
        "lmdb": "mnistseq.writers.lmdb:Lmdb",
        "npy": "mnistseq.writers.npy:Npy",
        "parquet": "mnistseq.writers.parquet:Parquet",
        "webdataset": "mnistseq.writers.webdataset:WebDataset",
    },
    "executor": {
        "serial": "mnistseq.executors.serial:Serial",
        "processes": "mnistseq.executors.processes:Processes",
        "dask": "mnistseq.executors.dask:Dask",
        "ray": "mnistseq.executors.ray:Ray",
    },
}
"""Kind → name → where its class is."""

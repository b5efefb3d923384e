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
        "folder": "mnistseq.sources.folder:Folder",
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
    },
    "writer": {
        "files": "mnistseq.writers.files:Files",
        "npy": "mnistseq.writers.npy:Npy",
    },
    "executor": {
        "serial": "mnistseq.executors.serial:Serial",
        "processes": "mnistseq.executors.processes:Processes",
    },
}
"""Kind → name → where its class is."""

METHODS: dict[Kind, tuple[str, ...]] = {
    "source": ("load",),
    "spacing": ("gaps",),
    "transform": ("glyphs", "canvas"),
    "writer": ("write_shard",),
    "executor": ("run",),
}
"""What a class of each kind has to have; of several, one is enough."""

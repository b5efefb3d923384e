"""A small recogniser of lines: convolutions, a recurrent layer, CTC.

The shape is that of B. Shi, X. Bai, C. Yao, "An end-to-end trainable neural
network for image-based sequence recognition" (2015), made small enough to learn
in minutes without a graphics card. CTC is by A. Graves et al., "Connectionist
temporal classification" (2006).
"""

from __future__ import annotations

from torch import Tensor, nn

BLANK = 0


class Recogniser(nn.Module):
    """Pictures of lines → scores of labels, a column of pixels in two at a time."""

    def __init__(self, labels: int, size: int = 64) -> None:
        super().__init__()
        self.look = nn.Sequential(
            _block(1, 16, stride=2),
            _block(16, 32),
            nn.MaxPool2d((2, 1)),
            _block(32, size),
            nn.MaxPool2d((2, 1)),
            nn.Conv2d(size, size, (3, 1)),
            nn.ReLU(),
        )
        self.read = nn.GRU(size, size, bidirectional=True, batch_first=True)
        self.name = nn.Linear(2 * size, labels + 1)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 1, 28, width) in [0, 1] → log-probabilities (width / 2, B, labels + 1)."""
        columns = self.look(images).squeeze(2).transpose(1, 2)
        scores: Tensor = self.name(self.read(columns)[0])
        return scores.log_softmax(2).transpose(0, 1)


def best_labels(scores: Tensor) -> list[list[int]]:
    """The likeliest label of every column, repeats and blanks left out."""
    lines = scores.argmax(2).transpose(0, 1).tolist()
    return [
        [
            label - 1
            for place, label in enumerate(line)
            if label not in (BLANK, *line[place - 1 : place])
        ]
        for line in lines
    ]


def _block(before: int, after: int, stride: int = 1) -> nn.Sequential:
    size = 2 * stride + 1
    return nn.Sequential(
        nn.Conv2d(before, after, size, stride, padding=stride, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )

"""Train a detector that finds each digit: its box and its label.

Every cell of a coarse grid scores the ten labels and predicts the box around it, without anchors, as in
Z. Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection" (2019). `collate_boxes` gives
what the detectors of torchvision take, so one of those may take its place.
"""

from __future__ import annotations

import argparse
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from mnistseq.integrations import SequenceStream, StreamLoader, collate_boxes

CELL = 4
CONFIG = {
    "image": {"width": 160},
    "spacing": {"min": -6, "max": 16, "align": "random"},
    "canvas": {"height": 64, "align": "random", "transform": ["perspective", "sensor-noise"]},
}
Boxes = list[dict[str, Tensor]]


class Detector(nn.Module):
    """Images (B, 1, H, W) → scores (B, 10, H/4, W/4) and boxes (B, 4, H/4, W/4)."""

    def __init__(self, size: int = 32) -> None:
        super().__init__()

        def block(before: int, stride: int = 1, dilation: int = 1) -> list[nn.Module]:
            convolution = nn.Conv2d(before, size, 3, stride, dilation, dilation, bias=False)
            return [convolution, nn.BatchNorm2d(size), nn.ReLU()]

        self.body = nn.Sequential(
            *block(1, 2), *block(size, 2), *block(size), *block(size, 1, 2), *block(size)
        )
        self.head = nn.Conv2d(size, 14, 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of labels, and boxes as x0, y0, x1, y1 in pixels."""
        scores, sides = self.head(self.body(images)).split((10, 4), 1)
        scores = scores - 4  # most cells have no digit
        x, y = centres(scores)
        left, up, right, down = (8 * softplus(sides)).unbind(1)
        return scores, torch.stack([x - left, y - up, x + right, y + down], 1)


def centres(grid: Tensor) -> tuple[Tensor, Tensor]:
    """Return the middle of each cell in pixels: x of shape (W/4,) and y of shape (H/4, 1)."""
    y, x = (CELL * (torch.arange(size) + 0.5) for size in grid.shape[-2:])
    return x, y[:, None]


def truth(scores: Tensor, targets: Boxes) -> tuple[Tensor, Tensor]:
    """Return the label of each cell, and the box that it should predict.

    A cell has a glyph's label if its middle is in the inner half of the box.
    """
    labels, boxes = torch.zeros_like(scores), torch.zeros(len(scores), 4, *scores.shape[2:])
    x, y = centres(scores)
    for index, target in enumerate(targets):
        for box, label in zip(target["boxes"], target["labels"], strict=True):
            x0, y0, x1, y1 = box.tolist()
            inside = (x - (x0 + x1) / 2).abs() <= (x1 - x0) / 4
            inside = inside & ((y - (y0 + y1) / 2).abs() <= (y1 - y0) / 4)
            labels[index, :, inside] = 0
            labels[index, int(label) - 1, inside] = 1
            boxes[index, :, inside] = box[:, None]
    return labels, boxes


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """Intersection over union of boxes; the coordinates are the first dimension."""
    low, high = torch.maximum(one[:2], other[:2]), torch.minimum(one[2:], other[2:])
    common = (high - low).clamp(min=0).prod(0)
    areas = [(box[2:] - box[:2]).clamp(min=0).prod(0) for box in (one, other)]
    overlapping: Tensor = common / (areas[0] + areas[1] - common).clamp(min=1e-6)
    return overlapping


def loss_of(model: Detector, images: Tensor, targets: Boxes) -> Tensor:
    """Cross entropy of the labels, and the missing overlap of the boxes of labelled cells."""
    scores, boxes = model(images)
    labels, wanted = truth(scores, targets)
    weight = 1 / labels.sum().clamp(min=1)
    # Without the clear cases, of which there are many (focal loss, exponent 2).
    focus = (scores.detach().sigmoid() - labels).square()
    classes = binary_cross_entropy_with_logits(scores, labels, focus, reduction="sum")
    marked = labels.sum(1) > 0
    lacking = 1 - overlap(boxes.transpose(0, 1)[:, marked], wanted.transpose(0, 1)[:, marked])
    return weight * (classes + lacking.sum())


def detect(scores: Tensor, boxes: Tensor, least: float = 0.3) -> list[tuple[int, Tensor]]:
    """Return label and box of each digit of one image: the best cells whose boxes do not overlap much."""
    best, labels = scores.sigmoid().max(0)
    found: list[tuple[int, Tensor]] = []
    for cell in best.flatten().argsort(descending=True)[:100].tolist():
        row, column = divmod(cell, best.shape[1])
        if best[row, column] < least:
            break
        box = boxes[:, row, column]
        if all(overlap(box, other) < 0.4 for _, other in found):
            found.append((int(labels[row, column]), box))
    return found


def f1_score(model: Detector, batches: list[tuple[list[Tensor], Boxes]]) -> float:
    """Harmonic mean of precision and recall; a box finds a digit if the label is right and they overlap by half."""
    right = total = 0
    for images, targets in batches:
        for scores, boxes, target in zip(*model(1 - torch.stack(images)), targets, strict=True):
            wanted = list(zip(target["labels"].tolist(), target["boxes"], strict=True))
            found = detect(scores, boxes)
            total += len(wanted) + len(found)
            for label, box in found:
                matches = [
                    number
                    for number, (other, its_box) in enumerate(wanted)
                    if other == label + 1 and overlap(box, its_box) >= 0.5
                ]
                right += len(matches) > 0
                for number in matches[:1]:
                    del wanted[number]
    return 2 * right / max(total, 1)


def main(arguments: list[str] | None = None) -> float:
    """Train, test and return the F1 score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=800, help="batches to learn from")
    parser.add_argument("--quick", action="store_true", help="only check that it runs")
    asked = parser.parse_args(arguments)
    steps, tests = (3, 1) if asked.quick else (asked.steps, 16)
    torch.manual_seed(1)
    model = Detector()
    optimiser = torch.optim.AdamW(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    loader = StreamLoader(
        SequenceStream(CONFIG, 16, seed=1, length="2-5", split="train"), collate_boxes
    )
    for step, (images, targets) in enumerate(islice(loader, steps)):
        loss = loss_of(model, 1 - torch.stack(images), targets)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
    model.eval()
    unseen = StreamLoader(
        SequenceStream(CONFIG, 16, seed=2, length="2-5", split="test"), collate_boxes
    )
    with torch.no_grad():
        score = f1_score(model, list(islice(unseen, tests)))
    print(f"digits found, of unseen writers: F1 score {score:.1%}")
    return score


if __name__ == "__main__":
    main()

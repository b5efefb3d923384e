"""Train a conditional variational autoencoder, and save a picture of its drawings.

It learns images of three digits together with their labels. Afterwards it draws any number
of three digits, each time in a different handwriting.

Sources: D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes" (2014); K. Sohn et al., "Learning
Structured Output Representation using Deep Conditional Generative Models" (2015).
"""

from __future__ import annotations

import argparse
from itertools import islice

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from mnistseq.integrations import SequenceStream, StreamLoader, collate_ctc
from mnistseq.integrations.torch_collate import CtcBatch

DIGITS, HEIGHT, WIDTH, CODE = 3, 28, 84, 24
CONFIG = {"image": {"width": WIDTH}, "spacing": {"min": 0, "max": 0}}
PIXELS, LABELS = HEIGHT * WIDTH, 10 * DIGITS


class Vae(nn.Module):
    """Two networks: image and labels → distribution of a vector; vector and labels → image."""

    def __init__(self, size: int = 512) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(PIXELS + LABELS, size), nn.ReLU(), nn.Linear(size, size), nn.ReLU(),
            nn.Linear(size, 2 * CODE),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(CODE + LABELS, size), nn.ReLU(), nn.Linear(size, size), nn.ReLU(),
            nn.Linear(size, PIXELS),
        )  # fmt: skip

    def loss(self, images: Tensor, labels: Tensor) -> Tensor:
        """Negative evidence lower bound of a batch, in nats for each image."""
        mean, log_variance = self.encoder(torch.cat([images, labels], 1)).chunk(2, 1)
        code = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        drawn = self.decoder(torch.cat([code, labels], 1))
        picture = binary_cross_entropy_with_logits(drawn, images, reduction="sum")
        distance = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / 2
        loss: Tensor = (picture + distance) / len(images)
        return loss

    def draw(self, text: str, count: int) -> Tensor:
        """Draw a number in several handwritings: (count, height, width), ink 1."""
        codes = torch.tensor([int(digit) for digit in text])
        labels = one_hot(codes, 10).float().flatten().expand(count, -1)
        drawn: Tensor = self.decoder(torch.cat([torch.randn(count, CODE), labels], 1))
        return drawn.sigmoid().view(count, HEIGHT, WIDTH)


def vectors(batch: CtcBatch) -> tuple[Tensor, Tensor]:
    """Return images and labels as vectors; ink is 1 on a background of 0."""
    return 1 - batch.images.flatten(1), one_hot(batch.targets - 1, 10).float().flatten(1)


def picture(model: Vae, texts: list[str], count: int) -> Image.Image:
    """Return a row of drawn images for each text."""
    with torch.no_grad():
        rows = [torch.cat(list(model.draw(text, count)), 1) for text in texts]
    return Image.fromarray((255 * (1 - torch.cat(rows))).round().to(torch.uint8).numpy())


def main(arguments: list[str] | None = None) -> float:
    """Train, save the picture, and return the last loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=3000, help="batches to learn from")
    parser.add_argument("--output", default="vae_samples.png", help="file of the picture")
    parser.add_argument("--quick", action="store_true", help="only check that it runs")
    asked = parser.parse_args(arguments)
    steps = 3 if asked.quick else asked.steps
    torch.manual_seed(1)
    model = Vae()
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    loader = StreamLoader(SequenceStream(CONFIG, 128, seed=1, length=DIGITS), collate_ctc)
    for step, batch in enumerate(islice(loader, steps)):
        loss = model.loss(*vectors(batch))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % 500 == 0 or step == steps - 1:
            print(f"step {step} of {steps}: loss {loss.item():.1f}", flush=True)
    texts = [f"{first}{(first + 3) % 10}{(first + 7) % 10}" for first in range(10)]
    picture(model, texts, 8).save(asked.output)
    print(f"{asked.output}: 8 drawings of each of {', '.join(texts)}")
    return loss.item()


if __name__ == "__main__":
    main()

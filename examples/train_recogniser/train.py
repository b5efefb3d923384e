"""Train on what mnistseq draws, and see what the training was worth.

Two recognisers learn, one from clean lines, one from lines like those on
cheques, and nothing else differs. Each then reads lines of every preset, drawn
from digits and writers that it has never seen. Printed is the share of lines
that are read without any mistake.

    python examples/train_recogniser/train.py            # some minutes on two cores
"""

from __future__ import annotations

import argparse

import torch
from lines import composer_of, draw
from recogniser import BLANK, Recogniser, best_labels
from torch.nn.functional import ctc_loss

LABELS = 10
TEACHERS = ("clean", "bank-cheque")
TESTS = ("clean", "original", "handwritten-form", "bank-cheque", "camera")
BATCH = 32


def train(preset: str, steps: int, seed: int = 1) -> Recogniser:
    """Train a recogniser on lines of one preset, from the digits of the training split."""
    torch.manual_seed(seed)
    model = Recogniser(LABELS)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for step, lines in enumerate(draw(composer_of(preset, "train"), seed, steps, BATCH)):
        scores = model(lines.images)
        lengths = torch.tensor([len(line) for line in lines.codes])
        targets = torch.tensor([code + 1 for line in lines.codes for code in line])
        columns = torch.full((len(lines.codes),), len(scores))
        loss = ctc_loss(scores, targets, columns, lengths, BLANK, zero_infinity=True)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"{preset}: step {step} of {steps}, loss {loss.item():.3f}", flush=True)
    return model


def exact_rate(model: Recogniser, preset: str, batches: int, seed: int = 2) -> float:
    """Share of lines read without any mistake, from the digits and writers of the test split."""
    model.eval()
    right = 0
    with torch.no_grad():
        for lines in draw(composer_of(preset, "test"), seed, batches, BATCH):
            read = best_labels(model(lines.images))
            right += sum(a == b for a, b in zip(read, lines.codes, strict=True))
    return right / (batches * BATCH)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Train, test, print the table, and return it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000, help="batches to learn from")
    parser.add_argument("--tests", type=int, default=32, help="batches to read")
    asked = parser.parse_args(arguments)
    table = {}
    for teacher in TEACHERS:
        model = train(teacher, asked.steps)
        table[teacher] = {test: exact_rate(model, test, asked.tests) for test in TESTS}
    print(f"\n{'trained on':<14}" + "".join(f"{test:>18}" for test in TESTS))
    for teacher, rates in table.items():
        print(f"{teacher:<14}" + "".join(f"{rate:>17.1%} " for rate in rates.values()))
    return table


if __name__ == "__main__":
    main()

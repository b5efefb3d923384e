"""Train recognisers with CTC, on lines that are drawn as they are needed.

One recogniser learns from clean lines, one from lines like those on cheques, and nothing else
differs. Each then reads lines of every preset, drawn from digits and writers that it has never
seen. The result is the share of lines read without any mistake.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from recogniser import BLANK, Recogniser, best_labels
from torch.nn.functional import ctc_loss

from mnistseq.integrations import SequenceStream, StreamLoader, collate_ctc
from mnistseq.integrations.torch_collate import CtcBatch

LABELS = 10
CHEQUES = str(Path(__file__).parents[2] / "benchmarks" / "frozen" / "bank-cheque.toml")
"""Amounts on cheques, 28 pixels high, as the network needs them; the preset draws 60."""
TEACHERS = ("clean", CHEQUES)
TESTS = ("clean", "original", "handwritten-form", CHEQUES, "camera")
BATCH = 32


def lines(preset: str, split: str, seed: int, batches: int) -> Iterator[CtcBatch]:
    """Draw batches of lines of 3 to 7 digits, grey, with ink 1 on a background of 0.

    No writer is in both splits of MNIST.
    """
    stream = SequenceStream(preset, BATCH, seed, length="3-7", split=split)
    for batch in islice(StreamLoader(stream, collate_ctc), batches):
        yield batch._replace(images=1 - batch.images.mean(1, keepdim=True))


def train(preset: str, steps: int, seed: int = 1) -> Recogniser:
    """Train a recogniser on lines of one preset, from the digits of the training split."""
    torch.manual_seed(seed)
    model = Recogniser(LABELS)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for step, batch in enumerate(lines(preset, "train", seed, steps)):
        scores = model(batch.images)
        columns = torch.full((BATCH,), len(scores))
        loss = ctc_loss(
            scores, batch.targets, columns, batch.target_lengths, BLANK, zero_infinity=True
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(
                f"{Path(preset).stem}: step {step} of {steps}, loss {loss.item():.3f}", flush=True
            )
    return model


def exact_rate(model: Recogniser, preset: str, batches: int, seed: int = 2) -> float:
    """Share of lines read without any mistake, from the digits and writers of the test split."""
    model.eval()
    right = 0
    with torch.no_grad():
        for batch in lines(preset, "test", seed, batches):
            read = best_labels(model(batch.images))
            for codes, target in zip(read, batch.targets.tolist(), strict=True):
                right += codes == [code - 1 for code in target if code != BLANK]
    return right / (batches * BATCH)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Train, test, print the table, and return it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000, help="batches to learn from")
    parser.add_argument("--tests", type=int, default=32, help="batches to read")
    parser.add_argument("--quick", action="store_true", help="only check that it runs")
    asked = parser.parse_args(arguments)
    steps, tests = (3, 1) if asked.quick else (asked.steps, asked.tests)
    table = {}
    for teacher in TEACHERS:
        model = train(teacher, steps)
        table[teacher] = {test: exact_rate(model, test, tests) for test in TESTS}
    print(f"\n{'trained on':<14}" + "".join(f"{Path(test).stem:>18}" for test in TESTS))
    for teacher, rates in table.items():
        print(f"{Path(teacher).stem:<14}" + "".join(f"{rate:>17.1%} " for rate in rates.values()))
    return table


if __name__ == "__main__":
    main()

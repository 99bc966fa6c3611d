"""Train the shipped model: `python -m training`, which `make train` runs.

Reads labels/, fits, prints scores by held-out site, and writes the model and its card, unless the gate finds them worse than the floors.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from sangloc.evaluation import Scores, evaluated, scored, table, truth
from sangloc.fitting import Fitted, fit_and_hold_out
from sangloc.labelfile import LabelledPage, read_labels
from sangloc.sieve import SHIPPED
from training.articles import article_table
from training.card import write as write_card
from training.gate import Floors, GateError
from training.kinds import scores_by_kind
from training.real import real_pages
from training.recipe import hash_of, recipe

ROOT = Path(__file__).parents[1]
CARD = SHIPPED.with_suffix(".json")


def held_out_scores(fitted: Fitted, full: bool, language: str | None = None) -> Scores:
    """Score what was held out: whole pages, or their main-content forms; of one language only, where it is given."""
    chosen = [
        (page, probabilities)
        for (page, probabilities), form in zip(zip(fitted.shown, fitted.held_out, strict=True), kinds(fitted.shown), strict=True)
        if form == ("full" if full else "main") and language in (None, page.header.get("language"))
    ]
    pages = [page for page, _ in chosen]
    predicted = [probabilities.argmax(axis=1) for _, probabilities in chosen]
    confidence = [probabilities.max(axis=1) for _, probabilities in chosen]
    return scored(truth(fitted.sieve.model.labels, pages, predicted, confidence))


def kind_scores(fitted: Fitted) -> dict[str, dict[str, Any]]:
    """Score what was held out by kind of site: whole pages."""
    rows = zip(fitted.shown, fitted.held_out, kinds(fitted.shown), strict=True)
    pages, probabilities = zip(*((page, found) for page, found, form in rows if form == "full"), strict=True)
    return scores_by_kind(fitted.sieve.model.labels, pages, probabilities)


def kinds(shown: list[LabelledPage]) -> list[str]:
    """Return which form each shown page is."""
    return [page.header.get("form", "full") for page in shown]


def site_table(fitted: Fitted, lowest: int = 25) -> str:
    """Return group accuracy by held-out site, the worst first."""
    labels = fitted.sieve.model.labels
    group = np.array([labels.groups.index(labels.group_of[label]) for label in labels.labels])
    number = {label: i for i, label in enumerate(labels.labels)}
    right: dict[str, list[int]] = {}
    for page, probabilities, form in zip(fitted.shown, fitted.held_out, kinds(fitted.shown), strict=True):
        if form != "full":
            continue
        classes = np.array([number[label] for label in page.labels])
        row = right.setdefault(page.site, [0, 0])
        row[0] += int((group[probabilities.argmax(axis=1)] == group[classes]).sum())
        row[1] += len(classes)
    rows = sorted((hit / lines, site, lines) for site, (hit, lines) in right.items())
    mean = np.mean([row[0] for row in rows])
    out = [f"{len(rows)} sites held out, mean group accuracy {mean:.3f}; the lowest:"]
    out += [f"  {share:.3f} {site} ({lines} paragraphs)" for share, site, lines in rows[:lowest]]
    return "\n".join(out)


def main() -> int:
    """Run the training; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--labels", nargs="+", default=[str(ROOT / "labels")], help="label files or folders")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="the model file; its card is written beside it")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--force", action="store_true", help="write the model even if the gate refuses it")
    parser.add_argument("--pin", action="store_true", help="raise the floors to what this model reaches")
    args = parser.parse_args()

    begun = time.perf_counter()
    pages = read_labels(*args.labels)
    print(f"{len(pages)} pages, {sum(len(page.labels) for page in pages)} paragraphs, {len({p.site for p in pages})} layouts", flush=True)
    fitted = fit_and_hold_out(pages, args.jobs)
    print(f"fitted in {time.perf_counter() - begun:.0f} s\n")
    scores = {f"held-out {name}": held_out_scores(fitted, full=name == "full") for name in ("full", "main")}
    if any(page.header.get("language") == "en" for page in pages):
        scores["held-out English"] = held_out_scores(fitted, full=True, language="en")
    real = real_pages("unseen")
    for name, found in real.items():
        scores[f"unseen {name}"] = evaluated(fitted.sieve, found)
    print(site_table(fitted))
    for name, found_scores in scores.items():
        print(f"\n== {name}\n{table(found_scores)}")
    print(f"\n== is_article, held out\n{article_table(fitted.cases)}")

    card: dict[str, Any] = {
        "training": fitted.sieve.model.training,
        "recipe_sha256": recipe(str(fitted.sieve.model.training["labels_sha256"])),
        "temperature": fitted.sieve.model.second.temperature,
        "scores": {name: found_scores.as_dict() for name, found_scores in scores.items()},
        "kinds": kind_scores(fitted),
    }
    floors = Floors.read()
    try:
        floors.check(card["scores"], fitted.sieve.model.training["labels_sha256"])
    except GateError as error:
        print(f"\ngate: {error}", file=sys.stderr)
        if not args.force:
            print("The old model is kept; --force writes this one all the same.", file=sys.stderr)
            return 1
    if args.pin:
        floors.raised(card["scores"], fitted.sieve.model.training["labels_sha256"]).write()
    fitted.sieve.save(args.output)
    if not real and args.output == SHIPPED and CARD.exists():
        # Without the real pages their figures stay as they were, if the labels are those they were measured with.
        old = json.loads(CARD.read_text(encoding="utf-8"))
        if old["training"]["labels_sha256"] == card["training"]["labels_sha256"]:
            card["scores"] |= {name: row for name, row in old["scores"].items() if name.startswith("unseen")}
    card["model_sha256"] = hash_of(args.output)
    args.output.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if args.output == SHIPPED:
        write_card(card)
    print(f"\nwrote {args.output} ({args.output.stat().st_size} bytes) after {time.perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

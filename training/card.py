"""Write the model card for people from the figures in model.json: `python -m training.card`, which `make train` does too.

model/README.md has the front matter that Hugging Face reads; its plots are in model/card/.
"""

import json
import sys
from pathlib import Path
from string import Template
from typing import Any

from sangloc.labels import DEFAULT
from sangloc.sieve import SHIPPED
from training.plots import confusion, reliability

JSON = SHIPPED.with_suffix(".json")
FOLDER = Path(__file__).parents[1] / "model"
TEMPLATE = Path(__file__).with_name("card.md")
NAMES = {
    "held-out full": "written pages, site held out",
    "held-out main": "the same, main content only",
    "held-out English": "written English pages, site held out",
    "unseen full": "real pages, sites not in training",
    "unseen main": "the same, main content only",
}
MEASURES = {
    "accuracy": "nine labels",
    "group_accuracy": "five groups",
    "group_f1": "F1 of groups",
    "kept_char": "kept text, F1",
    "calibration_error": "calibration error",
}
Card = dict[str, Any]


def files(card: Card) -> dict[str, str]:
    """Return the files of the card by their path in model/."""
    scores = card["scores"]
    shown = scores["held-out full"]
    sets = {NAMES.get(name, name): row["reliability"] for name, row in scores.items() if name.endswith("full")}
    return {
        "README.md": readme(card),
        "card/reliability.svg": reliability(sets),
        "card/confusion.svg": confusion(DEFAULT.labels, shown["confusion"], "What is taken for what, on sites that training has not seen"),
    }


def readme(card: Card) -> str:
    """Return the card's text."""
    scores, training = card["scores"], card["training"]
    figures = {
        "front_matter": front_matter(scores),
        "pages": training["pages"],
        "sites": training["layouts"],
        "lines": sum(training["paragraphs"].values()),
        "forms": training["forms"],
        "label_counts": _rows((f"`{label}`", training["paragraphs"].get(label, 0)) for label in DEFAULT.labels),
        "by_set": by_set(scores),
        "by_label": by_label(scores),
        "by_kind": _rows(_kind(name, row) for name, row in sorted(card["kinds"].items(), key=lambda item: -item[1]["lines"])),
        "calibration_error": f"{scores['held-out full']['calibration_error']:.3f}",
        "temperature": f"{card['temperature']:g}",
        "mistakes": mistakes(scores["held-out full"]["confusion"]),
        "labels_sha256": training["labels_sha256"],
        "python": training["python"],
        "versions": ", ".join(f"{name} {number}" for name, number in training["versions"].items()),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(figures)


def front_matter(scores: Card) -> str:
    """Return the YAML head that Hugging Face reads, with the scores as results."""
    results = []
    for name, row in scores.items():
        metrics = [
            f"    - {{type: accuracy, name: five groups, value: {row['group_accuracy']}}}",
            f"    - {{type: f1, name: 'kept text, by characters', value: {row['kept_char']}}}",
        ]
        dataset = f"    dataset: {{type: sangloc-labels, name: '{NAMES.get(name, name)}'}}"
        results.append("\n".join(["  - task: {type: token-classification, name: labels of lines}", dataset, "    metrics:", *metrics]))
    head = [
        "---",
        "language: [vi, en]",
        "license: apache-2.0",
        "library_name: sangloc",
        "pipeline_tag: token-classification",
        "tags: [boilerplate-removal, web-scraping, text-extraction, vietnamese, linear]",
        "model-index:",
        "- name: sangloc",
        "  results:",
    ]
    return "\n".join([*head, *results, "---"])


def by_set(scores: Card) -> str:
    """Return the table of scores by what was measured."""
    head = f"| | pages | lines | {' | '.join(MEASURES.values())} |\n|---|---|---|{'---|' * len(MEASURES)}\n"
    rows = [
        (NAMES.get(name, name), row["pages"], row["lines"], *(f"{row[measure]:.3f}" for measure in MEASURES))
        for name, row in scores.items()
    ]
    return head + _rows(rows)


def by_label(scores: Card) -> str:
    """Return the table of scores by label, for whole pages."""
    sets = [name for name in scores if name.endswith("full")]
    head = f"| label | {' | '.join(NAMES.get(name, name) for name in sets)} |\n|---|{'---|' * len(sets)}\n"
    rows = []
    for label in DEFAULT.labels:
        found = [scores[name]["label"][label] for name in sets]
        rows.append((f"`{label}`", *(f"{x['precision']:.2f}, {x['recall']:.2f}, {x['f1']:.2f} of {x['lines']}" for x in found)))
    return head + _rows(rows)


def mistakes(counts: list[list[int]], most: int = 5) -> str:
    """Return the most frequent mistakes in words."""
    names = DEFAULT.labels
    found = sorted(((count, i, j) for i, row in enumerate(counts) for j, count in enumerate(row) if i != j and count), reverse=True)
    return ", ".join(f"`{names[i]}` taken for `{names[j]}` ({count} lines)" for count, i, j in found[:most])


def _kind(name: str, row: Card) -> tuple[object, ...]:
    return name, row["sites"], row["pages"], row["lines"], f"{row['group_accuracy']:.3f}", f"{row['kept_char']:.3f}"


def _rows(rows: Any) -> str:
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def write(card: Card, folder: Path = FOLDER) -> None:
    """Write the card's files."""
    for name, content in files(card).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(JSON.read_text(encoding="utf-8")))
    sys.exit(0)

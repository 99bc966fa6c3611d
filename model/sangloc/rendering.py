"""Tagged pages as label file, JSON lines or kept text."""

import json

from sangloc.labelfile import format_page
from sangloc.page import Page

SUFFIX = {"tsv": ".tsv", "jsonl": ".jsonl", "text": ".txt"}
DIGITS = 4  # of a probability in JSON


def render(page: Page, name: str, style: str, keep: str) -> str:
    """Return a page in one of the styles of SUFFIX, each page ending in a line end; nothing kept gives the empty string."""
    if style == "tsv":
        return as_label_file(page, name)
    if style == "jsonl":
        return as_json(page, name) + "\n"
    kept = page.keep(keep)
    return kept + "\n" if kept else ""


def as_label_file(page: Page, name: str) -> str:
    """Return the page as a label file whose source is `name`."""
    labels = page.label_set.labels
    return format_page(page.text, [labels[code] for code in page.codes.tolist()], {"source": name})


def as_json(page: Page, name: str) -> str:
    """Return one JSON object: `{"path", "paragraphs": [{"label", "group", "prob", "text"}]}`."""
    paragraphs = [
        {"label": found.label, "group": found.group, "prob": round(found.prob, DIGITS), "text": found.text} for found in page.paragraphs
    ]
    return json.dumps({"path": name, "paragraphs": paragraphs}, ensure_ascii=False)

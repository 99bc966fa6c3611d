"""Tagged pages as label file, JSON lines or kept text."""

import json
from pathlib import PurePath

from sangloc.labelfile import format_page
from sangloc.page import Page
from sangloc.records import Record
from sangloc.sinks import PACKINGS
from sangloc.sources import printable
from sangloc.splicing import with_member

SUFFIX = {"tsv": ".tsv", "jsonl": ".jsonl", "text": ".txt"}
STYLE = {suffix: style for style, suffix in SUFFIX.items()}
DIGITS = 4  # of a probability in JSON


def style_of(output: PurePath) -> str | None:
    """Return the style that an output file's name asks for, packed or not; None for other names."""
    return STYLE.get(PurePath(output.stem).suffix if output.suffix in PACKINGS else output.suffix)


def render(page: Page, record: Record, style: str, keep: str | None, text_field: str = "text") -> bytes:
    """Return a page in one of the styles of SUFFIX, each page ending in a line end; nothing kept gives no text.

    `keep` names what is kept; None asks for the labels of all paragraphs. `FieldError` where a field would be overwritten.
    """
    if style == "tsv":
        return as_label_file(page, record).encode("utf-8", "surrogatepass")
    if style == "jsonl":
        return as_json(page, record, keep, text_field) + b"\n"
    kept = page.keep(keep or "body")
    return f"{kept}\n".encode("utf-8", "surrogatepass") if kept else b""


def as_label_file(page: Page, record: Record) -> str:
    """Return the page as a label file whose source is the record's name."""
    labels = page.label_set.labels
    header = {"source": record.name, **{key: printable(value) for key, value in record.about.items() if key in {"url", "date"}}}
    return format_page(page.text, [labels[code] for code in page.codes.tolist()], header)


def as_json(page: Page, record: Record, keep: str | None, text_field: str) -> bytes:
    """Return one JSON object: the record's fields, or its path; and its paragraphs, or the text that is kept."""
    if keep is None:
        name, value = "paragraphs", dumped(paragraphs(page))
    else:
        name, value = text_field, dumped(page.keep(keep))
    if record.form == "jsonl" and isinstance(record.raw, bytes):
        return with_member(record.raw, name, value, replace=keep is not None)
    own = {"path": record.name, **record.about}
    return with_member(dumped(own), name, value)


def paragraphs(page: Page) -> list[dict[str, object]]:
    """Return a page's paragraphs as JSON has them."""
    return [
        {"label": found.label, "group": found.group, "prob": round(found.prob, DIGITS), "text": found.text} for found in page.paragraphs
    ]


def dumped(value: object) -> bytes:
    """Return a value as JSON; a lone surrogate as its escape."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")

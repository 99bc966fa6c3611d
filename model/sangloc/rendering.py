"""Tagged pages as label file, JSON lines or kept text."""

import base64
import json
from json.encoder import encode_basestring
from pathlib import PurePath

import orjson

from sangloc.fields import fields_of
from sangloc.labelfile import compose
from sangloc.page import Page
from sangloc.records import Record
from sangloc.sinks import PACKINGS, Content
from sangloc.sources import printable
from sangloc.splicing import members, with_member
from sangloc.unsure import KEY, written

SUFFIX = {"tsv": ".tsv", "jsonl": ".jsonl", "text": ".txt", "parquet": ".parquet", "wet": ".warc.wet"}
STYLE = {**{suffix: style for style, suffix in SUFFIX.items()}, ".wet": "wet"}
WRITTEN = ("utf-8", "backslashreplace")  # which is JSON's own escape for a lone surrogate
DIGITS = 4  # of a probability in JSON


def style_of(output: PurePath) -> str | None:
    """Return the style that an output file's name asks for, packed or not; None for other names."""
    return STYLE.get(PurePath(output.stem).suffix if output.suffix in PACKINGS else output.suffix)


def render(page: Page, record: Record, style: str, keep: str | None, text_field: str = "text", *, min_prob: float = 0.0) -> Content:
    """Return a page in one of the styles of SUFFIX, each page ending in a line end; nothing kept gives no text.

    `keep` names what is kept; None asks for the labels of all paragraphs. Labels less probable than `min_prob` are marked, or not kept.
    `FieldError` where a field would be overwritten.
    """
    if style == "tsv":
        return as_label_file(page, record, min_prob).encode("utf-8", "surrogatepass")
    if style == "jsonl":
        return as_json(page, record, keep, text_field, min_prob)
    if style == "parquet":
        from sangloc.tables import cell

        return cell(page, record, keep, text_field, min_prob)
    kept = page.keep(keep or "body", min_prob)
    if style == "wet":
        from sangloc.wet import as_wet

        return as_wet(f"{kept}\n" if kept else "", record)
    return f"{kept}\n".encode("utf-8", "surrogatepass") if kept else b""


def render_null(record: Record, style: str, keep: str | None, text_field: str, min_prob: float = 0.0) -> Content | None:
    """Return what is written for a row whose text is null: the row with a null; nothing in styles that have no rows."""
    if style == "parquet":
        from sangloc.tables import cell

        return cell(None, record, keep, text_field, min_prob)
    return as_json(None, record, keep, text_field) if style == "jsonl" else None


def as_label_file(page: Page, record: Record, min_prob: float = 0.0) -> str:
    """Return the page as a label file whose source is the record's name; what is less probable is named in its header."""
    labels = page.label_set.labels
    header = {"source": record.name, **{key: printable(value) for key, value in record.about.items() if key in {"url", "date"}}}
    if marked := page.unsure(min_prob):
        header[KEY] = written(marked, page.text)
    prefixes = [f"{label}\t" for label in labels]
    return compose(page.text, [prefixes[code] for code in page.codes.tolist()], header)


def as_json(page: Page | None, record: Record, keep: str | None, text_field: str, min_prob: float = 0.0) -> bytes:
    """Return one line with a JSON object: the record's fields, or its path; and its paragraphs with the page's fields, or the text kept."""
    name = "paragraphs" if keep is None else text_field
    value = b"null" if page is None else paragraphs_json(page, min_prob) if keep is None else dumped(page.keep(keep, min_prob))
    if record.form == "jsonl" and isinstance(record.raw, bytes):
        own = record.raw
    elif record.fields is not None:
        own = orjson.dumps(record.fields, default=plain)
    else:
        own = dumped({"path": record.name, **record.about})
    line = with_member(own, name, value, replace=keep is not None and record.form in {"jsonl", "parquet"})
    if page is not None and keep is None:
        fields = dumped(fields_of(page, {name for name, _ in members(own.strip())}))
        line = line[:-1] + b", " + fields[1:]
    return line + b"\n"


def plain(value: object) -> object:
    """Return what JSON gets for a value of a table that it has no type for: bytes as base64, others as they print."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value)


def paragraphs(page: Page, min_prob: float = 0.0) -> list[dict[str, object]]:
    """Return a page's paragraphs as the objects of the JSON format; those less probable are marked as unsure."""
    rows: list[dict[str, object]] = [
        {"label": found.label, "group": found.group, "prob": round(found.prob, DIGITS), "text": found.text} for found in page.paragraphs
    ]
    for number in page.unsure(min_prob):
        rows[number][KEY] = True
    return rows


def paragraphs_json(page: Page, min_prob: float = 0.0) -> bytes:
    """Return what `json.dumps` makes of `paragraphs`, much faster."""
    groups = page.label_set.group_of
    heads = [
        f'{{"label": {encode_basestring(label)}, "group": {encode_basestring(groups[label])}, "prob": ' for label in page.label_set.labels
    ]
    rows = zip(page.codes.tolist(), page.chosen, map(encode_basestring, page.texts), strict=True)
    objects = [f'{heads[code]}{round(prob, DIGITS)}, "text": {text}}}' for code, prob, text in rows]
    for number in page.unsure(min_prob):
        objects[number] = f'{objects[number][:-1]}, "{KEY}": true}}'
    return f"[{', '.join(objects)}]".encode(*WRITTEN)


def dumped(value: object) -> bytes:
    """Return a value as JSON; a lone surrogate as its escape."""
    return json.dumps(value, ensure_ascii=False).encode(*WRITTEN)

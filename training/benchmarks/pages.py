"""The pages that sangloc and its peers are timed on: the same ones for all, as HTML and as the text that the HTML gives."""

import gzip
import html
from dataclasses import dataclass

from sangloc.htmltext import html_to_text
from sangloc.labelfile import LabelledPage, read_labels
from training.real import REAL, ROOT, real_pages

SETS = ("study", "unseen")


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page in both forms, with its labels."""

    markup: bytes
    text: str
    gold: LabelledPage


def bench_pages() -> tuple[str, list[BenchPage]]:
    """Return what the pages are, and the pages: real ones where they are here, else label files wrapped in HTML."""
    real = [page for kind in SETS for page in real_pages(kind).get("full", [])]
    if real:
        return f"{len(real)} real pages (../shared/real: {', '.join(SETS)})", [_real(page) for page in real]
    labelled = [page for page in read_labels(ROOT / "labels") if page.header["language"] == "vi"][::4]
    return f"{len(labelled)} pages made from labels/", [_made(page) for page in labelled]


def _real(page: LabelledPage) -> BenchPage:
    kind, _, name = page.path.removeprefix(f"{REAL}/").split("/")
    markup = gzip.decompress((REAL / kind / "html" / name.replace(".tsv", ".html.gz")).read_bytes())
    return BenchPage(markup, html_to_text(markup).text, page)


def _made(page: LabelledPage) -> BenchPage:
    """Return a page of labels with the markup that its labels suggest."""
    tag = {"headline": "h1", "text": "p", "caption": "figcaption", "nav": "li", "related": "li", "comment": "div", "imprint": "footer"}
    names = iter(page.labels)
    parts = []
    for line in page.text.split("\n"):
        if line.strip():
            name = tag.get(next(names), "div")
            link = name == "li"
            inner = html.escape(line.strip())
            parts.append(f"<{name}>{'<a href=/x>' if link else ''}{inner}{'</a>' if link else ''}</{name}>")
    markup = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title></head><body>{''.join(parts)}</body></html>".encode()
    return BenchPage(markup, html_to_text(markup).text, page)

"""Write the counts into labels/README.md (`python -m training.datacard`)."""

import sys
from collections import Counter
from pathlib import Path

from sangloc.labelfile import LabelledPage, read_labels
from sangloc.labels import DEFAULT

LABELS = Path(__file__).parents[1] / "labels"
CARD = LABELS / "README.md"
START, END = "<!-- counts -->\n", "<!-- end of counts -->"


def counts(pages: list[LabelledPage]) -> str:
    """Return the tables: labels by language, and kinds of page."""
    languages = sorted({page.header["language"] for page in pages}, reverse=True)
    per = {
        language: Counter(label for page in pages if page.header["language"] == language for label in page.labels) for language in languages
    }
    whole: Counter[str] = sum(per.values(), Counter())
    long = sum(page.labels.count("text") >= 40 for page in pages)
    damaged = sum("damage" in page.header for page in pages)
    like = sum(page.layout.startswith("like-") for page in pages)
    out = [
        "## Counts\n",
        f"{len(pages)} pages in {len({page.layout for page in pages})} layouts (folders), {whole.total()} paragraphs; {like} pages in the",
        f"layout of a real page; {long} with 40 or more `text` paragraphs; {damaged} with the damage of real scrapes (header `damage`).\n",
        "| label | " + " | ".join(languages) + " | all |",
        "|---|" + "---|" * (len(languages) + 1),
    ]
    rows = ((label, *(per[language][label] for language in languages), whole[label]) for label in DEFAULT.labels)
    out += [f"| `{row[0]}` | " + " | ".join(map(str, row[1:])) + " |" for row in rows]
    pages_of = Counter(page.header["language"] for page in pages)
    out.append("| pages | " + " | ".join(str(pages_of[language]) for language in languages) + f" | {len(pages)} |")
    kinds = Counter(page.header["damage"] for page in pages if "damage" in page.header)
    if kinds:
        out.append("\nDamage: " + ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items())) + ".")
    return "\n".join(out) + "\n"


def renewed(card: str, pages: list[LabelledPage]) -> str:
    """Return the card with its counts made anew."""
    head, rest = card.split(START, 1)
    return head + START + counts(pages) + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    CARD.write_text(renewed(CARD.read_text(encoding="utf-8"), read_labels(LABELS)), encoding="utf-8")
    sys.exit(0)

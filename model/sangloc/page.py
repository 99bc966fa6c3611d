"""A tagged page: its paragraphs with label, group, probability and place in the text that was given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sangloc.article import Article, article_probability
from sangloc.labels import LabelSet


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A non-blank line of a page; `text[start:end]` of the page is its text, indentation included."""

    label: str
    group: str
    prob: float
    text: str
    start: int
    end: int


class Page:
    """The paragraphs of one text, and what to keep of it."""

    def __init__(
        self,
        text: str,
        labels: LabelSet,
        codes: NDArray[np.integer],
        probabilities: NDArray[np.float64],
        article: Article | None = None,
    ) -> None:
        """Take the text, the labels' numbers (n,), the probabilities of all labels (n, K), and the weights of `is_article`."""
        self.text = text
        self.label_set = labels
        self.codes = codes
        self.probabilities = probabilities
        self.article = article

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"Page({len(self)} paragraphs, {len(self.text)} characters)"

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Return start and end of every line of the text, blank ones too, without the line end."""
        return line_spans(self.text)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """Return the paragraphs in the order of the page."""
        out = []
        names, groups = self.label_set.labels, self.label_set.group_of
        numbered = iter(zip(self.codes.tolist(), self.chosen, strict=True))
        for start, end in self.lines:
            text = self.text[start:end]
            if not text.strip():
                continue
            code, prob = next(numbered)
            name = names[code]
            out.append(Paragraph(name, groups[name], prob, text, start, end))
        return out

    @cached_property
    def texts(self) -> list[str]:
        """Return the paragraphs' texts, for those that need nothing else."""
        return [line for line in lines_of(self.text) if line and not line.isspace()]

    @property
    def chosen(self) -> list[float]:
        """Return the probability of each paragraph's own label."""
        found: list[float] = self.probabilities[np.arange(len(self.codes)), self.codes].tolist()
        return found

    def labelled(self, label: str) -> NDArray[np.bool_]:
        """Return which paragraphs have a label, (n,); none has one that the model doesn't have."""
        names = self.label_set.labels
        found: NDArray[np.bool_] = self.codes == (names.index(label) if label in names else -1)
        return found

    def unsure(self, min_prob: float) -> list[int]:
        """Return the numbers of the paragraphs, from 0, whose label is less probable than this."""
        return [number for number, prob in enumerate(self.chosen) if prob < min_prob] if min_prob else []

    def kept(self, what: str | Sequence[str] = "body", min_prob: float = 0.0) -> NDArray[np.bool_]:
        """Return which paragraphs `keep` keeps, (n,)."""
        wanted = self.label_set.selected(what)
        chosen = np.array([label in wanted for label in self.label_set.labels])
        kept: NDArray[np.bool_] = chosen.take(self.codes)
        return kept & (self.probabilities[:, chosen].sum(axis=1) >= min_prob) if min_prob else kept

    def keep(self, what: str | Sequence[str] = "body", min_prob: float = 0.0) -> str:
        """Return the paragraphs of some labels or groups, one a line, with a blank line where the page had one between two of them.

        `what` is a name, names separated by commas, or a list of names; `ValueError` names one that is neither label nor group.
        With `min_prob` only paragraphs for which all those labels have together at least this probability.
        """
        kept = self.kept(what, min_prob)
        lines = lines_of(self.text)
        out: list[str] = []
        blank = False
        numbered = iter(kept.tolist())
        for line in lines:
            if not line or line.isspace():
                blank = True
            elif next(numbered):
                if blank and out:
                    out.append("")
                out.append(line)
                blank = False
        return "\n".join(out)

    def group_probabilities(self, paragraph: int) -> dict[str, float]:
        """Return the probability of every group for a paragraph: the sum of its labels'."""
        sums = dict.fromkeys(self.label_set.groups, 0.0)
        for name, value in zip(self.label_set.labels, self.probabilities[paragraph].tolist(), strict=True):
            sums[self.label_set.group_of[name]] += value
        return sums

    # What follows is computed when it is asked for: tagging and extracting don't pay for it.

    @cached_property
    def title(self) -> str | None:
        """Return the article's title, cleaned of breadcrumbs and the site's name (see `titles`); None where there is no headline."""
        from sangloc.titles import page_title

        return page_title(self)

    @cached_property
    def authors(self) -> list[str]:
        """Return the names and agencies in the bylines, each once (see `authors`)."""
        from sangloc.authors import authors_in

        return authors_in(self.texts[i] for i in np.flatnonzero(self.labelled("byline")).tolist())

    @cached_property
    def date(self) -> date | None:
        """Return when the page was published, a `datetime` where a time of day is given (see `published`); None where nothing says."""
        from sangloc.published import page_date

        return page_date(self)

    @cached_property
    def is_article(self) -> float:
        """Return the probability that the page has an article at all: low for lists, home pages, search results (see `article`)."""
        return article_probability(self.article, self.texts, self.probabilities, self.label_set)

    @cached_property
    def unlearned(self) -> str | None:
        """Return what makes the page's language one that the shipped model has not learned, or None (see `languages`)."""
        from sangloc.languages import unlearned

        return unlearned(self.text)

    def probabilities_of(self, label: str) -> NDArray[np.float64]:
        """Return the paragraphs' probabilities of a label, (n,); 0 for a label that the model doesn't have."""
        names = self.label_set.labels
        return self.probabilities[:, names.index(label)] if label in names else np.zeros(len(self))


def lines_of(text: str) -> list[str]:
    """Return a text's lines without their ends, as `line_spans` cuts them; what is behind the last line feed is one more, maybe empty."""
    return text.replace("\r\n", "\n").split("\n") if "\r" in text else text.split("\n")


def line_spans(text: str) -> list[tuple[int, int]]:
    """Return where each line starts and ends; only a line feed ends a line, a carriage return right before it included."""
    spans = []
    start = 0
    while (found := text.find("\n", start)) >= 0:
        spans.append((start, found - 1 if found > start and text[found - 1] == "\r" else found))
        start = found + 1
    spans.append((start, len(text)))
    return spans


def paragraphs_of(text: str) -> Iterable[str]:
    """Yield the non-blank lines of a text."""
    return (text[start:end] for start, end in line_spans(text) if text[start:end].strip())

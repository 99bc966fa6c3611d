"""Why a paragraph got its label: the final score as a sum that people can read.

The final score of a line is the second pass's: it reads the first pass's probabilities of the line itself and around, and the dense
features again. A weight times a value says little where the value is much the same everywhere. So a term counts from what is usual:
`(value - usual) * weight / temperature`, and all the constants, the bias with them, make one term of their own, what a line scores of which
everything is usual. Bias and terms then add up to the score of `Sieve.scores`, to rounding in the last bits of float64 (tests: 1e-9 of
the sum of their sizes). The first pass is taken apart alike, to show what the line's own words and looks say;
words count from not being there.

What is usual is the mean over the lines of the training pages (`usual.json`, made by `python -m training.usual`); for a feature that is not
in that file, one of an own model, say, the mean over the lines of the page at hand.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.explain_first import WORD_THEMES, WordTerms
from sangloc.explain_phrases import LENGTH, phrase_of, theme_of
from sangloc.explain_second import Surroundings
from sangloc.features import features_of
from sangloc.page import line_spans
from sangloc.second import second_features, second_names, softmax
from sangloc.sieve import Sieve, sections

Scores = NDArray[np.float64]

USUAL = Path(__file__).with_name("usual.json")
SHOWN = 2  # phrases that say what a reason is made of
MEASURES = ("log length", "log words")  # what the length of a line is said by
NEGLIGIBLE = 0.15  # share of a reason's strongest term below which a term is not among its phrases


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a pass reads of a line, and what it adds to the score of each label (K,).

    `value` is what the pass reads here, `usual` what it reads on a usual line; for words 1 and 0.
    """

    name: str
    theme: str
    phrase: str
    value: float
    usual: float
    scores: Scores


@dataclass(frozen=True)
class Account:
    """The scores of one line in one pass, (K,): those of a usual line and the M terms', which add up to them."""

    scores: Scores
    usual: Scores
    names: Sequence[str]
    themes: Sequence[str]
    theme_of: NDArray[np.int64]  # (M,) number of the term's theme
    values: Scores  # (M,)
    usual_values: Scores  # (M,)
    parts: Scores  # (M, K) what each term adds to each label's score
    phrase: Callable[[int], str]  # says a term in words
    said: dict[str, str]  # themes that are better said as a whole than by their terms

    def term(self, number: int) -> Term:
        """Return a term with its words."""
        value, usual = float(self.values[number]), float(self.usual_values[number])
        return Term(self.names[number], self.themes[self.theme_of[number]], self.phrase(number), value, usual, self.parts[number])

    @property
    def terms(self) -> list[Term]:
        """Return all terms, in the order in which the pass reads them."""
        return [self.term(number) for number in range(len(self.names))]

    def reasons(self, label: int, other: int) -> list["Reason"]:
        """Return the terms by theme, those themes first that add most to one label's score over another's, or take most from it."""
        margins = self.parts[:, label] - self.parts[:, other]
        sums = np.bincount(self.theme_of, weights=margins, minlength=len(self.themes))
        present = np.flatnonzero(np.bincount(self.theme_of, minlength=len(self.themes)))
        order = present[np.argsort(-np.abs(sums[present]), kind="stable")]
        return [Reason(self, self.themes[theme], float(sums[theme]), theme, margins) for theme in order.tolist()]


@dataclass(frozen=True)
class Reason:
    """The terms of one theme: what they add for one label over another in all and one by one, the strongest first."""

    account: Account
    theme: str
    margin: float
    number: int  # of the theme in the account
    all_margins: Scores  # (M,) of all terms of the account

    @cached_property
    def terms(self) -> list[int]:
        """Return the terms' numbers in the account."""
        numbers = np.flatnonzero(self.account.theme_of == self.number)
        ordered: list[int] = numbers[np.argsort(-np.abs(self.all_margins[numbers]), kind="stable")].tolist()
        return ordered

    @property
    def margins(self) -> list[float]:
        """Return what each term adds."""
        found: list[float] = self.all_margins[self.terms].tolist()
        return found

    @property
    def scores(self) -> Scores:
        """Return what the theme adds to the score of each label, (K,)."""
        total: Scores = self.account.parts[self.terms].sum(axis=0)
        return total

    @property
    def phrase(self) -> str:
        """Say what is there to see: the theme as a whole, or its strongest terms that speak for what it says in all."""
        if self.theme in self.account.said:
            return self.account.said[self.theme]
        same = [(number, abs(margin)) for number, margin in zip(self.terms, self.margins, strict=True) if margin * self.margin > 0]
        strong = [number for number, size in same[:SHOWN] if size >= NEGLIGIBLE * same[0][1]]
        return ", ".join(dict.fromkeys(map(self.account.phrase, strong)))


@dataclass(frozen=True)
class Explanation:
    """Why one paragraph got its label; scores and probabilities are (K,), in the order of `labels`."""

    labels: tuple[str, ...]
    line: int  # of the page, blank lines counted, from 1
    text: str
    scores: Scores
    probabilities: Scores
    first_probabilities: Scores  # what the line seemed to be before its neighbourhood was looked at
    section: "_Section"
    row: int

    @cached_property
    def ranking(self) -> list[int]:
        """Return the numbers of the labels, the most probable first; of equal ones the first, as tagging takes it."""
        return [int(number) for number in np.argsort(-self.probabilities, kind="stable")]

    @property
    def label(self) -> str:
        """Return the paragraph's label."""
        return self.labels[self.ranking[0]]

    @property
    def runner_up(self) -> str:
        """Return the label that would have been next."""
        return self.labels[self.ranking[1]]

    @cached_property
    def final(self) -> Account:
        """Return the account of the final score (the second pass, divided by the temperature)."""
        return self.section.final(self.row)

    @cached_property
    def first(self) -> Account:
        """Return the account of the first pass's score: the line's words, looks and place."""
        return self.section.first(self.row)

    def reasons(self) -> list[Reason]:
        """Return what decided between the label and the runner-up."""
        return self.final.reasons(*self.ranking[:2])

    def first_reasons(self) -> list[Reason]:
        """Return what the first pass found for the label and against the runner-up."""
        return self.first.reasons(*self.ranking[:2])


def explain(sieve: Sieve, text: str) -> list[Explanation]:
    """Explain the label of every paragraph of a page, in order."""
    page = sieve.tag(text)
    out: list[Explanation] = []
    lines = [(number, text[start:end]) for number, (start, end) in enumerate(line_spans(text), 1) if text[start:end].strip()]
    for part in sections(text):
        section = _Section(sieve, part)
        for row, scores in enumerate(section.scores):
            number, shown = lines[len(out)]
            probabilities = page.probabilities[len(out)]
            out.append(Explanation(sieve.model.labels.labels, number, shown, scores, probabilities, section.early[row], section, row))
    return out


class _Section:
    """What both passes read of a page, or of a part of an over-long one."""

    def __init__(self, sieve: Sieve, text: str) -> None:
        model = sieve.model
        labels = model.labels.labels
        features = features_of([text], model.first.sizes, model.known)
        self.scores = sieve.scores(features)
        self.first_scores, own_words = sieve.first.scores_and_words(features)
        self.early = softmax(self.first_scores)
        self.names = second_names(labels, model.dense_names)
        self.values = second_features(self.first_scores, own_words, features)
        self.usual = usual_values(self.names, self.values)
        self.weights = model.second.weights / model.second.temperature
        self.constant = model.second.bias / model.second.temperature + self.usual @ self.weights
        self.dense = features.dense
        self.dense_names = model.dense_names
        self.dense_usual = usual_values(self.dense_names, self.dense)
        self.dense_weights = model.first.dense
        self.first_constant = model.first.bias + self.dense_usual @ self.dense_weights
        self.words = WordTerms(text, features, model.first)
        self.around = Surroundings(labels, self.early, features.heading, self.words.line_texts)
        of_names = [self.around.theme(name) or theme_of(name) for name in self.names]
        self.themes = list(dict.fromkeys(of_names))
        self.theme_of = np.array([self.themes.index(theme) for theme in of_names])
        of_dense = [theme_of(name) for name in self.dense_names]
        self.first_themes = list(dict.fromkeys((*WORD_THEMES.values(), *of_dense)))
        self.theme_of_dense = [self.first_themes.index(theme) for theme in of_dense]

    def final(self, row: int) -> Account:
        """Return the account of a line's final scores."""
        values = self.values[row]
        parts = (values - self.usual)[:, None] * self.weights

        def phrase(number: int) -> str:
            name, value = self.names[number], float(values[number])
            return self.around.phrase(name, value, row) or phrase_of(name, value)

        said = self.around.said(row) | self._said(row)
        return Account(self.scores[row], self.constant, self.names, self.themes, self.theme_of, values, self.usual, parts, phrase, said)

    def first(self, row: int) -> Account:
        """Return the account of a line's scores in the first pass: words, then dense features."""
        found = list(self.words.terms(row))
        values = self.dense[row]
        parts = np.concatenate(([scores for *_, scores in found], (values - self.dense_usual)[:, None] * self.dense_weights))

        def phrase(number: int) -> str:
            if number < len(found):
                return found[number][2]
            return phrase_of(self.dense_names[number - len(found)], float(values[number - len(found)]))

        return Account(
            scores=self.first_scores[row],
            usual=self.first_constant,
            names=[*(name for name, *_ in found), *self.dense_names],
            themes=self.first_themes,
            theme_of=np.array([*(self.first_themes.index(theme) for _, theme, *_ in found), *self.theme_of_dense]),
            values=np.concatenate((np.ones(len(found)), values)),
            usual_values=np.concatenate((np.zeros(len(found)), self.dense_usual)),
            parts=parts,
            phrase=phrase,
            said=self._said(row),
        )

    def _said(self, row: int) -> dict[str, str]:
        """Return what themes of dense features are said to be as a whole."""
        shown = [phrase_of(name, float(self.dense[row, self.dense_names.index(name)])) for name in MEASURES if name in self.dense_names]
        said = {LENGTH: ", ".join(shown)} if shown else {}
        if not row:
            said["shape of the lines above"] = "there is none"
        if row == len(self.scores) - 1:
            said["shape of the lines below"] = "there is none"
        return said


@cache
def _usual() -> dict[str, float]:
    found: dict[str, float] = json.loads(USUAL.read_text(encoding="utf-8")) if USUAL.exists() else {}
    return found


def usual_values(names: Sequence[str], values: Scores) -> Scores:
    """Return what is usual for each feature, (M,); `values` (L, M) stands in where training has no word on it."""
    means = values.mean(axis=0) if len(values) else np.zeros(len(names))
    return np.array([_usual().get(name, mean) for name, mean in zip(names, means.tolist(), strict=True)])

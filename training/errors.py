"""Where a model is wrong, from families of errors to the features that decided: `python -m training.errors [LABELS…]`.

Prints the families (the label by hand → the label predicted), the pages, worst first, and then every wrong paragraph with its neighbours,
its probabilities and what spoke for the predicted label and against the right one. Without LABELS the pages are those of
`../shared/real/study`, where they are, else labels/, held out. Of the pages of `real/unseen` figures only.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.artifact import ModelFileError
from sangloc.evaluation import refuse_unknown
from sangloc.explain import Explanation
from sangloc.fitting import Fitted, fit_and_hold_out
from sangloc.labelfile import LabelFileError, LabelledPage, read_labels
from sangloc.labels import LabelSet
from sangloc.page import Page
from sangloc.sieve import Sieve, load
from training.added_labels import site_of
from training.real import FORMS, ROOT, real_pages

LABELS = ROOT / "labels"
MEASURED_ONLY = ("real", "unseen")  # folders of pages that nobody reads, so that no one tunes to them
ARROW = "→"
USAGE, MODEL = 2, 3


@dataclass(frozen=True)
class Judged:
    """A labelled page, what a sieve says of it, and the numbers of the paragraphs where that is wrong."""

    page: LabelledPage
    sieve: Sieve
    tagged: Page
    wrong: tuple[int, ...]

    @property
    def predicted(self) -> list[str]:
        """Return the label predicted for each paragraph."""
        return [self.sieve.model.labels.labels[code] for code in self.tagged.codes.tolist()]

    @property
    def name(self) -> str:
        """Return folder and file."""
        return "/".join(Path(self.page.path).parts[-2:])

    @property
    def readable(self) -> bool:
        """Tell whether the page's lines may be shown: those of real/unseen are measured, never read."""
        parts = Path(self.page.path).resolve().parts
        return MEASURED_ONLY not in pairwise(parts)


@dataclass
class Family:
    """Errors of one kind: how many, and on which pages and sites."""

    gold: str
    predicted: str
    errors: int = 0
    pages: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class WrongParagraph:
    """A paragraph that got a wrong label, and why."""

    judged: Judged
    number: int  # of the paragraph on its page, from 0
    why: Explanation

    @property
    def pair(self) -> tuple[int, int]:
        """Return the numbers of the predicted label and of the right one."""
        labels = self.why.labels
        return int(self.judged.tagged.codes[self.number]), labels.index(self.judged.page.labels[self.number])


def held_out_site(page: LabelledPage) -> str:
    """Return the site that a model must not have seen: a real page's is in its file's name, any other's is its folder."""
    return site_of(page) if page.layout in FORMS else page.site


def judge(pages: Sequence[LabelledPage], sieves: Sequence[Sieve], within_groups: bool = False) -> list[Judged]:
    """Tag each page with its sieve; wrong is another group than the right one, or `within_groups` another label.

    `LabelFileError` for a label that a sieve doesn't know.
    """
    tagged: dict[int, Page] = {}
    for sieve in {id(sieve): sieve for sieve in sieves}.values():
        own = [number for number, of in enumerate(sieves) if of is sieve]
        refuse_unknown(sieve.model.labels, [pages[number] for number in own])
        tagged |= zip(own, sieve.tag_many(pages[number].text for number in own), strict=True)
    return [
        Judged(page, sieve, tagged[number], _wrong(page, sieve.model.labels, tagged[number].codes, within_groups))
        for number, (page, sieve) in enumerate(zip(pages, sieves, strict=True))
    ]


def _wrong(page: LabelledPage, labels: LabelSet, codes: NDArray[np.integer], within_groups: bool) -> tuple[int, ...]:
    kind = {label: label if within_groups else group for label, group in labels.group_of.items()}
    predicted = [labels.labels[code] for code in codes.tolist()]
    return tuple(i for i, (a, b) in enumerate(zip(page.labels, predicted, strict=True)) if kind[a] != kind[b])


def held_out_sieves(fitted: Fitted, pages: Sequence[LabelledPage]) -> list[Sieve]:
    """Return for each page a sieve that was fitted without its site: its fold's, or the whole one where no page of the site was learned."""
    folds = [fitted.fold_of.get(held_out_site(page)) for page in pages]
    return [fitted.sieve if fold is None else fitted.fold_sieves[fold] for fold in folds]


def families(judged: Sequence[Judged]) -> list[Family]:
    """Count the errors by the label by hand and the one predicted, the most frequent first."""
    found: dict[tuple[str, str], Family] = {}
    for one in judged:
        predicted = one.predicted
        for number in one.wrong:
            pair = one.page.labels[number], predicted[number]
            family = found.setdefault(pair, Family(*pair))
            family.errors += 1
            family.pages.add(one.page.path)
            family.sites.add(held_out_site(one.page))
    return sorted(found.values(), key=lambda family: (-family.errors, family.gold, family.predicted))


def worst_first(judged: Sequence[Judged]) -> list[Judged]:
    """Return the pages with errors, those with most of them first."""
    return sorted((one for one in judged if one.wrong), key=lambda one: (-len(one.wrong), one.name))


def wrong_paragraphs(judged: Sequence[Judged], chosen: "Chosen") -> Iterator[WrongParagraph]:
    """Yield the chosen wrong paragraphs of the pages that may be read, page by page, line by line, and say why they got their labels."""
    for one in judged:
        numbers = chosen.of(one)
        why = one.sieve.explain(one.page.text) if numbers else []
        yield from (WrongParagraph(one, number, why[number]) for number in numbers)


class Chosen:
    """The errors to show: all, or those of one family, `GOLD→PREDICTED` (or `->`), each a label, a group, or empty for any."""

    def __init__(self, labels: LabelSet, family: str | None = None) -> None:
        """`ValueError` says what is wrong with the family."""
        gold, arrow, predicted = (family or ARROW).replace("->", ARROW).partition(ARROW)
        if not arrow:
            raise ValueError(f"{family!r} is no family: write GOLD{ARROW}PREDICTED, or GOLD->PREDICTED in quotes")
        self.gold, self.predicted = (labels.selected(side) if side.strip() else set(labels.labels) for side in (gold, predicted))

    def of(self, judged: Judged) -> list[int]:
        """Return the numbers of a page's chosen paragraphs; none of a page that is measured only."""
        predicted = judged.predicted
        chosen = [i for i in judged.wrong if judged.page.labels[i] in self.gold and predicted[i] in self.predicted]
        return chosen if judged.readable else []


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.errors", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="LABELS", help="label files or folders")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--model", type=Path, help="a model file; the shipped model if not given")
    how.add_argument("--held-out", action="store_true", help="fit models that have not seen the page's site: minutes")
    parser.add_argument("--learned", nargs="+", default=[LABELS], metavar="LABELS", help="what --held-out fits on; labels/ if not given")
    parser.add_argument("--labels", action="store_true", help="errors over the labels, not only those of another group")
    parser.add_argument("--page", metavar="NAME", help="only pages whose folder/file has this in it")
    parser.add_argument("--family", metavar=f"A{ARROW}B", help="show only lines labelled A by hand and B by the model; labels or groups")
    parser.add_argument("--limit", type=int, metavar="N", help="show at most so many lines; 0: the tables only")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text")
    args = parser.parse_args(arguments)
    if args.limit is not None and args.limit < 0:
        parser.error(f"--limit {args.limit}: at most so many lines, so not below 0")
    return args


def asked_for(args: argparse.Namespace) -> tuple[list[LabelledPage], list[Sieve]]:
    """Return the pages and the sieve for each."""
    held_out = args.held_out
    if args.paths:
        pages = read_labels(*args.paths)
    else:
        pages = [page for form in real_pages("study").values() for page in form]
        if not pages:
            say(f"../shared/real/study is not here: {'' if args.model else 'held out, '}the pages of labels/")
            pages, held_out = read_labels(LABELS), args.model is None
    if args.page is not None:
        pages = [page for page in pages if args.page in "/".join(Path(page.path).parts[-2:])]
        if not pages:
            raise LabelFileError(f"--page {args.page}: no page's folder/file has that in it")
    if not held_out:
        return pages, [load(args.model)] * len(pages)
    learned = read_labels(*args.learned)
    say(f"fitting on {len(learned)} pages, for each fold without its sites")
    return pages, held_out_sieves(fit_and_hold_out(learned), pages)


def say(message: str) -> None:
    """Print what is no result."""
    print(message, file=sys.stderr, flush=True)


def report(args: argparse.Namespace) -> None:
    """Judge and print."""
    from training.error_output import FORMATS

    pages, sieves = asked_for(args)
    try:
        chosen = Chosen(sieves[0].model.labels, args.family)
    except ValueError as error:
        raise LabelFileError(f"--family: {error}") from None
    judged = judge(pages, sieves, args.labels)
    worst = worst_first(judged)
    output = FORMATS[args.format]()
    output.tables(judged, families(judged), worst)
    for wrong in islice(wrong_paragraphs(worst, chosen), args.limit):
        output.paragraph(wrong)
    count = sum(len(chosen.of(one)) for one in worst)
    if args.limit is not None and count > args.limit:
        say(f"{count - args.limit} more lines are not shown (--limit {args.limit})")
    if not count and args.family:
        say(f"no line of the family {args.family} to show{'' if args.labels else '; errors within a group need --labels'}")
    hidden = sum(not one.readable for one in judged)
    if hidden:
        say(f"{hidden} pages are of real/unseen: those are measured, never read, so none of their lines are shown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return the exit code."""
    try:
        report(parsed(arguments))
        sys.stdout.flush()
    except (LabelFileError, ModelFileError) as error:
        say(str(error))
        return MODEL if isinstance(error, ModelFileError) else USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it flushes at its end
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The error report (`training.errors`) as text for people, and as JSON lines."""

import sys
from collections.abc import Sequence
from typing import Any, Protocol

from rich.console import Console, RenderableType
from rich.text import Text

from sangloc.explain import Account
from sangloc.explain_second import percent, quoted
from sangloc.explain_text import DIGITS, reason_table, visible
from sangloc.page import paragraphs_of
from sangloc.rendering import dumped
from training.errors import ARROW, Family, Judged, WrongParagraph, held_out_site

AROUND = 2  # neighbours shown on either side
REASONS = 5  # of a pass, in text; the others are added up
CHANCE = 0.05  # from which a label's probability is shown
PALE = "dim"


class Output(Protocol):
    """A way to print the report, tables first."""

    def tables(self, judged: Sequence[Judged], found: Sequence[Family], worst: Sequence[Judged]) -> None:
        """Print what was judged, the families of errors, and the pages with errors."""

    def paragraph(self, wrong: WrongParagraph) -> None:
        """Print a wrong paragraph."""


class PipedConsole(Console):
    """A console that leaves a closed pipe to the program: rich's own exits with 1."""

    def on_broken_pipe(self) -> None:
        """Pass it on."""
        raise BrokenPipeError


class AsText:
    """For people, as wide as the terminal."""

    def __init__(self) -> None:
        self.console = PipedConsole(highlight=False)
        self.page = ""

    def tables(self, judged: Sequence[Judged], found: Sequence[Family], worst: Sequence[Judged]) -> None:
        """Print the tables."""
        total = _total(judged)
        share = 100 * total["errors"] / max(total["paragraphs"], 1)
        _say(f"{total['pages']} pages of {total['sites']} sites, {total['paragraphs']} paragraphs, {total['errors']} wrong ({share:.1f} %)")
        _say(f"\n{f'by hand {ARROW} predicted':24s} errors    share  pages  sites")
        for x in found:
            share = 100 * x.errors / total["errors"]
            _say(f"{f'{x.gold} {ARROW} {x.predicted}':24s} {x.errors:6d}  {share:5.1f} %  {len(x.pages):5d}  {len(x.sites):5d}")
        _say("\nerrors  paragraphs  page")
        for one in worst:
            _say(f"{len(one.wrong):6d}  {len(one.page.labels):10d}  {visible(one.name)}")

    def paragraph(self, wrong: WrongParagraph) -> None:
        """Print a wrong paragraph between its neighbours, then what decided."""
        page, why = wrong.judged.page, wrong.why
        if page.path != self.page:
            self.page = page.path
            _say(f"\n{visible(page.path)}")
        predicted, gold = wrong.pair
        shown = [code for code in why.ranking if why.probabilities[code] >= CHANCE or code == gold]
        chances = ", ".join(f"{why.labels[code]} {percent(float(why.probabilities[code]))}" for code in shown)
        rows = [_row(row, row["line"] == _line(wrong)) for row in _neighbourhood(wrong)]
        tables = [reason_table(account, why.labels, (predicted, gold), REASONS) for account in (why.final, why.first)]
        head = Text(f"line {_line(wrong)}: {why.labels[gold]} {ARROW} {why.labels[predicted]}", "bold").append(f"  {chances}", "not bold")
        self._print(Text(), head, *rows, tables[0], Text("      and the line by itself:", PALE), tables[1])

    def _print(self, *rows: RenderableType) -> None:
        """Print without the blanks that fill tables up."""
        with self.console.capture() as printed:
            self.console.print(*rows, sep="\n")
        sys.stdout.writelines(f"{row.rstrip()}\n" for row in printed.get().split("\n")[:-1])


class AsJson:
    """One object a line: the total, families, pages, wrong paragraphs; `kind` says which."""

    def tables(self, judged: Sequence[Judged], found: Sequence[Family], worst: Sequence[Judged]) -> None:
        """Print the tables' rows."""
        total = _total(judged)
        _write("total", total)
        for x in found:
            share = round(x.errors / total["errors"], DIGITS)
            row = {"gold": x.gold, "predicted": x.predicted, "errors": x.errors, "share": share}
            _write("family", {**row, "pages": len(x.pages), "sites": len(x.sites)})
        for one in worst:
            row = {"path": one.page.path, "site": held_out_site(one.page), "errors": len(one.wrong), "paragraphs": len(one.page.labels)}
            _write("page", row)

    def paragraph(self, wrong: WrongParagraph) -> None:
        """Print a wrong paragraph with all reasons, which add up to `margin` with `usual`."""
        why, line = wrong.why, _line(wrong)
        rows = _neighbourhood(wrong)
        (itself,) = (row for row in rows if row["line"] == line)
        chances = {
            "probabilities": dict(zip(why.labels, why.probabilities.round(DIGITS).tolist(), strict=True)),
            "first_probabilities": dict(zip(why.labels, why.first_probabilities.round(DIGITS).tolist(), strict=True)),
        }
        sides = {"above": [row for row in rows if row["line"] < line], "below": [row for row in rows if row["line"] > line]}
        final, first = (_decided(account, *wrong.pair) for account in (why.final, why.first))
        _write("error", {"path": wrong.judged.page.path, **itself, **chances, **sides, **final, "first": first})


FORMATS: dict[str, type[AsText] | type[AsJson]] = {"text": AsText, "jsonl": AsJson}


def _say(row: str) -> None:
    """Print a row as it is: names of files are not cut or wrapped."""
    sys.stdout.write(f"{row}\n")


def _write(kind: str, row: dict[str, Any]) -> None:
    sys.stdout.write(dumped({"kind": kind, **row}).decode() + "\n")


def _total(judged: Sequence[Judged]) -> dict[str, int]:
    return {
        "pages": len(judged),
        "sites": len({held_out_site(one.page) for one in judged}),
        "paragraphs": sum(len(one.page.labels) for one in judged),
        "errors": sum(len(one.wrong) for one in judged),
    }


def _line(wrong: WrongParagraph) -> int:
    return wrong.judged.page.line_of(wrong.number)


def _neighbourhood(wrong: WrongParagraph) -> list[dict[str, Any]]:
    """Return the paragraph and its neighbours; lines are the label file's."""
    page, predicted = wrong.judged.page, wrong.judged.predicted
    texts = list(paragraphs_of(page.text))
    numbers = range(max(wrong.number - AROUND, 0), min(wrong.number + AROUND + 1, len(texts)))
    return [{"line": page.line_of(i), "gold": page.labels[i], "predicted": predicted[i], "text": texts[i]} for i in numbers]


def _row(row: dict[str, Any], itself: bool) -> Text:
    mark = ">" if itself else " "
    text = Text(f"{mark} {row['line']:>4}  {row['gold']:8s} {row['predicted']:8s} ", no_wrap=True, overflow="ellipsis")
    text.stylize("red", 8, len(text)) if row["gold"] != row["predicted"] else text.stylize(PALE)
    return text.append(visible(quoted(row["text"], 200)))


def _decided(account: Account, label: int, other: int) -> dict[str, Any]:
    """Return what each reason adds to the score of one label over the other's, the strongest first."""
    return {
        "margin": float(account.scores[label] - account.scores[other]),
        "usual": float(account.usual[label] - account.usual[other]),
        "reasons": [{"theme": x.theme, "phrase": x.phrase, "margin": x.margin} for x in account.reasons(label, other)],
    }

"""Explanations as text for a terminal, and as JSON."""

from collections.abc import Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sangloc.explain import Account, Explanation, Reason
from sangloc.explain_second import percent, quoted

DIGITS = 4  # of a probability in JSON
INDENT = 6
PALE = "dim"
SIGNS = {True: "green", False: "red"}


def visible(text: str) -> str:
    """Return a text on one line in which nothing can steer a terminal: control and direction characters become U+FFFD."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def signed(value: float) -> str:
    """Return a number with its sign, a true minus, and two digits."""
    return f"{value:+.2f}".replace("-", "−")


def as_text(found: Explanation, count: int, everything: bool) -> Group:
    """Show a paragraph's label and what decided it: up to so many reasons a pass, or every reason with every term."""
    label, other = found.ranking[:2]
    head = Text(f"{found.line:>{INDENT - 2}}  ", no_wrap=True, overflow="ellipsis")
    head.append(f"{found.label} {percent(float(found.probabilities[label]))}", "bold")
    head.append(f"  else {found.runner_up} {percent(float(found.probabilities[other]))}  ", PALE)
    head.append(visible(quoted(found.text, 200)))
    between = Text(" " * INDENT + "and the line by itself seems so by", PALE)
    tables = [reason_table(account, found.labels, (label, other), count, everything) for account in (found.final, found.first)]
    return Group(head, tables[0], between, tables[1], "")


def reason_table(account: Account, labels: Sequence[str], pair: tuple[int, int], count: int, everything: bool = False) -> Padding:
    """Return a row for each reason for the first label of the pair over the second, up to so many.

    What is left out, and what is usual, are rows too, so that the numbers add up.
    """
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")

    def row(margin: float, text: str, style: str = "", bullet: str = "") -> None:
        table.add_row(Text(bullet + signed(margin), SIGNS[margin > 0]), Text(visible(text), style))

    label, other = pair
    found = account.reasons(label, other)
    shown, rest = (found, []) if everything else (found[:count], found[count:])
    for reason in shown:
        row(reason.margin, _said(reason))
        for number, margin in zip(reason.terms, reason.margins, strict=True) if everything else ():
            term = account.term(number)
            row(margin, f"    {term.phrase}  [{term.name}, {term.value:.3g}; usually {term.usual:.3g}]", PALE)
    if rest:
        row(sum(reason.margin for reason in rest), f"{len(rest)} smaller reasons", PALE)
    row(float(account.usual[label] - account.usual[other]), "what a usual line has", PALE)
    row(float(account.scores[label] - account.scores[other]), f"for {labels[label]}, against {labels[other]}", "bold", "= ")
    return Padding(table, (0, 0, 0, INDENT))


def _said(reason: Reason) -> str:
    return f"{reason.theme}: {reason.phrase}" if reason.phrase else reason.theme


def as_dict(found: Explanation, everything: bool) -> dict[str, object]:
    """Return an explanation as plain values; scores are not rounded, so that they add up."""
    return {
        "line": found.line,
        "label": found.label,
        "runner_up": found.runner_up,
        "probabilities": _by_label(found, found.probabilities.round(DIGITS).tolist()),
        "text": found.text,
        **_account(found, found.final, everything),
        "first": {
            "probabilities": _by_label(found, found.first_probabilities.round(DIGITS).tolist()),
            **_account(found, found.first, everything),
        },
    }


def _by_label(found: Explanation, values: list[float]) -> dict[str, float]:
    return dict(zip(found.labels, values, strict=True))


def _account(found: Explanation, account: Account, everything: bool) -> dict[str, object]:
    """Return an account: for every reason what it adds to each label's score; with everything, its terms too."""
    reasons = []
    for reason in account.reasons(*found.ranking[:2]):
        shown: dict[str, object] = {"theme": reason.theme, "phrase": reason.phrase, "scores": _by_label(found, reason.scores.tolist())}
        if everything:
            terms = map(account.term, reason.terms)
            shown["terms"] = [
                {"name": x.name, "phrase": x.phrase, "value": x.value, "usual": x.usual, "scores": _by_label(found, x.scores.tolist())}
                for x in terms
            ]
        reasons.append(shown)
    return {"scores": _by_label(found, account.scores.tolist()), "usual": _by_label(found, account.usual.tolist()), "reasons": reasons}

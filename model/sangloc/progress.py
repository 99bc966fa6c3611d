"""A bar with rates and running counts on a terminal; nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sangloc.tally import Tally

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH = 24
PER_SECOND = 4


def wanted(results_on_stdout: bool) -> bool:
    """Tell whether there is a terminal for a bar that is not taken by the results."""
    return sys.stderr.isatty() and not (results_on_stdout and sys.stdout.isatty())


@contextmanager
def shown(tally: Tally, total: int, doing: str = "") -> Iterator[None]:
    """Show how far a run is, `total` being the bytes of all its input, 0 if unknown, while the block runs; and what it is `doing`."""
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield
        return
    with Live(
        console=console,
        get_renderable=lambda: _lines(tally, total, console, doing),
        refresh_per_second=PER_SECOND,
        transient=True,
        redirect_stdout=False,
    ):
        yield


def _lines(tally: Tally, total: int, console: "Console", doing: str = "") -> "RenderableType":
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1))
    row.add_row(ProgressBar(total or None, min(tally.bytes_in, total or 0), width=min(WIDTH, console.width // 3)), _rates(tally, total))
    return Group(row, Text(doing + _counts(tally), overflow="ellipsis", no_wrap=True))


def _rates(tally: Tally, total: int) -> str:
    seconds = max(tally.seconds, 1e-9)
    share = f"{min(tally.bytes_in / total, 1):4.0%}  " if total else ""
    return (
        f"{share}{tally.pages / seconds:,.0f} pages/s  {tally.bytes_in / 1e6 / seconds:.1f} MB/s"
        f"{f'  {_clock(seconds * (total - tally.bytes_in) / tally.bytes_in)} left' if total > tally.bytes_in > 0 else ''}"
    )


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}" if whole >= 3600 else f"{whole // 60}:{whole % 60:02d}"


def _counts(tally: Tally) -> str:
    total = tally.groups.total() or 1
    groups = "  ".join(f"{group} {count / total:.0%}" for group, count in tally.groups.most_common())
    failures = f"  {tally.failures:,} failed" if tally.failures else ""
    return f"{tally.pages:,} pages  {groups}{failures}"

"""What a run did: counted while it goes, told at its end."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field

KIND = 60  # characters of a message that tell its kind


@dataclass(slots=True)
class Tally:
    """What was done and what not. Failures and warnings are counted by their kind: the message without its numbers and names."""

    files: int = 0
    pages: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    left_out: int = 0  # pages that are no article, where only articles are wanted
    done_before: int = 0  # files that an earlier run had done
    failed: Counter[str] = field(default_factory=Counter)
    warned: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    unsure: int | None = None  # paragraphs marked, or not kept, for a probability too low; None: not asked for
    sites: dict[str, object] | None = None  # see `counting.Census`; None: not asked for
    begun: float = field(default_factory=time.monotonic)

    @property
    def failures(self) -> int:
        """Return how many inputs or pages failed."""
        return self.failed.total()

    @property
    def seconds(self) -> float:
        """Return how long the run has taken so far."""
        return time.monotonic() - self.begun

    def as_dict(self) -> dict[str, object]:
        """Return what `--summary` writes."""
        extra = {"unsure_paragraphs": self.unsure, "sites": self.sites}
        return {
            "files": self.files,
            "files_done_before": self.done_before,
            "pages": self.pages,
            "pages_left_out": self.left_out,
            "paragraphs": dict(self.groups),
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "skipped": dict(self.skipped),
            "warnings": dict(self.warned),
            "failures": dict(self.failed),
            "seconds": round(self.seconds, 3),
            **{name: value for name, value in extra.items() if value is not None},
        }

    def lines(self) -> list[str]:
        """Return the summary as people read it."""
        seconds = max(self.seconds, 1e-9)
        out = [
            f"{self.pages:,} pages of {self.files:,} files in {seconds:.1f} s ({self.pages / seconds:,.0f} pages/s, "
            f"{self.bytes_in / 1e6 / seconds:.1f} MB/s): {self.bytes_in / 1e6:.1f} MB read, {self.bytes_out / 1e6:.1f} MB written"
        ]
        if self.done_before:
            out.append(f"{self.done_before:,} files were done before")
        if self.groups:
            out.append(f"paragraphs: {shares(self.groups)}")
        if self.unsure is not None:
            out.append(f"paragraphs less probable than --min-prob: {self.unsure:,}")
        for what, kinds in (("passed over", self.skipped), ("warned of", self.warned), ("failed", self.failed)):
            out += [f"{what}: {count:,} × {kind}" for kind, count in kinds.most_common()]
        return out


def shares(groups: Counter[str]) -> str:
    """Return the groups with their counts and shares."""
    total = groups.total() or 1
    return ", ".join(f"{group} {count:,} ({count / total:.0%})" for group, count in groups.most_common())


def kind_of(message: str) -> str:
    """Return what a message has in common with others of its kind."""
    return re.sub(r"\d+", "N", re.sub(r"'[^']{0,200}'", "'…'", message))[:KIND]

"""Pinned floors that a new model must reach."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

FLOORS = Path(__file__).with_name("floors.json")
MEASURES = ("group_accuracy", "group_f1", "kept_line", "kept_char", "kept_page")
MARGIN = 0.003  # below what was measured when a floor is pinned
OTHER_LABELS = 0.03  # further down where the labels are others than those the floors were pinned with


class GateError(Exception):
    """The model is worse than the floors, or there is nothing to compare."""


@dataclass(frozen=True)
class Floors:
    """The lowest acceptable value of each measure of each set, and the labels with which they were reached."""

    labels_sha256: str
    floors: dict[str, dict[str, float]]

    @classmethod
    def read(cls, path: Path = FLOORS) -> Self:
        """Read the pinned floors."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["labels_sha256"], content["floors"])

    def write(self, path: Path = FLOORS) -> None:
        """Pin these floors."""
        content = {"labels_sha256": self.labels_sha256, "floors": self.floors}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def check(self, scores: dict[str, Any], labels_sha256: str) -> None:
        """Raise `GateError` with every measure that is too low; scores on held-out labels get slack where the labels changed."""
        checked = 0
        low = []
        for name, floors in self.floors.items():
            if name not in scores:
                continue  # the real pages are not there
            slack = OTHER_LABELS if name.startswith("held-out") and labels_sha256 != self.labels_sha256 else 0.0
            for measure, floor in floors.items():
                checked += 1
                value = scores[name][measure]
                if value < floor - slack:
                    low.append(f"{name} {measure} {value:.4f} is below {floor - slack:.4f}")
        if not checked:
            raise GateError("nothing to check: no set of the floors was measured")
        if low:
            raise GateError("; ".join(low))

    def raised(self, scores: dict[str, Any], labels_sha256: str) -> "Floors":
        """Return floors a margin under these scores; on the same labels none is lowered."""
        floors = {}
        for name, row in scores.items():
            old = self.floors.get(name, {}) if labels_sha256 == self.labels_sha256 or not name.startswith("held-out") else {}
            floors[name] = {m: max(round(row[m] - MARGIN, 4), old.get(m, 0.0)) for m in MEASURES}
        return Floors(labels_sha256, {**self.floors, **floors})

from pathlib import Path
from typing import Any

import pytest

from training.gate import MARGIN, MEASURES, Floors, GateError

GOOD = dict.fromkeys(MEASURES, 0.95)


def scores(**sets: dict[str, float]) -> dict[str, Any]:
    return {name.replace("_", " "): row for name, row in sets.items()}


def test_a_worse_model_is_stopped() -> None:
    floors = Floors("a", {"unseen full": {"kept_char": 0.96, "kept_line": 0.9}})
    with pytest.raises(GateError, match=r"unseen full kept_char 0\.9500 is below 0\.9600"):
        floors.check(scores(unseen_full=GOOD), "a")


def test_a_good_one_passes_and_absent_sets_are_passed_over() -> None:
    floors = Floors("a", {"unseen full": {"kept_char": 0.94}, "held-out full": {"kept_char": 0.94}})
    floors.check({"held-out full": GOOD}, "a")


def test_a_gate_with_nothing_to_check_fails() -> None:
    with pytest.raises(GateError, match="nothing to check"):
        Floors("a", {"unseen full": {"kept_char": 0.9}}).check({"held-out full": GOOD}, "a")


def test_other_labels_get_slack_where_they_were_held_out_only() -> None:
    floors = Floors("a", {"held-out full": {"kept_char": 0.96}})
    floors.check({"held-out full": GOOD}, "b")
    with pytest.raises(GateError):
        floors.check({"held-out full": GOOD}, "a")
    with pytest.raises(GateError):
        Floors("a", {"unseen full": {"kept_char": 0.96}}).check(scores(unseen_full=GOOD), "b")


def test_pinning_raises_and_never_lowers(tmp_path: Path) -> None:
    floors = Floors("a", {"unseen full": {"kept_char": 0.99}})
    raised = floors.raised(scores(unseen_full=GOOD), "a")
    assert raised.floors["unseen full"]["kept_char"] == 0.99
    assert raised.floors["unseen full"]["kept_line"] == pytest.approx(0.95 - MARGIN)
    raised.write(tmp_path / "floors.json")
    assert Floors.read(tmp_path / "floors.json") == raised


def test_the_pinned_floors_are_meaningful() -> None:
    floors = Floors.read().floors
    assert {"held-out full", "held-out main", "unseen full", "unseen main"} <= set(floors)
    assert all(floor > 0.5 for row in floors.values() for floor in row.values())

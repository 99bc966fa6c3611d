"""The shipped model: trained on the labels that are here, as good as its card says, small and quick to start."""

import json
import os
import subprocess
import sys

import pytest

from sangloc.evaluation import evaluated
from sangloc.labelfile import LabelledPage, fingerprint
from sangloc.sieve import SHIPPED, Sieve
from tests.conftest import REAL, SEEDS
from training.gate import Floors
from training.real import real_pages

CARD = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))


def test_it_was_trained_on_these_labels(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    assert sieve.model.training["labels_sha256"] == fingerprint(labelled) == CARD["training"]["labels_sha256"]
    assert CARD["training"] == sieve.model.training


def test_seeds_come_out_right(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    seeds = [page for page in labelled if page.header["source"].startswith("seeds/")]
    assert len(seeds) == len(SEEDS)
    assert evaluated(sieve, seeds).group_accuracy >= 0.97


def test_it_learned_its_labels(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    assert evaluated(sieve, labelled).group_accuracy >= 0.95


def test_floors_hold_for_the_card() -> None:
    Floors.read().check(CARD["scores"], CARD["training"]["labels_sha256"])


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages (../shared/real) are not here")
@pytest.mark.parametrize("form", ["full", "main"])
def test_floors_hold_on_real_pages(sieve: Sieve, form: str) -> None:
    scores = evaluated(sieve, real_pages("unseen")[form]).as_dict()
    Floors.read().check({f"unseen {form}": scores}, CARD["training"]["labels_sha256"])
    card = CARD["scores"][f"unseen {form}"]
    assert {name: scores[name] for name in ("group_accuracy", "group_f1", "kept_char")} == {
        name: card[name] for name in ("group_accuracy", "group_f1", "kept_char")
    }


def test_it_is_small() -> None:
    assert SHIPPED.stat().st_size <= 4_000_000


def test_one_page_takes_less_than_a_second_of_a_core() -> None:
    command = [sys.executable, "-m", "sangloc", "tag", str(SEEDS[0])]
    times = []
    for _ in range(3):
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()  # not the clock: other tests may run beside
        times.append(after.children_user - before.children_user + after.children_system - before.children_system)
    assert min(times) < 1.0

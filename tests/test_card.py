"""The model card: made of model.json alone, and the committed one is what model.json gives."""

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from sangloc.evaluation import Truth, scored
from sangloc.labelfile import LabelledPage
from sangloc.labels import DEFAULT
from training.card import FOLDER, JSON, files, front_matter, mistakes
from training.kinds import NEWS, kind_of, scores_by_kind
from training.plots import confusion, reliability

CARD = json.loads(JSON.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    random = np.random.default_rng(1)
    classes = random.integers(0, 9, size=400)
    predicted = np.where(random.random(400) < 0.8, classes, random.integers(0, 9, size=400))
    scores = scored(
        Truth(DEFAULT, classes, predicted, random.uniform(0.3, 1, size=400), np.ones(400, dtype=np.int64), np.arange(400) // 40)
    )
    row = json.loads(json.dumps(scores.as_dict()))
    kinds = {NEWS: {"sites": 2, "pages": 4, "lines": 300, "accuracy": 0.8, "group_accuracy": 0.9, "kept_char": 0.95}}
    return {"training": CARD["training"], "temperature": 1.05, "scores": {"held-out full": row, "held-out main": row}, "kinds": kinds}


def test_the_card_has_what_people_and_hugging_face_look_for(card: dict[str, Any]) -> None:
    made = files(card)
    text = made["README.md"]
    assert text.startswith("---\nlanguage: [vi, en]\nlicense: apache-2.0\n")
    for heading in ("Use", "Data", "Scores", "Calibration", "What is taken for what", "Limits", "Bias and risks", "Training"):
        assert f"\n## {heading}\n" in text
    for label in DEFAULT.labels:
        assert f"| `{label}` | " in text
    for link in re.findall(r"\]\((card/[^)]+)\)", text):
        ET.fromstring(made[link])  # noqa: S314  # well-formed, and made here
    assert made == files(json.loads(json.dumps(card)))


def test_front_matter_is_yaml_of_one_result_a_set(card: dict[str, Any]) -> None:
    head = front_matter(card["scores"])
    assert head.count("- task: {type: token-classification") == 2
    assert head.startswith("---\n")
    assert head.endswith("\n---")


def test_plots_say_what_the_figures_say(card: dict[str, Any]) -> None:
    drawn = reliability({"a <b>": [(10, 0.5, 0.5), (30, 0.9, 0.8)]})
    assert "a &lt;b&gt;" in drawn
    assert '<circle cx="210.0" cy="190.0"' in drawn  # on the diagonal
    assert '<circle cx="330.0" cy="100.0"' in drawn  # below it
    counts = [[8, 2], [0, 1000]]
    drawn = confusion(("x", "y"), counts, "t")
    assert re.findall(r">(\d+)</text>", drawn) == ["80", "20", "10", "100", "1000"]
    assert mistakes(card["scores"]["held-out full"]["confusion"], 1).count("taken for") == 1


def test_kinds_of_site() -> None:
    def kind(layout: str, words: str) -> str:
        return kind_of(LabelledPage(f"labels/{layout}/1.tsv", "x\n", ("nav",), {"layout-kind": words}))

    assert kind("like-x.vn", "car forum") == "layouts of real sites"
    assert kind("x", "national daily with a live blog") == NEWS
    assert kind("x", "gardening forum, phpBB 3") == "forums, questions, threads"
    assert kind("x", "nothing that is known") == NEWS


def test_scores_by_kind_count_each_page_once(labelled: list[LabelledPage]) -> None:
    pages = labelled[:40]
    number = {label: i for i, label in enumerate(DEFAULT.labels)}
    right = [np.eye(len(number))[[number[label] for label in page.labels]] for page in pages]
    found = scores_by_kind(DEFAULT, pages, right)
    assert sum(row["pages"] for row in found.values()) == 40
    assert {row["group_accuracy"] for row in found.values()} == {1.0}


@pytest.mark.skipif("kinds" not in CARD, reason="model.json is from before there was a card; 'make train' writes both")
def test_the_committed_card_is_what_model_json_gives() -> None:
    for name, content in files(CARD).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, "run python -m training.card"

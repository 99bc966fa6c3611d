import numpy as np
import pytest

from sangloc.evaluation import Truth, evaluated, scored, table
from sangloc.labelfile import LabelFileError, LabelledPage, parse_pages
from sangloc.labels import DEFAULT
from sangloc.sieve import Sieve


def truth(gold: str, predicted: str, chars: list[int], page: list[int]) -> Truth:
    number = {"h": 0, "b": 1, "t": 2, "p": 3, "r": 4, "a": 5, "c": 6, "n": 7, "i": 8}
    return Truth(
        DEFAULT,
        np.array([number[x] for x in gold]),
        np.array([number[x] for x in predicted]),
        np.full(len(gold), 0.75),
        np.array(chars),
        np.array(page),
    )


def test_figures_of_a_small_example() -> None:
    found = scored(truth("htttrrn", "httrrtn", [9, 10, 20, 30, 40, 50, 60], [0, 0, 0, 0, 0, 1, 1]))
    assert found.accuracy == pytest.approx(5 / 7)
    assert found.group_accuracy == pytest.approx(5 / 7)
    assert found.label["text"] == pytest.approx((2 / 3, 2 / 3, 2 / 3, 3))
    # Kept: two texts of three, and one related line too many; the headline counts for neither.
    assert found.kept_line == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert found.kept_char == pytest.approx(2 * 30 / (2 * 30 + 50 + 30))
    assert found.kept_page == pytest.approx((2 * 30 / (2 * 30 + 30) + 0) / 2)
    assert found.confusion[2].tolist() == [0, 0, 2, 0, 1, 0, 0, 0, 0]
    assert found.calibration_error == pytest.approx(abs(5 / 7 - 0.75))
    assert "kept: lines 0.667" in table(found)
    assert all(len(line) <= 80 for line in table(found).split("\n"))


def test_a_perfect_prediction_scores_one() -> None:
    found = scored(truth("htrn", "htrn", [1, 2, 3, 4], [0, 0, 0, 0]))
    assert (found.accuracy, found.group_f1, found.kept_line, found.kept_char, found.kept_page) == (1, 1, 1, 1, 1)


def test_labels_that_the_model_does_not_know_are_named(sieve: Sieve) -> None:
    with pytest.raises(LabelFileError, match=r"x\.tsv:2: the model has no label 'video'"):
        page = parse_pages("# source: x\nnav\tA\n", "x.tsv")[0]
        evaluated(sieve, [LabelledPage(page.path, page.text, ("video",), page.header, page.offset)])

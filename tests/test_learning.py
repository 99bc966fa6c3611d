"""Learning from pages of one's own: a model corrected, labels added, and what is said of the gain."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from sangloc.correction import corrected, fit_difference
from sangloc.evaluation import evaluated
from sangloc.fitting import _corpus
from sangloc.known import Census
from sangloc.labelfile import LabelFileError, LabelledPage, parse_pages, read_labels
from sangloc.labels import DEFAULT, LabelSet
from sangloc.learning import from_labels, from_model, table
from sangloc.second import softmax
from sangloc.sieve import Sieve, load
from sangloc.words import Sizes
from tests.conftest import Cli


def station(site: str, number: int) -> LabelledPage:
    """Return a page of a site whose text reads like a table, and whose menu reads like text."""
    rows = [
        "# source: made for this test",
        "nav\tChúng tôi đo mực nước sông mỗi ngày hai lần, xin mời bà con xem.",
        "",
        f"headline\tBẢN TIN SỐ {number}",
    ]
    rows += [f"text\tTrạm {name}: {number + 3 * i},{i} m | +0,{i}" for i, name in enumerate(("Thượng", "Giữa", "Hạ", "Cửa", "Đập"))]
    rows += ["ad\tMời bà con dùng thử máy bơm của xưởng chúng tôi.", "imprint\tTrạm thủy văn, người trực: ông Tám"]
    return parse_pages("".join(f"{row}\n" for row in rows), f"mine/{site}/{number}.tsv")[0]


def certainty(sieve: Sieve, page: LabelledPage) -> float:
    """Return the mean probability of the right labels."""
    rows = [sieve.model.labels.labels.index(label) for label in page.labels]
    return float(sieve.tag(page.text).probabilities[np.arange(len(rows)), rows].mean())


@pytest.fixture(scope="module")
def mine() -> list[LabelledPage]:
    return [station("song", number) for number in range(3)]


def test_the_difference_from_nothing_is_scikit_learns_regression() -> None:
    random = np.random.default_rng(5)
    matrix = sparse.csr_matrix(random.normal(size=(200, 6)) * (random.random((200, 6)) < 0.6))
    classes = (matrix @ random.normal(size=(6, 3))).argmax(axis=1)
    weights = random.uniform(0.5, 2, size=200)
    moved, bias = fit_difference(matrix, classes, weights, np.zeros((200, 3)))
    theirs = LogisticRegression(C=1, max_iter=1000, tol=1e-8).fit(matrix, classes, sample_weight=weights)
    # scikit-learn does not penalise the bias; the probabilities agree nearly.
    ours = softmax(matrix @ moved + bias)
    assert np.abs(ours - theirs.predict_proba(matrix)).max() < 0.01


def test_scores_that_are_right_already_are_left_nearly_alone() -> None:
    matrix = sparse.csr_matrix(np.eye(4))
    classes = np.array([0, 1, 2, 0])
    moved, bias = fit_difference(matrix, classes, np.ones(4), 12 * np.eye(3)[classes])
    assert np.abs(moved).max() < 1e-3
    assert np.abs(bias).max() < 1e-3
    part = sparse.hstack([matrix, sparse.csr_matrix((4, 5))], format="csr")
    assert not fit_difference(part, classes, np.ones(4), np.zeros((4, 3)))[0][4:].any()


def test_a_corrected_model_knows_the_site_and_forgets_no_other(
    sieve: Sieve, mine: list[LabelledPage], labelled: list[LabelledPage]
) -> None:
    taught = corrected(sieve, mine[:2], weight=1)
    assert certainty(taught, mine[2]) > certainty(sieve, mine[2]) + 0.05
    assert evaluated(taught, mine[2:]).accuracy >= max(evaluated(sieve, mine[2:]).accuracy, 0.8)
    others = labelled[::12]
    assert evaluated(taught, others).group_accuracy > evaluated(sieve, others).group_accuracy - 0.04
    assert taught.model.training["taught_pages"] == 2


def test_a_corrected_model_comes_back_from_its_file_and_is_the_same_each_time(
    sieve: Sieve, mine: list[LabelledPage], tmp_path: Path
) -> None:
    corrected(sieve, mine).save(tmp_path / "a.joblib")
    corrected(load(tmp_path / "a.joblib"), mine[:1]).save(tmp_path / "c.joblib")  # and can be taught more
    corrected(sieve, mine).save(tmp_path / "b.joblib")
    assert (tmp_path / "a.joblib").read_bytes() == (tmp_path / "b.joblib").read_bytes()
    assert certainty(load(tmp_path / "c.joblib"), mine[0]) > certainty(load(tmp_path / "a.joblib"), mine[0])


def test_gains_are_measured_on_pages_held_out(sieve: Sieve, mine: list[LabelledPage]) -> None:
    taught, gains = from_model(sieve, [*mine, station("ho", 7)], 1)
    assert [gain.name for gain in gains] == ["ho", "song", "all pages", "sites held out"]
    assert gains[2].before.as_dict() == evaluated(sieve, [*mine, station("ho", 7)]).as_dict()
    alone = corrected(sieve, [mine[0], mine[2], station("ho", 7)])  # what scores the second page
    assert gains[1].after.lines == sum(len(page.labels) for page in mine)
    assert certainty(alone, mine[1]) < certainty(taught, mine[1])
    assert gains[2].after.group_accuracy >= gains[2].before.group_accuracy
    assert certainty(taught, mine[0]) > certainty(sieve, mine[0])
    assert all(len(line) <= 80 for line in table(gains).split("\n"))
    assert from_model(sieve, mine[:1], 1)[1] == []


def test_labels_that_the_base_does_not_have_are_refused(sieve: Sieve, mine: list[LabelledPage]) -> None:
    groups = sieve.model.labels.group_of
    other = replace(mine[0], label_set=LabelSet(("video", *groups), {"video": "body", **groups}), labels=("video", *mine[0].labels[1:]))
    with pytest.raises(LabelFileError, match=r"mine/song/0\.tsv:2: the base model has no label 'video'"):
        corrected(sieve, [other])
    moved = replace(mine[0], label_set=LabelSet(tuple(groups), groups | {"nav": "body"}))
    with pytest.raises(LabelFileError, match="no label 'nav' "):
        corrected(sieve, [moved])


@pytest.fixture(scope="module")
def few(labelled: list[LabelledPage]) -> list[LabelledPage]:
    return [page for page in labelled if len(page.labels) < 60][:8]


def test_pages_weigh_in_training_as_they_say(few: list[LabelledPage], mine: list[LabelledPage]) -> None:
    shown = [*few, replace(mine[0], weight=4)]
    corpus = _corpus(shown, DEFAULT, Census(shown))
    totals = np.bincount(corpus.page, weights=corpus.weights)
    assert totals[:-1] == pytest.approx(totals[0])
    assert totals[-1] == pytest.approx(4 * totals[0])
    assert corpus.weights.mean() == pytest.approx(1)


def test_training_anew_holds_each_own_page_out(
    few: list[LabelledPage], mine: list[LabelledPage], sieve: Sieve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sangloc.fitting.SIZES", Sizes(own=10, around=9, pairs=10, phrases=9))  # a tenth of the time
    taught, gains = from_labels(few, mine, weight=3, judge=sieve, jobs=1)
    assert taught.model.training["own_weight"] == 3
    if gains:  # only where the few pages have all labels of the model that is compared with
        assert [gain.name for gain in gains] == ["all pages"]
        assert gains[0].after.lines == sum(len(page.labels) for page in mine)


def test_the_command_teaches_the_shipped_model(cli: Cli, tmp_path: Path, mine: list[LabelledPage]) -> None:
    for page in mine:
        path = tmp_path / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.format(), encoding="utf-8")
    done = cli("train", "mine", "--base", "shipped", "-o", "mine.joblib")
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("before, after")
    assert lines[-1] == "mine.joblib: the shipped model, and 3 pages that count 0.25 times"
    assert load(tmp_path / "mine.joblib").model.training["taught_pages"] == len(read_labels(tmp_path / "mine"))
    assert cli("train", "mine", "--weight", "3", "-o", "x.joblib").returncode == 2
    assert cli("train", "mine", "--base", "nowhere.joblib", "-o", "x.joblib").returncode == 3

"""Training: a small corpus goes round; the shipped recipe's parts."""

from pathlib import Path

import numpy as np
import pytest

import sangloc
from sangloc.augment import blocks_of, crop, forms, main_form
from sangloc.design import design_matrix, split_coefficients
from sangloc.features import features_of
from sangloc.first import WORD_GRID, First, FirstPass
from sangloc.fitting import SIZES, fit_and_hold_out, fold_of_sites
from sangloc.labelfile import LabelFileError, LabelledPage, parse_pages
from sangloc.regression import fit_logistic, rounded, standard

THREE = '[groups]\ngood = "keep"\nlink = "drop"\nlegal = "drop"\n'


def page(site: str, number: int, *rows: str) -> LabelledPage:
    content = "# source: made for this test\n" + "".join(f"{row}\n" for row in rows)
    return parse_pages(content, f"labels/{site}/{number}.tsv")[0]


@pytest.fixture(scope="module")
def few(labelled: list[LabelledPage]) -> list[LabelledPage]:
    return [page for page in labelled if len(page.labels) < 60][:24]


def test_training_comes_back_from_its_file_and_knows_its_pages(few: list[LabelledPage], tmp_path: Path) -> None:
    sieve = sangloc.fit(few)
    sieve.save(tmp_path / "m.joblib")
    loaded = sangloc.load(tmp_path / "m.joblib")
    hits = lines = 0
    for known in few:
        one, other = sieve.tag(known.text), loaded.tag(known.text)
        assert np.array_equal(one.probabilities, other.probabilities)
        hits += sum(found.label == label for found, label in zip(one.paragraphs, known.labels, strict=True))
        lines += len(known.labels)
    assert hits / lines > 0.8


def test_training_again_gives_the_same_bytes_in_any_order_of_cores(few: list[LabelledPage], tmp_path: Path) -> None:
    sangloc.fit(few, jobs=1).save(tmp_path / "one.joblib")
    sangloc.fit(few, jobs=2).save(tmp_path / "two.joblib")
    assert (tmp_path / "one.joblib").read_bytes() == (tmp_path / "two.joblib").read_bytes()


def test_what_is_held_out_was_not_seen(few: list[LabelledPage]) -> None:
    # A word that only one site's pages have: the model that saw the site is surer of its label than the one that did not.
    strange = [
        page("strange", i, "ad\tzyxwv qpons", *[f"text\tMột câu của bài số {i} và {j}, dài vừa phải thôi." for j in range(3)])
        for i in range(4)
    ]
    fitted = fit_and_hold_out([*few, *strange])
    row = next(i for i, shown in enumerate(fitted.shown) if shown.site == "strange" and len(shown.labels) == 4)
    ad = fitted.sieve.model.labels.labels.index("ad")
    assert fitted.held_out[row][0, ad] < fitted.sieve.tag(strange[0].text).probabilities[0, ad] - 0.1


def test_own_label_sets_train(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text(THREE, encoding="utf-8")
    for site in "abcd":
        (tmp_path / site).mkdir()
        rows = [f"link\tMục {i}" for i in range(5)] + [f"good\tĐây là câu thứ {i} của trang {site}, nó dài hơn." for i in range(6)]
        (tmp_path / site / "1.tsv").write_text("\n".join([*rows, "legal\t© 2024 Trang mẫu"]) + "\n", encoding="utf-8")
    sieve = sangloc.fit(sangloc.read_labels(tmp_path))
    tagged = sieve.tag("Mục 9\nĐây là câu thứ 9 của trang khác, nó dài hơn.\n© 2025 Trang mẫu")
    assert [x.label for x in tagged.paragraphs] == ["link", "good", "legal"]
    assert tagged.keep("keep") == "Đây là câu thứ 9 của trang khác, nó dài hơn."


def test_labels_that_cannot_train_are_refused() -> None:
    with pytest.raises(LabelFileError, match="1 kinds of label"):
        sangloc.fit([page("a", 1, "text\tx"), page("b", 1, "text\ty")])
    with pytest.raises(LabelFileError, match="all pages are of one layout"):
        sangloc.fit([page("a", 1, "text\tx", "nav\ty"), page("a", 2, "text\ty", "nav\tz")])


def test_a_site_and_its_likeness_are_held_out_together(labelled: list[LabelledPage]) -> None:
    folds = fold_of_sites([page("like-x.vn", 1, "text\ta"), page("x.vn", 1, "text\tb"), page("y.vn", 1, "text\tc")])
    assert set(folds) == {"x.vn", "y.vn"}
    sizes = np.bincount([fold_of_sites(labelled)[x.site] for x in labelled])
    assert sizes.max() <= 1.3 * sizes.min()
    assert fold_of_sites(labelled) == fold_of_sites(labelled[::-1])


def test_forms_keep_lines_with_their_labels(labelled: list[LabelledPage]) -> None:
    for known in labelled[::9]:
        pairs = set(zip((line.strip() for line in known.text.split("\n") if line.strip()), known.labels, strict=True))
        for form in forms(known):
            lines = [line.strip() for line in form.text.split("\n") if line.strip()]
            assert set(zip(lines, form.labels, strict=True)) <= pairs
        assert [x.text for x in forms(known)] == [x.text for x in forms(known)]


def test_main_form_is_mostly_body(labelled: list[LabelledPage]) -> None:
    made = [form for known in labelled if (form := main_form(known)) is not None and "text" in form.labels]
    labels = [label for form in made for label in form.labels]
    assert labels.count("text") > 0.4 * len(labels)
    assert labels.count("nav") < 0.2 * len(labels)


def test_blocks_are_runs_of_one_label_with_the_blank_lines_above() -> None:
    known = page("a", 1, "nav\tA", "nav\tB", "", "text\tC", "", "text\tD", "nav\tE")
    assert list(blocks_of(known)) == [("nav", 0, 2), ("text", 2, 6), ("nav", 6, 7)]
    assert "".join(label[0] for label, _, _ in blocks_of(known)) == "ntn"
    assert crop(known, 1) is not None


def test_design_matrix_is_what_tagging_computes(labelled: list[LabelledPage]) -> None:
    features = features_of([known.text for known in labelled[:6]], SIZES)
    matrix = design_matrix(features, SIZES)
    random = np.random.default_rng(1)
    weights = rounded(random.normal(size=(matrix.shape[1], 4)).astype(np.float32), WORD_GRID)
    first = First(**split_coefficients(weights, SIZES), dense=np.zeros((features.dense.shape[1], 4)), bias=np.zeros(4))
    assert np.abs(matrix @ weights - FirstPass(first).scores(features)).max() < 1e-4


def test_a_missing_label_never_wins() -> None:
    matrix = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.9], [0.9, 0.1]])
    weights, bias = fit_logistic(matrix, np.array([0, 2, 0, 2]), np.ones(4), 1.0, 4)
    scores = matrix @ weights + bias
    assert scores.argmax(axis=1).tolist() == [0, 2, 0, 2]
    assert (scores[:, [1, 3]] < -10).all()


def test_standard_leaves_constant_columns_out() -> None:
    mean, scale = standard(np.array([[1.0, 5.0], [3.0, 5.0]]), 0.5)
    assert mean.tolist() == [2.0, 5.0]
    assert scale.tolist() == [0.5, 0.0]

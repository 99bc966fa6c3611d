"""The scikit-learn estimator: its protocol, and the checks of scikit-learn that a text estimator can pass."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

import sangloc
from sangloc.estimator import BoilerplateClassifier
from sangloc.labelfile import LabelledPage
from sangloc.labels import LabelSet

TWO = LabelSet(("body", "rest"), {"body": "body", "rest": "footer"})  # fewer labels, quicker fits
Data = tuple[list[str], list[list[str]], list[str]]


@pytest.fixture(scope="module")
def data(labelled: list[LabelledPage]) -> Data:
    pages = [page for page in labelled if len(page.labels) < 40][:8]
    labels = [["body" if page.label_set.group_of[label] == "body" else "rest" for label in page.labels] for page in pages]
    return [page.text for page in pages], labels, [page.site for page in pages]


@pytest.fixture(scope="module")
def fitted(data: Data) -> BoilerplateClassifier:
    return BoilerplateClassifier(label_set=TWO).fit(*data)


def test_it_predicts_a_label_for_every_paragraph(fitted: BoilerplateClassifier, data: Data) -> None:
    texts, labels, _ = data
    found = fitted.predict(texts)
    assert [len(page) for page in found] == [len(page) for page in labels]
    probabilities = fitted.predict_proba(texts)
    for page, rows in zip(found, probabilities, strict=True):
        assert rows.shape == (len(page), len(fitted.classes_))
        assert np.allclose(rows.sum(axis=1), 1)
        assert fitted.classes_[rows.argmax(axis=1)].tolist() == page
    hits = sum(a == b for ours, theirs in zip(found, labels, strict=True) for a, b in zip(ours, theirs, strict=True))
    assert fitted.score(texts, labels) == hits / sum(map(len, labels)) > 0.8
    assert fitted.predict([]) == []


def test_a_fitted_one_can_be_pickled(fitted: BoilerplateClassifier, data: Data) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    assert again.predict(data[0]) == fitted.predict(data[0])


def test_it_is_the_librarys_fit(fitted: BoilerplateClassifier, data: Data) -> None:
    pages = [LabelledPage(f"{site}/x.tsv", text, tuple(labels), label_set=TWO) for text, labels, site in zip(*data, strict=True)]
    sieve = sangloc.fit(pages, jobs=1)
    for text, found in zip(data[0], fitted.predict_proba(data[0]), strict=True):
        assert np.abs(sieve.tag(text).probabilities - found).max() < 0.05  # forms are drawn by the page's name, which differs


def test_pipelines_and_cross_validation_by_site(data: Data) -> None:
    texts, labels, sites = data
    pipeline = make_pipeline(FunctionTransformer(lambda pages: [page.replace("\t", " ") for page in pages]), BoilerplateClassifier(TWO))
    scores = cross_val_score(pipeline, texts, labels, groups=sites, cv=GroupKFold(2))
    assert len(scores) == 2 and all(0.2 < score <= 1 for score in scores)


def test_clone_and_params() -> None:
    mine = LabelSet(("good", "bad"), {"good": "g", "bad": "b"})
    estimator = BoilerplateClassifier(label_set=mine, n_jobs=2)
    again = clone(estimator)
    assert again.get_params() == {"label_set": mine, "n_jobs": 2}
    assert clone(estimator).set_params(n_jobs=1).n_jobs == 1
    with pytest.raises(NotFittedError):
        again.predict(["Trang chủ"])


def test_faults_name_the_page() -> None:
    fit = BoilerplateClassifier().fit
    cases: list[tuple[Callable[[], Any], str]] = [
        (lambda: fit(["a\nb"], [["text"]]), "site-0/page-0: 2 paragraphs .*, but 1 labels"),
        (lambda: fit(["a", "b"], [["text"], ["txt"]]), r"site-1/page-1: unknown labels \['txt'\]"),
        (lambda: fit(["a"], [["text"], ["nav"]]), "X has 1 pages, y 2"),
        (lambda: fit("a", [["text"]]), "X is one text"),
        (lambda: fit([b"a"], [["text"]]), r"X\[0\] is not a page's text"),  # type: ignore[list-item]
        (lambda: fit(["a", "b"], [["text"], ["nav"]], groups=["x", "x"]), "two to hold one out"),
    ]
    for case, what in cases:
        with pytest.raises(ValueError, match=what):
            case()


class OnRows(BoilerplateClassifier):
    """Makes pages of the numbers that scikit-learn's checks give, and numbers of the labels: they know no other samples.

    Each row is a page with a line for each number; its lines are text or navigation as the row's class is even or odd.
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags

    def fit(self, X: Any, y: Any) -> "OnRows":  # type: ignore[override]  # noqa: N803
        pages = rows_as_pages(X)
        super().fit(pages, [[("text", "nav")[int(value) % 2]] * (page.count("\n") + 1) for page, value in zip(pages, y, strict=True)])
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        classes = list(self.classes_) if hasattr(self, "classes_") else []
        return np.array([[classes.index(label) for label in page] for page in super().predict(rows_as_pages(X))])

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.array(super().predict_proba(rows_as_pages(X)))

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        pages = rows_as_pages(X)
        labels = [[("text", "nav")[int(value) % 2]] * (page.count("\n") + 1) for page, value in zip(pages, y, strict=True)]
        found = BoilerplateClassifier.predict(self, pages)
        return float(np.mean(np.array(found) == np.array(labels)))


def rows_as_pages(rows: Any) -> list[str]:
    return ["\n".join(f"{'một hai ba bốn năm sáu'[: 3 + int(abs(value) * 7) % 19]} {value:.2f}" for value in row) for row in rows]


NUMBERS = "is about how arrays of numbers are laid out and typed; samples are texts"
NOT_APPLICABLE = {
    "check_estimator_sparse_tag": NUMBERS,
    "check_estimator_sparse_array": NUMBERS,
    "check_estimator_sparse_matrix": NUMBERS,
    "check_estimators_dtypes": NUMBERS,
    "check_f_contiguous_array_estimator": NUMBERS,
    "check_positive_only_tag_during_fit": NUMBERS,
    "check_readonly_memmap_input": NUMBERS,
    "check_fit2d_1sample": "wants words of scikit-learn's about a single row; ours are about pages and kinds of label",
}


@parametrize_with_checks([OnRows()])  # type: ignore[untyped-decorator]  # scikit-learn ships no types
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    if check.func.__name__ in NOT_APPLICABLE:
        pytest.skip(NOT_APPLICABLE[check.func.__name__])
    check(estimator)


def test_what_does_not_apply_is_still_a_check() -> None:
    names = {check.func.__name__ for _, check in estimator_checks_generator(OnRows())}
    assert set(NOT_APPLICABLE) <= names
    assert len(names - set(NOT_APPLICABLE)) >= 20

"""Tagging: the text that comes out went in, and labels depend on nothing but the page."""

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from sangloc import sieve as sieve_module
from sangloc.design import coefficients, design_matrix
from sangloc.features import features_of
from sangloc.labelfile import LabelledPage
from sangloc.second import second_features, softmax
from sangloc.sieve import Sieve
from tests.conftest import SEEDS

LINES = st.text(alphabet=st.sampled_from("aăĐ1 9,.“\t\r\u200b\x00hòà😀\u00a0\u2028Tin ") | st.characters(), max_size=30)
TEXTS = st.lists(LINES | st.just(""), max_size=8).map("\n".join)


@given(TEXTS)
def test_every_non_blank_line_is_a_paragraph_of_the_text(sieve: Sieve, text: str) -> None:
    page = sieve.tag(text)
    expected = [line.removesuffix("\r") if i < text.count("\n") else line for i, line in enumerate(text.split("\n"))]
    assert [x.text for x in page.paragraphs] == [line for line in expected if line.strip()]
    assert all(text[x.start : x.end] == x.text for x in page.paragraphs)
    assert np.allclose(page.probabilities.sum(axis=1), 1)
    assert all(0 < x.prob <= 1 for x in page.paragraphs)


@given(TEXTS, st.sampled_from(["body", "related", "footer,text"]))
def test_extract_is_a_subsequence_of_the_lines(sieve: Sieve, text: str, keep: str) -> None:
    lines = iter(x.text for x in sieve.tag(text).paragraphs)
    assert all(line in lines for line in sieve.tag(text).keep(keep).split("\n") if line.strip())


@given(TEXTS)
def test_composed_and_decomposed_text_get_the_same_labels(sieve: Sieve, text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    one, other = sieve.tag(text), sieve.tag(unicodedata.normalize("NFD", text))
    assert np.array_equal(one.probabilities, other.probabilities)


@given(TEXTS)
def test_line_ends_make_no_difference(sieve: Sieve, text: str) -> None:
    text = text.replace("\r", "")
    assert np.array_equal(sieve.tag(text).probabilities, sieve.tag(text.replace("\n", "\r\n")).probabilities)


@pytest.fixture(scope="module")
def texts(labelled: list[LabelledPage]) -> list[str]:
    return [page.text for page in labelled[::7]]


def test_a_page_gets_the_same_bits_in_any_batch(sieve: Sieve, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [sieve.tag(text).probabilities for text in texts]
    for size in (1, 5_000, 1 << 20):
        monkeypatch.setattr(sieve_module, "BATCH", size)
        batched = [page.probabilities for page in sieve.tag_many(texts)]
        assert all(np.array_equal(a, b) for a, b in zip(alone, batched, strict=True))
    monkeypatch.undo()
    backwards = [page.probabilities for page in sieve.tag_many(texts[::-1])][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(alone, backwards, strict=True))


def test_threads_get_the_same_bits(sieve: Sieve, texts: list[str]) -> None:
    alone = [sieve.tag(text).probabilities for text in texts]
    with ThreadPoolExecutor(4) as pool:
        threaded = list(pool.map(lambda text: sieve.tag(text).probabilities, texts))
    assert all(np.array_equal(a, b) for a, b in zip(alone, threaded, strict=True))


def test_both_passes_equal_scikit_learn(sieve: Sieve, texts: list[str]) -> None:
    model = sieve.model
    count = len(model.labels.labels)
    features = features_of(texts[::8], model.first.sizes, model.known)  # a dense matrix of them all would take 15 GB
    scores, own = sieve.first.scores_and_words(features)
    words = design_matrix(features, model.first.sizes).toarray().astype(np.float64)

    def estimator(weights: np.ndarray, bias: np.ndarray) -> LogisticRegression:
        out = LogisticRegression()
        out.classes_, out.coef_, out.intercept_, out.n_features_in_ = np.arange(count), weights, bias, weights.shape[1]
        return out

    first = estimator(coefficients(model.first), model.first.bias)
    assert np.abs(first.predict_proba(np.concatenate((words, features.dense), axis=1)) - softmax(scores)).max() < 1e-6
    second = estimator(model.second.weights.T, model.second.bias)
    before = sieve.second.scores(scores, own, features) * model.second.temperature
    assert np.abs(second.predict_proba(second_features(scores, own, features)) - softmax(before)).max() < 1e-6


def test_tagging_imports_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys, sangloc; sangloc.load().tag('Xin chào\\nTin liên quan');"
        "bad = {'sklearn', 'scipy', 'joblib', 'typer', 'resiliparse'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_huge_pages_are_tagged_in_sections(sieve: Sieve, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(f"Dòng thứ {i}" for i in range(1000)) + "\n"
    monkeypatch.setattr(sieve_module, "SECTION_LINES", 300)
    parts = list(sieve_module.sections(text))
    assert "".join(parts) == text
    assert [part.count("\n") for part in parts] == [300, 300, 300, 100]
    assert len(sieve.tag(text)) == 1000
    monkeypatch.setattr(sieve_module, "SECTION_LINES", 10**6)
    monkeypatch.setattr(sieve_module, "SECTION_CHARS", 1000)
    assert "".join(sieve_module.sections(text)) == text
    assert len(sieve.tag(text)) == 1000


def test_bytes_are_refused_with_the_remedy(sieve: Sieve) -> None:
    with pytest.raises(TypeError, match="decode bytes first"):
        sieve.tag(b"x")  # type: ignore[arg-type]  # what the test is about


def test_article_of_a_seed_is_kept_and_its_neighbours_go(sieve: Sieve) -> None:
    text = SEEDS[4].read_text(encoding="utf-8")
    body = sieve.tag(text).keep("body")
    assert body.startswith("Mỹ lên kế hoạch thương lượng với Nga")
    assert "tin mới" not in body

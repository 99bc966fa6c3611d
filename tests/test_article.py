"""Whether a page has an article: summaries, weights in the model file, the fit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sangloc.article import NAMES, Article, article_labels, article_probability, summaries
from sangloc.articlefit import SHARE_WITHOUT, PageCases, fit_article, held_out_scores, page_cases, without_body
from sangloc.artifact import ModelFileError, write_model
from sangloc.fitting import fold_of_sites
from sangloc.labelfile import LabelledPage
from sangloc.labels import DEFAULT, LabelSet
from sangloc.model import load_model
from sangloc.page import Page
from sangloc.sieve import Sieve
from tests.test_fitting import page as labelled_page
from tests.test_page import page
from training.articles import article_table

SENTENCE = "Sáng nay nhiều người dân ở xã bên sông đã ra xem cây cầu mới được dựng lên sau ba năm chờ đợi, ai cũng vui."
LIST = "Trang chủ\nTin mới\nCầu mới ở xã bên\nChợ phiên đông khách\nXem thêm\nLiên hệ\n"


def named(found: Page) -> dict[str, float]:
    lines = [one.text for one in found.paragraphs]
    return dict(zip(NAMES, summaries(lines, found.probabilities, found.label_set).tolist(), strict=True))


def test_summaries_add_up_what_paragraphs_say() -> None:
    found = named(page(f"Tiêu đề\n{SENTENCE}\n{SENTENCE}\nMenu\n", "headline", "text", "text", "nav"))
    assert found["surest headline"] == found["surest long line of text"] == 0.92
    assert found["log expected characters of text"] == pytest.approx(np.log1p(2 * 0.92 * len(SENTENCE) + 0.01 * 11))
    assert found["log expected long sentences of text"] == pytest.approx(np.log1p(1.84))
    assert found["log characters of the longest run of text"] == pytest.approx(np.log1p(2 * len(SENTENCE)))
    assert found["log lines"] == pytest.approx(np.log(5))


def test_the_longest_run_is_not_broken_by_blank_lines_but_by_others() -> None:
    run = "log characters of the longest run of text"
    assert named(page("aaaa\n\nbbbb\n", "text", "text"))[run] == pytest.approx(np.log1p(8))
    assert named(page("aaaa\nmenu\nbbbbb\n", "text", "nav", "text"))[run] == pytest.approx(np.log1p(5))
    assert named(page("menu\n", "nav"))[run] == 0


def test_lists_score_low_and_articles_high(sieve: Sieve) -> None:
    assert sieve.tag(LIST).is_article < 0.3
    assert sieve.tag("Cầu mới ở xã bên sông\n\n" + f"{SENTENCE} {SENTENCE} {SENTENCE}\n\n" * 6).is_article > 0.7


def test_without_fitted_weights_a_rule_of_thumb_serves() -> None:
    long, short = page(f"{SENTENCE * 12}\n", "text"), page("Xem thêm\n", "nav")
    assert long.article is None
    assert long.is_article > 0.9
    assert short.is_article < 0.1


def test_a_set_without_text_is_judged_by_its_body() -> None:
    own = LabelSet(("good", "bad"), {"good": "body", "bad": "drop"})
    assert article_labels(own) == {"good"}
    assert article_labels(DEFAULT) == {"text"}
    lines = [SENTENCE] * 5
    high, low = np.tile([0.95, 0.05], (5, 1)), np.tile([0.05, 0.95], (5, 1))
    assert article_probability(None, lines, high, own) > 0.5 > article_probability(None, lines, low, own)


def test_weights_come_back_from_the_model_file(sieve: Sieve, tmp_path: Any) -> None:
    content = sieve.model.as_dict() | {"article": Article(np.arange(len(NAMES)) / 4, -1.5).as_dict()}
    write_model(content, tmp_path / "m.joblib")
    found = load_model(tmp_path / "m.joblib").article
    assert found is not None
    assert (found.weights.tolist(), found.bias) == ((np.arange(len(NAMES)) / 4).tolist(), -1.5)
    write_model({name: value for name, value in content.items() if name != "article"}, tmp_path / "old.joblib")
    assert load_model(tmp_path / "old.joblib").article is None


@pytest.mark.parametrize(
    "article",
    [
        [1.0],
        {"names": list(NAMES), "weights": np.zeros(3), "bias": 0.0},
        {"names": list(NAMES), "weights": np.full(len(NAMES), np.nan), "bias": 0.0},
        {"names": list(NAMES), "weights": np.zeros(len(NAMES)), "bias": "0"},
        {"names": list(NAMES), "weights": np.zeros(len(NAMES)), "bias": float("inf")},
        {"names": ["lines"], "weights": np.zeros(1), "bias": 0.0},
        {"weights": np.zeros(len(NAMES)), "bias": 0.0},
    ],
)
def test_weights_that_do_not_fit_are_refused(article: object, sieve: Sieve, tmp_path: Any) -> None:
    write_model(sieve.model.as_dict() | {"article": article}, tmp_path / "m.joblib")
    with pytest.raises(ModelFileError, match=r"not a usable sangloc model: .*article"):
        load_model(tmp_path / "m.joblib")


def test_a_page_without_its_body_is_no_article(labelled: list[LabelledPage]) -> None:
    made = [form for known in labelled[::20] if (form := without_body(known)) is not None]
    assert made
    for form in made:
        assert {"text", "headline", "byline", "caption"}.isdisjoint(form.labels)
        assert len([line for line in form.text.split("\n") if line.strip()]) == len(form.labels)
        assert without_body(form) is None


def cases(count: int) -> PageCases:
    random = np.random.default_rng(1)
    has = np.arange(count) % 3 > 0
    found = random.normal(size=(count, len(NAMES))) + has[:, None]
    return PageCases(found, has, np.arange(count) % 5, ("full",) * count, ("a.tsv",) * count)


def test_the_fit_tells_articles_on_folds_that_it_has_not_seen() -> None:
    made = cases(300)
    right = (held_out_scores(made) > 0) == made.has_article
    assert right.mean() > 0.85
    assert made.weights[~made.has_article].sum() / made.weights.sum() == pytest.approx(SHARE_WITHOUT)
    assert fit_article(made, made.has_article) is None


def test_probabilities_are_calibrated() -> None:
    made = cases(3000)
    probabilities = 1 / (1 + np.exp(-held_out_scores(made)))
    for low in (0.2, 0.4, 0.6):
        here = (probabilities >= low) & (probabilities < low + 0.2)
        share = np.average(made.has_article[here], weights=made.weights[here])
        assert abs(share - np.average(probabilities[here], weights=made.weights[here])) < 0.12


def test_the_table_says_how_many_are_right() -> None:
    assert "300 page forms, 100 of them without an article" in article_table(cases(300))
    assert article_table(replace(cases(9), has_article=np.ones(9, dtype=bool))) == "no page without an article to learn from"


def test_cases_are_the_forms_and_the_pages_without_their_body(sieve: Sieve) -> None:
    pages = [
        labelled_page(site, 1, f"text\t{SENTENCE}", *[f"nav\tMục {i}" for i in range(6)])
        if site < "c"
        else labelled_page(site, 1, "nav\tA", "nav\tB")
        for site in "abc"
    ]
    held = [sieve.tag(known.text).probabilities for known in pages]
    made = page_cases(sieve.model.labels, pages, held, [sieve] * 3, fold_of_sites(pages))
    assert made.kinds == ("full", "full", "full", "without body", "without body")
    assert made.has_article.tolist() == [True, True, False, False, False]

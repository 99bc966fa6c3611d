"""Explanations add up, name the words that stand on the page, and read as sentences."""

import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings

from sangloc import explain as explain_module
from sangloc import sieve as sieve_module
from sangloc.explain import Account, Explanation
from sangloc.explain_first import RARE
from sangloc.explain_phrases import OTHER, known, phrase_of, theme_of
from sangloc.explain_second import Surroundings
from sangloc.features import features_of
from sangloc.labelfile import LabelledPage
from sangloc.second import Scores, second_names
from sangloc.sieve import Sieve
from tests.conftest import SEEDS, Cli
from tests.test_reference import EDGES, PAGES

TOLERANCE = 1e-9  # of the sum of the sizes of all that is added: float64 keeps 1e-16 of each
PAGE = "Trang chủ\n\nMỹ lên kế hoạch thương lượng với Nga\n\nNgày 19/6, truyền thông Mỹ dẫn tin.\n\nTin liên quan:\nHòa bình\n\n😀 Chia sẻ"


def adds_up(account: Account, scores: Scores) -> None:
    size = np.abs(account.parts).sum(axis=0) + np.abs(account.usual) + 1
    assert (np.abs(account.parts.sum(axis=0) + account.usual - scores) <= TOLERANCE * size).all()
    reasons = account.reasons(0, 1)
    assert (np.abs(np.sum([reason.scores for reason in reasons], axis=0) + account.usual - scores) <= TOLERANCE * size).all()
    margin = sum(reason.margin for reason in reasons) + account.usual[0] - account.usual[1]
    assert abs(margin - (scores[0] - scores[1])) <= TOLERANCE * size.max()


def explained(sieve: Sieve, text: str) -> list[Explanation]:
    """Explain a page; fail where the sums are not the scores that tagging computes, or the labels not those that it gives."""
    found = sieve.explain(text)
    features = features_of([text], sieve.model.first.sizes, sieve.model.known)
    final, first = sieve.scores(features), sieve.first.scores(features)
    tagged = sieve.tag(text)
    assert [(x.label, x.text) for x in found] == [(x.label, x.text) for x in tagged.paragraphs]
    for row, explanation in enumerate(found):
        adds_up(explanation.final, final[row])
        adds_up(explanation.first, first[row])
        assert explanation.probabilities.tolist() == tagged.probabilities[row].tolist()
        assert explanation.text == text.split("\n")[explanation.line - 1].removesuffix("\r")
    return found


def test_sums_are_the_scores_on_every_line_of_labelled_pages(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    lines = sum(len(explained(sieve, page.text)) for page in labelled[:: len(labelled) // 8])
    assert lines > 100


@pytest.mark.parametrize("text", EDGES.values(), ids=EDGES.keys())
def test_sums_are_the_scores_at_the_edges(sieve: Sieve, text: str) -> None:
    explained(sieve, text)


@settings(max_examples=25)
@given(PAGES)
def test_sums_are_the_scores_of_nasty_pages(sieve: Sieve, text: str) -> None:
    explained(sieve, text)


def test_sums_are_the_scores_where_nothing_is_known_to_be_usual(sieve: Sieve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "_usual", dict)
    explained(sieve, PAGE)
    assert not sieve.explain("Một dòng")[0].final.parts.any()  # the page's mean is the line itself


def test_huge_pages_are_explained_in_sections(sieve: Sieve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve_module, "SECTION_LINES", 4)
    found = sieve.explain(PAGE)
    assert [x.label for x in found] == [x.label for x in sieve.tag(PAGE).paragraphs]
    for explanation in found:
        adds_up(explanation.final, explanation.scores)


def test_words_are_those_of_the_page(sieve: Sieve) -> None:
    explanations = sieve.explain(unicodedata.normalize("NFD", PAGE.replace("Hòa", "H\u200bòa")))
    phrases = {term.phrase: term.theme for x in explanations for term in x.first.terms}
    assert phrases["“Hòa bình”"] == "its words"
    assert phrases["“liên quan”"] == "its words"
    assert phrases["begins “Tin liên”"] == "its words"
    assert phrases["“bình” at the end"] == "its words"
    assert {term.theme for term in explanations[4].first.terms if "“liên”" in term.phrase} == {"words of the line above", *NEARBY}
    assert f"“{RARE}”" in phrases


NEARBY = {"words of short lines nearby", "words of the heading above"}


def test_the_heading_above_is_quoted(sieve: Sieve) -> None:
    (reason,) = [x for x in sieve.explain(PAGE)[4].reasons() if x.theme == "the heading above"]
    assert reason.phrase.startswith("“Tin liên quan:” (")
    assert reason.phrase.endswith("), right above")


def test_neighbours_are_named_nearest_first(sieve: Sieve) -> None:
    texts = [""] * 4
    early = np.eye(3)[[0, 1, 2, 2]]
    around = Surroundings(("a", "b", "c"), early, np.array([-1, 0, 0, 0]), ["Mục lục", *texts[1:]])
    assert around.said(2)["the lines above"] == "b, then a"
    assert around.said(0)["the lines above"] == "the page begins here"
    assert around.said(2)["the heading above"] == "“Mục lục” (a), 2 lines up"
    assert around.phrase("b: 3 below", 0.25, 0) == "b 25 % 3 lines below"
    assert around.theme("b: 15 lines above") == "the lines above"
    assert around.theme("b: a place unheard of") == "a place unheard of"
    assert around.theme("ends with colon") is None


def test_features_without_a_phrase_are_shown_as_they_are() -> None:
    assert (theme_of("smells of fish"), phrase_of("smells of fish", 0.5)) == (OTHER, "smells of fish: 0.5")
    assert phrase_of("line 2 above: smells of fish", 1) == "line 2 above: smells of fish: 1"


def test_most_features_have_a_phrase_for_presence_and_absence(sieve: Sieve) -> None:
    names = [name for name in sieve.model.dense_names if known(name)]
    assert len(names) > 0.7 * len(sieve.model.dense_names)  # those that came later are shown as they are
    for name in names:
        assert phrase_of(name, 0.0) != phrase_of(name, 1.0), name
    assert phrase_of("ends with full stop", 0) == "no full stop at the end"
    assert phrase_of("line 1 below: date", 1) == "the line below: has a date"
    assert phrase_of("log length", float(np.log1p(61))) == "61 characters long"


def test_every_name_of_the_second_pass_is_accounted_for(sieve: Sieve) -> None:
    account = sieve.explain(PAGE)[0].final
    assert tuple(account.names) == second_names(sieve.model.labels.labels, sieve.model.dense_names)
    assert all(term.phrase and term.theme for term in account.terms)
    assert [term.scores.tolist() for term in account.terms] == account.parts.tolist()


def test_explain_rejects_bytes(sieve: Sieve) -> None:
    with pytest.raises(TypeError, match="decode"):
        sieve.explain(b"x")  # type: ignore[arg-type]


def test_command_adds_up_what_it_prints(cli: Cli) -> None:
    done = cli("explain", SEEDS[4], "--line", "1", "--reasons", "4", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert "\x1b" not in done.stdout.decode()
    assert not any(line.endswith(" ") for line in lines)
    total = 0.0
    for line in lines[3:]:
        number = line.strip().split(" ")[0].replace("−", "-")
        if number == "=":
            assert abs(total - float(line.split()[1].replace("−", "-"))) < 0.05
            break
        total += float(number) if number[:1] in "+-" else 0
    assert "else" in lines[2]
    assert "smaller reasons" in done.stdout.decode()


def test_command_prints_json_that_adds_up(cli: Cli) -> None:
    done = cli("explain", SEEDS[4], "--format", "jsonl", "--label", "headline,related", "--all")
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout)
    assert page["paragraphs"]
    for paragraph in page["paragraphs"]:
        assert paragraph["label"] in {"headline", "related"}
        for account in (paragraph, paragraph["first"]):
            for label, score in account["scores"].items():
                terms = [term["scores"][label] for reason in account["reasons"] for term in reason["terms"]]
                assert sum(terms) + account["usual"][label] == pytest.approx(score, abs=1e-9)


def test_command_names_lines_that_are_not_there_and_unknown_labels(cli: Cli) -> None:
    done = cli("explain", "-", "--line", "2", stdin="một\n\nba\n".encode())
    assert (done.returncode, done.stderr.decode()) == (1, "-: there is no paragraph on line 2\n")
    done = cli("explain", "-", "--label", "spam", stdin=b"a\n")
    assert done.returncode == 2
    assert "no label or group is called 'spam'" in done.stderr.decode()
    assert cli("explain", "not-there.txt").returncode == 1


def test_page_text_does_not_steer_the_terminal(cli: Cli) -> None:
    done = cli("explain", "-", stdin="\x1b[31mđỏ [bold]x[/bold]\x07 \u202etiàb\n".encode(), FORCE_COLOR="1", TERM="xterm")
    shown = done.stdout.decode()
    assert "\x1b[31mđỏ" not in shown
    assert "[bold]x[/bold]" in shown
    assert not {"\u202e", "\x07"} & set(shown)

"""The error report: what it counts, what it shows, and what it keeps to itself."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sangloc.fitting import fit_and_hold_out
from sangloc.labelfile import LabelledPage, parse_pages, read_labels
from sangloc.labels import DEFAULT
from sangloc.sieve import Sieve
from training.errors import Chosen, families, held_out_sieves, held_out_site, judge, main, worst_first, wrong_paragraphs

ARTICLE = (
    "# source: made for this test\n"
    "nav\tTrang chủ\n\nheadline\tCầu mới ở xã Đồng Lách\n\n"
    "text\tViệc xây cầu ở xã ta đã xong phần móng, tuần sau sẽ đổ bê tông mặt cầu nếu trời không mưa to.\n\n"
    "text\tMọi người đều mong cầu xong trước Tết để việc đi lại của bà con hai bên sông đỡ vất vả hơn.\n\n"
    "related\tTin liên quan\nrelated\tGiá lúa tăng mạnh ở miền Tây\n\nimprint\tBản quyền thuộc về Báo Đồng Lách\n"
)
WRONG = 3  # the paragraph that `mislabelled` labels as no model would


def mislabelled(sieve: Sieve, path: str | Path, label: str = "comment") -> LabelledPage:
    """Return the page with the labels that the model predicts, whichever these are, but for one."""
    page = parse_pages(ARTICLE, str(path))[0]
    labels = [found.label for found in sieve.tag(page.text).paragraphs]
    assert labels[WRONG] != label
    labels[WRONG] = label
    return replace(page, labels=tuple(labels))


def wrong_page(sieve: Sieve, folder: Path, name: str = "site/1.tsv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mislabelled(sieve, path).format(), encoding="utf-8")
    return path


@pytest.fixture
def predicted(sieve: Sieve) -> str:
    return sieve.tag(parse_pages(ARTICLE, "x")[0].text).paragraphs[WRONG].label


def errors(capsys: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str, str]:
    code = main([str(arg) for arg in args])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def rows(out: str, kind: str) -> list[dict[str, object]]:
    return [row for row in map(json.loads, out.splitlines()) if row["kind"] == kind]


def test_families_count_errors_pages_and_sites(sieve: Sieve, predicted: str) -> None:
    pages = [mislabelled(sieve, name) for name in ("a/1.tsv", "like-a/2.tsv", "b/3.tsv")]
    pages.append(replace(mislabelled(sieve, "c/4.tsv", "ad"), labels=("ad",) * len(pages[0].labels)))
    right = replace(pages[0], path="d/5.tsv", labels=tuple(x.label for x in sieve.tag(pages[0].text).paragraphs))
    judged = judge([*pages, right], [sieve] * 5)
    assert [one.wrong for one in judged[:3]] == [(WRONG,)] * 3
    assert judged[4].wrong == ()
    (family,) = [x for x in families(judged) if x.gold == "comment"]
    assert (family.predicted, family.errors, len(family.pages), len(family.sites)) == (predicted, 3, 3, 2)
    counts = [x.errors for x in families(judged)]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == sum(len(one.wrong) for one in judged)
    assert [one.name for one in worst_first(judged)] == ["c/4.tsv", "a/1.tsv", "b/3.tsv", "like-a/2.tsv"]


def test_errors_inside_a_group_count_only_where_labels_do(sieve: Sieve) -> None:
    right = [found.label for found in sieve.tag(mislabelled(sieve, "x").text).paragraphs]
    other = {"nav": "imprint", "imprint": "nav", "text": "caption", "headline": "byline"}
    number = next(i for i, label in enumerate(right) if label in other)
    page = replace(mislabelled(sieve, "a/1.tsv"), labels=(*right[:number], other[right[number]], *right[number + 1 :]))
    assert [judge([page], [sieve], within)[0].wrong for within in (False, True)] == [(), (number,)]


def test_reasons_say_why_the_predicted_label_beat_the_right_one(sieve: Sieve, predicted: str) -> None:
    judged = judge([mislabelled(sieve, "a/1.tsv")], [sieve])
    (wrong,) = wrong_paragraphs(judged, Chosen(DEFAULT, f"comment→{DEFAULT.group_of[predicted]}"))
    label, gold = wrong.pair
    assert (wrong.why.labels[label], wrong.why.labels[gold]) == (predicted, "comment")
    assert wrong.why.text.startswith("Mọi người")
    assert wrong.why.scores[label] > wrong.why.scores[gold]


def test_text_shows_tables_neighbours_and_numbers_that_add_up(
    sieve: Sieve, predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = wrong_page(sieve, tmp_path)
    code, out, err = errors(capsys, path, "--family", f"comment->{predicted}")
    assert (code, err) == (0, "")
    assert "1 pages of 1 sites, 7 paragraphs" in out
    lines = out.splitlines()
    assert any(line.split()[:4] == ["comment", "→", predicted, "1"] for line in lines)
    assert str(path) in lines
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"line 8: comment → {predicted}  {predicted} "))
    around = [line for line in lines[begin:] if re.match(r"[> ] +\d+  [a-z]+ +[a-z]+ +\S", line)]
    assert [line[:7].split() for line in around] == [["4"], ["6"], [">", "8"], ["10"], ["11"]]
    assert around[2].split()[2:5] == ["comment", predicted, "Mọi"]
    assert max(map(len, lines[begin:])) <= 80
    total = 0.0
    for line in lines[lines.index(around[-1]) + 1 :]:
        number = line.strip().split(" ")[0].replace("−", "-")
        if number == "=":
            assert float(line.split()[1].replace("−", "-")) == pytest.approx(total, abs=0.05)
            break
        total += float(number) if number[:1] in "+-" and len(number) > 1 else 0
    assert total > 0


def test_json_has_every_reason(sieve: Sieve, predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = errors(capsys, wrong_page(sieve, tmp_path), "--format", "jsonl", "--family", "comment→")
    assert code == 0
    (error,) = rows(out, "error")
    assert (error["line"], error["gold"], error["predicted"]) == (8, "comment", predicted)
    assert [[row["line"] for row in error[side]] for side in ("above", "below")] == [[4, 6], [10, 11]]  # type: ignore[attr-defined]
    for account in (error, error["first"]):
        sum_of = account["usual"] + sum(reason["margin"] for reason in account["reasons"])  # type: ignore[index]
        assert sum_of == pytest.approx(account["margin"])  # type: ignore[index]
    (total,) = rows(out, "total")
    assert sum(row["errors"] for row in rows(out, "family")) == total["errors"]  # type: ignore[misc]
    assert sum(row["share"] for row in rows(out, "family")) == pytest.approx(1, abs=0.001)  # type: ignore[misc]
    assert [row["path"] for row in rows(out, "page")] == [error["path"]]


def test_what_is_left_out_is_said(sieve: Sieve, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong_page(sieve, tmp_path)
    wrong_page(sieve, tmp_path, "site/2.tsv")
    _, out, err = errors(capsys, tmp_path, "--family", "comment→", "--limit", "1", "--format", "jsonl")
    assert len(rows(out, "error")) == 1
    assert err == "1 more lines are not shown (--limit 1)\n"
    _, out, err = errors(capsys, tmp_path, "--page", "site/2", "--family", "caption→text", "--format", "jsonl")
    assert [Path(str(row["path"])).name for row in rows(out, "page")] == ["2.tsv"]
    assert err == "no line of the family caption→text to show; errors within a group need --labels\n"


@pytest.mark.parametrize("way", ["folder", "link"])
@pytest.mark.parametrize("style", ["text", "jsonl"])
def test_lines_of_pages_that_are_measured_only_are_never_shown(
    sieve: Sieve, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str, style: str
) -> None:
    path = wrong_page(sieve, tmp_path, "shared/real/unseen/full/bao.vn__001.tsv")
    if way == "link":
        path = tmp_path / "elsewhere.tsv"
        path.symlink_to("shared/real/unseen/full/bao.vn__001.tsv")
    code, out, err = errors(capsys, path, "--page", "tsv", "--format", style)
    assert code == 0
    assert "comment" in out
    assert not [line for line in parse_pages(ARTICLE, "x")[0].text.split("\n") if line and line in out]
    assert "measured, never read" in err
    study = wrong_page(sieve, tmp_path, "shared/real/study/full/bao.vn__001.tsv")
    assert "Mọi người" in errors(capsys, study, "--format", style)[1]


def test_held_out_pages_are_judged_by_models_that_have_not_seen_the_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, site in enumerate(("like-bao.vn", "b", "c")):
        path = tmp_path / "learned" / site / f"{number}.tsv"
        path.parent.mkdir(parents=True)
        path.write_text(ARTICLE.replace("cầu", f"cầu {number}"), encoding="utf-8")
    learned = read_labels(tmp_path / "learned")
    fitted = fit_and_hold_out(learned, jobs=1)
    real, other = (LabelledPage(path, "", ()) for path in ("real/study/full/bao.vn__001.tsv", "real/study/full/moi.vn__001.tsv"))
    assert [held_out_site(page) for page in (learned[0], real)] == ["b", "bao.vn"]
    sieves = held_out_sieves(fitted, [*learned, real, other])
    assert sieves[3] is fitted.fold_sieves[fitted.fold_of["bao.vn"]]
    assert sieves[3] is sieves[[page.site for page in learned].index("bao.vn")]
    assert sieves[4] is fitted.sieve
    assert len({id(sieve) for sieve in sieves}) == 4
    for page, one in zip(judge(learned, sieves[:3]), sieves[:3], strict=True):
        assert np.array_equal(page.tagged.codes, one.tag(page.page.text).codes)
    monkeypatch.setattr("training.errors.fit_and_hold_out", lambda pages: fitted if len(pages) == 3 else None)
    code, out, err = errors(capsys, tmp_path / "learned", "--held-out", "--learned", tmp_path / "learned", "--format", "jsonl")
    assert code == 0
    assert rows(out, "total")[0]["pages"] == 3
    assert "fitting on 3 pages" in err


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        ("--family ad", 2, "is no family"),
        ("--family spam→ad", 2, "no label or group is called 'spam'"),
        ("--page nowhere", 2, "--page nowhere: no page"),
        (f"--model {__file__}", 3, "not a sangloc model"),
    ],
)
def test_wrong_usage_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], args: str, code: int, message: str) -> None:
    path = tmp_path / "1.tsv"
    path.write_text(ARTICLE, encoding="utf-8")
    found, out, err = errors(capsys, path, *args.split(" "))
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_closed_pipe_is_quiet(sieve: Sieve, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "training.errors", str(wrong_page(sieve, tmp_path))],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        timeout=100,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")

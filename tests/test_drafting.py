"""Drafted label files: what they hold, in which order, and that none is overwritten."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sangloc.drafting import drafts, source_of
from sangloc.labelfile import LabelFileError, label_set, parse_pages, read_labels
from sangloc.labels import DEFAULT, LabelSet
from sangloc.page import Page
from sangloc.records import Record
from sangloc.sieve import Sieve
from sangloc.sources import Source, sources
from sangloc.teaching import in_order
from sangloc.unsure import unsure, written
from tests.conftest import SEEDS, Cli


def page(text: str, *sure: float) -> Page:
    probabilities = np.zeros((len(sure), len(DEFAULT.labels)))
    probabilities[:, 2] = sure
    return Page(text, DEFAULT, np.full(len(sure), 2), probabilities)


def test_the_unsure_page_comes_first_and_its_twin_last() -> None:
    pages = [
        page("một hai ba bốn\nnăm sáu bảy tám", 0.9, 0.9),
        page("chín mười đôi mươi\nba mươi lăm nghìn", 0.5, 0.6),
        page("chín mười đôi mươi\nba mươi lăm nghìn", 0.5, 0.6),
    ]
    order = list(in_order(pages))
    assert [number for number, _ in order] == [1, 0, 2]
    assert [round(teaches, 3) for _, teaches in order] == [0.9, 0.2, 0.0]
    assert next(in_order(pages, [pages[1].text]))[0] == 0
    assert list(in_order([])) == []


def test_the_order_is_that_of_asking_every_page_each_time() -> None:
    random = np.random.default_rng(3)
    pages = []
    for _ in range(12):
        rows = [" ".join(f"từ{word}" for word in random.integers(0, 9, size=random.integers(1, 5))) for _ in range(random.integers(1, 6))]
        pages.append(page("\n".join(rows), *random.uniform(0.3, 1, size=len(rows))))
    order = [number for number, _ in in_order(pages)]
    rest = list(range(len(pages)))
    for place, number in enumerate(order):
        texts = [pages[i].text for i in order[:place]]
        gains = {i: dict(in_order([pages[i]], texts))[0] for i in rest}
        assert gains[number] == pytest.approx(max(gains.values()))
        rest.remove(number)


def test_marks_are_lines_of_the_page_and_come_back() -> None:
    text = "\na\n\nb\nc\n"
    assert written([2, 0], text) == "2 5"
    (labelled,) = parse_pages("# unsure: 2 5\n\nnav\ta\n\nnav\tb\nnav\tc\n", "x.tsv")
    assert unsure(labelled) == {0, 2}
    (labelled,) = parse_pages("# unsure: 3\n\nnav\ta\n\nnav\tb\n", "x.tsv")
    with pytest.raises(LabelFileError, match=r"x\.tsv:1: unsure: '3' is no number of a line"):
        unsure(labelled)


def test_drafts_are_label_files_of_their_sources(sieve: Sieve, tmp_path: Path) -> None:
    pages = tmp_path / "pages" / "site.vn"
    pages.mkdir(parents=True)
    for seed in SEEDS[:3]:
        (pages / seed.name).write_bytes(seed.read_bytes())
    (pages / "crlf.txt").write_bytes(b"Trang ch\xe1\xbb\xa7\r\nTin m\xe1\xbb\x9bi\r\n")
    (pages / "web.html").write_text("<html><body><p>Xin chào các bạn.</p></body></html>", encoding="utf-8")
    (pages / "packed.html.gz").write_bytes(gzip.compress((pages / "web.html").read_bytes().replace(b"Xin", b"Kinh")))
    (pages / "empty.txt").write_text(" \n")
    (pages / "binary.bin").write_bytes(bytes(range(32)) * 9)
    complaints: list[str] = []
    notes: list[str] = []
    folder = tmp_path / "labels" / "mine"
    options = {"sure": 0.8, "most": None, "complain": complaints.append, "note": notes.append}
    found = list(sources([str(tmp_path / "pages")]))
    done = list(drafts(sieve, found, folder, **options))  # type: ignore[arg-type]  # a dict's values are of several types
    assert sorted(draft.path.name for draft in done) == sorted(
        ["crlf.tsv", "packed.tsv", "web.tsv", *(f"{seed.stem}.tsv" for seed in SEEDS[:3])]
    )
    assert len(complaints) == len(notes) == 1
    assert "binary.bin: mostly control characters" in complaints[0]
    assert "empty.txt: nothing to label" in notes[0]
    assert [x.teaches for x in done] == sorted((x.teaches for x in done), reverse=True)
    labelled = {Path(page.path).name: page for page in read_labels(folder)}  # which compares each with its source
    assert labelled["crlf.tsv"].header["source"] == "pages/site.vn/crlf.txt"
    assert labelled["web.tsv"].header["source"].startswith("text of ")
    assert labelled["web.tsv"].layout == "site.vn"
    for draft in done:
        tagged = sieve.tag(labelled[draft.path.name].text)
        assert [x.label for x in tagged.paragraphs] == list(labelled[draft.path.name].labels)
        assert unsure(labelled[draft.path.name]) == {i for i, x in enumerate(tagged.paragraphs) if x.prob < 0.8}
        assert draft.unsure == len(unsure(labelled[draft.path.name]))


def test_drafting_again_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    done = cli("labels", "draft", *SEEDS[:2], "-o", "mine")
    assert done.returncode == 0
    corrected = tmp_path / "mine" / f"{SEEDS[0].stem}.tsv"
    content = corrected.read_bytes().replace(b"headline\t", b"text\t")
    corrected.write_bytes(content)
    done = cli("labels", "draft", *SEEDS[:3], "/nowhere.txt", "-o", "mine", "-n", "1")
    assert done.returncode == 1
    assert done.stdout.decode().startswith(f"mine/{SEEDS[2].stem}.tsv\t")
    assert "is there already" in done.stderr.decode()
    assert "/nowhere.txt: No such file" in done.stderr.decode()
    assert corrected.read_bytes() == content
    assert cli("labels", "draft", SEEDS[0], f"{tmp_path}/../{tmp_path.name}/mine/../{SEEDS[0].name}", "-o", "x").returncode == 1


def test_a_label_set_of_ones_own_is_written_beside_the_drafts(sieve: Sieve, tmp_path: Path) -> None:
    groups = {f"label {number}": "a" if number < 3 else "b" for number in range(len(DEFAULT.labels))}
    own = Sieve(replace(sieve.model, labels=LabelSet(tuple(groups), groups)))
    found = list(sources([str(SEEDS[0])]))
    options = {"sure": 0.8, "most": None, "complain": pytest.fail, "note": pytest.fail}
    assert len(list(drafts(own, found, tmp_path / "mine" / "site", **options))) == 1  # type: ignore[arg-type]  # as above
    assert label_set([tmp_path / "mine" / "site"]).group_of == groups
    assert read_labels(tmp_path / "mine" / "site")[0].labels[0] in groups
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "x.tsv").write_text("nav\tx\n")
    with pytest.raises(LabelFileError, match="theirs:1: the model has labels"):
        list(drafts(own, found, tmp_path / "theirs", **options))  # type: ignore[arg-type]  # as above


def test_source_of_what_comes_from_a_pipe(tmp_path: Path) -> None:
    assert source_of(Record(Source("-", None, Path("stdin")), "-", "page"), "x", tmp_path / "x.tsv") == "standard input"


def test_records_of_one_file_are_drafted_one_by_one(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text(
        '{"text": "Trang chủ\\nCâu một."}\n{"text": " "}\n{"text": "Câu hai."}\n{"text"\n', encoding="utf-8"
    )
    done = cli("labels", "draft", "pages.jsonl", "-o", "mine")
    assert done.returncode == 1
    assert "pages.jsonl:4: " in done.stderr.decode()
    assert "nothing to label" in done.stderr.decode()
    pages = read_labels(tmp_path / "mine")
    assert [(page.path, page.header["source"]) for page in pages] == [
        (f"{tmp_path}/mine/pages/1.tsv", "text of pages.jsonl:1"),
        (f"{tmp_path}/mine/pages/3.tsv", "text of pages.jsonl:3"),
    ]

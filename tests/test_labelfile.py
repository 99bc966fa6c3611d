import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.labelfile import LabelFileError, fingerprint, format_page, label_files, parse_pages, read_labels
from sangloc.labels import DEFAULT
from sangloc.page import paragraphs_of

TEXTS = st.text(alphabet=st.sampled_from("ab #:\n\n\t\x0b\x85\u2028") | st.characters(exclude_characters="\r"), max_size=80)


@given(TEXTS, st.data())
def test_labels_stripped_the_text_is_back(text: str, data: st.DataObject) -> None:
    count = len(list(paragraphs_of(text)))
    labels = tuple(data.draw(st.sampled_from(DEFAULT.labels)) for _ in range(count))
    content = format_page(text, labels, {"source": "words", "unknown": "kept"})
    (page,) = parse_pages(content, "x.tsv")
    assert (page.text, page.labels) == (text, labels)
    assert page.header["unknown"] == "kept"
    assert page.format() == content


def test_several_pages_in_one_stream() -> None:
    stream = format_page("A\n\nB", ("headline", "text"), {"source": "a"}) + format_page("# C\n", ("nav",), {"source": "b"})
    first, second = parse_pages(stream, "x.tsv")
    assert (first.text, second.text) == ("A\n\nB", "# C\n")
    assert second.line_of(0) == 7


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("# source: x\ntitle\tA\n", r"x\.tsv:2: unknown label 'title'; the labels are headline, "),
        ("text A\n", r"x\.tsv:1: no tab after the label"),
        ("text\tA\n<<<<<<< HEAD\n", r"x\.tsv:2: a merge conflict mark"),
        ("text\tA\n=======\n", r"x\.tsv:2: a merge conflict mark"),
        ("text\t \n", r"x\.tsv:1: a label without text"),
        ("\ufefftext\tA\n", r"x\.tsv:1: the file begins with a byte order mark"),
        ("# no colon\ntext\tA\n", r"x\.tsv:1: a header line reads"),
        ("# source: x\n\ttext\n", r"x\.tsv:2: unknown label ''"),
    ],
)
def test_faults_are_named_with_their_line(content: str, message: str) -> None:
    with pytest.raises(LabelFileError, match=message):
        parse_pages(content, "x.tsv")


def test_an_altered_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("Một\n\nHai\n", encoding="utf-8")
    file = tmp_path / "labels" / "site" / "a.tsv"
    file.parent.mkdir(parents=True)
    file.write_text("# source: seeds/a.txt\ntext\tMột\n\ntext\tHai\n", encoding="utf-8")
    assert len(read_labels(tmp_path / "labels")) == 1
    file.write_text("# source: seeds/a.txt\ntext\tMột\n\ntext\tHai!\n", encoding="utf-8")
    with pytest.raises(LabelFileError, match=r"a\.tsv:4: the text differs from seeds/a\.txt"):
        read_labels(tmp_path / "labels")


def test_the_text_of_a_packed_html_source_is_compared_as_it_is_tagged(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress("<html><body><p>Một</p><p>Hai</p></body></html>".encode()))
    file = tmp_path / "labels" / "a.tsv"
    file.parent.mkdir()
    file.write_text("# source: a.html.gz\n# final-newline: no\ntext\tMột\n\ntext\tHai\n", encoding="utf-8")
    assert len(read_labels(tmp_path / "labels")) == 1
    file.write_text("# source: a.html.gz\n# final-newline: no\ntext\tMột\n\ntext\tBa\n", encoding="utf-8")
    with pytest.raises(LabelFileError, match=r"a\.tsv:5: the text differs from a\.html\.gz"):
        read_labels(tmp_path / "labels")


def test_one_page_with_two_labellings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("# source: x\ntext\tA\n\ntext\tB\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("# source: x\ntext\tA\n\nnav\tB\n", encoding="utf-8")
    with pytest.raises(LabelFileError, match=r"b\.tsv:4: the page stands in .*a\.tsv too"):
        read_labels(tmp_path)


def test_empty_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match="no label files"):
        label_files([tmp_path])
    with pytest.raises(LabelFileError, match="no such file"):
        label_files([tmp_path / "none.tsv"])


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes(b"text\tA\ntext\t\xff\n")
    with pytest.raises(LabelFileError, match=r"a\.tsv:2: not UTF-8 \(byte 12\)"):
        read_labels(tmp_path)


def test_own_label_set_is_read_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text('[groups]\ngood = "keep"\nbad = "drop"\n', encoding="utf-8")
    (tmp_path / "a.tsv").write_text("good\tA\nbad\tB\n", encoding="utf-8")
    (page,) = read_labels(tmp_path)
    assert page.label_set.groups == ("keep", "drop")
    (tmp_path / "labels.toml").write_text("[groups]\ngood = 1\n", encoding="utf-8")
    with pytest.raises(LabelFileError, match=r"labels\.toml:1: needs a table"):
        read_labels(tmp_path)


def test_fingerprint_sees_labels_and_not_order(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("text\tA\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("nav\tB\n", encoding="utf-8")
    pages = read_labels(tmp_path)
    assert fingerprint(pages) == fingerprint(pages[::-1])
    (tmp_path / "b.tsv").write_text("text\tB\n", encoding="utf-8")
    assert fingerprint(pages) != fingerprint(read_labels(tmp_path))

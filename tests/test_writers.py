"""What comes out for each kind of container that goes in."""

import gzip
import json
from pathlib import Path

import pytest

from sangloc.labelfile import parse_pages
from sangloc.outputs import OutputError, output_name
from sangloc.splicing import FieldError, with_member
from tests.conftest import SEEDS, Cli
from tests.inputs import convert, jsonl, read, warc, wet_texts

ARTICLES = [path.read_text(encoding="utf-8") for path in SEEDS]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the same pages in several containers."""
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(jsonl(ARTICLES))
    (folder / "deep" / "b.jsonl.gz").write_bytes(gzip.compress(jsonl(ARTICLES)))
    (folder / "c.warc.wet.gz").write_bytes(gzip.compress(warc(ARTICLES, wet=True)))
    (folder / "d.warc").write_bytes(warc(ARTICLES))
    table = pyarrow.table({"id": range(6), "text": [*ARTICLES, None], "big": [2**63 - 1] * 6})
    pyarrow.parquet.write_table(table, folder / "e.parquet", row_group_size=2)
    (folder / "f.txt").write_text(ARTICLES[0], encoding="utf-8")
    return folder


def files_in(folder: Path) -> list[Path]:
    """Return the files below a folder, without the notes on what is done."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]


@pytest.mark.parametrize(
    ("style", "keep", "names"),
    [
        ("tsv", None, "a.tsv c.tsv.gz d.tsv deep/b.tsv.gz e.tsv f.tsv"),
        ("jsonl", None, "a.jsonl c.jsonl.gz d.jsonl deep/b.jsonl.gz e.jsonl f.jsonl"),
        ("parquet", None, "a.parquet c.parquet d.parquet deep/b.parquet e.parquet f.parquet"),
        ("wet", "body", "a.warc.wet c.warc.wet.gz d.warc.wet deep/b.warc.wet.gz e.warc.wet f.warc.wet"),
    ],
)
def test_a_folder_of_containers(place: Path, tmp_path: Path, style: str, keep: str | None, names: str) -> None:
    tally, said = convert(place, tmp_path / "one", style, keep)
    assert (tally.pages, tally.failures, said) == (26, 0, [f"{place}/e.parquet: passed over 1 (null)"])
    written = {str(path.relative_to(tmp_path / "one")): path.read_bytes() for path in files_in(tmp_path / "one")}
    assert sorted(written) == names.split()
    convert(place, tmp_path / "two", style, keep, jobs=2)
    assert written == {name: (tmp_path / "two" / name).read_bytes() for name in written}


def test_other_fields_keep_their_bytes(tmp_path: Path) -> None:
    members = ['"a": 1e400', '"b":0.10', '"c": 12345678901234567890123456789', '"a": {"text": [1, {"x": "}\\""}]}', '"e":"\\u00e9\\ud800"']
    line = "{" + ", ".join(members) + ', "text": ' + json.dumps(ARTICLES[0]) + ', "z" : NaN }'
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    convert(tmp_path / "a.jsonl", tmp_path / "tagged.jsonl", "jsonl")
    tagged = (tmp_path / "tagged.jsonl").read_text(encoding="utf-8")
    assert tagged.startswith(line[:-2] + ', "paragraphs": [{"label": "')
    convert(tmp_path / "a.jsonl", tmp_path / "kept.jsonl", "jsonl", "body")
    kept = (tmp_path / "kept.jsonl").read_text(encoding="utf-8")
    assert kept.startswith("{" + ", ".join(members) + ', "text": "')
    assert kept.endswith(', "z" : NaN }\n')
    assert json.loads(kept)["text"].startswith("Lãnh đạo tình báo")


def test_a_field_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Xin chào", "paragraphs": 1}\n{"text": "Xin chào"}\n', encoding="utf-8")
    for style in ("jsonl", "parquet"):
        tally, said = convert(path, tmp_path / f"out.{style}", style)
        assert (tally.pages, tally.failures) == (1, 1)
        assert said == [f"{path}:1: has a field 'paragraphs' already, which would be overwritten; rename it in the input"]


@pytest.mark.parametrize("line", ["{}", "{ }", '{"a": {}}', '{"a":[],"b":"{\\"x\\":1}"}', '{"x": 1, "x": [2, {"x": 3}]}', '{"\\u0078": 0}'])
def test_members_are_put_in_and_replaced(line: str) -> None:
    assert json.loads(with_member(line.encode(), "new", b"[5]")) == {**json.loads(line), "new": [5]}
    assert json.loads(with_member(line.encode(), "x", b"5", replace=True)) == {**json.loads(line), "x": 5}
    if "x" in json.loads(line):
        with pytest.raises(FieldError, match="has a field 'x' already"):
            with_member(line.encode(), "x", b"5")


def test_parquet_keeps_rows_types_and_nulls(place: Path, tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    before = pyarrow.parquet.read_table(place / "e.parquet")
    convert(place / "e.parquet", tmp_path / "tagged.parquet", "parquet")
    tagged = pyarrow.parquet.read_table(tmp_path / "tagged.parquet")
    assert tagged.select(before.schema.names) == before
    rows = tagged["paragraphs"].to_pylist()
    assert rows[5] is None
    assert [row["text"] for row in rows[0]] == [line for line in ARTICLES[0].split("\n") if line.strip()]
    convert(place / "e.parquet", tmp_path / "kept.parquet", "parquet", "body")
    kept = pyarrow.parquet.read_table(tmp_path / "kept.parquet")
    assert kept.drop_columns(["text"]) == before.drop_columns(["text"])
    assert kept.schema == before.schema
    assert kept["text"].to_pylist()[5] is None
    convert(place / "e.parquet", tmp_path / "kept.jsonl", "jsonl", "body")
    assert [json.loads(line) for line in (tmp_path / "kept.jsonl").read_bytes().splitlines()] == kept.to_pylist()


def test_tables_that_do_not_fit_together_are_refused(place: Path, tmp_path: Path) -> None:
    (place / "deep" / "b.jsonl.gz").unlink()
    with pytest.raises(OutputError, match="have other columns than"):
        convert(place, tmp_path / "all.parquet", "parquet")
    assert not (tmp_path / "all.parquet").exists()


@pytest.mark.parametrize("name", ["c.warc.wet.gz", "d.warc", "a.jsonl"])
def test_wet_has_address_date_and_kept_text(place: Path, tmp_path: Path, name: str) -> None:
    convert(place / name, tmp_path / "out.wet.gz", "wet", "body")
    data = (tmp_path / "out.wet.gz").read_bytes()
    found = wet_texts(data)
    assert len(found) == len(ARTICLES)
    assert found[0][0] == ("https://bao.vn/0" if "warc" in name else f"file:{place}/{name}:1")
    assert found[4][1].startswith("Mỹ lên kế hoạch thương lượng với Nga\n")
    assert "tin mới" not in found[4][1]
    assert not read(tmp_path / "out.wet.gz").failures
    convert(place / name, tmp_path / "again.wet.gz", "wet", "body")
    assert (tmp_path / "again.wet.gz").read_bytes() == data


def test_packed_label_files_name_each_record(place: Path, tmp_path: Path) -> None:
    convert(place / "c.warc.wet.gz", tmp_path / "all.tsv.gz", "tsv")
    data = (tmp_path / "all.tsv.gz").read_bytes()
    assert data[4:8] == bytes(4)  # no time in it
    pages = parse_pages(gzip.decompress(data).decode(), "x")
    assert [page.text for page in pages] == ARTICLES
    assert pages[1].header["source"] == f"{place}/c.warc.wet.gz#2"
    assert (pages[1].header["url"], pages[1].header["date"]) == ("https://bao.vn/1", "2024-05-06T07:08:09Z")


def test_output_names() -> None:
    names = {"a.txt": "a.tsv", "b/x.warc.wet.gz": "b/x.tsv.gz", "v1.2": "v1.tsv", "x.jsonl.lz4": "x.tsv.gz", "x.html.zst": "x.tsv.zst"}
    assert {name: str(output_name(Path(name), ".tsv")) for name in names} == names


def test_empty_containers_give_empty_outputs(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.jsonl", "b.warc"):
        (tmp_path / "in" / name).write_bytes(b"")
    tally, said = convert(tmp_path / "in", tmp_path / "out", "tsv")
    assert (tally.pages, tally.failures, said) == (0, 0, [])
    assert {path.name: path.read_bytes() for path in files_in(tmp_path / "out")} == {"a.tsv": b"", "b.tsv": b""}


def test_lists_of_files_and_pipes(cli: Cli, tmp_path: Path) -> None:
    for name in ("a b.txt", "c\n.txt"):
        (tmp_path / name).write_text(ARTICLES[0], encoding="utf-8")
    (tmp_path / "list").write_text("a b.txt\r\n\nnone.txt\n")
    done = cli("extract", "--files-from", "list", "--format", "jsonl")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert b"none.txt: No such file" in done.stderr
    done = cli("extract", "--files-from", "-", "-0", stdin=b"c\n.txt\0a b.txt\0")
    assert (done.returncode, done.stdout.startswith("Lãnh đạo tình báo Nga".encode())) == (0, True)
    twice = cli("extract", "a b.txt", "a b.txt").stdout
    assert done.stdout == twice
    done = cli("tag", "-", "-f", "jsonl", "-j", "2", stdin=gzip.compress(jsonl(ARTICLES)))
    assert (done.returncode, len(done.stdout.splitlines())) == (0, len(ARTICLES))
    assert cli("tag", "-", "--max-bytes", "1K", stdin=ARTICLES[0].encode()).returncode == 1
    assert cli("tag", "x", "--max-bytes", "many").returncode == 2
    assert cli("tag", "x", "-o", "x.wet").returncode == 2

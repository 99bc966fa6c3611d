"""datatrove: the tagging step, the reader that loses nothing, and runs that are interrupted and taken up again."""

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from sangloc.batch import tag_batch
from sangloc.sieve import Sieve
from tests.engines.conftest import need, write_jsonl

need("datatrove")
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from sangloc.datatrove import BoilerplateTagger, SafeJsonlReader

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]  # its multiprocess warns of forks


def read(folder: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for path in sorted(folder.glob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert len(rows) == len({row["id"] for row in rows})
    return {row["id"]: row for row in rows}


def counts(step: Any) -> dict[str, int]:
    return {name: stat.total for name, stat in step.stats.stats.items()}


def packed(content: bytes, suffix: str) -> bytes:
    if suffix == ".zst":
        from backports import zstd

        return bytes(zstd.compress(content))
    return gzip.compress(content) if suffix == ".gz" else content


def documents(texts: list[str]) -> list[Document]:
    return [Document(text=text, id=str(number)) for number, text in enumerate(texts)]


def test_documents_are_tagged(texts: list[str]) -> None:
    step = BoilerplateTagger()
    found = list(step.run(iter(documents(texts[:700]))))
    assert [document.text for document in found] == texts[:700]
    assert [document.metadata["paragraphs"] for document in found] == tag_batch({"text": texts[:700]})["paragraphs"]
    stats = counts(step)
    assert stats["total"] == stats["forwarded"] == 700
    count = sum(paragraph["group"] == "ad" for document in found for paragraph in document.metadata["paragraphs"])
    assert stats["tagged_ad"] == count > 0


def test_documents_are_cleaned_and_what_has_no_body_is_put_aside(texts: list[str], sieve: Sieve, tmp_path: Path) -> None:
    bare = "\n".join(["Trang chủ", "Thời sự", "Liên hệ quảng cáo", "RSS"])
    assert not sieve.tag(bare).keep("body")
    step = BoilerplateTagger(keep="body", exclusion_writer=JsonlWriter(str(tmp_path)))
    found = list(step.run(iter(documents([*texts[:50], bare]))))
    expected = tag_batch({"text": texts[:50]})
    assert [document.text for document in found] == [kept for kept in expected["kept"] if kept]
    dropped = read(tmp_path)
    assert dropped["50"]["text"] == bare and dropped["50"]["metadata"] == {"filter_reason": "nothing kept"}
    stats = counts(step)
    assert stats["dropped"] == len(dropped)
    removed = [paragraph for paragraphs in expected["paragraphs"] for paragraph in paragraphs if paragraph["group"] == "related"]
    assert stats["removed_related"] == len(removed)
    assert stats["removed_related_chars"] == sum(len(paragraph["text"]) for paragraph in removed)
    assert "removed_body" not in stats


def test_the_step_travels_without_its_model(texts: list[str]) -> None:
    step = BoilerplateTagger(keep="text")
    next(
        iter(step.run(iter(documents(["Trang chủ\n" + "Sáng nay, cây cầu dài 2 km đã thông xe trong niềm vui của người dân. " * 4])))), None
    )
    assert len(pickle.dumps(step)) < 10_000


def test_metadata_is_not_overwritten_and_unknown_groups_are_refused() -> None:
    taken = Document(text="Trang chủ", id="7", metadata={"paragraphs": 3})
    with pytest.raises(ValueError, match="document 7: its metadata 'paragraphs' would be overwritten"):
        list(BoilerplateTagger().run(iter([taken])))
    with pytest.raises(ValueError, match="no label or group is called 'bdy'"):
        list(BoilerplateTagger(keep="bdy").run(iter(documents(["Trang chủ"]))))


BAD = [
    (b'{"text": "tr\xf4ng", "id": "latin"}', "not valid utf-8 from byte 12 of the line on"),
    (b'{"text": "a\\ud800b", "id": "half"}', "lone surrogates"),
    (b'{"text": "cut', "broken JSON"),
    (b'["text"]', "not a JSON object but an array"),
    (b'{"other": 1}', "no string in the field 'text'"),
    (b'{"text": null}', "no string"),
    (b'{"text": 5}', "no string"),
    (b'{"text": "x", "media": [1]}', "not subscriptable"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deep"),
]


def lines_with_faults() -> bytes:
    good = [json.dumps({"text": f"trang {number}", "id": str(number)}).encode() for number in range(len(BAD) + 1)]
    rows = [row for pair in zip(good, [line for line, _ in BAD], strict=False) for row in pair] + [good[-1], b"", b'{"text": ""}']
    return b"\xef\xbb\xbf" + b"\n".join(rows) + b"\n"


@pytest.mark.parametrize("name", ["pages.jsonl", "pages.jsonl.gz", "pages.jsonl.zst"])
def test_a_bad_line_takes_no_other_along(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(packed(lines_with_faults(), Path(name).suffix))
    reader = SafeJsonlReader(str(tmp_path))
    found = {document.id: document.text for document in reader.run()}
    assert found == {**{str(number): f"trang {number}" for number in range(len(BAD) + 1)}, "latin": "tr\ufffdng", "half": "a\ufffdb"}
    stats = counts(reader)
    assert (stats["bad_lines"], stats["repaired_lines"], stats["empty_documents"]) == (len(BAD) - 2, 2, 1)
    for number, (fault, (_, what)) in enumerate(zip(reader.faults, BAD, strict=True)):
        assert fault.startswith(f"{tmp_path / name}:{2 * number + 2}: ") and what in fault


def test_datatroves_own_reader_loses_the_file(tmp_path: Path) -> None:
    """If this fails, datatrove has mended it, and the docs should say so."""
    (tmp_path / "pages.jsonl").write_bytes(lines_with_faults())
    assert len(list(JsonlReader(str(tmp_path)).run())) <= 1


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_cut_archive_is_read_as_far_as_it_goes(suffix: str, tmp_path: Path, texts: list[str]) -> None:
    content = "".join(json.dumps({"text": text, "id": str(number)}) + "\n" for number, text in enumerate(texts[:300])).encode()
    whole = packed(content, f".{suffix}")
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(whole[: len(whole) * 2 // 3])
    write_jsonl(tmp_path / "b.jsonl", ["trang cuối"], 1000)
    reader = SafeJsonlReader(str(tmp_path), strict=True)
    found: list[str] = []
    with pytest.raises(ValueError, match=f"2 faults in the input .*a.jsonl.{suffix}:"):  # the line that was cut, and the file
        found.extend(document.id for document in reader.run())
    assert len(found) > 50 and found[-1] == "1000"
    assert found[:-1] == [str(number) for number in range(len(found) - 1)]
    assert counts(reader)["broken_files"] == 1


def run(place: Path, pages: Path, *steps: Any) -> None:
    pipeline = [SafeJsonlReader(str(pages)), *steps, JsonlWriter(str(place / "out"))]
    LocalPipelineExecutor(pipeline, tasks=4, workers=2, logging_dir=str(place / "logs")).run()


def test_a_rerun_does_what_is_left(place: Path, tmp_path: Path, texts: list[str]) -> None:
    run(tmp_path, place / "pages", BoilerplateTagger())
    whole = read(tmp_path / "out")
    assert len(whole) == len(texts)
    (tmp_path / "logs/completions/00002").unlink()
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    run(tmp_path, place / "pages", BoilerplateTagger())
    again = {path.name for path in (tmp_path / "out").iterdir() if path.stat().st_mtime_ns != times[path.name]}
    assert again == {"00002.jsonl.gz"}
    assert read(tmp_path / "out") == whole

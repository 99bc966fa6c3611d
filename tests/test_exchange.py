"""Label files as tasks of Label Studio and doccano, and back."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.exchange import READERS, WRITERS, Task, labelled, place_of, spans_of
from sangloc.labelfile import LabelFileError, LabelledPage, parse_pages
from sangloc.labels import DEFAULT
from tests.conftest import Cli

TOOLS = sorted(WRITERS)
PAGE = "# source: pages/cầu.txt\n# read-by: 2\nnav\t  Trang chủ 🏠\n\ntext\tMột 🌉 câu.\t\nimprint\t© 2024\n"

lines = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=12)
keys = st.text("abcdefgh-", min_size=1, max_size=6).filter(lambda key: key != "final-newline")
values = lines.map(str.strip).filter(lambda value: "\n" not in value)


@st.composite
def pages(draw: st.DrawFn) -> LabelledPage:
    header = "".join(f"# {key}: {value}\n" for key, value in draw(st.dictionaries(keys, values, min_size=1, max_size=3)).items())
    rows = [f"{draw(st.sampled_from(DEFAULT.labels))}\t{line}" if line.strip() else line for line in draw(st.lists(lines, max_size=8))]
    return parse_pages(header + "".join(f"{row}\n" for row in rows), "site/page.tsv")[0]


def there_and_back(tool: str, page: LabelledPage, **options: bool) -> LabelledPage:
    (task,) = READERS[tool](WRITERS[tool]([("site/page.tsv", page)], **options), "export")
    assert place_of(task, 1).as_posix() == "site/page.tsv"
    return labelled(task, DEFAULT)


@pytest.mark.parametrize("tool", TOOLS)
@given(page=pages())
def test_nothing_is_lost_on_the_way_there_and_back(tool: str, page: LabelledPage) -> None:
    back = there_and_back(tool, page)
    assert back.format() == page.format()
    assert (back.text, back.labels, back.header) == (page.text, page.labels, page.header)
    assert there_and_back(tool, page, draft=True) == back


@given(page=pages())
def test_spans_are_the_lines_without_the_white_space_around(page: LabelledPage) -> None:
    spans = spans_of(page)
    assert [page.text[start:end] for start, end, _ in spans] == [x.strip() for x in page.text.split("\n") if x.strip()]
    assert tuple(label for _, _, label in spans) == page.labels


def test_label_studio_tasks_are_as_it_imports_them() -> None:
    (task,) = json.loads(WRITERS["label-studio"]([("a.tsv", parse_pages(PAGE, "a.tsv")[0])]))
    assert set(task) == {"data", "annotations"}
    assert task["annotations"][0]["result"][1] == {
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 15, "end": 25, "text": "Một 🌉 câu.", "labels": ["text"]},  # code points: the emoji is one
    }
    (task,) = json.loads(WRITERS["label-studio"]([("a.tsv", parse_pages(PAGE, "a.tsv")[0])], draft=True))
    assert task["predictions"][0]["model_version"] == "sangloc"


def test_doccano_rows_are_as_it_imports_them() -> None:
    row = json.loads(WRITERS["doccano"]([("a.tsv", parse_pages(PAGE, "a.tsv")[0])]))
    assert row["label"] == [[2, 13, "nav"], [15, 25, "text"], [27, 33, "imprint"]]
    assert (row["path"], row["header"]) == ("a.tsv", "# source: pages/cầu.txt\n# read-by: 2\n")


def test_what_people_made_of_it_is_read() -> None:
    text = "Trang chủ\nMột câu dài.\n"

    def span(start: int, end: int, label: str) -> dict[str, Any]:
        return {"type": "labels", "value": {"start": start, "end": end, "labels": [label]}}

    export = [
        {
            "id": 7,
            "data": {"text": text},
            "predictions": [{"result": [span(0, 22, "ad")]}],
            "annotations": [
                {"result": [span(0, 22, "nav")]},
                {"result": [span(0, 9, "nav"), span(9, 12, "ad"), span(12, 22, "text"), {"type": "choices", "value": {}}]},
                {"was_cancelled": True, "result": []},
            ],
        }
    ]
    (task,) = READERS["label-studio"](json.dumps(export), "x.json")
    assert labelled(task, DEFAULT).labels == ("nav", "text")
    assert place_of(task, 3).as_posix() == "task-3.tsv"
    row = {"id": 1, "text": text, "entities": [{"id": 1, "label": "nav", "start_offset": 0, "end_offset": 22}], "relations": []}
    (task,) = READERS["doccano"]("\n" + json.dumps(row) + "\n", "x.jsonl")
    assert labelled(task, DEFAULT).labels == ("nav", "nav")


@pytest.mark.parametrize(
    ("tool", "content", "message"),
    [
        ("doccano", '{"text": "a"}\n{"text"', r"x:2: not JSON"),
        ("doccano", "[]", r"x:1: not a JSON object"),
        ("doccano", '{"text": 3}', r"x:1: 'text' .* must be strings"),
        ("doccano", '{"text": "a", "label": [[0, 9, "nav"]]}', r"x:1: \(0, 9, 'nav'\) is no span"),
        ("doccano", '{"text": "a", "label": [3]}', r"x:1: its spans are not as doccano"),
        ("label-studio", "{}", r"x:1: a Label Studio export is a list"),
        ("label-studio", '[\n{"data"', r"x:2: not JSON"),
        ("label-studio", '[{"text": "a"}]', r"x:1: task 1 has no 'data'"),
        (
            "label-studio",
            '[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "labels"}]}]}]',
            r"x:1: task 1 is not as Label Studio",
        ),
    ],
)
def test_exports_that_are_none_are_named(tool: str, content: str, message: str) -> None:
    with pytest.raises(LabelFileError, match=message):
        list(READERS[tool](content, "x"))


def test_lines_without_a_label_unknown_labels_and_ways_out_of_the_folder_are_named() -> None:
    with pytest.raises(LabelFileError, match=re.escape("x:4: line 2 of the text has no label: 'b'")):
        labelled(Task("x:4", "a\nb", [(0, 1, "nav")], "", {}), DEFAULT)
    with pytest.raises(LabelFileError, match="x:4: unknown label 'menu'"):
        labelled(Task("x:4", "a", [(0, 1, "menu")], "", {}), DEFAULT)
    for path in ("/etc/x.tsv", "../x.tsv", "a/../../x.tsv"):
        with pytest.raises(LabelFileError, match="leads out of the folder"):
            place_of(Task("x:4", "a", [], path, {}), 1)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_command_gives_the_folder_back_and_overwrites_nothing(tool: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine" / "site").mkdir(parents=True)
    (tmp_path / "mine" / "site" / "a.tsv").write_text(PAGE, encoding="utf-8")
    (tmp_path / "mine" / "b.tsv").write_text(PAGE + PAGE.replace("Một", "Hai"), encoding="utf-8")
    assert cli("labels", "convert", "mine", "--to", tool, "-o", "tasks").returncode == 0
    assert cli("labels", "convert", "mine", "--to", tool).stdout == (tmp_path / "tasks").read_bytes()
    done = cli("labels", "convert", "tasks", "--from", tool, "-o", "back")
    assert done.returncode == 0, done.stderr.decode()
    for name in ("site/a.tsv", "b.tsv"):
        assert (tmp_path / "back" / name).read_bytes() == (tmp_path / "mine" / name).read_bytes()
    (tmp_path / "back" / "b.tsv").write_text("nav\tmine\n", encoding="utf-8")
    done = cli("labels", "convert", "tasks", "--from", tool, "-o", "back")
    assert done.returncode == 1
    assert b"back/b.tsv: is there already" in done.stderr
    assert (tmp_path / "back" / "b.tsv").read_text() == "nav\tmine\n"


def test_the_command_wants_one_direction(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(PAGE, encoding="utf-8")
    assert cli("labels", "convert", "a.tsv").returncode == 2
    assert cli("labels", "convert", "a.tsv", "--from", "doccano", "--to", "doccano").returncode == 2
    (tmp_path / "bad.jsonl").write_text('{"text": "a\\nb", "label": [[0, 1, "nav"]]}\n{"text": "c", "label": [[0, 1, "nav"]]}\n')
    done = cli("labels", "convert", "bad.jsonl", "--from", "doccano", "-o", "out")
    assert done.returncode == 1
    assert b"bad.jsonl:1: line 2 of the text has no label" in done.stderr
    assert [x.name for x in (tmp_path / "out").iterdir()] == ["task-2.tsv"]

"""The editor of label files: what it changes, and how it is driven, through Textual's pilot at 80 columns by 24 lines."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from sangloc.editing import ChangedError, Editing, keys_of
from sangloc.editor import COMMANDS, LabelEditor, printable
from sangloc.labelfile import LabelFileError
from sangloc.labels import DEFAULT
from sangloc.sieve import Sieve
from tests.conftest import Cli

HEADER = "# source: made for this test\n# unsure: 2 5\n"
ROWS = HEADER + "nav\tTrang chủ\nnav\tThời sự\n\nheadline\tCầu mới\ntext\tCâu một [nháy].\ntext\tCâu hai.\n"
Steps = Callable[[Pilot[bool], LabelEditor], Awaitable[None]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "page.tsv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def drive(editing: Editing, *keys: str, steps: Steps | None = None) -> LabelEditor:
    """Run the editor, press keys, and do the steps."""
    app = LabelEditor(editing)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys)
            if steps is not None:
                await steps(pilot, app)

    asyncio.run(run())
    return app


def screen(app: LabelEditor) -> list[str]:
    """Return what the terminal shows."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]  # the one way to see it


def test_each_label_has_a_key_of_its_own() -> None:
    keys = keys_of(DEFAULT.labels, COMMANDS)
    assert sorted(keys.values()) == sorted(DEFAULT.labels)
    assert not set(keys) & set(COMMANDS)
    assert (keys["h"], keys["t"], keys["n"]) == ("headline", "text", "nav")
    assert keys_of(("juk", "x", "xx"), COMMANDS) == {"1": "juk", "x": "x", "3": "xx"}


def test_a_key_labels_and_the_file_is_saved_with_what_is_left_unsure(file: Path) -> None:
    # It begins at the first unsure line; r labels that and goes on; tab goes to the next unsure one.
    app = drive(Editing(file), "r", "tab", "c", "k", "s", "q")
    assert app.return_value is True
    expected = ROWS.replace("# unsure: 2 5\n", "").replace("nav\tThời", "related\tThời").replace("text\tCâu một", "caption\tCâu một")
    assert file.read_text(encoding="utf-8") == expected


def test_undo_redo_and_whole_runs(file: Path) -> None:
    editing = Editing(file)
    drive(editing, "g", "R")
    assert editing.labels == ("related", "related", "headline", "text", "text")
    drive(editing, "u")
    assert editing.labels == ("nav", "nav", "headline", "text", "text")
    assert editing.unsure == {1, 3}
    assert not editing.changed
    drive(editing, "U", "u", "u", "u", "U", "G", "o", "U")
    assert editing.labels == ("related", "related", "headline", "text", "comment")


def test_confirmed_lines_are_no_longer_unsure_and_the_least_sure_comes_first(file: Path, sieve: Sieve) -> None:
    editing = Editing(file)
    assert editing.judge(sieve) is not None
    editing.sureness[:] = (0.9, 0.7, 0.9, 0.4, 0.9)

    async def steps(pilot: Pilot[bool], app: LabelEditor) -> None:
        await pilot.press("g", ".", "space")
        assert editing.unsure == {1}
        assert app.view.cursor == 1

    drive(editing, steps=steps)
    assert editing.least_sure(1) is None


def test_search_goes_round_whatever_the_case(file: Path) -> None:
    async def steps(pilot: Pilot[bool], app: LabelEditor) -> None:
        await pilot.press("slash", *"U HAI", "enter")
        assert app.view.cursor == 4
        await pilot.press("f3")
        assert app.view.cursor == 4
        await pilot.press("slash", "escape", "slash", *"tr", "enter", "u")
        assert app.view.cursor == 0
        await pilot.press("slash", *"zz", "enter")
        assert "not found: zz" in screen(app)[0]

    editing = Editing(file)
    drive(editing, steps=steps)
    assert editing.labels == Editing(file).labels  # what is typed into the search labels nothing


def test_the_screen_shows_page_detail_and_keys(file: Path, sieve: Sieve) -> None:
    async def steps(_: Pilot[bool], app: LabelEditor) -> None:
        shown = screen(app)
        assert len(shown) == 24
        assert {len(line) for line in shown} == {80}
        assert "page.tsv  2/5  2 unsure" in shown[0]
        assert shown[2].rstrip() == "? nav      Thời sự"
        assert shown[4].rstrip() == "? text     Câu một [nháy]."  # and brackets are no markup
        assert "h headline" in "".join(shown[-4:])
        assert "q quit" in "".join(shown[-4:])

    editing = Editing(file)
    app = drive(editing, steps=steps)
    app = LabelEditor(editing, editing.judge(sieve))
    assert app._judgement(1).startswith("nav (unsure); the model: ")  # what the detail pane says


def test_leaving_with_changes_asks_and_a_file_changed_meanwhile_is_not_overwritten(file: Path) -> None:
    async def steps(pilot: Pilot[bool], app: LabelEditor) -> None:
        await pilot.press("r", "q")
        assert "UNSAVED" in screen(app)[0]
        file.write_text(ROWS.replace("nav", "ad"), encoding="utf-8")
        await pilot.press("s")
        assert "CHANGED ON DISK" in screen(app)[0]
        assert "ad\tTrang" in file.read_text(encoding="utf-8")
        await pilot.press("q", "q")

    app = drive(Editing(file), steps=steps)
    assert app.return_value is False
    editing = Editing(file)
    editing.label(0, "nav")
    file.write_text(ROWS, encoding="utf-8")
    with pytest.raises(ChangedError):
        editing.save()
    editing.save(force=True)
    assert Editing(file).labels[:2] == ("nav", "ad")


def test_a_full_disk_loses_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    async def steps(pilot: Pilot[bool], app: LabelEditor) -> None:
        await pilot.press("r", "s")
        assert "NOT SAVED: No space left" in screen(app)[0]

    monkeypatch.setattr("os.fsync", full)
    editing = Editing(file)
    drive(editing, steps=steps)
    assert file.read_text(encoding="utf-8") == ROWS
    assert editing.changed


def test_long_pages_scroll(tmp_path: Path) -> None:
    path = tmp_path / "long.tsv"
    path.write_text("".join(f"text\tCâu {number}\n" for number in range(5000)), encoding="utf-8")

    async def steps(pilot: Pilot[bool], app: LabelEditor) -> None:
        await pilot.press("G")
        assert "5000/5000" in screen(app)[0]
        assert any("Câu 4999" in line for line in screen(app))
        await pilot.press("pageup", "g", "down")
        assert any("Câu 1 " in line for line in screen(app))

    drive(Editing(path), steps=steps)


def test_what_would_disturb_a_terminal_is_shown_as_dots() -> None:
    assert printable("a\x1b[31m\u202eb\u200b") == "a·[31m·b·"


def test_several_pages_or_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "two.tsv").write_text("# a: b\nnav\tx\n# a: c\nnav\ty\n")
    with pytest.raises(LabelFileError, match=r"two\.tsv:3: a second page begins here"):
        Editing(tmp_path / "two.tsv")
    (tmp_path / "none.tsv").write_text("# a: b\n\n")
    with pytest.raises(LabelFileError, match="no line to label"):
        Editing(tmp_path / "none.tsv")


def test_the_command_wants_a_terminal(cli: Cli, file: Path) -> None:
    done = cli("labels", "edit", file)
    assert done.returncode == 2
    assert b"needs a terminal" in done.stderr


@given(
    st.lists(st.tuples(st.sampled_from(("label", "run", "confirm", "undo", "redo")), st.integers(0, 4), st.sampled_from(DEFAULT.labels)))
)
def test_undoing_everything_gives_the_file_back(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "undo.tsv"
    path.write_text(ROWS, encoding="utf-8")
    editing = Editing(path)
    for kind, paragraph, label in steps:
        if kind == "label":
            editing.label(paragraph, label)
        elif kind == "run":
            editing.label_run(paragraph, label)
        elif kind == "confirm":
            editing.confirm(paragraph)
        elif kind == "undo":
            editing.undo()
        else:
            editing.redo()
    reached = editing.labels, editing.unsure
    undone = 0
    while editing.undo() is not None:
        undone += 1
    assert not editing.changed
    for _ in range(undone):
        editing.redo()
    assert (editing.labels, editing.unsure) == reached

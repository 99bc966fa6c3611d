"""The terminal editor of label files (needs Textual, extra `label`): the page on screen, one key a label."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input, Static

from sangloc.editing import ChangedError, Editing, keys_of
from sangloc.page import Page

COMMANDS = "jkuUqsgG./ "  # keys that no label can have
COLOURS = ("green", "magenta", "yellow", "cyan", "blue", "red")  # of the groups, in order; the label's name stands beside
HELP = "↑↓ move  ⇥ next unsure  . least sure  ␣ right as it is  ⇧label whole run  u/U undo/redo  / search  s save  q quit"


class PageView(ScrollView, can_focus=True):
    """The page's paragraphs, a line of the screen each; only what is visible is drawn."""

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """Another paragraph is current."""

    def __init__(self, editing: Editing) -> None:
        super().__init__()
        self.editing = editing
        names = editing.label_set.labels
        self.width_of_label = max(map(len, names))
        groups = editing.label_set.groups
        colour = {label: COLOURS[groups.index(editing.label_set.group_of[label]) % len(COLOURS)] for label in names}
        self.styles_of = {label: Style(color=colour[label]) for label in names}
        self.virtual_size = Size(0, len(editing.lines))

    def render_line(self, y: int) -> Strip:
        """Draw one paragraph: mark, label, the beginning of its text."""
        number = self.scroll_offset.y + y
        width = self.size.width
        if number >= len(self.editing.lines):
            return Strip.blank(width)
        label = self.editing.labels[number]
        here = Style(reverse=number == self.cursor)
        mark = "? " if number in self.editing.unsure else "  "
        text = Text(self.editing.lines[number].replace("\t", " ")[:width], no_wrap=True)
        segments = [
            Segment(mark, here + Style(bold=True, color="yellow")),
            Segment(f"{label:{self.width_of_label}s} ", here + self.styles_of[label]),
            Segment(printable(text.plain), here + (self.styles_of[label] if label != "text" else Style())),
        ]
        return Strip(segments).adjust_cell_length(width, here)

    def watch_cursor(self) -> None:
        """Keep the current paragraph in sight."""
        height = max(self.size.height, 1)
        top = self.scroll_offset.y
        if not top <= self.cursor < top + height:
            self.scroll_to(y=max(self.cursor - height // 3, 0), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved())

    def go(self, paragraph: int) -> None:
        """Make a paragraph current."""
        self.cursor = min(max(paragraph, 0), len(self.editing.lines) - 1)

    def on_click(self, event: events.Click) -> None:
        """Make the paragraph under the mouse current."""
        self.go(self.scroll_offset.y + event.y)


class LabelEditor(App[bool]):
    """Edit one label file; the result tells whether it was saved."""

    CSS = """
    #title { height: 1; background: $primary; color: $text; }
    #detail { height: 4; border-top: solid $primary; padding: 0 1; }
    #keys { height: auto; max-height: 4; color: $text-muted; }
    #search { display: none; height: 3; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)"),
        Binding("up,k", "move(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("pageup", "page(-1)"),
        Binding("home,g", "go(0)"),
        Binding("end,G", "go(-1)"),
        Binding("tab", "unsure(1)", priority=True),
        Binding("shift+tab", "unsure(-1)", priority=True),
        Binding("full_stop", "least_sure"),
        Binding("space,enter", "confirm"),
        Binding("u", "undo"),
        Binding("U,ctrl+r", "redo"),
        Binding("slash", "search"),
        Binding("f3", "again(1)"),
        Binding("shift+f3", "again(-1)"),
        Binding("s,ctrl+s", "save"),
        Binding("q,ctrl+q", "leave", priority=False),
        Binding("escape", "close_search", priority=True),
    ]

    def __init__(self, editing: Editing, judged: Page | None = None) -> None:
        """Take the file, and what a model says of its page, where there is one."""
        super().__init__()
        self.editing = editing
        self.judged = judged
        self.keys = keys_of(editing.label_set.labels, COMMANDS)
        self.words = ""
        self.message = ""
        self.warned = ""  # what the next save or quit will do, although there is something against it

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="title", markup=False)
        yield PageView(self.editing)
        yield Static(id="detail", markup=False)
        yield Input(id="search", placeholder="search")
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the first unsure paragraph."""
        self.query_one("#keys", Static).update("  ".join(f"{key} {label}" for key, label in self.keys.items()) + "\n" + HELP)
        self.view.focus()
        first = self.editing.next_unsure(-1)
        self.view.go(first or 0)
        self.show()

    @property
    def view(self) -> PageView:
        """Return the page's view."""
        return self.query_one(PageView)

    def show(self, message: str = "") -> None:
        """Draw what changed: title, current paragraph in full, a message."""
        self.message = message
        here = self.view.cursor
        editing = self.editing
        state = f"{'* ' if editing.changed else ''}{editing.path.name}  {here + 1}/{len(editing.lines)}  {len(editing.unsure)} unsure"
        self.query_one("#title", Static).update(f"{state}  {message}")
        self.query_one("#detail", Static).update(f"{self._judgement(here)}\n{printable(editing.lines[here].strip())}")
        self.view.refresh()

    def _judgement(self, paragraph: int) -> str:
        """Return the label, and what the model says of it."""
        label = self.editing.labels[paragraph]
        mark = " (unsure)" if paragraph in self.editing.unsure else ""
        if self.judged is None:
            return f"{label}{mark}"
        names = self.judged.label_set.labels
        likely = sorted(zip(self.judged.probabilities[paragraph].tolist(), names, strict=True), reverse=True)[:3]
        return f"{label}{mark}; the model: " + ", ".join(f"{name} {share:.2f}" for share, name in likely)

    def on_page_view_moved(self) -> None:
        """Show the paragraph that is now current."""
        self.show(self.message)

    def on_key(self, event: events.Key) -> None:
        """Label with the label's key; with the shifted key the whole run."""
        if self.query_one("#search").has_focus or not event.character:
            return
        here = self.view.cursor
        if event.character in self.keys:
            self.editing.label(here, self.keys[event.character])
            self.view.go(here + 1)
        elif event.character.lower() in self.keys and event.character not in COMMANDS:
            self.view.go(self.editing.label_run(here, self.keys[event.character.lower()]) + 1)
        else:
            return
        event.stop()
        self.warned = ""
        self.show()

    def action_move(self, by: int) -> None:
        """Move by paragraphs."""
        self.message = ""
        self.view.go(self.view.cursor + by)

    def action_page(self, by: int) -> None:
        """Move by screens."""
        self.view.go(self.view.cursor + by * max(self.view.size.height - 1, 1))

    def action_go(self, paragraph: int) -> None:
        """Go to the page's beginning or end."""
        self.view.go(paragraph % len(self.editing.lines))

    def _found(self, paragraph: int | None, otherwise: str) -> None:
        if paragraph is None:
            self.show(otherwise)
        else:
            self.view.go(paragraph)
            self.show()

    def action_unsure(self, step: int) -> None:
        """Go to the next unsure paragraph."""
        self._found(self.editing.next_unsure(self.view.cursor, step), "nothing is unsure")

    def action_least_sure(self) -> None:
        """Go to the least sure paragraph."""
        self._found(self.editing.least_sure(self.view.cursor), "nothing else is unsure")

    def action_confirm(self) -> None:
        """Say that the label is right, and go on to what is unsure next."""
        here = self.view.cursor
        self.editing.confirm(here)
        following = self.editing.next_unsure(here)
        self._found(following if following is not None else here + 1, "")

    def action_undo(self) -> None:
        """Take a change back."""
        self._found(self.editing.undo(), "nothing to undo")

    def action_redo(self) -> None:
        """Make it again."""
        self._found(self.editing.redo(), "nothing to redo")

    def action_search(self) -> None:
        """Ask what to search."""
        field = self.query_one("#search", Input)
        field.display = True
        field.value = self.words
        field.focus()

    def action_close_search(self) -> None:
        """Go back to the page."""
        self.query_one("#search", Input).display = False
        self.view.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search what was typed."""
        self.words = event.value
        self.action_close_search()
        self.action_again(1)

    def action_again(self, step: int) -> None:
        """Search on."""
        if self.words:
            self._found(self.editing.find(self.words, self.view.cursor, step), f"not found: {self.words}")

    def action_save(self) -> None:
        """Save; where another program changed the file, only when asked a second time."""
        try:
            self.editing.save(force=self.warned == "save")
        except ChangedError:
            self.warned = "save"
            self.show("CHANGED ON DISK by another program: s again overwrites it")
        except OSError as error:
            self.show(f"NOT SAVED: {error.strerror or error}")
        else:
            self.warned = ""
            self.show("saved")

    def action_leave(self) -> None:
        """Quit; with unsaved changes only when asked a second time."""
        if self.editing.changed and self.warned != "quit":
            self.warned = "quit"
            self.show("UNSAVED: s saves, q again quits without")
        else:
            self.exit(not self.editing.changed)


def printable(text: str) -> str:
    """Return text that can't disturb a terminal: a dot for each control and bidirectional formatting character."""
    return "".join(char if char.isprintable() else "·" for char in text)

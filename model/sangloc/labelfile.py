"""Label files: a page with a label and a tab in front of every non-blank line.

What `tag` prints is what `train` reads. Lines of `# key: value` before the first labelled line are the header. Every fault
is reported as `path:line: what`, with what to do about it.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sangloc.labels import DEFAULT, LabelSet
from sangloc.page import lines_of

SUFFIX = ".tsv"
CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class LabelFileError(ValueError):
    """A label file that can't be used; the message begins with `path:line:`."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page's text, the label of each non-blank line, and the file's header."""

    path: str
    text: str
    labels: tuple[str, ...]
    header: dict[str, str] = field(default_factory=dict)
    offset: int = 0  # file lines above the page's first line
    label_set: LabelSet = DEFAULT
    weight: float = 1.0  # in training, beside other pages

    def line_of(self, paragraph: int) -> int:
        """Return the file line of a paragraph."""
        filled = [i for i, line in enumerate(self.text.split("\n")) if line.strip()]
        return self.offset + filled[paragraph] + 1

    @property
    def layout(self) -> str:
        """Return the folder's name: pages of one layout are never on both sides of a cross-validation."""
        return Path(self.path).parent.name or Path(self.path).stem

    @property
    def site(self) -> str:
        """Return the layout without `like-`: a real site and pages in its likeness are one."""
        return self.layout.removeprefix("like-")

    def format(self) -> str:
        """Return the label file's content."""
        return format_page(self.text, self.labels, self.header)


def format_page(text: str, labels: Iterable[str], header: dict[str, str]) -> str:
    """Return a label file: header, then each line of the text with its label; `final-newline` is set as the text needs it."""
    return compose(text, (f"{name}\t" for name in labels), header)


def compose(text: str, prefixes: Iterable[str], header: dict[str, str]) -> str:
    """Return a label file, of what stands in front of each non-blank line: label and tab. Few steps a line: it is run on every page."""
    lines = lines_of(text)
    header = {key: value for key, value in header.items() if key != "final-newline"}
    if lines[-1]:
        header["final-newline"] = "no"
    else:
        lines.pop()
    above = "".join([f"# {key}: {value}\n" for key, value in header.items()])
    given = iter(prefixes)
    rows = [next(given) + line if line and not line.isspace() else line for line in lines]
    return above + "\n".join(rows) + "\n" if rows else above


def parse_pages(content: str, path: str, labels: LabelSet = DEFAULT) -> list[LabelledPage]:
    """Read a stream of one or more label files, each beginning with its header; raise `LabelFileError` at the first fault."""
    if content.startswith("\ufeff"):
        raise LabelFileError(f"{path}:1: the file begins with a byte order mark; save it as UTF-8 without one")
    rows = content.replace("\r\n", "\n").split("\n")
    if not rows[-1]:
        rows.pop()
    starts = [0]
    starts += [i for i in range(1, len(rows)) if rows[i].startswith("#") and not rows[i - 1].startswith("#")]
    if len(starts) > 1 and not any(row.strip() for row in rows[: starts[1]]):
        del starts[1]
    return [_parse(rows[start:end], path, start, labels) for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _parse(rows: list[str], path: str, offset: int, labels: LabelSet) -> LabelledPage:
    header: dict[str, str] = {}
    names: list[str] = []
    lines: list[str] = []
    for number, row in enumerate(rows, offset + 1):
        if not names and row.startswith("#"):
            key, colon, value = row[1:].partition(":")
            if not colon:
                raise LabelFileError(f"{path}:{number}: a header line reads '# key: value'; this one has no colon: {row[:60]!r}")
            header[key.strip()] = value.strip()
        elif not row.strip():
            lines.append(row)
        else:
            name, text = _labelled(row, f"{path}:{number}", labels)
            names.append(name)
            lines.append(text)
    final = "" if header.get("final-newline") == "no" or not lines else "\n"
    return LabelledPage(path, "\n".join(lines) + final, tuple(names), header, offset + len(header), labels)


def _labelled(row: str, where: str, labels: LabelSet) -> tuple[str, str]:
    name, tab, text = row.partition("\t")
    if row.startswith(CONFLICT):
        raise LabelFileError(f"{where}: a merge conflict mark; resolve the conflict first")
    if not tab:
        raise LabelFileError(f"{where}: no tab after the label (did an editor turn it into blanks?): {row[:60]!r}")
    if name not in labels.group_of:
        raise LabelFileError(f"{where}: unknown label {name!r}; the labels are {', '.join(labels.labels)}")
    if not text.strip():
        raise LabelFileError(f"{where}: a label without text; a blank line takes no label")
    return name, text


def label_files(paths: Sequence[str | Path]) -> list[Path]:
    """Return the label files under the paths, sorted; a folder without any is an error."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(path.rglob(f"*{SUFFIX}"))
            if not inside:
                raise LabelFileError(f"{path}:1: no label files (*{SUFFIX}) in this folder")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise LabelFileError(f"{path}:1: no such file or folder")
    return list(dict.fromkeys(found))


def read_file(path: Path, labels: LabelSet = DEFAULT) -> list[LabelledPage]:
    """Read the pages of one label file from disk, and compare each with the file its header names as source, where that is there."""
    try:
        content = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LabelFileError(f"{path}:{line}: not UTF-8 (byte {error.start}); save the file as UTF-8") from None
    except OSError as error:
        raise LabelFileError(f"{path}:1: {error.strerror or error}") from None
    pages = parse_pages(content, str(path), labels)
    for page in pages:
        _compare_with_source(page, path)
    return pages


def _compare_with_source(page: LabelledPage, path: Path) -> None:
    """Raise where the labelled text is not the source's."""
    named = page.header.get("source", "")
    source = next((root / named for root in path.resolve().parents[1:] if named and (root / named).is_file()), None)
    if source is None:
        return
    text = source.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
    if text == page.text:
        return
    text = _as_tagged(source, text)
    if text == page.text:
        return
    ours, theirs = page.text.split("\n"), text.split("\n")
    number = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    raise LabelFileError(
        f"{path}:{page.offset + number + 1}: the text differs from {named}; label files change labels only, so restore the line"
    )


def _as_tagged(source: Path, text: str) -> str:
    """Return the text that tagging reads of a file: of HTML its text, of a packed file what is in it; else the text given."""
    from sangloc.readers import records, text_of
    from sangloc.records import Options, Record
    from sangloc.sources import Source

    options = Options()
    record = next(records(Source(str(source), source, Path(source.name)), options), None)
    found = text_of(record, options).text if isinstance(record, Record) else None
    return text if found is None else found.replace("\r\n", "\n")


def read_labels(*paths: str | Path) -> list[LabelledPage]:
    """Read all label files under the paths.

    `LabelFileError` for a broken one, and for a text that stands twice with different labels. A `labels.toml` in a folder given,
    or in one above a file or folder given, names a label set of one's own (see `label_set`).
    """
    labels = label_set(paths)
    pages = [page for path in label_files(paths) for page in read_file(path, labels)]
    seen: dict[str, LabelledPage] = {}
    for page in pages:
        twin = seen.setdefault(page.text, page)
        if twin.labels != page.labels:
            number = next(i for i, (a, b) in enumerate(zip(twin.labels, page.labels, strict=True)) if a != b)
            raise LabelFileError(
                f"{page.path}:{page.line_of(number)}: the page stands in {twin.path} too, with other labels; keep one of them"
            )
    return pages


def label_set(paths: Sequence[str | Path]) -> LabelSet:
    """Return the label set that applies to label paths: that of the first `labels.toml` in or above one of them, or the default one.

    The file has one table, `[groups]`, with the group of every label: `text = "body"`. Their order is the classes' order.
    """
    for file in (folder / "labels.toml" for path in map(Path, paths) for folder in _folders(path)):
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8")).get("groups")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LabelFileError(f"{file}:1: {error}") from None
        if not isinstance(table, dict) or len(table) < 2 or not all(isinstance(x, str) for x in table.values()):
            raise LabelFileError(f'{file}:1: needs a table [groups] with at least two lines like: text = "body"')
        return LabelSet(tuple(table), dict(table))
    return DEFAULT


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folder that a path is or lies in as it was given, and those above."""
    folder = path if path.is_dir() else path.parent
    yield folder
    yield from folder.absolute().parents


def fingerprint(pages: Iterable[LabelledPage]) -> str:
    """Return the sha256 of a label set: names, labels and texts, in the order of the names."""
    digest = hashlib.sha256()
    for page in sorted(pages, key=lambda page: (page.layout, Path(page.path).name)):
        digest.update(f"{page.layout}/{Path(page.path).name}\n{page.format()}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()

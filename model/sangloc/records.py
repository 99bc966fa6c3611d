"""A page as a source holds it, before anything expensive is done to it; and how a source ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sangloc.sources import Source

MAX_BYTES = 512 << 20
TIMEOUT = 30.0


class Position(NamedTuple):
    """A place in a source between two records: a reader that starts there reads the rest.

    `offset` counts bytes (of the unpacked file) or rows, `number` the lines, rows or records before it.
    """

    offset: int = 0
    number: int = 0


START = Position()


@dataclass(slots=True)
class Record:
    """A page that a reader found. What is in it is turned to text by the reader's `text_of`, in a worker process.

    `name` is what messages and headers call it: `file`, `file:line` or `file#record`.
    """

    source: Source
    name: str
    form: str  # which reader's text_of it needs: page, jsonl, parquet, warc
    raw: bytes | str | None = None  # None: the file itself, which is read where it is converted
    size: int = 0  # bytes, about
    after: Position | None = None  # None: this record is all of its source
    failure: str = ""  # it can't be read, and why
    about: Mapping[str, str] = field(default_factory=dict)  # url, date, content_type
    fields: Mapping[str, object] | None = None  # other columns of its row, for writers that need them as values
    row: object = None  # its place in a batch that stays in the main process

    def __reduce__(self) -> tuple[object, ...]:
        """Leave out what stays in the main process."""
        given = (self.source, self.name, self.form, self.raw, self.size, self.after, self.failure, self.about, self.fields)
        return (Record, given)

    @property
    def whole(self) -> bool:
        """Tell whether it is the only record of its source, after which no `End` comes."""
        return self.after is None


@dataclass(frozen=True, slots=True)
class End:
    """All records of a source with several were read; or no more could be."""

    source: Source
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read."""

    format: str | None = None  # one of FORMATS; None: by extension, then content
    text_field: str = "text"
    html_field: str | None = None
    url_field: str = "url"  # field or column with a page's address, where there is one
    max_bytes: int = MAX_BYTES  # of one page, unpacked
    strict: bool = False
    timeout: float = TIMEOUT  # seconds for a page's HTML; see pipeline.limit
    all_fields: bool = False  # the writer wants the other columns of a row too
    row_values: bool = False  # and as Python values
    adds: str = ""  # the column that it adds to a table


@dataclass(slots=True)
class Opened:
    """What became of a record's bytes: text, or why there is none."""

    text: str | None = None
    failure: str = ""
    skipped: str = ""  # there is no page in it, and that is no failure: the kind of thing it is
    warnings: list[str] = field(default_factory=list)
    about: Mapping[str, str] | None = None  # where it is known only now

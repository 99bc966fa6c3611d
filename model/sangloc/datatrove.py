"""Steps for datatrove's pipelines (extra `datatrove`): tag or clean documents, and read JSON lines without losing any silently."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from os import PathLike, fspath
from typing import Any

try:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.pipeline.base import PipelineStep
    from datatrove.pipeline.readers.jsonl import JsonlReader
    from datatrove.pipeline.writers.disk_base import DiskWriter
    from datatrove.utils.logging import logger
    from datatrove.utils.typeshelper import StatHints
except ImportError as error:
    raise ImportError(f"sangloc.datatrove needs datatrove: pip install 'sangloc[datatrove]' ({error})") from None

from sangloc.page import Page
from sangloc.pipeline import sieve_of
from sangloc.readers.compression import Unpacked
from sangloc.readers.jsonl import BOM, parsed
from sangloc.readers.lines import lines
from sangloc.records import MAX_BYTES
from sangloc.rendering import paragraphs as paragraph_objects
from sangloc.sieve import BATCH, BATCH_PAGES
from sangloc.sources import printable

FIELD = "paragraphs"
NO_BODY = "nothing kept"  # metadata["filter_reason"] of documents that the exclusion writer gets


class BoilerplateTagger(PipelineStep):
    """Tag each document's paragraphs, or keep only some of them.

    Without `keep`, `metadata["paragraphs"]` becomes a list of the JSON format's objects (label, group, prob, text). With `keep`
    (groups or labels), the text becomes what is kept; documents with nothing left are dropped, to `exclusion_writer` if there is one,
    whole and with a `filter_reason`. The stats count paragraphs and characters of each group: `tagged_…`, or `removed_…` with `keep`.
    The model is loaded when the first document comes, in the process that works on it.
    """

    type = "🧹 - BOILERPLATE"
    name = "sangloc"

    def __init__(
        self,
        keep: str | Sequence[str] | None = None,
        exclusion_writer: DiskWriter | None = None,
        model: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__()
        self.keep = keep
        self.exclusion_writer = exclusion_writer
        self.model = None if model is None else fspath(model)

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:  # noqa: ARG002  # datatrove's signature
        """Yield the documents of `data`, tagged or cleaned; `ValueError` for metadata that would be overwritten, or an unknown `keep`."""
        with self.exclusion_writer or nullcontext():
            for batch in _batches(data):
                with self.track_time("batch"):
                    pages = list(sieve_of(self.model).tag_many(document.text for document in batch))
                    done = [self._done(document, page) for document, page in zip(batch, pages, strict=True)]
                for document, whole in zip(batch, done, strict=True):
                    self.stat_update(StatHints.total)
                    if whole:
                        self.stat_update(StatHints.forwarded)
                        self.update_doc_stats(document)
                        yield document
                    else:
                        self.stat_update(StatHints.dropped)
                        if self.exclusion_writer:
                            document.metadata["filter_reason"] = NO_BODY
                            self.exclusion_writer.write(document, rank)

    def _done(self, document: Document, page: Page) -> bool:
        """Tag or clean a document; return whether anything is left of it."""
        if self.keep is None:
            if FIELD in document.metadata:
                raise ValueError(f"document {document.id}: its metadata {FIELD!r} would be overwritten; rename it in the reader's adapter")
            document.metadata[FIELD] = paragraph_objects(page)
            self._count("tagged", page, frozenset())
            return True
        self._count("removed", page, page.label_set.selected(self.keep))
        kept = page.keep(self.keep)
        if kept:
            document.text = kept
        return bool(kept)

    def _count(self, what: str, page: Page, but: frozenset[str]) -> None:
        paragraphs: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        for found in page.paragraphs:
            if found.label not in but:
                paragraphs[found.group] += 1
                characters[found.group] += len(found.text)
        for group, count in paragraphs.items():
            self.stat_update(f"{what}_{group}", value=count)
            self.stat_update(f"{what}_{group}_chars", value=characters[group])


def _batches(data: Iterable[Document]) -> Iterator[list[Document]]:
    """Group documents as `Sieve.tag_many` does, so that a step holds one batch and no more."""
    batch: list[Document] = []
    size = 0
    for document in data:
        batch.append(document)
        size += len(document.text)
        if size >= BATCH or len(batch) == BATCH_PAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class SafeJsonlReader(JsonlReader):
    """Read JSON lines as `JsonlReader` does, but lose nothing without a word.

    A line that is no document is named as `path:line: what` in the task's log and counted as `bad_lines`; the rest of the file is read.
    Undecodable bytes and lone surrogates become U+FFFD: named, counted as `repaired_lines`, kept. Of a broken archive what comes before
    the fault is read, and the file counted as `broken_files`. Documents with an empty text are counted as `empty_documents`.
    With `strict`, a task that met any fault but empty documents fails at its end: its output is whole, but it is not marked complete.
    Takes `JsonlReader`'s arguments; gz, zst and lz4 are told by their first bytes, not by `compression`.
    """

    name = "sangloc Jsonl"

    def __init__(self, *args: Any, strict: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strict = strict
        self.faults: list[str] = []

    def run(self, data: DocumentsPipeline = None, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Yield the documents of this task's files; `ValueError` at the end if `strict` and there was a fault."""
        self.faults = []
        yield from super().run(data, rank, world_size)
        if self.strict and self.faults:
            raise ValueError(f"{len(self.faults)} faults in the input (named in the log), the first: {self.faults[0]}")

    def read_file(self, filepath: str) -> Iterator[Document]:
        """Yield the documents of one file."""
        path = printable(self.data_folder.resolve_paths(filepath))
        with self.data_folder.open(filepath, "rb", compression=None) as packed:
            file = Unpacked(packed)
            for number, (line, _) in enumerate(lines(file, MAX_BYTES)):
                with self.track_time():
                    document = self._document(line, filepath, number, f"{path}:{number + 1}")
                if document is not None:
                    yield document
            if file.fault:
                self._fault("broken_files", f"{path}: {file.fault}; what comes before is read")

    def _document(self, line: bytes | None, filepath: str, number: int, where: str) -> Document | None:
        if line is not None and not line.strip(b" \t\r"):
            return None
        try:
            fields = self._fields(line if number or line is None else line.removeprefix(BOM), where)
            if fields.get(self.text_key) == "":
                self.stat_update("empty_documents")
                return None
            for media in fields.get("media") or ():
                if media["media_bytes"] is not None:
                    media["media_bytes"] = b64decode(media["media_bytes"])
            document = self.get_document_from_dict(fields, filepath, number)
            if document is None or not isinstance(document.text, str):
                raise ValueError(f"no string in the field {self.text_key!r}")
        except (ValueError, KeyError, TypeError) as error:
            self._fault("bad_lines", f"{where}: {error}")
            return None
        return document

    def _fields(self, line: bytes | None, where: str) -> dict[str, Any]:
        """Return a line's object; raise `ValueError` where it is none."""
        if line is None:
            raise ValueError(f"a line of more than {MAX_BYTES >> 20} MB")
        fields, warnings = parsed(line)
        if isinstance(fields, str):
            raise ValueError(fields)
        if b"\\ud" in line.lower():
            mended = json.dumps(fields, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if "\ufffd" in mended:  # no writer could write them
                fields = json.loads(mended)
                warnings.append("lone surrogates; U+FFFD stands for them in the output")
        if warnings:
            self._fault("repaired_lines", f"{where}: {'; '.join(warnings)}")
        return fields

    def _fault(self, kind: str, what: str) -> None:
        self.stat_update(kind)
        self.faults.append(what)
        logger.warning(what)

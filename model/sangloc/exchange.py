"""Labelled pages as tasks of other annotation tools, and back: Label Studio (JSON) and doccano (JSON lines).

Both mark spans of the text, counted in code points as Python counts. Each labelled line becomes one span, and a line takes the label of the
span that covers most of it, so that spans drawn by hand needn't end where lines do. A task carries the label file's path and header.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from sangloc.labelfile import SUFFIX, LabelFileError, LabelledPage
from sangloc.labels import LabelSet
from sangloc.page import line_spans

Json = dict[str, Any]
FROM, TO = "label", "text"  # the names of Label Studio's controls, as in the labelling interface that the documentation shows
Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Task:
    """A page of another tool: its text, the spans marked in it, and what `convert` had put beside it."""

    where: str  # for messages
    text: str
    spans: list[Span]
    path: str
    header: dict[str, str]


def label_studio(pages: Iterable[tuple[str, LabelledPage]], draft: bool = False) -> str:
    """Return tasks for Label Studio; the labels as finished annotations, or as predictions for people to correct."""
    tasks = []
    for path, page in pages:
        result = [
            {"from_name": FROM, "to_name": TO, "type": "labels", "value": {"start": a, "end": b, "text": page.text[a:b], "labels": [name]}}
            for a, b, name in spans_of(page)
        ]
        kind, model = ("predictions", {"model_version": "sangloc"}) if draft else ("annotations", {})
        tasks.append({"data": _beside(path, page), kind: [{**model, "result": result}]})
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def doccano(pages: Iterable[tuple[str, LabelledPage]], draft: bool = False) -> str:  # noqa: ARG001  # doccano knows no predictions
    """Return JSON lines for a sequence labelling project of doccano."""
    rows = ({**_beside(path, page), "label": [list(span) for span in spans_of(page)]} for path, page in pages)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _beside(path: str, page: LabelledPage) -> Json:
    header = "".join(f"# {key}: {value}\n" for key, value in page.header.items())
    return {"text": page.text, "path": path, "header": header}


def spans_of(page: LabelledPage) -> list[Span]:
    """Return start and end of every labelled line, without the white space around it, and its label."""
    names = iter(page.labels)
    out = []
    for start, end in line_spans(page.text):
        line = page.text[start:end]
        if line.strip():
            begin = start + len(line) - len(line.lstrip())
            out.append((begin, begin + len(line.strip()), next(names)))
    return out


def from_label_studio(content: str, path: str) -> Iterator[Task]:
    """Yield the tasks of an export (JSON): the last annotation that was not cancelled counts, else the last prediction."""
    try:
        tasks = json.loads(content)
    except ValueError as error:
        raise LabelFileError(f"{path}:{getattr(error, 'lineno', 1)}: not JSON: {error}") from None
    if not isinstance(tasks, list):
        raise LabelFileError(f"{path}:1: a Label Studio export is a list of tasks; export as 'JSON', not 'JSON-MIN' or another format")
    for number, task in enumerate(tasks, 1):
        where = f"{path}:1: task {number}"
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict):
            raise LabelFileError(f"{where} has no 'data'; export as 'JSON', not 'JSON-MIN' or another format")
        try:
            given = [x for x in task.get("annotations") or [] if not x.get("was_cancelled")] or task.get("predictions") or [{}]
            values = [x["value"] for x in given[-1].get("result", []) if x.get("type") == "labels"]
            spans = [(value["start"], value["end"], value["labels"][0]) for value in values]
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise LabelFileError(f"{where} is not as Label Studio exports it: {type(error).__name__} {error}") from None
        yield _task(where, data, spans)


def from_doccano(content: str, path: str) -> Iterator[Task]:
    """Yield the rows of an export (JSON lines); spans stand in `label`, `labels` or, with relations, in `entities`."""
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise LabelFileError(f"{where}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise LabelFileError(f"{where}: not a JSON object; export as JSONL")
        spans = row.get("label", row.get("labels"))
        try:
            if spans is None:
                spans = [(x["start_offset"], x["end_offset"], x["label"]) for x in row.get("entities", [])]
            spans = [tuple(span) for span in spans]
        except (KeyError, TypeError) as error:
            raise LabelFileError(f"{where}: its spans are not as doccano exports them: {type(error).__name__} {error}") from None
        yield _task(where, row, spans)


def _task(where: str, data: Json, spans: list[Any]) -> Task:
    text, path, header = data.get("text"), data.get("path", ""), data.get("header", "")
    if not isinstance(text, str) or not isinstance(path, str) or not isinstance(header, str):
        raise LabelFileError(f"{where}: 'text' (and 'path', 'header', where they are) must be strings")
    for span in spans:
        if [type(x) for x in span] != [int, int, str] or not 0 <= span[0] <= span[1] <= len(text):
            raise LabelFileError(f"{where}: {span!r} is no span [start, end, label] of its text")
    pairs = (line.removeprefix("#").partition(":") for line in header.split("\n") if line.strip())
    return Task(where, text, spans, path, {key.strip(): value.strip() for key, _, value in pairs})


def labelled(task: Task, labels: LabelSet) -> LabelledPage:
    """Return a task as a page with a label for every line; `LabelFileError` for a line without one, or a label that is none."""
    starts = np.array([start for start, _, _ in task.spans], dtype=np.int64)
    ends = np.array([end for _, end, _ in task.spans], dtype=np.int64)
    names = []
    for number, (start, end) in enumerate(line_spans(task.text), 1):
        line = task.text[start:end]
        if not line.strip():
            continue
        begin = start + len(line) - len(line.lstrip())
        covered = np.minimum(ends, begin + len(line.strip())) - np.maximum(starts, begin)
        best = int(covered.argmax()) if len(covered) else -1
        if best < 0 or covered[best] <= 0:
            raise LabelFileError(f"{task.where}: line {number} of the text has no label: {line.strip()[:60]!r}")
        name = task.spans[best][2]
        if name not in labels.group_of:
            raise LabelFileError(f"{task.where}: unknown label {name!r}; the labels are {', '.join(labels.labels)}")
        names.append(name)
    return LabelledPage(task.path, task.text, tuple(names), task.header, label_set=labels)


WRITERS: dict[str, Callable[..., str]] = {"label-studio": label_studio, "doccano": doccano}
READERS: dict[str, Callable[[str, str], Iterator[Task]]] = {"label-studio": from_label_studio, "doccano": from_doccano}
SUFFIXES = {"label-studio": ".json", "doccano": ".jsonl"}


def place_of(task: Task, number: int) -> PurePosixPath:
    """Return where the label file of a task goes; `LabelFileError` for a path that leads out of the folder."""
    path = PurePosixPath(task.path or f"task-{number}")
    if path.is_absolute() or ".." in path.parts or not path.name:
        raise LabelFileError(f"{task.where}: the path {task.path!r} leads out of the folder")
    return path.with_suffix(SUFFIX)

"""A label file being corrected: its labels, what is unsure, undo and redo, search, and saving. No terminal here (that is `editor`)."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.files import atomic
from sangloc.labelfile import LabelFileError, LabelledPage, label_set, parse_pages, read_file
from sangloc.page import Page, paragraphs_of
from sangloc.sieve import Sieve
from sangloc.unsure import KEY, unsure, written

State = tuple[tuple[str, ...], frozenset[int]]  # the labels, and the paragraphs still unsure


class ChangedError(Exception):
    """Another program changed the file since it was read."""


class Editing:
    """The one page of a label file; `LabelFileError` for a broken file, or one with several pages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label_set = label_set([path])
        pages = read_file(path, self.label_set)
        if len(pages) > 1:
            raise LabelFileError(f"{path}:{pages[1].offset}: a second page begins here; edit files with one page each")
        self.page: LabelledPage = pages[0]
        self.lines = list(paragraphs_of(self.page.text))
        if not self.lines:
            raise LabelFileError(f"{path}:1: no line to label")
        self.labels = self.page.labels
        self.unsure = frozenset(unsure(self.page))
        self.sureness: NDArray[np.float64] = np.array([0.0 if i in self.unsure else 1.0 for i in range(len(self.lines))])
        self.on_disk = path.read_bytes()
        self.saved: State = self._state()
        self.undone: list[tuple[State, int]] = []
        self.done: list[tuple[State, int]] = []

    def judge(self, sieve: Sieve) -> Page | None:
        """Return what a model says of the page, and take its probabilities as sureness; None for a model with other labels."""
        if sieve.model.labels != self.label_set:
            return None
        judged = sieve.tag(self.page.text)
        self.sureness = judged.probabilities.max(axis=1)
        return judged

    @property
    def changed(self) -> bool:
        """Return whether anything is unsaved."""
        return self._state() != self.saved

    def label(self, paragraph: int, label: str) -> None:
        """Give a paragraph a label; it is no longer unsure."""
        self._remember(paragraph)
        self.labels = (*self.labels[:paragraph], label, *self.labels[paragraph + 1 :])
        self.unsure -= {paragraph}

    def label_run(self, paragraph: int, label: str) -> int:
        """Give the paragraph and those below it that have its label now another one; return the last of them."""
        last = paragraph
        while last + 1 < len(self.lines) and self.labels[last + 1] == self.labels[paragraph]:
            last += 1
        self._remember(paragraph)
        self.labels = (*self.labels[:paragraph], *[label] * (last + 1 - paragraph), *self.labels[last + 1 :])
        self.unsure -= set(range(paragraph, last + 1))
        return last

    def confirm(self, paragraph: int) -> None:
        """Say that a paragraph's label is right."""
        if paragraph in self.unsure:
            self._remember(paragraph)
            self.unsure -= {paragraph}

    def undo(self) -> int | None:
        """Take the last change back; return the paragraph where it was, None where there is none."""
        return self._swap(self.done, self.undone)

    def redo(self) -> int | None:
        """Make the change again that was taken back last."""
        return self._swap(self.undone, self.done)

    def next_unsure(self, paragraph: int, step: int = 1) -> int | None:
        """Return the nearest unsure paragraph below (above for step -1), going round at the end of the page."""
        count = len(self.lines)
        places = ((paragraph + step * by) % count for by in range(1, count + 1))
        return next((place for place in places if place in self.unsure), None)

    def least_sure(self, paragraph: int) -> int | None:
        """Return the least sure of the unsure paragraphs other than this one."""
        return min(self.unsure - {paragraph}, key=lambda i: (self.sureness[i], i), default=None)

    def find(self, words: str, paragraph: int, step: int = 1) -> int | None:
        """Return the nearest paragraph below (above for step -1) that has the words, whatever their case; going round."""
        wanted = _folded(words)
        count = len(self.lines)
        places = ((paragraph + step * by) % count for by in range(1, count + 1))
        return next((place for place in places if wanted in _folded(self.lines[place])), None)

    def save(self, force: bool = False) -> None:
        """Write the file, whole or not at all; `ChangedError` where its content is no longer what was read, unless forced; `OSError`."""
        try:
            now = self.path.read_bytes()
        except FileNotFoundError:
            now = self.on_disk
        if now != self.on_disk and not force:
            raise ChangedError(f"{self.path} was changed by another program")
        header = {key: value for key, value in self.page.header.items() if key != KEY}
        if self.unsure:
            header[KEY] = written(self.unsure, self.page.text)
        content = replace(self.page, labels=self.labels, header=header).format()
        parse_pages(content, str(self.path), self.label_set)  # nothing unreadable replaces the file
        self.on_disk = content.encode()
        with atomic(self.path) as file:
            file.write(self.on_disk)
        self.saved = self._state()

    def _state(self) -> State:
        return self.labels, self.unsure

    def _remember(self, paragraph: int) -> None:
        self.done.append((self._state(), paragraph))
        self.undone.clear()

    def _swap(self, source: list[tuple[State, int]], target: list[tuple[State, int]]) -> int | None:
        if not source:
            return None
        state, paragraph = source.pop()
        target.append((self._state(), paragraph))
        self.labels, self.unsure = state
        return paragraph


def _folded(words: str) -> str:
    return unicodedata.normalize("NFC", words).casefold()


def keys_of(labels: tuple[str, ...], taken: str) -> dict[str, str]:
    """Return the key of each label: the first of its letters that neither another label before it nor a command has, else a digit."""
    keys: dict[str, str] = {}
    for number, label in enumerate(labels, 1):
        letters = (letter for letter in label.lower() if letter.isalnum() and letter not in taken and letter not in keys)
        keys[next(letters, str(number % 10))] = label
    return keys

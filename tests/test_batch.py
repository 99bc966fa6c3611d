"""Batches of columns: two more come out, None stays None, nothing is overwritten."""

import json
from typing import Any

import numpy as np
import pytest

import sangloc
from sangloc.batch import tag_batch
from sangloc.labelfile import LabelledPage
from sangloc.records import Record
from sangloc.rendering import render
from sangloc.sieve import Sieve
from sangloc.sources import Source
from tests.conftest import SEEDS


def test_columns_are_what_the_json_format_and_keep_say(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    texts: list[str | None] = [*(page.text for page in labelled[:30]), None, ""]
    found = tag_batch({"id": list(range(32)), "page": texts}, text_col="page", keep="text")
    assert list(found) == ["id", "page", "paragraphs", "kept"]
    source = Source("seed", SEEDS[0], SEEDS[0])
    for text, paragraphs, kept in zip(texts, found["paragraphs"], found["kept"], strict=True):
        if text is None:
            assert paragraphs is kept is None
            continue
        page = sieve.tag(text)
        line = render(page, Record(source, "seed", "page"), "jsonl", None)
        assert isinstance(line, bytes) and json.loads(line)["paragraphs"] == paragraphs
        assert page.keep("text") == kept
    assert (found["paragraphs"][-1], found["kept"][-1]) == ([], "")


def test_faults_name_the_column() -> None:
    with pytest.raises(ValueError, match="no column is called 'text'; there are 'body', 'id'"):
        tag_batch({"body": ["a"], "id": [1]})
    with pytest.raises(ValueError, match="'kept' is there already"):
        tag_batch({"text": ["a"], "kept": [1]})
    with pytest.raises(ValueError, match="no label or group is called 'bdy'"):
        tag_batch({"text": ["a"]}, keep="bdy")
    with pytest.raises(TypeError, match="not bytes"):
        tag_batch({"text": [b"a"]})


def test_columns_may_be_arrays() -> None:
    """Ray Data hands over NumPy arrays of objects."""
    batch: dict[str, Any] = {"id": np.arange(2), "text": np.array(["Trang chủ\nThời sự", None], dtype=object)}
    found = tag_batch(batch)
    assert found["paragraphs"] == tag_batch({"text": ["Trang chủ\nThời sự", None]})["paragraphs"]


def test_it_is_public() -> None:
    assert sangloc.tag_batch is tag_batch

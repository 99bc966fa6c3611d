"""Hugging Face datasets: `ds.map(tag_batch, batched=True)`."""

import pytest

from sangloc.batch import tag_batch
from tests.engines.conftest import need

need("datasets")
import datasets

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]


def test_map_adds_the_columns(texts: list[str]) -> None:
    given = [*texts[:300], None]
    ds = datasets.Dataset.from_dict({"id": list(range(301)), "text": given})
    found = ds.map(tag_batch, batched=True, batch_size=128)
    assert found.column_names == ["id", "text", "paragraphs", "kept"]
    assert found.to_dict() == tag_batch(ds.to_dict())


def test_options_and_processes(texts: list[str]) -> None:
    ds = datasets.Dataset.from_dict({"page": texts[:100]})
    found = ds.map(tag_batch, batched=True, num_proc=2, fn_kwargs={"text_col": "page", "keep": "related,ad"})
    assert found["kept"][:] == tag_batch({"text": texts[:100]}, keep="related,ad")["kept"]


def test_a_taken_column_is_an_error() -> None:
    ds = datasets.Dataset.from_dict({"text": ["Trang chủ"], "kept": ["mine"]})
    with pytest.raises(ValueError, match="'kept' is there already"):
        ds.map(tag_batch, batched=True)

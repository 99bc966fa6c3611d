"""Pages and engines. A missing engine skips its tests, and fails them where `.ci/run` says that all are here (SANGLOC_ENGINES=all)."""

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sangloc.labelfile import LabelledPage

EXTRAS = {"datatrove": "datatrove", "datasets": "datasets", "pyspark": "spark"}
COUNT = 2_000


def need(*engines: str) -> None:
    """Skip a test module whose engines are not installed."""
    for engine in engines:
        if importlib.util.find_spec(engine) is None:
            reason = f"{engine} is not installed: pip install -e '.[{EXTRAS[engine]}]', or 'make engines' for all"
            if os.environ.get("SANGLOC_ENGINES") == "all":
                raise ModuleNotFoundError(reason)
            pytest.skip(reason, allow_module_level=True)


def generated(labelled: list[LabelledPage], count: int) -> list[str]:
    """Return pages, no two alike: those of the labels, and then the same without their first lines."""
    texts = []
    for number in range(count):
        lines = labelled[number % len(labelled)].text.split("\n")
        texts.append("\n".join([*lines[number // len(labelled) :], f"{number} lượt xem"]))
    return texts


@pytest.fixture(scope="session")
def texts(labelled: list[LabelledPage]) -> list[str]:
    return generated(labelled, COUNT)


def write_jsonl(path: Path, texts: list[str], first: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"id": str(number), "text": text}, ensure_ascii=False) for number, text in enumerate(texts, first)]
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    """Return a folder with `pages/0.jsonl` to `pages/7.jsonl`, 2,000 documents."""
    place = tmp_path_factory.mktemp("engines")
    step = COUNT // 8
    for part in range(8):
        write_jsonl(place / "pages" / f"{part}.jsonl", texts[part * step : (part + 1) * step], part * step)
    return place


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """Keep every engine on this machine, its workers on this Python, and products of matrices in one thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("HF_DATASETS_OFFLINE", "1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("OMP_NUM_THREADS", "1")
        yield

"""What several test modules share."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from sangloc.labelfile import LabelledPage, read_labels
from sangloc.sieve import Sieve, load
from tests.browsing import Open, chromium, opener

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
LABELS = ROOT / "labels"
REAL = ROOT.parent / "shared" / "real"

Run = subprocess.CompletedProcess[bytes]
Cli = Callable[..., Run]

# The commands that tests run shall start as a user's do: from compiled modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("sangloc", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("sangloc")


@pytest.fixture(scope="session")
def sieve() -> Sieve:
    return load()


@pytest.fixture(scope="session")
def labelled() -> list[LabelledPage]:
    return read_labels(LABELS)


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run the command as users do: another process, in an empty folder."""

    def run(*args: str | Path, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> Run:
        return subprocess.run(
            [sys.executable, "-m", "sangloc", *(str(arg) for arg in args)],
            input=stdin,
            capture_output=True,
            cwd=cwd or tmp_path,
            env={**os.environ, **env},
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_report(browser: "Browser") -> Iterator[Open]:
    with opener(browser) as opened:
        yield opened

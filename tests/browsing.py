"""The report in a browser, for test_report_browser.py and test_report_limits.py: how it is written, opened and used.

Needs the extra `browser` and Debian's package chromium; without them these tests are skipped, unless SANGLOC_BROWSER=required (.ci/run).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., "Page"]


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start Chromium, or skip the test."""
    missing = "" if (found := shutil.which("chromium")) else "Chromium is not installed (Debian's package chromium)"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "playwright is not installed (pip install 'sangloc[browser]')"
    if missing:
        assert os.environ.get("SANGLOC_BROWSER") != "required", missing
        pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@contextmanager
def opener(browser: "Browser") -> Iterator[Open]:
    """Open a report from disk in a fresh profile; fail where it complains, or asks for anything but itself."""
    complaints: list[str] = []
    contexts = []

    def opened(path: Path, width: int = 1280, scheme: str = "light") -> "Page":
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type, unused-ignore]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(("file:", "blob:")) else complaints.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_selector(".line, #shown:not(:empty)")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def report(folder: Path, *args: str | Path) -> Path:
    """Write a report with the command, in a folder of its own."""
    command = [sys.executable, "-m", "sangloc", "report", *map(str, args), "-o", "report.html"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "report.html"


def downloaded(page: "Page", button: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def check(*paths: Path, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sangloc", "labels", "check", *map(str, paths)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def texts(page: "Page") -> list[str]:
    return list(page.locator(".line .text").all_text_contents())

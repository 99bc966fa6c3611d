"""Hostile pages and very many pages in the report, in headless Chromium."""

import time
from pathlib import Path

from tests.browsing import Open, downloaded, report, texts
from tests.conftest import SEEDS

SECONDS = 20.0  # for 500 pages to open, be put in order, and searched: two on an idle machine, twelve on one with five times its load
HOSTILE = (
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 2</script>",
    "<!-- <script>",
    "<img src=x onerror='window.hacked = 3'>",
    "javascript:window.hacked=4 &lt;b&gt; \u2028window.hacked=5\u2029",
    "\u202etxet desrever\u2066 \u200b\x07 {{script}} ${window.hacked=6}",
    "\ufeff\U0001f468\u200d\U0001f469 xong",
)


def test_hostile_pages_are_shown_and_never_run(open_report: Open, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "<img src=x onerror=window.hacked=7>.txt").write_text("\n".join(HOSTILE), encoding="utf-8")
    page = open_report(report(tmp_path, "x"))
    page.keyboard.press("e")
    page.locator("#search").fill("<script>")
    page.wait_for_selector("mark")
    page.locator("#search").fill("")
    page.wait_for_selector("mark", state="detached")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    shown = texts(page)
    assert shown[:4] == list(HOSTILE[:4])
    assert shown[5] == "U+202Etxet desreverU+2066 U+200BU+0007 {{script}} ${window.hacked=6}"
    assert "<img src=x onerror=window.hacked=7>.txt" in page.inner_text("#page-title")
    _, content = downloaded(page, "#download-page")
    rows = content.decode().split("\n")
    assert [row.partition("\t")[2] for row in rows if "\t" in row] == list(HOSTILE)


def test_500_pages_open_within_seconds(open_report: Open, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    seeds = [path.read_text(encoding="utf-8") for path in SEEDS]
    for number in range(500):
        (folder / f"{number:03}.txt").write_text(f"Trang {number}\n\n{seeds[number % len(seeds)]}", encoding="utf-8")
    path = report(tmp_path, "pages", "--no-explain")
    begun = time.monotonic()
    page = open_report(path)
    assert page.locator(".page").count() == 500
    page.select_option("#scope", "all")
    page.select_option("#order", "unsure")
    page.locator("#search").fill("trang 499")
    page.wait_for_selector("mark")
    assert page.locator(".line").count() == 1
    page.locator(".from").click()
    page.wait_for_selector(".page[aria-current]")
    assert time.monotonic() - begun < SECONDS

"""`--site-from`: two passes over pages of sites, the same bytes however they are read, nothing said twice, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sangloc import pipeline
from sangloc.addresses import FOLDER, URL_FIELD, host_of
from sangloc.counting import counted_first
from sangloc.pipeline import Job, done, items
from sangloc.records import Record
from sangloc.rendering import paragraphs
from sangloc.sieve import Sieve, line_hashes
from sangloc.sitefiles import counts_in, save
from sangloc.sites import SiteLines, counted
from sangloc.sources import sources
from sangloc.tally import Tally
from tests.conftest import Cli
from tests.test_sites import BODIES

HTML = "<html><body>{}</body></html>"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make a folder with two sites: four pages, one of them HTML, and two, which are too few."""
    for name, texts in (("song", BODIES), ("suoi", BODIES[:2])):
        folder = tmp_path / "pages" / name
        folder.mkdir(parents=True)
        for number, text in enumerate(texts):
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "pages" / "song" / "3.txt").unlink()
    lines = "".join(f"<p>{line}</p>" for line in BODIES[3].split("\n"))
    (tmp_path / "pages" / "song" / "3.html").write_text(HTML.format(lines), encoding="utf-8")
    return tmp_path / "pages"


def jsonl(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def tagged(paths: Sequence[Path], jobs: int = 1, way: str = FOLDER) -> dict[str, bytes]:
    """Tag with the counts of a first pass: what was written, by the record's name."""
    names = [str(path) for path in paths]
    with counted_first(sources(names), Job(style="jsonl", site_from=way), jobs, Tally()) as (job, _):
        found = done(items(sources(names), job.options), job, jobs)
        return {item.name: result.content for item, result in found if isinstance(item, Record) and isinstance(result.content, bytes)}


def test_tagging_by_folder_is_tagging_with_the_counts_of_the_library(site: Path, sieve: Sieve) -> None:
    found = tagged([site])
    counts = counted(("song", text) for text in BODIES)
    for number, page in enumerate(sieve.tag_many(BODIES[:3], ["song"] * 3, counts)):
        row = json.loads(found[str(site / "song" / f"{number}.txt")])
        assert row["paragraphs"] == paragraphs(page) != paragraphs(sieve.tag(BODIES[number]))


def test_a_site_of_two_pages_is_tagged_as_if_alone(site: Path, sieve: Sieve) -> None:
    found = tagged([site])
    row = json.loads(found[str(site / "suoi" / "0.txt")])
    assert row["paragraphs"] == paragraphs(sieve.tag(BODIES[0]))


def test_the_same_bytes_whatever_the_order_chunks_and_processes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(path for path in site.rglob("*") if path.is_file())
    whole = tagged(files)
    assert len(whole) == 6
    assert tagged(files[::-1]) == whole
    monkeypatch.setattr(pipeline, "CHUNK_RECORDS", 1)
    assert tagged(files[3:] + files[:3], jobs=2) == whole


def test_a_container_is_a_site_and_addresses_tell_sites_apart(tmp_path: Path) -> None:
    addresses = ["https://www.song.vn/a", "http://song.vn:80/b", "//SONG.vn/c", "song.vn/d"]
    own = jsonl(tmp_path / "own.jsonl", [{"text": text} for text in BODIES])
    by_url = jsonl(tmp_path / "url.jsonl", [{"text": text, "url": url} for text, url in zip(BODIES, addresses, strict=True)])
    other = jsonl(tmp_path / "other.jsonl", [{"text": text, "url": f"https://{number}.vn"} for number, text in enumerate(BODIES)])

    def probs(path: Path, way: str) -> list[object]:
        return [json.loads(row)["paragraphs"] for row in tagged([path], way=way).values()]

    together = probs(own, FOLDER)
    assert probs(by_url, URL_FIELD) == probs(by_url, FOLDER) == together
    assert probs(own, URL_FIELD) == probs(other, URL_FIELD) != together


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Bao.vn/tin?x=//y", "bao.vn"),
        ("http://ai:mat@m.bao.vn:8080/", "m.bao.vn"),
        ("<https://bao.vn/tin>", "bao.vn"),
        ("bao.vn/tin", "bao.vn"),
        ("https://localhost/x", "localhost"),
        ("http://[::1", None),
        ("urn:uuid:1", None),
        ("dns:", None),
        ("tin", None),
        ("", None),
    ],
)
def test_hosts(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_the_command_says_what_it_counted_and_what_has_no_site(cli: Cli, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": text, "link": "https://song.vn/"} for text in BODIES]
    jsonl(tmp_path / "a.jsonl", [*rows, {"text": BODIES[0]}, {"text": BODIES[0], "link": 3}])
    done = cli("tag", "a.jsonl", "--site-from", "url-field", "--url-field", "link", "--summary", "s.json")
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [
        "sangloc: 1 sites with 4 pages; 75% of their lines recur on their site",
        "sangloc: 2 pages have no address with a host (see --url-field) and so no site; they are tagged as if alone",
    ]
    assert json.loads((tmp_path / "s.json").read_text())["sites"] == {
        "from": "url-field",
        "sites": 1,
        "pages": 4,
        "small_sites": 0,
        "pages_of_small_sites": 0,
        "pages_without_site": 2,
        "recurring_lines": 0.75,
    }
    assert len(cli("tag", "a.jsonl", "--site-from", "url-field", "--url-field", "link", "-q").stderr.splitlines()) == 1


def test_addresses_in_parquet_and_wet(cli: Cli, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    jsonl(tmp_path / "a.jsonl", [{"text": text, "url": "https://song.vn/"} for text in BODIES])
    assert cli("tag", "a.jsonl", "-o", "tagged.parquet").returncode == 0
    assert cli("extract", "--keep", "body,related,ad,comment,footer", "a.jsonl", "-o", "a.wet").returncode == 0
    for name in ("tagged.parquet", "a.wet"):
        done = cli("extract", name, "--site-from", "url-field")
        assert done.stderr == b"sangloc: 1 sites with 4 pages; 75% of their lines recur on their site\n"
        assert done.stdout


def test_standard_input_cannot_be_read_twice(cli: Cli) -> None:
    done = cli("tag", "-", "--site-from", "folder", stdin=b"tin")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"read twice" in done.stderr


def test_complaints_are_not_said_twice(cli: Cli, site: Path) -> None:
    (site / "song" / "x.jsonl").write_text('{"text": "tin"}\n{broken\n', encoding="utf-8")
    (site / "song" / "y.txt").write_bytes(b"Tin m\xff\xfei" * 30)
    done = cli("tag", "pages", "nowhere", "--site-from", "folder", "-j", "2")
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()
    assert len([line for line in said if not line.startswith("sangloc:")]) == len({*said}) - 2
    assert sum("nowhere" in line for line in said) == sum("x.jsonl:2" in line for line in said) == 1


def test_resume_goes_on_with_the_same_pages_only(cli: Cli, site: Path, tmp_path: Path) -> None:
    command = ("tag", "pages", "--site-from", "folder", "-o", "out")
    assert cli(*command).returncode == 0
    whole = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.tsv")}
    (tmp_path / "out" / "song" / "1.tsv").unlink()
    assert cli(*command, "--resume").returncode == 0
    assert {path: path.read_bytes() for path in whole} == whole
    (site / "suoi" / "9.txt").write_text(BODIES[2], encoding="utf-8")
    done = cli(*command, "--resume")
    assert done.returncode == 2
    assert b"sites changed" in done.stderr


def test_the_temporary_folder_goes_after_a_run_a_failure_and_a_signal(cli: Cli, site: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {"TMPDIR": str(temporary)}
    assert cli("tag", "pages", "--site-from", "folder", **env).returncode == 0
    (tmp_path / "file").write_text("")
    assert cli("tag", "pages", "--site-from", "folder", "-o", "file/x.tsv", **env).returncode == 1
    assert not list(temporary.iterdir())
    for number in range(200):  # more than the pipe holds, which nobody reads
        (site / "song" / f"more-{number}.txt").write_text(BODIES[0], encoding="utf-8")
    command = [sys.executable, "-m", "sangloc", "tag", "pages", "--site-from", "folder", "-j", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env}) as process:
        until = time.monotonic() + 120
        # A folder: Python tries with a file of a moment whether it can write there.
        while not [path for path in temporary.iterdir() if path.is_dir()] and time.monotonic() < until:
            time.sleep(0.02)
        assert list(temporary.iterdir())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 143
    assert not list(temporary.iterdir())


def test_counts_come_back_from_their_folder(tmp_path: Path) -> None:
    for name, pages in (("none", []), ("some", [("a\udcff", text) for text in BODIES] + [("b", BODIES[0])])):
        (tmp_path / name).mkdir()
        counts = counted(pages)
        save(counts, tmp_path / name)
        found = counts_in(str(tmp_path / name))
        assert found.keys.tolist() == counts.keys.tolist()
        assert found.pages == {site: number for site, number in counts.pages.items() if number >= 3}
        assert not found.repeated("c", line_hashes(["tin"])[0]).any()


def test_over_long_pages_are_counted_in_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["một\nhai\nba\nhai\nbốn\n\n", "", "năm"]
    whole = [hashes.tolist() for hashes in line_hashes(texts)]
    monkeypatch.setattr("sangloc.sieve.SECTION_LINES", 2)
    assert [hashes.tolist() for hashes in line_hashes(texts)] == whole
    assert [len(hashes) for hashes in whole] == [4, 0, 1]


def test_share_of_lines_that_recur() -> None:
    lines = SiteLines()
    lines.add("a", BODIES)
    assert lines.recurring == 12 / 16
    assert SiteLines().recurring == 0

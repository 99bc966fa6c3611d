"""What the report is made of; how it behaves in a browser is in test_report_browser.py."""

import json
import re
from pathlib import Path

import pytest

from sangloc.explain import Explanation
from sangloc.labelfile import parse_pages
from sangloc.records import Record
from sangloc.report.build import SCRIPTS, STYLES, as_html, as_json, asset, digest
from sangloc.report.data import UNITS, ReportData
from sangloc.sieve import Sieve
from sangloc.sources import Source
from tests.conftest import SEEDS, Cli

HOSTILE = "<script>alert(1)</script>\n</script><!-- <script>\n{{data}} {{policy}}\u2028\u2029&amp; \u202e\x00\x85\ud800\n"


def record(name: str) -> Record:
    return Record(Source(name, Path(name), Path(name)), name, "page")


def data_of(html: bytes) -> dict[str, object]:
    """Return the data block as a browser finds it: up to the first end of a script element."""
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script', html, re.DOTALL | re.IGNORECASE)
    assert found
    parsed: dict[str, object] = json.loads(found[1])
    return parsed


@pytest.fixture
def data(sieve: Sieve) -> ReportData:
    data = ReportData(sieve, "body", why=True)
    data.add(record("pages/a.txt"), SEEDS[4].read_text(encoding="utf-8"))
    return data


def test_a_page_is_all_there(data: ReportData, sieve: Sieve) -> None:
    text = SEEDS[4].read_text(encoding="utf-8")
    (page,) = data.pages
    tagged = sieve.tag(text)
    labels = data.as_dict()["labels"]
    assert page["text"] == text
    assert [page["text"].split("\n")[line] for line in page["at"]] == [x.text for x in tagged.paragraphs]
    assert [labels[code] for code in page["codes"]] == [x.label for x in tagged.paragraphs]
    assert page["probs"] == [round(1000 * x.prob) for x in tagged.paragraphs]
    assert page["header"] == ["# source: pages/a.txt", "# final-newline: no"]


def test_reasons_are_those_of_explain(data: ReportData, sieve: Sieve) -> None:
    shared = data.as_dict()
    found: list[Explanation] = sieve.explain(data.pages[0]["text"])
    for why, explanation in zip(data.pages[0]["why"], found, strict=True):
        for (margin, *reasons), account in zip(why, (explanation.final, explanation.first), strict=True):
            label, other = explanation.ranking[:2]
            expected = account.reasons(label, other)[: len(reasons) // 3]
            assert margin == round(UNITS * float(account.scores[label] - account.scores[other]))
            assert [shared["themes"][number] for number in reasons[::3]] == [reason.theme for reason in expected]
            assert reasons[2::3] == [round(UNITS * reason.margin) for reason in expected]


def test_hostile_text_is_data_and_nothing_else(sieve: Sieve) -> None:
    data = ReportData(sieve, "body", why=True)
    data.add(record("</title><script>alert(2)</script>.txt"), HOSTILE)
    html = as_html(data.as_dict(), "</title><script>")
    assert html.lower().count(b"<script") == 2
    assert html.lower().count(b"</script") == 2
    assert b"<!--" not in html
    assert b"<title>&lt;/title&gt;&lt;script&gt;" in html
    assert data_of(html) == json.loads(json.dumps(data.as_dict()))


def test_json_for_a_script_element_reads_back() -> None:
    assert json.loads(as_json(HOSTILE)) == HOSTILE
    assert not set("<>&\u2028\u2029\ud800\x85") & set(as_json(HOSTILE))


def test_the_policy_names_the_style_and_the_script_and_allows_nothing_else(data: ReportData) -> None:
    html = as_html(data.as_dict(), "report").decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    style, script = re.search(r"<style>(.*?)</style>", html, re.DOTALL), re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert policy
    assert style
    assert len(script) == 1
    assert policy[1].split("; ") == [
        "default-src 'none'",
        f"style-src '{digest(style[1])}'",
        f"script-src '{digest(script[0])}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"\bon\w+=|style=|https?://|src=", html.split('id="data"')[0].split("<body>")[1])


def test_assets_are_short_and_make_no_markup_of_text() -> None:
    for name in (*SCRIPTS, *STYLES):
        assert asset(name).count("\n") < 300, name
    scripts = "".join(map(asset, SCRIPTS))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|fetch\(|XMLHttp", scripts)


def test_label_files_of_a_download_have_names_of_their_own(sieve: Sieve) -> None:
    data = ReportData(sieve, "body", why=False)
    for name in ("a/site/x.txt", "b/site/x.html", "../x.txt", "-", "crawl.jsonl:12", "C:\\a\\b.txt", "A/SITE/X", "24h.com.vn__1.html.gz"):
        data.add(record(name), "một\n")
    files = [page["file"] for page in data.pages]
    assert files == [
        "site/x.tsv",
        "site/x-2.tsv",
        "x.tsv",
        "page.tsv",
        "crawl.jsonl-12.tsv",
        "a/b.tsv",
        "SITE/X-3.tsv",
        "24h.com.vn__1.tsv",
    ]


def test_command_writes_one_file_the_same_each_time(cli: Cli, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        done = cli("report", SEEDS[0], SEEDS[4], "-o", name)
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr.decode() == f"{name}: 2 pages\n"
    one, two = ((tmp_path / name).read_bytes() for name in ("one.html", "two.html"))
    assert one.replace(b"<title>one", b"<title>two") == two
    pages = data_of(one)["pages"]
    assert isinstance(pages, list)
    assert parse_pages("\n".join([*pages[0]["header"], "text\tx"]), "x")[0].header["source"] == str(SEEDS[0])


def test_command_names_what_failed_and_what_it_refuses(cli: Cli, tmp_path: Path) -> None:
    done = cli("report", SEEDS[4], "no-such.txt", "--no-explain")
    assert done.returncode == 1
    assert "no-such.txt: No such file or directory" in done.stderr.decode()
    html = (tmp_path / "report.html").read_bytes()
    pages = data_of(html)["pages"]
    assert isinstance(pages, list)
    assert [list(page) for page in pages] == [["name", "file", "header", "text", "at", "codes", "others", "probs", "otherProbs"]]
    assert cli("report", tmp_path, "-o", "again.html").returncode == 2  # the output lies inside the input folder
    assert cli("report", SEEDS[4], "--keep", "spam").returncode == 2
    assert not (tmp_path / "again.html").exists()

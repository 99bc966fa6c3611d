"""The report in headless Chromium: looked at, filtered, corrected by keys, downloaded, and read back by `labels check`."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from sangloc.labelfile import read_file, read_labels
from sangloc.sieve import Sieve
from tests.browsing import Open, check, downloaded, report, texts
from tests.conftest import SEEDS


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "seeds").mkdir()
    for path in SEEDS:
        (folder / "seeds" / path.name).write_bytes(path.read_bytes())
    return report(folder, "seeds")


def test_pages_are_shown_as_they_read(open_report: Open, seeds: Path, sieve: Sieve) -> None:
    page = open_report(seeds)
    assert page.locator(".page").count() == len(SEEDS)
    for number in (0, 3):
        page.locator(".page").nth(number).click()
        tagged = sieve.tag(SEEDS[number].read_text(encoding="utf-8")).paragraphs
        assert texts(page) == [x.text for x in tagged]
        assert page.locator(".line .badge").evaluate_all("all => all.map(x => x.selectedOptions[0].text)") == [x.label for x in tagged]
        kept = sum(x.group == "body" for x in tagged)
        assert page.locator(".page").nth(number).text_content().find(f"{kept} of {len(tagged)} kept") > 0  # type: ignore[union-attr, unused-ignore]
    page.select_option("#layout", "beside")
    assert page.locator(".kept-column .line").count() == kept
    assert page.locator(".removed-column .line").count() == len(tagged) - kept


def test_filters_search_and_order(open_report: Open, seeds: Path, sieve: Sieve) -> None:
    page = open_report(seeds)
    page.select_option("#scope", "all")
    tagged = [x for path in SEEDS for x in sieve.tag(path.read_text(encoding="utf-8")).paragraphs]
    page.locator("#no-labels").click()
    assert not texts(page)
    page.locator(".chip", has_text="related").click()
    assert texts(page) == [x.text for x in tagged if x.label == "related"][:200]
    page.locator("#all-labels").click()
    page.select_option("#order", "unsure")
    page.locator("#confidence").fill("80")
    unsure = [x for x in tagged if round(1000 * x.prob) <= 800]
    assert sorted(texts(page)) == sorted(x.text for x in unsure)
    assert texts(page)[0] == min(tagged, key=lambda x: round(1000 * x.prob)).text
    page.locator("#confidence").fill("100")
    page.locator("#search").fill("NGA ")
    page.wait_for_selector("mark")
    assert sorted(texts(page)) == sorted(x.text for x in tagged if "nga" in x.text.lower())
    assert set(page.locator("mark").all_text_contents()) <= {"Nga", "nga", "NGA"}
    page.locator("#search").fill(r"a\.b(")
    page.wait_for_selector(".line", state="detached")


def test_labels_corrected_by_keys_are_read_back(open_report: Open, seeds: Path, sieve: Sieve, tmp_path: Path) -> None:
    page = open_report(seeds)
    labels = list(sieve.model.labels.labels)
    page.keyboard.press("j")  # the second line
    page.keyboard.press(str(labels.index("ad") + 1))
    page.keyboard.press("j")
    page.keyboard.press("r")  # related
    page.keyboard.press("j")
    page.keyboard.press("c")  # caption, taken back
    page.keyboard.press("u")
    assert "2 corrections" in page.inner_text("#summary")
    assert page.locator(".line.corrected").count() == 2
    name, content = downloaded(page, "#download-page")
    (tmp_path / "labels").mkdir()
    shutil.copytree(SEEDS[0].parent, tmp_path / "seeds")
    path = tmp_path / "labels" / name
    path.write_bytes(content)
    check(Path("labels"), cwd=tmp_path)
    (found,) = read_file(path)
    expected = [x.label for x in sieve.tag(SEEDS[0].read_text(encoding="utf-8")).paragraphs]
    assert expected[1] != "ad"
    expected[1], expected[2] = "ad", "related"
    assert list(found.labels) == expected
    assert found.text == SEEDS[0].read_text(encoding="utf-8")
    assert found.header["source"] == f"seeds/{SEEDS[0].name}"


def test_corrections_stay_when_the_page_is_loaded_again(open_report: Open, seeds: Path) -> None:
    page = open_report(seeds)
    page.locator(".line .badge").nth(4).select_option(label="ad")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector(".line.corrected")
    assert page.locator(".line.corrected .was").text_content().startswith("was ")  # type: ignore[union-attr, unused-ignore]
    assert "1 correction" in page.inner_text("#summary")


def test_all_pages_in_one_download(open_report: Open, seeds: Path, sieve: Sieve, tmp_path: Path) -> None:
    page = open_report(seeds)
    page.keyboard.press("]")
    page.keyboard.press("6")
    page.locator("#downloads summary").click()
    _, content = downloaded(page, "#download-zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "labels")
    check(Path("labels"), cwd=tmp_path)
    pages = read_labels(tmp_path / "labels")
    assert [x.text for x in pages] == [path.read_text(encoding="utf-8") for path in SEEDS]
    _, stream = downloaded(page, "#download-stream")
    (tmp_path / "all.tsv").write_bytes(stream)
    check(Path("all.tsv"), cwd=tmp_path)
    assert [x.labels for x in read_file(tmp_path / "all.tsv")] == [x.labels for x in pages]
    page.locator("#only-corrected").check()
    _, content = downloaded(page, "#download-zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"seeds/{SEEDS[1].stem}.tsv"]


def test_reasons_open_and_add_up(open_report: Open, seeds: Path) -> None:
    page = open_report(seeds)
    page.keyboard.press("e")
    assert page.locator(".why").first.get_attribute("aria-expanded") == "true"
    for account in page.locator(".reasons ul").all():
        numbers = [float(x.replace("−", "-").replace("= ", "")) for x in account.locator(".number").all_text_contents()]
        assert len(numbers) > 3
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.05 * len(numbers))
    page.keyboard.press("e")
    assert page.locator(".reasons").count() == 0


def test_keys_move_and_help_opens(open_report: Open, seeds: Path) -> None:
    page = open_report(seeds)
    current = "document.querySelector('[aria-current=true]').dataset.key"
    for key, place in (("j", "0:1"), ("j", "0:2"), ("k", "0:1"), ("]", "1:0"), ("[", "0:0")):
        page.keyboard.press(key)
        assert page.evaluate(current) == place, key
        assert page.evaluate("document.activeElement.dataset.key") == place
    page.keyboard.press("n")
    assert page.locator("[aria-current=true].unsure").count() == 1
    page.keyboard.press("/")
    page.keyboard.type("1r")  # goes into the search field, and is no label
    assert page.input_value("#search") == "1r"
    assert "0 corrections" in page.inner_text("#summary")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    assert page.locator("#keys dt").count() > 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(open_report: Open, seeds: Path, scheme: str) -> None:
    page = open_report(seeds, width=390, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator("#pages").is_visible()
    page.locator("#page-drawer > summary").click()
    page.locator(".page").nth(2).click()
    page.locator(".line .why").nth(1).click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        page.locator("body").evaluate("x => getComputedStyle(x).backgroundColor")
        == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}[scheme]
    )


def test_controls_have_names_and_focus_is_seen(open_report: Open, seeds: Path) -> None:
    page = open_report(seeds)
    page.keyboard.press("e")
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select, summary')].filter(x =>
            !(x.getAttribute('aria-label') || [...(x.labels ?? [])].map(y => y.textContent).join('').trim() || x.textContent.trim()))
            .map(x => x.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(x => x.id)).size === document.querySelectorAll('[id]').length")
    assert page.locator(".line[tabindex='0']").count() == 1
    page.keyboard.press("j")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    assert "line 3" in page.locator("[aria-current=true] .badge").get_attribute("aria-label")  # type: ignore[operator, unused-ignore]
    page.keyboard.press("r")
    assert page.inner_text("#said") == "line 3 is now related"

"""sangloc and its peers behind one interface: pages in, kept texts out."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from sangloc.sieve import load
from training.benchmarks.pages import BenchPage

Extract = Callable[[list[BenchPage]], list[str]]


def peers() -> dict[str, Extract]:
    """Return the extractors that are installed, by name with version. Each does the whole way from its input to the article's text."""
    made = {"sangloc": _sangloc, "sangloc, kept text": _sangloc_kept, "sangloc, from HTML": _sangloc_html, "resiliparse": _resiliparse}
    made |= {"trafilatura": _trafilatura, "justext": _justext, "readability-lxml": _readability}
    out = {}
    for name, make in made.items():
        try:
            number = version(name.split(",", maxsplit=1)[0])
            out[f"{name} {number}"] = make()
        except (ImportError, PackageNotFoundError):
            continue
    return out


def _sangloc() -> Extract:
    """Labels and probabilities of every paragraph; the text is not put together."""
    sieve = load()

    def tagged(pages: list[BenchPage]) -> list[str]:
        for page in sieve.tag_many(page.text for page in pages):
            page.codes, page.probabilities  # noqa: B018  # they are there: this is all
        return []

    return tagged


def _sangloc_kept() -> Extract:
    sieve = load()
    return lambda pages: [page.keep("body") for page in sieve.tag_many(page.text for page in pages)]


def _sangloc_html() -> Extract:
    from sangloc.htmltext import html_to_text

    sieve = load()
    return lambda pages: [page.keep("body") for page in sieve.tag_many(html_to_text(page.markup).text for page in pages)]


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return lambda pages: [
        extract_plain_text(bytes_to_str(page.markup, detect_encoding(page.markup) or "utf-8"), main_content=True) for page in pages
    ]


def _trafilatura() -> Extract:
    import trafilatura

    return lambda pages: [trafilatura.extract(page.markup, favor_precision=True) or "" for page in pages]


def _justext() -> Extract:
    import justext

    stoplist = justext.get_stoplist("Vietnamese")
    return lambda pages: [
        "\n".join(found.text for found in justext.justext(page.markup, stoplist) if not found.is_boilerplate) for page in pages
    ]


def _readability() -> Extract:
    import lxml.html
    from readability import Document

    def texts(pages: list[BenchPage]) -> list[str]:
        out = []
        for page in pages:
            summary = Document(page.markup.decode("utf-8", "replace")).summary()
            out.append("\n".join(lxml.html.fromstring(summary).itertext()))
        return out

    return texts

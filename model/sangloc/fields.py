"""What is told of a page as a whole, as JSON and Parquet have it."""

from collections.abc import Collection

from sangloc.page import Page

DIGITS = 4  # of the probability
PREFIX = "page_"  # of a field whose plain name the record has already


def fields_of(page: Page, taken: Collection[str] = ()) -> dict[str, object]:
    """Return title, date (ISO 8601, or None), authors and is_article; `page_title` and so on where a name is taken."""
    date = page.date
    found: dict[str, object] = {
        "title": page.title,
        "date": None if date is None else date.isoformat(),
        "authors": page.authors,
        "is_article": round(page.is_article, DIGITS),
    }
    return {f"{PREFIX}{name}" if name in taken else name: value for name, value in found.items()}

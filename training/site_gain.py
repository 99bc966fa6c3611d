"""Measure what other pages of a site bring: `python -m training.site_gain`.

Takes the sites of the real pages (../shared/real) with three pages or more, tags each page alone and with its site's lines counted
(`--site-from`), and prints the scores of both. A site's full and main-content forms are counted apart, as two crawls of it would be.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from sangloc.evaluation import Scores, scored, truth
from sangloc.labelfile import LabelledPage
from sangloc.sieve import Sieve, load
from sangloc.sites import MIN_PAGES, SiteCounts, counted
from training.real import real_pages

FIGURES = {"acc5": "group_accuracy", "f5": "group_f1", "kept_line": "kept_line", "kept_char": "kept_char"}


def site_of(page: LabelledPage) -> str:
    """Return a real page's site, which its file's name begins with."""
    return PurePath(page.path).name.split("__")[0]


def of_larger_sites(pages: Sequence[LabelledPage]) -> list[LabelledPage]:
    """Return the pages of sites with enough of them."""
    many = Counter(map(site_of, pages))
    return [page for page in pages if many[site_of(page)] >= MIN_PAGES]


def scores(sieve: Sieve, pages: Sequence[LabelledPage], counts: SiteCounts | None) -> Scores:
    """Score the pages, tagged with or without counts."""
    tagged = list(sieve.tag_many([page.text for page in pages], [site_of(page) for page in pages], counts))
    codes, surest = [page.codes for page in tagged], [page.probabilities.max(axis=1) for page in tagged]
    return scored(truth(sieve.model.labels, pages, codes, surest))


def main() -> int:
    """Print a table; return 1 where there is nothing to measure."""
    sieve = load()
    rows = []
    for kind in ("study", "unseen"):
        for form, pages in real_pages(kind).items():
            chosen = of_larger_sites(pages)
            if chosen:
                counts = counted((site_of(page), page.text) for page in chosen)
                rows.append((kind, form, chosen, scores(sieve, chosen, None), scores(sieve, chosen, counts)))
    if not rows:
        print("no real pages are there: nothing is measured", file=sys.stderr)
        return 1
    print("| pages | form | sites | pages | |" + "".join(f" {name} |" for name in FIGURES))
    print("|---|---|---|---|---|" + "---|" * len(FIGURES))
    for kind, form, chosen, alone, together in rows:
        for how, found in (("alone", alone), ("together", together)):
            figures = "".join(f" {getattr(found, name):.3f} |" for name in FIGURES.values())
            print(f"| {kind} | {form} | {len(set(map(site_of, chosen)))} | {len(chosen)} | {how} |{figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

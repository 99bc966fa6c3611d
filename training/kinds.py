"""What kind of site a labelled page is of, by its folder's name and the words of its header `layout-kind`: for the model card."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sangloc.evaluation import scored, truth
from sangloc.labelfile import LabelledPage
from sangloc.labels import LabelSet

NEWS = "news sites and magazines"

# The first that matches counts.
KINDS = (
    ("layouts of real sites", r"^like-"),  # mostly news sites; their headers don't say
    ("lists, searches, home pages", r"home page of|daily-homepage|section list|search result|tag page|listpage"),
    ("blogs and personal sites", r"(?<!live )(?<!live-)blog|diary|personal|substack|newsletter post|guestbook|homily"),
    (NEWS, r"\bdaily|newspaper|news (site|portal|agency|page|copier)|magazine|weekly|tabloid|broadcast|\btelevision|\bradio|\bpaper\b"),
    ("forums, questions, threads", r"forum|discussion|reddit|question|q&a|qna|community, discourse|mailing-list|facebook|watch page"),
    (
        "shops, companies, classifieds",
        r"shop|company|product|\bbank|\btour\b|property|estate|classifieds|clinic|drugstore|hospital|jobs|commerce|agency project"
        r"|manufacturer|insurance|law firm|affiliate|download|dealer",
    ),
    (
        "public bodies, schools, clubs",
        r"government|ministry|provincial|district|commune|university|school|museum|parish|pagoda|church|diocese|association|clan"
        r"|public-service|tourism board|court|club|academy|govportal",
    ),
    (
        "reference, recipes, law, literature",
        r"wiki|dictionary|recipe|legal|lyrics|novel|poetry|poem|literature|sutra|essays|exam|homework|podcast|documentation|lottery"
        r"|lawtext|assistant|archive|library",
    ),
)


def kind_of(page: LabelledPage) -> str:
    """Return the kind of site."""
    words = f"{page.layout} {page.header.get('layout-kind', '')}".lower()
    return next((kind for kind, pattern in KINDS if re.search(pattern, words)), NEWS)


def scores_by_kind(
    labels: LabelSet, pages: Sequence[LabelledPage], probabilities: Sequence[NDArray[np.float64]]
) -> dict[str, dict[str, Any]]:
    """Return how the pages of each kind of site score, by what was predicted for them."""
    out = {}
    kinds = [kind_of(page) for page in pages]
    for kind in sorted(set(kinds)):
        chosen = [(page, found) for page, found, of in zip(pages, probabilities, kinds, strict=True) if of == kind]
        own = [page for page, _ in chosen]
        scores = scored(truth(labels, own, [found.argmax(axis=1) for _, found in chosen], [found.max(axis=1) for _, found in chosen]))
        figures = {name: round(getattr(scores, name), 4) for name in ("accuracy", "group_accuracy", "kept_char")}
        out[kind] = {"sites": len({page.site for page in own}), "pages": scores.pages, "lines": scores.lines, **figures}
    return out

"""Everything that is written in the report can be read: WCAG 2 contrast of its colours, light and dark."""

import re

import pytest

from sangloc.report.build import STYLES, asset

TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for edges of controls and of what is focused
PALETTE = asset("palette.css")
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in PALETTE.split("@media"))
GROUPS = [name for name in LIGHT if re.fullmatch(r"g\d", name)]
ON_PAGES = [(ink, ground) for ink in ("ink", "pale", "accent", "for", "against", *GROUPS) for ground in ("page",)]
PAIRS = [
    *ON_PAGES,
    *((ink, "panel") for ink in ("ink", "pale", "accent")),
    *((ink, f"{group}-back") for group in GROUPS for ink in ("ink", "pale", "accent", group)),
    *(("page", group) for group in GROUPS),  # a corrected badge
    ("on-mark", "mark"),
]
EDGES = [(edge, ground) for edge in ("control", "accent") for ground in ("page", "panel", *(f"{group}-back" for group in GROUPS))]


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_controls_have_contrast(colours: dict[str, str]) -> None:
    weak = [(ink, ground, "text") for ink, ground in PAIRS if contrast(colours[ink], colours[ground]) < TEXT]
    weak += [(edge, ground, "edge") for edge, ground in EDGES if contrast(colours[edge], colours[ground]) < CONTROL]
    assert not weak


def test_both_palettes_name_the_same_colours_and_styles_have_no_others() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(GROUPS) == 6
    rest = "".join(asset(name) for name in STYLES if name != "palette.css")
    assert not re.findall(r"#[0-9a-f]{3,8}\b(?! )", re.sub(r"#[a-z][\w-]*", "", rest))
    assert set(re.findall(r"var\(--([\w-]+)\)", rest)) <= {*LIGHT, "group", "back", "edge", "inset"}


def test_groups_are_told_apart_without_colour() -> None:
    edges = re.findall(r"^\.g\d .*--edge: (\w+ \w+);", asset("lines.css"), re.MULTILINE)
    assert len(edges) == len(set(edges)) == len(GROUPS)

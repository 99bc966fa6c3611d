"""The real pages beside the project (../shared/real), where they are; nothing here needs them."""

from pathlib import Path

from sangloc.labelfile import LabelledPage, read_labels

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "real"
FORMS = ("full", "main")


def real_pages(kind: str) -> dict[str, list[LabelledPage]]:
    """Return the gold pages of `study` or `unseen` by form; nothing where they are not there."""
    return {form: read_labels(REAL / kind / form) for form in FORMS if (REAL / kind / form).is_dir()}

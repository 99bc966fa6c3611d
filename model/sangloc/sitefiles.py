"""What was counted of sites as files in a folder, which the processes that tag map into memory: all of them share one copy."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from sangloc.manifest import sha256
from sangloc.sites import MIN_PAGES, SiteCounts

KEYS, PAGES = "keys.npy", "pages.json"


def save(counts: SiteCounts, folder: Path) -> None:
    """Write the counts, of sites only that have pages enough; raises `OSError`."""
    np.save(folder / KEYS, counts.keys)
    pages = {site: pages for site, pages in counts.pages.items() if pages >= MIN_PAGES}
    (folder / PAGES).write_text(json.dumps(pages, sort_keys=True), encoding="ascii")


@cache
def counts_in(folder: str) -> SiteCounts:
    """Return the counts in a folder, read once in a process."""
    keys = np.asarray(np.load(Path(folder) / KEYS, mmap_mode="r"))
    return SiteCounts(keys, json.loads((Path(folder) / PAGES).read_text(encoding="ascii")))


def digest(folder: str) -> str:
    """Return a hash of the counts: pages tagged with others may get other labels."""
    return " ".join(sha256(Path(folder) / name)[:32] for name in (KEYS, PAGES))

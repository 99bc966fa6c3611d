"""The first of two passes over pages whose sites are known: it reads all of them and counts the lines of each site."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sangloc.addresses import URL_FIELD
from sangloc.pipeline import Job, done, items
from sangloc.records import Record
from sangloc.sitefiles import save
from sangloc.sites import MIN_PAGES, SiteLines
from sangloc.sources import Missed, Source
from sangloc.tally import Tally


@dataclass(slots=True)
class Census:
    """What the first pass found."""

    way: str  # FOLDER or URL_FIELD
    pages: Counter[str] = field(default_factory=Counter)  # of each site
    homeless: int = 0  # pages without a site
    recurring: float = 0.0  # share of lines that stand on another page of their site

    def as_dict(self) -> dict[str, object]:
        """Return what `--summary` writes."""
        return {
            "from": self.way,
            "sites": len(self.pages),
            "pages": self.pages.total(),
            "small_sites": len(self._small),
            "pages_of_small_sites": sum(self._small),
            "pages_without_site": self.homeless,
            "recurring_lines": round(self.recurring, 4),
        }

    def line(self) -> str:
        """Return the summary as people read it."""
        few = f"; {sum(self._small):,} of them on {len(self._small):,} sites with fewer than {MIN_PAGES}, tagged as if alone"
        return (
            f"sangloc: {len(self.pages):,} sites with {self.pages.total():,} pages{few if self._small else ''}; "
            f"{self.recurring:.0%} of their lines recur on their site"
        )

    def complaint(self) -> str:
        """Say which pages have no site; nothing where all have one."""
        if not self.homeless:
            return ""
        why = "no address with a host (see --url-field)" if self.way == URL_FIELD else "no folder"
        return f"sangloc: {self.homeless:,} pages have {why} and so no site; they are tagged as if alone"

    @property
    def _small(self) -> list[int]:
        return [pages for pages in self.pages.values() if pages < MIN_PAGES]


@contextmanager
def counted_first(found: Iterable[Source | Missed], job: Job, jobs: int, tally: Tally) -> Iterator[tuple[Job, Census]]:
    """Count the lines of sites and yield the job that tags with the counts, which are there until the block ends.

    What can't be read is left to the second pass, which says so. `tally` counts what is read. Raises `OSError`.
    """
    options = replace(job.options, all_fields=False, row_values=False)
    census = Census(job.site_from)
    lines = SiteLines()
    for item, result in done(items(found, options), replace(job, options=options, counting=True), jobs):
        if not isinstance(item, Record):
            continue
        tally.bytes_in += item.size
        if result.lines is None:
            continue
        tally.pages += 1
        if result.site is None:
            census.homeless += 1
        else:
            lines.add_hashes(result.site, result.lines)
    census.pages.update(lines.pages)
    census.recurring = lines.recurring
    with TemporaryDirectory(prefix="sangloc-", ignore_cleanup_errors=True) as folder:
        save(lines.finished(), Path(folder))
        del lines
        yield replace(job, counts=folder), census

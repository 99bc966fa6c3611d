"""The texts of input files one after the other, for commands that look at whole pages."""

from collections.abc import Callable, Iterator, Sequence

from sangloc.readers import text_of
from sangloc.records import End, Options
from sangloc.sources import Missed, sources


def texts_of(
    paths: Sequence[str], glob: str, strict: bool, failed: Callable[[str], None], warn: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each page that the paths mean; what can't be read is told to `failed`, what is doubtful to `warn`."""
    from sangloc.pipeline import items

    options = Options(strict=strict)
    for item in items(sources(paths, glob), options):
        if isinstance(item, Missed):
            failed(f"{item.name}: {item.reason}")
        elif isinstance(item, End):
            if item.failure:
                failed(f"{item.source.name}: {item.failure}")
        else:
            opened = text_of(item, options)
            if opened.text is None:
                (warn if opened.skipped else failed)(f"{item.name}: {opened.skipped or opened.failure}")
                continue
            for warning in opened.warnings:
                warn(f"{item.name}: warning: {warning}")
            yield item.name, opened.text

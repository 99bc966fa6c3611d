"""Records of inputs with their texts one after the other, for commands that look at whole pages in one process."""

from collections.abc import Callable, Iterable, Iterator

from sangloc.readers import text_of
from sangloc.records import Options, Record
from sangloc.sources import Missed, Source


def read(
    found: Iterable[Source | Missed], options: Options, failed: Callable[[str], None], warn: Callable[[str], None]
) -> Iterator[tuple[Record, str]]:
    """Yield every page's record and text; what can't be read is told to `failed`, what is doubtful or passed over to `warn`."""
    from sangloc.pipeline import items

    for item in items(found, options):
        if isinstance(item, Missed):
            failed(f"{item.name}: {item.reason}")
        elif isinstance(item, Record):
            opened = text_of(item, options)
            if opened.text is None:
                told, reason = (warn, f"passed over ({opened.skipped})") if opened.skipped else (failed, opened.failure)
                told(f"{item.name}: {reason}")
                continue
            for warning in opened.warnings:
                warn(f"{item.name}: warning: {warning}")
            if opened.about is not None:
                item.about = opened.about
            yield item, opened.text
        elif item.failure:
            failed(f"{item.source.name}: {item.failure}")

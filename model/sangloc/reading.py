"""The texts of input files one after the other, for commands that look at whole pages."""

from collections.abc import Callable, Iterator, Sequence

from sangloc.pipeline import Job, Result, _read
from sangloc.sources import Missed, sources


def texts_of(
    paths: Sequence[str], glob: str, strict: bool, failed: Callable[[str], None], warn: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each page that the paths mean; what can't be read is told to `failed`, what is doubtful to `warn`."""
    job = Job(strict=strict)
    for source in sources(paths, glob):
        if isinstance(source, Missed):
            failed(f"{source.name}: {source.reason}")
            continue
        result = Result(source)
        text = _read(source, job, result)
        if text is None:
            failed(f"{source.name}: {result.failure}")
            continue
        if result.warning:
            warn(f"{source.name}: warning: {result.warning}")
        yield source.name, text

"""Which site a record is of: by its folder, or by its address."""

import os
from urllib.parse import urlsplit

from sangloc.records import Record
from sangloc.sources import printable

NONE, FOLDER, URL_FIELD = "none", "folder", "url-field"


def site_of(record: Record, way: str) -> str | None:
    """Return the site's name, the same however the file was named; None where there is none.

    `FOLDER`: the folder that a file of one page is in, or the file of many pages. `URL_FIELD`: the host of the record's address.
    """
    if way == URL_FIELD:
        return host_of(record.about.get("url", ""))
    path = record.source.path
    if way == NONE or path is None:
        return None
    return printable(os.path.abspath(path.parent if record.whole else path))  # noqa: PTH100  # Path.absolute keeps `..`, resolve follows links


def host_of(url: str) -> str | None:
    """Return the host of an address, in small letters and without `www.`; None for what has no host."""
    url = url.strip().strip("<>")  # old WARC files have addresses in brackets
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        return None
    host = host.rstrip(".").removeprefix("www.")
    return host if host and ("//" in url or "." in host) else None

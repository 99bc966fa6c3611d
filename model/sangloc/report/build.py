"""Put a report together: one HTML file with styles, scripts and data in it, and a policy that lets nothing else run or load."""

import hashlib
import json
import re
from base64 import b64encode
from importlib.resources import files
from typing import Any

STYLES = ("palette.css", "style.css", "lines.css")
SCRIPTS = ("model.js", "text.js", "files.js", "lines.js", "pages.js", "controls.js", "keys.js", "main.js")


def as_html(data: dict[str, Any], title: str) -> bytes:
    """Return the report on `ReportData.as_dict`; the same data give the same bytes."""
    style = "\n".join(map(asset, STYLES))
    script = f'(() => {{\n"use strict";\n{"".join(map(asset, SCRIPTS))}}})();\n'
    filled = {
        "policy": f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; base-uri 'none'; form-action 'none'",
        "title": title.translate(HTML),
        "style": style,
        "data": as_json(data),
        "script": script,
    }
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], asset("page.html"))
    return page.encode("utf-8")


HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def as_json(value: object) -> str:
    """Return JSON that can stand inside a script element: nothing in it can end that, and lone surrogates are escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"[<>&\u2028\u2029\ud800-\udfff\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text)


def asset(name: str) -> str:
    """Return the text of a file beside this one."""
    return (files("sangloc.report") / name).read_text(encoding="utf-8")


def digest(content: str) -> str:
    """Return how a Content-Security-Policy names an inline style or script."""
    return "sha256-" + b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")

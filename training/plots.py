"""Two plots of the model card, as SVG written here: the same figures give the same bytes, without a plotting library."""

from collections.abc import Mapping, Sequence
from html import escape

INK, PALE, GRID = "#1f2430", "#8a91a0", "#e3e6ec"
COLOURS = ("#b3401f", "#1f5fb3", "#3a8a4d", "#8a4db3")
SIDE, LEFT, TOP = 300, 60, 40

Bin = Sequence[float]  # lines, mean confidence, share that is right


def reliability(sets: Mapping[str, Sequence[Bin]]) -> str:
    """Draw the share that is right against the confidence, a line a set; below, how many lines are that sure."""
    out = [_text(12, 22, "How sure the model is, and how often it is right", 13, weight="bold")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = LEFT + SIDE * share, TOP + SIDE * (1 - share)
        out += [
            f'<path d="M{LEFT} {y:.1f}h{SIDE}M{x:.1f} {TOP}v{SIDE}" stroke="{GRID}"/>',
            _text(LEFT - 8, y + 4, f"{share:g}", 11, "end"),
            _text(x, TOP + SIDE + 16, f"{share:g}", 11, "middle"),
        ]
    out.append(f'<path d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}" stroke="{PALE}" stroke-dasharray="4 4"/>')
    for number, (name, bins) in enumerate(sets.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [(LEFT + SIDE * sure, TOP + SIDE * (1 - right)) for _, sure, right in bins]
        out.append(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        out.append(_text(LEFT + 10, TOP + 18 + 16 * number, name, 12, "start", colour=colour))
    out.append(_text(LEFT + SIDE / 2, TOP + SIDE + 34, "probability of the label given", 12, "middle"))
    base = TOP + SIDE + 110
    for number, bins in enumerate(sets.values()):
        lines = sum(size for size, _, _ in bins)
        width = SIDE / 10 / len(sets)
        for size, sure, _ in bins:
            x = LEFT + SIDE / 10 * min(int(sure * 10), 9) + width * number
            height = 54 * size / lines
            out.append(
                f'<rect x="{x:.1f}" y="{base - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}" fill="{COLOURS[number % 4]}"/>'
            )
    out.append(f'<path d="M{LEFT} {base}h{SIDE}" stroke="{PALE}"/>')
    out.append(_text(LEFT + SIDE / 2, base + 16, "share of all lines with that probability", 12, "middle"))
    return _svg(LEFT + SIDE + 40, base + 30, out)


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]], title: str) -> str:
    """Draw which label (row, by hand) becomes which (column), in per cent of the row."""
    cell, left, top = 46, 84, 96
    out = [_text(12, 22, title, 13, "start", weight="bold")]
    for i, (name, row) in enumerate(zip(labels, counts, strict=True)):
        total = max(sum(row), 1)
        y = top + cell * i
        out.append(_text(left - 8, y + cell / 2 + 4, name, 12, "end"))
        x = left + cell * i + cell / 2
        out.append(f'<g transform="translate({x + 4:.0f} {top - 8}) rotate(-45)">{_text(0, 0, name, 12, "start")}</g>')
        for j, count in enumerate(row):
            share = count / total
            fill = "#ffffff" if not count else _mixed("#3a8a4d" if i == j else "#b3401f", 0.08 + 0.92 * share**0.6)
            out.append(f'<rect x="{left + cell * j}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="{fill}"/>')
            if count:
                shown = f"{100 * share:.0f}" if share >= 0.01 else "·"
                colour = "#ffffff" if share > 0.45 else INK
                out.append(_text(left + cell * (j + 0.5), y + cell / 2 + 4, shown, 12, "middle", colour=colour))
        out.append(_text(left + cell * len(labels) + 8, y + cell / 2 + 4, f"{sum(row)}", 11, "start", colour=PALE))
    size = cell * len(labels)
    out.append(
        _text(left, top + size + 18, "rows: by hand; columns: by the model; per cent of the row; right: lines", 11, "start", colour=PALE)
    )
    return _svg(left + size + 60, top + size + 30, out)


def _mixed(colour: str, share: float) -> str:
    """Return a colour on white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * min(share, 1)):02x}" for part in parts)


def _text(x: float, y: float, words: str, size: int = 12, anchor: str = "start", *, colour: str = INK, weight: str = "normal") -> str:
    attributes = f'font-size="{size}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>'


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    body = "\n".join(parts)
    return f'{head} font-family="system-ui, sans-serif">\n<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'

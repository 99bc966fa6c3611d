"""The plain reference: what the vectorised features and passes mean, one page, one line, one number at a time.

It shares constants, character tables and weights with sangloc, and no code. Slow on purpose; test_reference.py compares.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from sangloc import context, first, known, second, words
from sangloc.chars import DIGIT, PUNCT, UPPER, WORD
from sangloc.model import Model
from sangloc.shape import LENGTH_STEPS
from tests.reference_lines import BITS64, END, Line, Row, folded, has, hashed, lines_of, mark, mean, mixed, on_grid, pairs_of, single

HAS = ("opening", "bar", "sign", "at", "money", "hash", "slash", "colon", "question")
BEGINS = {"bracket": "opening", "bullet": "bullet", "quote": "quote"}
ENDS = {"question or exclamation mark": "question", "colon": "colon", "bracket": "closing", "quote": "quote"}


def reference(text: str, model: Model) -> list[Line]:
    """Return the page's non-blank lines, with dense features (on the grid, by name) and final probabilities."""
    page = lines_of(text)
    for line in page:
        shape(line)
    for i in range(len(page)):
        around(page, i)
    vocabulary(page)
    if model.known is not None:
        usage(page, model.known)
    for i, line in enumerate(page):
        line.dense = {name: on_grid(single(value)) for name, value in line.dense.items()}
        line.above = max((j for j in range(i) if page[j].heading), default=None)
    passed = first_pass(page, model)
    early = [[on_grid(prob) for prob in softmax(scores)] for scores, _ in passed]
    for i, line in enumerate(page):
        line.probs = softmax(second_pass(page, i, early, passed[i][1], model))
    return page


def softmax(scores: Row) -> Row:
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / math.fsum(powers) for power in powers]


def shape(line: Line) -> None:
    """Fill in what a line looks like by itself."""
    chars, tokens, dense = line.chars, line.tokens, line.dense
    length, size, count = len(chars), max(len(chars), 1), max(len(line.words), 1)
    start, before_end, end = (chars[0], chars[-2:][0], chars[-1]) if chars else (END, END, END)
    digits, upper, marks = (sum(has(char, bits) for char in chars) for bits in (DIGIT, UPPER, PUNCT))
    letters = sum(has(char, WORD) for char in chars) - digits
    kinds = [mark(token) for token in tokens]
    number, title = ([has(token, bits) for token in tokens] for bits in (DIGIT, UPPER))
    short = [has(token, DIGIT) and len(token) <= 4 for token in tokens]
    joints = [kinds[i] for i in range(1, len(tokens) - 1) if short[i - 1] and short[i + 1]]
    breaks = sum(kinds[i] in {"stop", "question"} and title[i + 1] for i in range(len(tokens) - 1))
    stop = mark(end) == "stop" or (mark(end) == "quote" and mark(before_end) == "stop")
    dense |= {f"begins with {name}": mark(start) == kind for name, kind in BEGINS.items()}
    dense |= {"begins with digit": has(start, DIGIT), "begins with lower case": has(start, WORD) and not has(start, UPPER | DIGIT)}
    dense |= {f"ends with {name}": mark(end) == kind for name, kind in ENDS.items()}
    dense |= {"ends with full stop": stop, "ends with ellipsis": end == "…" or (length > 1 and mark(end) == mark(before_end) == "stop")}
    dense |= {"ends with digit": has(end, DIGIT), "ends with letter": has(end, WORD) and not has(end, DIGIT)}
    dense |= {f"has {name}": name in kinds for name in HAS}
    dense |= {f"longer than {step}": length > step for step in LENGTH_STEPS}
    dense |= {"log length": math.log1p(length), "log sentence breaks": math.log1p(breaks), "clock time": "colon" in joints}
    dense |= {"share of digits": digits / size, "share of capitals": upper / size, "share of marks": marks / size}
    dense |= {"share of capitalised words": sum(title) / count, "mean word length": letters / count}
    dense |= {"log words": math.log1p(len(line.words)), "one word": len(line.words) == 1, "no letter": letters == 0}
    dense |= {"date": "slash" in joints or "bullet" in joints, "all capitals": upper > 1 and upper >= 0.9 * letters}
    dense |= {"only date or number": any(number) and letters <= 0.3 * size, "log numbers": math.log1p(sum(number))}
    dense |= {"log commas": math.log1p(kinds.count("comma")), "quotation": kinds.count("quote") >= 2}
    line.stops = stop or mark(end) == "question"
    dense["running text"] = line.running = line.stops and length >= context.LONG
    line.heading = length < 45 and not stop and bool(line.blanks or dense["all capitals"] or dense["ends with colon"])


def around(page: list[Line], i: int) -> None:
    """Fill in what stands around a line."""
    line, dense, size = page[i], page[i].dense, len(page)
    depth, total = min(line.indent, 40), sum(other.running for other in page)
    sides = {"above": page[:i][::-1], "below": page[i + 1 :]}  # the nearest line first
    for where, others in sides.items():
        dense[f"log lines {where}"] = math.log1p(len(others))
        beside = min(others[0].indent, 40) if others else 0
        dense[f"deeper than the line {where}"], dense[f"shallower than the line {where}"] = depth > beside, depth < beside
        running = sum(other.running for other in others)
        dense[f"running text {where}"], dense[f"share of the running text {where}"] = running > 0, running / max(total, 1)
        for span in context.WINDOWS:
            dense[f"running text in {span} lines {where}"] = mean([other.running for other in others[:span]])
            lengths = [min(len(other.chars), 400) for other in others[:span]]
            dense[f"log mean length of {span} lines {where}"] = math.log1p(mean(lengths))
        for name in context.NEIGHBOUR_SHAPE:
            for by in range(context.REACH):
                dense[f"line {by + 1} {where}: {name}"] = others[by].dense[name] if by < len(others) else 0
    above, below = sides.values()
    dense |= {"relative position": i / size, "log page length": math.log1p(size), "log indentation": math.log1p(depth)}
    dense |= {"near the top": math.exp(-len(above) / 4), "in the upper part": math.exp(-len(above) / 20)}
    dense |= {"near the bottom": math.exp(-len(below) / 4), "in the lower part": math.exp(-len(below) / 20)}
    for where, blanks in (("above", line.blanks), ("below", below[0].blanks if below else 0)):
        dense[f"blank line {where}"], dense[f"several blank lines {where}"] = blanks > 0, blanks > 1
    dense["share of blank lines on the page"] = mean([other.blanks > 0 for other in page])
    dense["share of blank lines nearby"] = mean([other.blanks > 0 for other in (*above[:4], line, *below[:5])])
    dense["share of indented lines on the page"] = mean([other.indent > 0 for other in page])
    dense["share of indented lines nearby"] = mean([other.indent > 0 for other in (*above[:5], line, *below[:5])])
    times = sum(folded(other.chars) == folded(line.chars) for other in page if len(other.chars) == len(line.chars))
    dense |= {"repeated on the page": times > 1, "log times on the page": math.log(times)}
    for name, others in (("repeats the line above", above), ("repeated by the line below", below)):
        dense[name] = bool(others) and folded(others[0].chars) == folded(line.chars)
    dense |= {"log running text on the page": math.log1p(total), "share of running text on the page": total / size}
    run_above, run_below = (len(list(takewhile(lambda other: other.like == line.like, others))) for others in sides.values())
    dense |= {"log run of like lines": math.log1p(run_above + 1 + run_below), "log run of like lines above": math.log1p(run_above)}


def vocabulary(page: list[Line]) -> None:
    """Fill in how the words of the lines overlap with those of the page and of its running text."""
    keys = [[hashed(word) >> (64 - context.WORD_BITS) for word in line.words if len(word) > 1] for line in page]
    everywhere = Counter(key for inside in keys for key in inside)
    core = Counter(key for line, inside in zip(page, keys, strict=True) if line.running for key in inside)
    seen: set[int] = set()
    for line, inside in zip(page, keys, strict=True):
        others = [core[key] - line.running for key in inside]  # in the running text, besides the word itself
        rarity = [round(65536 / (0.5 + min(everywhere[key], 4095))) for key in inside]
        shared = sum(rare for rare, other in zip(rarity, others, strict=True) if other)
        common = sum(round(65536 * math.log1p(min(other, 4095))) for other in others)
        count = max(len(inside), 1)
        line.dense["words shared with the running text"] = sum(other > 0 for other in others) / count
        line.dense["rare words shared with the running text"] = shared / max(sum(rarity), 1)
        line.dense["weight of words in the running text"] = common / (count * 65536)
        line.dense["words seen above"] = sum(key in seen for key in inside) / count
        line.dense["words seen elsewhere on the page"] = sum(everywhere[key] > 1 for key in inside) / count
        seen.update(inside)


def usage(page: list[Line], tables: known.Known) -> None:
    """Fill in on how many of the corpus' sites the lines, their words and their pairs of words stand."""

    def sites(table: NDArray[np.uint8], numbers: Sequence[int]) -> list[int]:
        return [int(table[number >> (64 - (len(table).bit_length() - 1))]) for number in numbers]

    def log(count: int) -> float:
        return on_grid(math.log1p(count))

    for line in page:
        hashes = [hashed(token) for token in line.tokens]
        of_words, of_pairs = sites(tables.words, hashes), sites(tables.pairs, pairs_of(hashes))
        (of_line,) = sites(tables.lines, [mixed(hashed(line.chars) ^ BITS64)])
        line.dense["mean log sites of the words"] = mean([log(count) for count in of_words])
        line.dense["share of new words"] = mean([count < known.FEWEST for count in of_words])
        line.dense["log sites of the rarest word"] = log(min(of_words))
        line.dense["mean log sites of the pairs"] = mean([log(count) for count in of_pairs])
        line.dense["share of new pairs"] = mean([count < known.FEWEST for count in of_pairs])
        line.dense["share of pairs known to few"] = mean([count <= known.FEW for count in of_pairs])
        line.dense |= {"log sites of the whole line": log(of_line), "known as a whole": of_line > 0}
    for name in known.SPREAD:
        values = [on_grid(single(line.dense[name])) for line in page]
        for i, line in enumerate(page):
            for low, high, where in known.WINDOWS:
                line.dense[f"{name} {where}"] = mean(values[max(i + low, 0) : max(i + high + 1, 0)])


def added(rows: Sequence[Row], factor: float = 1) -> Row:
    return [math.fsum(column) * factor for column in zip(*rows, strict=True)]


def product(values: Sequence[float], weights: Iterator[Row]) -> Row:
    """Return for each label the sum of the values times weights, of which so many rows are taken."""
    return added([[value * weight for weight in next(weights)] for value in values])


def looked_up(table: NDArray[np.float32], number: int) -> Row:
    """Return the weights of a hash's bucket: multiples of a grid within limits, as the packed tables hold them."""
    row = table[number >> (64 - (len(table).bit_length() - 1))].tolist()
    return [min(max(round(weight / first.WORD_GRID), -first.ZERO), first.ZERO - 1) * first.WORD_GRID for weight in row]


def first_pass(page: list[Line], model: Model) -> list[tuple[Row, Row]]:
    """Return each line's scores, and the part of them that its own words have."""
    labels = len(model.labels.labels)
    hashes = [[hashed(token) for token in line.tokens] for line in page]

    def of_words(i: int, family: str, value: float, grid: float = 0) -> Row:  # what they say about another line
        begin = words.AROUND.index(family) * labels
        rows = [looked_up(model.first.around, number)[begin : begin + labels] for number in hashes[i]]
        out = added(rows, single(value / math.sqrt(len(rows))))
        return [on_grid(score, grid) for score in out] if grid else out

    out = []
    for i, (line, own) in enumerate(zip(page, hashes, strict=True)):
        pairs = pairs_of(own)
        start, whole = mixed(pairs[0] * 0xA24BAED4963EE407 + own[:2][-1]), mixed(hashed(line.chars) ^ BITS64)
        rows = [looked_up(model.first.own, number) for number in own] + [looked_up(model.first.pairs, number) for number in pairs]
        of_own = added(rows, single(math.sqrt(2) / math.sqrt(len(own))))
        of_own = added([of_own, added([looked_up(model.first.phrases, number) for number in (start, whole)], words.PHRASE_VALUE)])
        parts = [model.first.bias.tolist(), of_own]
        parts.append(product([line.dense[name] for name in model.dense_names], iter(model.first.dense.tolist())))
        parts += [of_words(j, side, words.AROUND_VALUE) for j, side in ((i - 1, "above"), (i + 1, "below")) if 0 <= j < len(page)]
        close = [j for j in range(i - words.NEAR, i + words.NEAR + 1) if 0 <= j < len(page) and j != i]
        parts += [of_words(j, "near", words.NEAR_VALUE, first.FINE) for j in close if len(page[j].words) <= words.SHORT]
        if line.above is not None:
            parts.append(of_words(line.above, "heading", words.HEADING_VALUE, first.FINE))
        out.append((added(parts), of_own))
    return out


def second_pass(page: list[Line], i: int, probs: list[Row], own: Row, model: Model) -> Row:
    """Return line i's final scores from everybody's first probabilities; the weights are read in the order of `second_names`."""
    line, weights, nothing = page[i], iter(model.second.weights.tolist()), [0.0] * len(model.labels.labels)
    parts = [model.second.bias.tolist()]
    seen = range(i - second.REACH, i + second.REACH + 1)
    parts += [product(probs[j] if 0 <= j < len(page) else nothing, weights) for j in seen]
    for size in second.MEANS:
        sides = (probs[max(i - size, 0) : i], probs[i + 1 : i + 1 + size])
        parts += [product(added([nothing, *rows], 1 / max(len(rows), 1)), weights) for rows in sides]
    for rows in (probs[:i], probs[i + 1 :]):
        shares = [part / max(total, 0.5) for part, total in zip(added([nothing, *rows]), added(probs), strict=True)]
        parts.append(product([on_grid(share) for share in shares], weights))
    parts.append(product(nothing if line.above is None else probs[line.above], weights))
    parts.append(product([on_grid(prob) for prob in softmax(own)], weights))
    parts.append(product([on_grid(second.FAR if line.above is None else math.log1p(i - line.above))], weights))
    parts.append(product([line.dense[name] for name in model.dense_names], weights))
    assert next(weights, None) is None
    return added(parts, 1 / model.second.temperature)

"""How widely what a line says is known: on how many sites of the corpus its words, its pairs of words and the whole of it stand.

Menus and buttons are made of what every site says; a headline or a sentence has words and pairs that no other site has. The weights of
the words themselves can't tell this: those of a word that training never met are another word's, or nothing. In training a line is shown
the other sites alone, since a new site's lines are not in the corpus either.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.context import Places, running
from sangloc.labelfile import LabelledPage
from sangloc.shape import GRID, Column, on_grid_all
from sangloc.tokens import Hashes, Ints, Tokens, tokenise
from sangloc.words import bits_of, bucket, line_keys, pairs_of

BITS = {"words": 16, "pairs": 19, "lines": 16}  # of the tables; the corpus has three pairs for each four buckets
FEWEST, FEW = 2, 3  # what fewer sites say counts as new; what so many say, as known to few
ENOUGH = 50  # sites of a corpus; of fewer, a word that all have may be new to the next one
MOST = 255  # sites that a table can hold
WINDOWS = (-5, -1, "in 5 lines above"), (1, 5, "in 5 lines below"), (-10, 10, "nearby")
SPREAD = ("mean log sites of the words", "share of new pairs", "known as a whole")  # whose means over the windows a line sees

LOGS = np.rint(np.log1p(np.arange(MOST + 1)) / GRID).astype(np.int64)  # of numbers of sites, in steps of the grid
# Per number of sites: its log, whether it is none, whether they are few. Summed up together: of the 8000 tokens that a line has at most.
_NONE, _FEW, _FIELD = 28, 44, 14
_PACKED = LOGS + ((np.arange(MOST + 1) < FEWEST).astype(np.int64) << _NONE) + ((np.arange(MOST + 1) <= FEW).astype(np.int64) << _FEW)

Sites = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Known:
    """For each bucket of a hash, the number of sites it stands on; 0 where they are fewer than FEWEST."""

    words: Sites
    pairs: Sites
    lines: Sites


class Census:
    """Counts on how many sites each bucket stands, and can leave any of them out."""

    def __init__(self, pages: Iterable[LabelledPage]) -> None:
        self.counts = {name: np.zeros(1 << bits, dtype=np.int32) for name, bits in BITS.items()}
        texts: dict[str, list[str]] = {}
        for page in pages:
            texts.setdefault(page.site, []).append(page.text)
        self.sites = {site: {name: np.unique(found) for name, found in _buckets(of_site).items()} for site, of_site in texts.items()}
        for site in self.sites.values():
            for name, found in site.items():
                self.counts[name][found] += 1

    def known(self, without: Collection[str] = ()) -> Known | None:
        """Return the tables, counted without some sites; None for a corpus of fewer sites than would tell anything."""
        if len(self.sites) < ENOUGH:
            return None
        counts = {name: count.copy() if without else count for name, count in self.counts.items()}
        for site in without:
            for name, found in self.sites[site].items():
                counts[name][found] -= 1
        return Known(**{name: np.where(count < FEWEST, 0, np.minimum(count, MOST)).astype(np.uint8) for name, count in counts.items()})


def known_columns(tokens: Tokens, pairs: Hashes, places: Places, known: Known) -> dict[str, Column]:
    """Compute the features of every line, by name, each (L,)."""
    starts, counts = tokens.line_tokens[:-1], np.diff(tokens.line_tokens)
    of_words = known.words.take(bucket(tokens.hashes, bits_of(known.words)))
    of_pairs = known.pairs.take(bucket(pairs, bits_of(known.pairs)))
    of_lines = known.lines.take(bucket(line_keys(tokens.line_hashes), bits_of(known.lines)))
    rarest = np.minimum.reduceat(of_words, starts) if len(starts) else of_lines
    logs, new, _ = _summed(of_words, starts)
    logs_of_pairs, new_pairs, few_pairs = _summed(of_pairs, starts)
    columns = on_grid_all(
        {
            "mean log sites of the words": logs * GRID / counts,
            "share of new words": new / counts,
            "log sites of the rarest word": LOGS[rarest] * GRID,
            "mean log sites of the pairs": logs_of_pairs * GRID / counts,
            "share of new pairs": new_pairs / counts,
            "share of pairs known to few": few_pairs / counts,
            "log sites of the whole line": LOGS[of_lines] * GRID,
            "known as a whole": of_lines > 0,
        }
    )
    sums = running(np.stack([columns[name].astype(np.float64) for name in SPREAD], axis=1))
    around = [(where, *places.window(sums, low, high)) for low, high, where in WINDOWS]
    means = {f"{name} {where}": found[:, i] / size for i, name in enumerate(SPREAD) for where, found, size in around}
    return columns | on_grid_all(means)


def _summed(sites: Sites, starts: Ints) -> tuple[Ints, Ints, Ints]:
    """Return over each line's tokens the sum of the logs, the number of those on no site, and of those on few."""
    sums = np.add.reduceat(_PACKED.take(sites), starts) if len(starts) else np.zeros(0, dtype=np.int64)
    mask = (1 << _FIELD) - 1
    return sums & ((1 << _NONE) - 1), (sums >> _NONE) & mask, (sums >> _FEW) & mask


def _buckets(texts: list[str]) -> dict[str, Ints]:
    tokens = tokenise(texts)
    hashes = {"words": tokens.hashes, "pairs": pairs_of(tokens.hashes), "lines": line_keys(tokens.line_hashes)}
    return {name: bucket(found, BITS[name]) for name, found in hashes.items()}

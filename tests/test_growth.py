"""Time and memory grow with the text and no faster; the command starts quickly. Figures are printed: `pytest -s tests/test_growth.py`."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from sangloc.sieve import Sieve
from tests.conftest import SEEDS

SENTENCE = "Thủ tướng yêu cầu các bộ, ngành báo cáo trước ngày 30/6/2025."
MB = 1_000_000
TIMES = 3  # as long for twice the size; linear is 2, the rest is for a noisy machine

# A process begun from a big one inherits the big one's peak as its own `ru_maxrss` (Linux: execve keeps the old memory's high-water
# mark). So a small Python stands between, whose child has a mark of its own, of about 11 MB at least.
BETWEEN = """
import resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
taken = time.perf_counter() - begun
print(done.returncode, taken, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
in_kilobytes = pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has another unit elsewhere")


def measured(*args: str | Path) -> tuple[float, float]:
    """Run Python with the arguments; return its seconds and its peak resident memory in MB."""
    command = [sys.executable, "-c", BETWEEN, sys.executable, *(str(arg) for arg in args)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, env=environment)
    code, seconds, peak = done.stdout.split()
    assert code == "0", done.stderr
    return float(seconds), float(peak) * 1024 / MB


def say(figures: str) -> None:
    """Print figures, for `pytest -s`."""
    sys.stdout.write(f"\n{figures}\n")


def seconds_of(sieve: Sieve, text: str) -> float:
    begun = time.perf_counter()
    sieve.tag(text)
    return time.perf_counter() - begun


def assert_linear(what: str, sieve: Sieve, texts: list[str], rounds: int = 5) -> None:
    """Assert that texts, each twice as long as the one before, take at most TIMES as long to tag at each step, from the first to the last.

    The median over rounds in which all sizes are timed in turn: a lucky moment of the smallest size, or a slow one of the largest,
    made the ratio of the best times 4.3 on a busy machine where it is 2 else; and single steps of some hundredths of a second reach 3.4.
    """
    table = [[seconds_of(sieve, text) for text in texts] for _ in range(rounds)]
    ratios = [median(row[i + 1] / row[i] for row in table) for i in range(len(texts) - 1)]
    times = ", ".join(f"{min(column):.3f}" for column in zip(*table, strict=True))
    say(f"{what}: {times} s, times {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
    assert median(row[-1] / row[0] for row in table) <= TIMES ** (len(texts) - 1)


def lines(count: int) -> str:
    return "\n".join(f"{SENTENCE} {number}" for number in range(count))


def one_line(size: int) -> str:
    """Return one line of about so many bytes."""
    return f"{SENTENCE} " * (size // len(f"{SENTENCE} ".encode()))


def test_time_is_linear_in_the_lines_of_a_page(sieve: Sieve) -> None:
    assert_linear("12,500 to 50,000 lines", sieve, [lines(count) for count in (12_500, 25_000, 50_000)])


@pytest.mark.slow
def test_time_is_linear_in_the_lines_of_a_page_of_many_sections(sieve: Sieve) -> None:
    assert_linear("100,000 to 400,000 lines", sieve, [lines(count) for count in (100_000, 200_000, 400_000)], rounds=2)


def test_time_is_linear_in_the_length_of_a_line(sieve: Sieve) -> None:
    assert_linear("one line of 5, 10, 20 MB", sieve, [one_line(size * MB) for size in (5, 10, 20)])


def test_time_is_linear_in_one_word_lines(sieve: Sieve) -> None:
    texts = ["\n".join(f"từ{number}" for number in range(count)) for count in (25_000, 50_000, 100_000)]
    assert_linear("25,000 to 100,000 one-word lines", sieve, texts)


def test_time_is_linear_in_equal_and_in_blank_lines(sieve: Sieve) -> None:
    assert_linear("10,000 to 40,000 equal lines", sieve, [f"{SENTENCE}\n" * count for count in (10_000, 20_000, 40_000)])
    assert_linear("250,000 to a million blank lines", sieve, ["\n" * count for count in (MB // 4, MB // 2, MB)])


def test_time_is_linear_in_decomposed_text(sieve: Sieve) -> None:
    marks = "Thu\u0309 tu\u031bo\u031b\u0301ng "
    assert_linear("one decomposed line of 1.5 to 6 MB", sieve, [marks * (size * MB // 20) for size in (1, 2, 4)])
    assert_linear("one letter with 1 to 4 million marks", sieve, ["o" + "\u0323\u0302" * (size * MB // 2) for size in (1, 2, 4)])


# Tags the text that the expression makes, and prints nothing.
TAG = "import sys, sangloc; text = {}; page = sangloc.load().tag(text); assert len(page) == {}"


@in_kilobytes
def test_memory_for_a_line_of_100_mb_is_a_dozen_times_its_size() -> None:
    # Measured: 11.2 times, most of it the code points of the whole line in 4 and in 8 bytes (tokens.py, `_codes`).
    text = f"{SENTENCE} "
    _, peak = measured("-c", TAG.format(f"{text!r} * {100 * MB // len(text.encode())}", 1))
    say(f"one line of 100 MB: {peak:.0f} MB")
    assert peak < 14 * 100


@pytest.mark.slow
@in_kilobytes
def test_memory_for_two_million_lines_is_a_few_times_their_size() -> None:
    # Measured: 6.0 times 160 MB: the text (1.5 bytes a byte of UTF-8), 2 times 72 bytes of probabilities a line, one section's arrays.
    count = 2 * MB
    size = count * len(f"{SENTENCE}\n".encode()) / MB
    _, peak = measured("-c", TAG.format(f"{SENTENCE + chr(10)!r} * {count}", count))
    say(f"{count} lines, {size:.0f} MB: {peak:.0f} MB")
    assert peak < 8 * size


# Prints nothing either; fails where the peak after all pages is more than a tenth above that after the first tenth of them.
MANY = """
import resource, sys, sangloc
def pages():
    made = [open(name, encoding="utf-8").read() for name in sys.argv[2:]]
    for number in range(int(sys.argv[1])):
        yield f"{number}\\n{made[number % len(made)]}"
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
early = 0.0
for number, page in enumerate(sangloc.load().tag_many(pages())):
    if number == int(sys.argv[1]) // 10:
        early = peak()
assert early > 20
sys.exit(0 if peak() < 1.1 * early else f"{early} MB, in the end {peak()}")
"""


@pytest.mark.slow
@in_kilobytes
def test_memory_is_flat_over_twenty_thousand_pages() -> None:
    seconds, peak = measured("-c", MANY, "20000", *SEEDS)
    say(f"20,000 pages: {peak:.0f} MB, {seconds:.1f} s")
    assert peak < 200


@in_kilobytes
def test_memory_for_many_tiny_pages_is_that_of_any_other_batch() -> None:
    _, peak = measured("-c", "import sangloc; list(sangloc.load().tag_many(['ab'] * 20_000))")
    say(f"20,000 pages of two letters: {peak:.0f} MB")
    assert peak < 300


def test_the_command_starts_quickly() -> None:
    runs = [measured("-m", "sangloc", "tag", SEEDS[0]) for _ in range(5)]
    seconds, peak = min(taken for taken, _ in runs), min(size for _, size in runs)
    say(f"sangloc tag of one page: {seconds:.2f} s (aim: 0.35), {peak:.0f} MB")
    assert seconds < 0.45
    if sys.platform == "linux":
        assert peak < 80


def test_importing_costs_next_to_nothing() -> None:
    bare = min(measured("-c", "0")[0] for _ in range(5))
    seconds = min(measured("-c", "import sangloc")[0] for _ in range(5))
    say(f"import sangloc: {seconds:.3f} s, Python alone {bare:.3f}")
    assert seconds < 0.2

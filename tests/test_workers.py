"""Worker processes: order, deaths, hangs, and none left behind. The functions run in the workers, so they stand here by name."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from sangloc.worker import LostError, Worker
from sangloc.workers import Workers
from tests.faults import alive, children, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


def doubled(items: list[int]) -> list[int]:
    return [2 * item for item in items]


def deadly(items: list[int], place: Path) -> list[int]:
    """Die on 13 always, on 7 the first time; hang in C code on 99. Each time is noted."""
    for item in items:
        with (place / str(item)).open("a", encoding="utf-8") as file:
            file.write(f"{len(items)}\n")
        if item == 13 or (item == 7 and (place / "7").read_text().count("\n") == 1):
            os.kill(os.getpid(), signal.SIGKILL if item == 13 else signal.SIGALRM)
        if item == 99:
            sum(range(1 << 60))  # no signal handler written in Python would run
    return doubled(items)


def lost(item: int, why: str) -> str:
    return f"{item}: {why}"


def chunks(numbers: list[int], size: int) -> list[list[int]]:
    return [numbers[i : i + size] for i in range(0, len(numbers), size)]


def failing(_: list[int]) -> list[int]:
    raise ValueError("no")


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order(jobs: int) -> None:
    numbers = list(range(1000))
    found = list(Workers[int, int | str](jobs, doubled, lost).map(chunks(numbers, 7)))  # type: ignore[arg-type]
    assert found == [(number, 2 * number) for number in numbers]


def test_a_dead_worker_costs_only_the_item_that_kills_twice(tmp_path: Path) -> None:
    numbers = list(range(60))
    workers = Workers[int, int | str](2, partial(deadly, place=tmp_path), lost)  # type: ignore[arg-type]
    found = dict(workers.map(chunks(numbers, 5)))
    assert list(found) == numbers
    assert found.pop(13) == "13: its process was killed (SIGKILL: out of memory?)"
    assert found == {number: 2 * number for number in numbers if number != 13}
    assert (tmp_path / "13").read_text() == "5\n1\n"  # among others, then alone, and never again
    assert (tmp_path / "7").read_text() == "5\n1\n"
    assert (tmp_path / "40").read_text() == "5\n"


def test_a_hanging_worker_is_ended(tmp_path: Path) -> None:
    numbers = [1, 99, 2, 3, 4, 5]
    workers = Workers[int, int | str](2, partial(deadly, place=tmp_path), lost, lambda _: 0.3)  # type: ignore[arg-type]
    begun = time.monotonic()
    found = dict(workers.map(chunks(numbers, 2)))
    assert time.monotonic() - begun < 10
    assert str(found.pop(99)).startswith("99: it took longer than ")
    assert found == {number: 2 * number for number in numbers if number != 99}


def test_what_the_function_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="no"):
        list(Workers[int, int](2, failing, lambda item, _: item).map([[1], [2]]))


def test_a_single_worker_answers_or_is_lost(tmp_path: Path) -> None:
    worker = Worker(partial(deadly, place=tmp_path))
    worker.send([1, 2])
    assert worker.answer(30) == [2, 4]
    worker.send([99])
    with pytest.raises(LostError, match="took longer"):
        worker.answer(0.2)
    assert not alive([worker.process.pid or 0])
    idle = Worker(doubled)
    idle.kill()
    idle.process.join()
    idle.send([1])  # says nothing; the answer does
    with pytest.raises(LostError, match="SIGKILL"):
        idle.answer(30)


# A process with two busy workers, each with a busy process of its own; it says when they are there.
PARENT = """
import sys, time
from sangloc.worker import Worker
from sangloc.workers import Workers
def inner(n):
    time.sleep(n)
def outer(items):
    worker = Worker(inner)
    worker.send(2)
    worker.answer()
    return items
print("begun", flush=True)
list(Workers(2, outer, lambda item, why: item).map([[1], [2]]))
"""


def test_no_worker_outlives_a_killed_main_process() -> None:
    running = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.readline()
    until(lambda: len(children(running.pid)) == 4)
    below = children(running.pid)
    running.kill()
    running.wait()
    until(lambda: not alive(below), 10)
    running.stdout.close()

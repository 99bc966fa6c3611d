"""Apply a function to chunks of items in worker processes, in order; a worker that dies or hangs takes nothing along.

Not `concurrent.futures`: its pool can't end a task that hangs in C code, breaks as a whole when one process dies, and leaves its processes
running when the main process is killed.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from sangloc.worker import LostError, Worker

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4  # chunks in flight per worker
CHECK = 0.5  # seconds between looks at the clock while all workers are busy


@dataclass(slots=True)
class _Task(Generic[Item, Result]):
    """A chunk and what came of it."""

    items: list[Item]
    results: list[Result] | None = None
    lost: bool = False


class Workers(Generic[Item, Result]):
    """Some worker processes; each is replaced when it dies or hangs.

    `work` maps a list of items to one result each; `lost` makes the result of an item on which a worker was lost twice, once among
    others and once alone, from the item and the reason. `limit` says how many seconds a list of items may take; None: any time.
    """

    def __init__(
        self,
        jobs: int,
        work: Callable[[list[Item]], list[Result]],
        lost: Callable[[Item, str], Result],
        limit: Callable[[list[Item]], float | None] = lambda _: None,
    ) -> None:
        self.work, self.lost, self.limit = work, lost, limit
        self.workers = [Worker(work, leader=True) for _ in range(jobs)]
        self.busy: dict[int, _Task[Item, Result]] = {}  # by the worker's place
        self.queue: deque[_Task[Item, Result]] = deque()

    def map(self, chunks: Iterable[list[Item]]) -> Iterator[tuple[Item, Result]]:
        """Yield all chunks' items in order, each with its result, a bounded number of chunks ahead."""
        tasks: deque[_Task[Item, Result]] = deque()
        source = iter(chunks)
        ended = False
        try:
            while True:
                while not ended and len(tasks) < AHEAD * len(self.workers):
                    chunk = next(source, None)
                    if chunk is None:
                        ended = True
                        break
                    tasks.append(_Task(chunk))
                    self.queue.append(tasks[-1])
                    self._exchange(0)
                if not tasks:
                    return
                while tasks[0].results is None and not tasks[0].lost:
                    self._exchange(CHECK)
                task = tasks.popleft()
                results = self._one_by_one(task.items) if task.results is None else iter(task.results)
                for item, result in zip(task.items, results, strict=True):
                    yield item, result
                    self._exchange(0)  # no worker waits while the caller writes
        finally:
            self.end()

    def end(self) -> None:
        """End all workers at once."""
        for worker in self.workers:
            worker.kill()
        for worker in self.workers:
            worker.end()

    def _exchange(self, seconds: float) -> None:
        """Take answers, end what takes too long, and hand out tasks; wait so long for the first answer."""
        self._hand_out()
        ready = set(wait([self.workers[place].connection for place in self.busy], seconds)) if self.busy else set()
        for place, task in list(self.busy.items()):
            worker = self.workers[place]
            if worker.connection not in ready and not self._late(task, worker):
                continue
            del self.busy[place]
            try:
                task.results = worker.answer(0)
            except LostError:
                task.lost = True
                self.workers[place] = Worker(self.work, leader=True)
        self._hand_out()

    def _late(self, task: _Task[Item, Result], worker: Worker) -> bool:
        limit = self.limit(task.items)
        return limit is not None and time.monotonic() - worker.since > limit

    def _hand_out(self) -> None:
        """Give tasks to the workers that have none: one each, so that neither side ever waits for the other to read."""
        for place, worker in enumerate(self.workers):
            if self.queue and place not in self.busy:
                self.busy[place] = self.queue.popleft()
                worker.send(self.busy[place].items)

    def _one_by_one(self, items: list[Item]) -> Iterator[Result]:
        """Do the items of a lost chunk again, each alone."""
        worker = Worker(self.work, leader=True)
        try:
            for item in items:
                worker.send([item])
                try:
                    yield from worker.answer(self.limit([item]))
                except LostError as error:
                    yield self.lost(item, str(error))
                    worker = Worker(self.work, leader=True)
        finally:
            worker.end()

"""Apply a function to chunks of items in worker processes, in order; a worker that dies takes nothing along."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4  # chunks in flight per worker


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, initializer=_leave_signals)


def _leave_signals() -> None:
    """Let the main process alone answer Ctrl-C, which reaches its workers too; it ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Workers(Generic[Item, Result]):
    """A pool that is made anew when one of its processes is killed.

    `work` maps a list of items to one result each; `killed` makes the result of an item on which a worker died twice: once among
    others, once alone.
    """

    def __init__(self, jobs: int, work: Callable[[list[Item]], list[Result]], killed: Callable[[Item], Result]) -> None:
        self.jobs, self.work, self.killed = jobs, work, killed
        self.pool = _pool(jobs)

    def map(self, chunks: Iterable[list[Item]]) -> Iterator[tuple[Item, Result]]:
        """Yield all chunks' items in order, each with its result, a bounded number of chunks ahead."""
        waiting: deque[tuple[list[Item], Future[list[Result]] | None]] = deque()
        source = iter(chunks)
        try:
            while True:
                while len(waiting) < AHEAD * self.jobs and (chunk := next(source, None)) is not None:
                    waiting.append((chunk, self._submitted(chunk)))
                if not waiting:
                    return
                chunk, future = waiting.popleft()
                results = self._results(future)
                if results is not None:
                    yield from zip(chunk, results, strict=True)
                    continue
                self.pool.shutdown(wait=False, cancel_futures=True)
                yield from zip(chunk, self._one_by_one(chunk), strict=True)
                self.pool = _pool(self.jobs)
                waiting = deque((rest, old if self._whole(old) else self._submitted(rest)) for rest, old in waiting)
        finally:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _submitted(self, chunk: list[Item]) -> Future[list[Result]] | None:
        """Submit a chunk; None where the pool is broken, as the futures before this one will tell."""
        try:
            return self.pool.submit(self.work, chunk)
        except BrokenProcessPool:
            return None

    @staticmethod
    def _results(future: Future[list[Result]] | None) -> list[Result] | None:
        """Wait for a chunk's results; None where its worker, or another of the pool, was killed."""
        try:
            return None if future is None else future.result()
        except BrokenProcessPool:
            return None

    @staticmethod
    def _whole(future: Future[list[Result]] | None) -> bool:
        return future is not None and future.done() and not future.cancelled() and future.exception() is None

    def _one_by_one(self, chunk: list[Item]) -> Iterator[Result]:
        pool = _pool(1)
        try:
            for item in chunk:
                try:
                    yield from pool.submit(self.work, [item]).result()
                except BrokenProcessPool:
                    yield self.killed(item)
                    pool.shutdown(wait=False)
                    pool = _pool(1)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

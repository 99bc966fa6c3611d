"""Waits for the disk side by side: page by page they would take longer than tagging does."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from sangloc.files import NewFile, put_in_place


class Syncing:
    """Threads that put files in place, as many as the machine grants."""

    def __init__(self, threads: int) -> None:
        """Take the most threads there may be; each begins when there is work for it."""
        # One pool a thread: where a thread can't begin, its pool's queue has nothing that another would do a second time.
        self.pools = [ThreadPoolExecutor(1) for _ in range(threads)]
        self.turn = 0

    def put(self, files: Sequence[NewFile], placed: Callable[[NewFile], object]) -> "Future[list[OSError]]":
        """Return what `put_in_place` will have returned; `placed` is called in one of the threads."""
        while self.pools:
            self.turn = (self.turn + 1) % len(self.pools)
            try:
                return self.pools[self.turn].submit(put_in_place, files, placed)
            except (RuntimeError, MemoryError):  # no memory or process number for another thread
                del self.pools[self.turn]
        done: Future[list[OSError]] = Future()
        done.set_result(put_in_place(files, placed))
        return done

    def shutdown(self) -> None:
        """Wait for all files."""
        for pool in self.pools:
            pool.shutdown()

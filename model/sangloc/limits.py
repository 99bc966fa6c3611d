"""A time limit for Python code, where no process of its own can be ended."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooLongError(BaseException):
    """The time is over. No `Exception`, lest what it interrupts takes it for a fault of its own."""


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Raise `TooLongError` in a block that takes longer. Without a limit, in threads and on Windows nothing happens."""
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"it took longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

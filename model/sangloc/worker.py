"""One process that applies a function to what it is sent, and that can be ended at any time, even in C code."""

import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

# A copy of this process has the model already. On macOS system libraries don't survive being copied, on Windows there is no such thing.
CONTEXT = multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
ENDING = 0.5  # seconds that a process has to end by itself
ANSWERED_HERE = (signal.SIGINT, signal.SIGTERM)


class LostError(Exception):
    """A worker process ended without an answer, or was ended because it took too long; the message says which."""


class Worker:
    """A process that does one thing at a time: `send`, then `answer`.

    A `leader` may begin processes of its own, which end with it.
    """

    def __init__(self, work: Callable[[Any], Any], leader: bool = False) -> None:
        self.connection, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=_serve, args=(work, theirs, self.connection, leader), daemon=not leader)
        self.since = 0.0  # when the last thing was sent
        with _signals_held():
            self.process.start()
        theirs.close()

    def send(self, item: object) -> None:
        """Give it something to do; that it is dead shows when the answer is read."""
        self.since = time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(item)

    def answer(self, seconds: float | None = None) -> Any:
        """Wait for the answer at most so long; `LostError` where there is none, and whatever the function raised."""
        try:
            if not self.connection.poll(seconds):
                self.end()
                raise LostError(f"it took longer than {time.monotonic() - self.since:.0f} s")
            done, found = self.connection.recv()
        except (EOFError, ConnectionResetError, pickle.UnpicklingError):
            self.process.join(ENDING)
            code = self.process.exitcode
            self.end()
            raise LostError(f"its process was killed{_reason(code)}") from None
        if not done:
            raise found
        return found

    def kill(self) -> None:
        """Kill the process, and those that it began, without waiting for it."""
        _kill(self.process)

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill()
        self.process.join()
        self.connection.close()


def kill_all() -> None:
    """Kill all workers of this process, and what they began."""
    for process in multiprocessing.active_children():
        _kill(process)


def _kill(process: BaseProcess) -> None:
    pid = process.pid
    if pid is not None and process.exitcode is None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it leads no group
            os.killpg(pid, signal.SIGKILL)
    process.kill()


def _reason(code: int | None) -> str:
    """Say why a process ended, as far as its exit code tells."""
    if code is None or code >= 0:
        return ""
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f" ({name}: out of memory?)" if name == "SIGKILL" else f" ({name})"


class _signals_held:  # noqa: N801  # reads as a function where it is used
    """Hold signals back while a process is begun: in the copy, until it has handlers of its own."""

    def __enter__(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            self.before = signal.pthread_sigmask(signal.SIG_BLOCK, ANSWERED_HERE)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_SETMASK, self.before)


def _serve(work: Callable[[Any], Any], connection: Connection, others: Connection, leader: bool) -> None:
    """Answer until the other side is gone; the life of a worker process."""
    others.close()
    # The main process alone answers Ctrl-C, which reaches its workers too; it ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if leader and hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ANSWERED_HERE)
    # A library that dies leaves a stack there; the process that waits for the answer says in one line what happened.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101  # for the type checker
    while connection in wait([connection, parent.sentinel]):
        try:
            item = connection.recv()
        except (EOFError, OSError):
            break
        try:
            answer = (True, work(item))
        except Exception as error:  # noqa: BLE001  # it is raised again on the other side
            answer = (False, error)
        try:
            connection.send(answer)
        except OSError:
            break
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)  # nothing of the process whose copy this is may be cleaned up here

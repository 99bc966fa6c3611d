"""What the tests of faults share: runs under limits, pages in numbers, and the processes that a run leaves."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

COMMAND = (sys.executable, "-m", "sangloc")
ARTICLE = (
    "Cầu mới thông xe sau ba năm thi công\n\n30/06/2025\n\n"
    "Sáng nay, cây cầu dài 2 km đã thông xe trong niềm vui của người dân hai bờ sông.\n\n"
    "Theo chủ đầu tư, công trình có tổng vốn 1.200 tỉ đồng, rút ngắn quãng đường 15 km.\n\nTin liên quan\n\nGiá vàng hôm nay tăng mạnh\n"
)


def limited(limit: str, value: int) -> Callable[[], None]:
    """Return what sets a limit of the operating system in a child, by its name: `RLIMIT_FSIZE`, `RLIMIT_AS`."""

    def set_limit() -> None:
        import resource

        number = getattr(resource, limit)
        resource.setrlimit(number, (value, value))

    return set_limit


def run(
    *args: str | bytes | Path,
    cwd: Path,
    limit: Callable[[], None] | None = None,
    stdin: bytes = b"",
    environment: dict[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run the command in a folder, under a limit."""
    # Python (until 3.14) takes a compiled module that was cut at the limit for written, and every later run would fail on it.
    whole = {} if limit is None else {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*COMMAND, *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=300,
        check=False,
        env={**os.environ, **whole, **(environment or {})},
        preexec_fn=limit,  # the child does nothing but lower a limit of its own before the program begins
    )


def begun(*args: str | Path, cwd: Path, own_group: bool = False) -> "subprocess.Popen[bytes]":
    """Begin the command in a folder and don't wait."""
    return subprocess.Popen(
        [*COMMAND, *args], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0 if own_group else None
    )


def many_pages(folder: Path, count: int, text: str = ARTICLE) -> Path:
    """Make a folder of so many pages, each a little different."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:05d}.txt").write_text(f"{number}\n{text}", encoding="utf-8")
    return folder


def children(pid: int) -> list[int]:
    """Return the processes that a process began, theirs included."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    found = [int(child) for child, parent, state in rows if int(parent) == pid and not state.startswith("Z")]
    return found + [below for child in found for below in children(child)]


def alive(pids: list[int]) -> list[int]:
    """Return those of some processes that still run; zombies don't."""
    out = []
    for pid in pids:
        listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
        if listed and not listed.startswith("Z"):
            out.append(pid)
    return out


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until a condition holds; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def leftovers(folder: Path) -> list[str]:
    """Return the temporary files of sangloc under a folder."""
    return [path.name for path in folder.rglob(".sangloc-*")] if folder.is_dir() else []


def as_root() -> bool:
    """Tell whether permissions don't hold for this process."""
    return hasattr(os, "geteuid") and os.geteuid() == 0

"""The table of faults and tests names tests that exist, and no fault without one."""

import ast

import pytest

from tests.conftest import ROOT

TABLE = ROOT / "tests" / "FAULTS.md"
PROMISE = ROOT.parent / "shared" / "FAULTS.md"


def rows(text: str) -> dict[str, str]:
    """Return the first and second cells of a table's rows."""
    cells = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first.strip(): rest.strip() for first, rest, *_ in cells if first.strip() != "input or fault"}


def named(cell: str) -> list[tuple[str, str]]:
    """Return the modules and tests of a cell."""
    parts = (part.strip().partition(": ") for part in cell.split(";"))
    return [(module, test.strip()) for module, _, tests in parts for test in tests.split(",")]


ROWS = rows(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", ROWS)
def test_the_tests_of_a_fault_exist(fault: str) -> None:
    assert named(ROWS[fault])
    for module, test in named(ROWS[fault]):
        tree = ast.parse((ROOT / "tests" / module).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{module}: {test}"


@pytest.mark.skipif(not PROMISE.is_file(), reason="the promise (../shared/FAULTS.md) is not here")
def test_every_fault_of_the_promise_is_in_the_table() -> None:
    assert list(ROWS) == list(rows(PROMISE.read_text(encoding="utf-8")))

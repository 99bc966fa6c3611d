"""Model files: what was saved comes back; hostile ones are refused in one line without running anything."""

import io
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from sangloc.artifact import ModelFileError, read_model, write_model
from sangloc.model import Model, load_model
from sangloc.sieve import SHIPPED, Sieve
from tests.conftest import Cli

CANARY = "sangloc-canary"


class Bomb:
    """Runs a command when unpickled by anything that trusts it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (f"touch {self.path}",)


def dumped(content: object) -> bytes:
    out = io.BytesIO()
    joblib.dump(content, out, protocol=4)
    return out.getvalue()


def ndarray_of_raw_memory() -> bytes:
    """Return a pickle that calls the real numpy.ndarray on bytes as objects: it crashes whoever lets it."""
    code = b"\x80\x04\x8c\x05numpy\x8c\x07ndarray\x93K\x01\x85\x8c\x05numpy\x8c\x05dtype\x93\x8c\x01O\x85RC\x08AAAAAAAA\x87R."
    assert len(code) < 100
    return code


def test_arrays_and_values_come_back(tmp_path: Path) -> None:
    content: dict[str, Any] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": {"c": [1, 2.5, "x", True, None, 1 << 40]},
        "d": np.zeros((0, 2)),
    }
    write_model(content, tmp_path / "m.joblib")
    found = read_model(tmp_path / "m.joblib")
    assert np.array_equal(found["a"], content["a"]) and found["a"].dtype == np.float32
    assert found["b"] == content["b"]
    assert found["d"].shape == (0, 2)
    # joblib itself reads the file too: it is an ordinary joblib file.
    assert np.array_equal(joblib.load(tmp_path / "m.joblib")["a"], content["a"])


def test_shipped_model_is_saved_to_the_same_bytes(sieve: Sieve, tmp_path: Path) -> None:
    sieve.save(tmp_path / "again.joblib")
    assert (tmp_path / "again.joblib").read_bytes() == SHIPPED.read_bytes()


HOSTILE: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda _: b"",
    "garbage": lambda _: b"\x80\x04" + bytes(range(256)) * 4,
    "text": lambda _: b"hello",
    "truncated": lambda _: SHIPPED.read_bytes()[:-1000],
    "cut in an array": lambda _: SHIPPED.read_bytes()[:200_000],
    "something behind": lambda _: SHIPPED.read_bytes() + b"x",
    "zlib": lambda _: zlib.compress(SHIPPED.read_bytes()),
    "gzip": lambda _: b"\x1f\x8b" + SHIPPED.read_bytes(),
    "os.system": lambda path: dumped({"format": "sangloc-model", "x": Bomb(path)}),
    "plain pickle of os.system": lambda path: pickle.dumps(Bomb(path), protocol=2),
    "protocol 0": lambda path: f"cos\nsystem\n(S'touch {path}'\ntR.".encode(),
    "object array": lambda path: dumped({"format": "sangloc-model", "x": np.array([Bomb(path)], dtype=object)}),
    "raw memory as objects": lambda _: ndarray_of_raw_memory(),
    "reduce on a stand-in": lambda _: b"\x80\x04\x8c\x05numpy\x8c\x07ndarray\x93)R.",
    "persistent id": lambda _: b"\x80\x04\x8c\x01xQ.",
    "extension code": lambda _: b"\x80\x04\x82\x01.",
    "huge bytearray": lambda _: b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b".",
    "huge string": lambda _: b"\x80\x04\x8d" + struct.pack("<Q", 1 << 40) + b".",
    "a scikit-learn object": lambda _: dumped({"format": "sangloc-model", "x": __import__("sklearn.linear_model").linear_model.Ridge()}),
    "a list": lambda _: dumped([1, 2]),
    "no format": lambda _: dumped({"labels": []}),
    "newer format": lambda _: dumped({"format": "sangloc-model", "version": 99}),
    "version of another type": lambda _: dumped({"format": "sangloc-model", "version": [1]}),
    "format only": lambda _: dumped({"format": "sangloc-model", "version": 1}),
    "deep nesting": lambda _: b"\x80\x04" + b"]" * 200_000 + b"a" * 199_999 + b".",
    "complex numbers": lambda _: dumped({"format": "sangloc-model", "version": 1, "x": np.zeros(3, dtype=np.complex128)}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused(kind: str, tmp_path: Path, cli: Cli) -> None:
    canary = tmp_path / CANARY
    file = tmp_path / "m.joblib"
    file.write_bytes(HOSTILE[kind](canary))
    with pytest.raises(ModelFileError) as caught:
        load_model(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not canary.exists()


def test_the_command_exits_with_3(tmp_path: Path, cli: Cli) -> None:
    for name, content in {"a": b"", "b": dumped({"x": Bomb(tmp_path / CANARY)})}.items():
        (tmp_path / name).write_bytes(content)
        done = cli("tag", "-", "--model", tmp_path / name, stdin=b"x")
        assert done.returncode == 3
        assert done.stdout == b""
        assert done.stderr.count(b"\n") == 1
    assert cli("tag", "-", "--model", tmp_path / "none", stdin=b"x").returncode == 3
    assert not (tmp_path / CANARY).exists()


def changed(model: Model, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = model.as_dict()
    content["first"], content["second"] = dict(content["first"]), dict(content["second"])
    change(content)
    return content


def _without_known_features(content: dict[str, Any]) -> None:
    del content["dense_names"][-17:]
    content["first"]["dense"] = content["first"]["dense"][:-17]
    content["second"]["weights"] = content["second"]["weights"][:-17]


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "NaN weights": lambda c: c["first"].update(own=np.full_like(c["first"]["own"], np.nan)),
    "infinite bias": lambda c: c["second"].update(bias=np.full_like(c["second"]["bias"], np.inf)),
    "wrong class count": lambda c: c["labels"].pop(),
    "label without group": lambda c: c["labels"].append("new"),
    "odd table": lambda c: c["first"].update(own=c["first"]["own"][:100]),
    "other type": lambda c: c["first"].update(pairs=c["first"]["pairs"].astype(np.float64)),
    "missing table": lambda c: c["first"].pop("phrases"),
    "missing pass": lambda c: c.pop("second"),
    "temperature 0": lambda c: c["second"].update(temperature=0.0),
    "temperature as text": lambda c: c["second"].update(temperature="1"),
    "fewer features": lambda c: c["dense_names"].pop(),
    "no training": lambda c: c.pop("training"),
    "no tables of known words": lambda c: c.pop("known"),
    "a table of known words of another type": lambda c: c["known"].update(pairs=c["known"]["pairs"].astype(np.float32)),
    "an odd table of known words": lambda c: c["known"].update(lines=c["known"]["lines"][:100]),
    "features of known words missing": _without_known_features,
    "features in another order": lambda c: c["dense_names"].reverse(),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_models_that_do_not_fit_together_are_refused(kind: str, sieve: Sieve, tmp_path: Path) -> None:
    write_model(changed(sieve.model, CHANGES[kind]), tmp_path / "m.joblib")
    with pytest.raises(ModelFileError, match="not a usable sangloc model"):
        load_model(tmp_path / "m.joblib")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "m.joblib"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_model({"x": (n for n in range(3))}, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]

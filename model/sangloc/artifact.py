"""The model file: one dict of plain values and numeric arrays, read without running anything it says.

`joblib.load` unpickles, and a pickle may name any function to call. This reader maps the three names that
joblib's array format needs to inert stand-ins and refuses every other; the arrays' bytes are read here, after dtype, shape and size
were checked. The real `numpy.ndarray` and `numpy.dtype` are never reachable: a hundred bytes that build an object array from raw
memory are enough to crash the process.
"""

import io
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

FORMAT = "sangloc-model"
VERSION = 3
MAX_BYTES = 1 << 28
MAX_DIMENSIONS = 3
DTYPES = frozenset({"<f4", "<f8", "<i8", "<i4", "<u8", "|u1"})


class ModelFileError(Exception):
    """A model file that can't or mustn't be used; the message is one line and names the file."""


class _RefusedError(Exception):
    """What is wrong inside the pickle; becomes a `ModelFileError` with the file's name."""


class _ArrayClass:
    """Stands in for `numpy.ndarray` where joblib's wrapper names the array's class; can't be called."""


class _Dtype:
    """Stands in for `numpy.dtype`: takes its code and byte order, does nothing."""

    def __init__(self, code: object = None, *_flags: object) -> None:
        self.code = code
        self.order: object = None

    def __setstate__(self, state: object) -> None:
        self.order = state[1] if isinstance(state, tuple) and len(state) > 1 else None

    def resolved(self) -> np.dtype[Any]:
        """Return the real dtype, if it is one of the few that a model has."""
        order = "<" if self.order in ("<", None) else str(self.order)
        name = f"{order}{self.code}" if isinstance(self.code, str) else repr(self.code)
        if name not in DTYPES:
            raise _RefusedError(f"an array of type {name[:20]}; a model has only plain numbers")
        return np.dtype(name)


class _Wrapper:
    """Stands in for joblib's `NumpyArrayWrapper`: holds what it says of the array whose bytes follow."""


_STAND_INS: dict[tuple[str, str], type] = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): _Wrapper,
    ("numpy", "ndarray"): _ArrayClass,
    ("numpy", "dtype"): _Dtype,
}


_OPCODES = b"".join(
    (
        *(pickle.PROTO, pickle.FRAME, pickle.STOP, pickle.MEMOIZE, pickle.BINGET, pickle.LONG_BINGET, pickle.MARK),
        *(pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE, pickle.BININT, pickle.BININT1, pickle.BININT2, pickle.LONG1),
        *(pickle.BINFLOAT, pickle.SHORT_BINUNICODE, pickle.BINUNICODE, pickle.EMPTY_TUPLE, pickle.TUPLE),
        *(pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.EMPTY_LIST, pickle.APPEND, pickle.APPENDS),
        *(pickle.EMPTY_DICT, pickle.SETITEM, pickle.SETITEMS, pickle.STACK_GLOBAL, pickle.NEWOBJ, pickle.REDUCE),
        pickle.BUILD,
    )
)


class _Reader(pickle._Unpickler):
    """What joblib's unpickler does, with no way to name anything but the stand-ins.

    It is not derived from joblib's class: importing joblib takes 0.15 s of every start, and nothing of that class would be left.
    """

    # Only what `joblib.dump` of plain values and arrays writes: extension codes, bytearrays of any size and the like are refused.
    dispatch: ClassVar[dict[int, Any]] = {code: pickle._Unpickler.dispatch[code] for code in _OPCODES}

    stack: list[Any]  # untyped in the standard library's hints

    def __init__(self, content: bytes) -> None:
        self.file_handle = io.BytesIO(content)
        self.file_size = len(content)
        super().__init__(self.file_handle)

    def find_class(self, module: str, name: str) -> type:
        """Return a stand-in, or refuse."""
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise _RefusedError(f"it names {module}.{name}; a model holds only numbers and text") from None

    def load_build(self) -> None:
        """Take the state of a stand-in; where it is the wrapper, read the array that follows."""
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, _Dtype):
            target.__setstate__(state)
        elif isinstance(target, _Wrapper) and isinstance(state, dict):
            self.stack[-1] = self._array(state)
        else:
            raise _RefusedError("it sets the state of something that has none")

    dispatch[pickle.BUILD[0]] = load_build

    def _array(self, state: dict[str, Any]) -> NDArray[Any]:
        dtype, shape, order = state.get("dtype"), state.get("shape"), state.get("order")
        if state.get("subclass") is not _ArrayClass or not isinstance(dtype, _Dtype) or order not in ("C", "F"):
            raise _RefusedError("an array that is none")
        kind = dtype.resolved()
        if not isinstance(shape, tuple) or len(shape) > MAX_DIMENSIONS or not all(type(n) is int and n >= 0 for n in shape):
            raise _RefusedError("an array of impossible shape")
        size = kind.itemsize
        for length in shape:
            size *= length
        alignment = state.get("numpy_array_alignment_bytes")
        if alignment is not None:
            padding = self.file_handle.read(1)
            if len(padding) != 1:
                raise _RefusedError("it ends in mid-array")
            self.file_handle.seek(padding[0], os.SEEK_CUR)
        left = self.file_size - self.file_handle.tell()
        if size > left:
            raise _RefusedError(f"an array claims {size} bytes and {left} are left")
        data = self.file_handle.read(size)
        return np.frombuffer(data, dtype=kind).reshape(shape, order=order)


def read_model(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the dict in a model file; raise `ModelFileError` where it is none or holds anything but plain values and numbers."""
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise _RefusedError(f"it has {size} bytes; a model has some megabytes")
            content = file.read()
    except OSError as error:
        raise ModelFileError(f"{path}: {error.strerror or error}") from None
    except _RefusedError as error:
        raise ModelFileError(f"{path}: not a sangloc model: {error}") from None
    try:
        found = _unpickled(content)
    except _RefusedError as error:
        raise ModelFileError(f"{path}: not a sangloc model: {error}") from None
    except RecursionError:
        raise ModelFileError(f"{path}: not a sangloc model: nested too deep") from None
    except MemoryError:
        raise ModelFileError(f"{path}: not a sangloc model: it asks for more memory than there is") from None
    except KeyError:
        raise ModelFileError(f"{path}: not a sangloc model: it holds something other than numbers and text") from None
    except Exception as error:  # noqa: BLE001  # a broken pickle raises whatever the broken place leads to
        raise ModelFileError(f"{path}: not a sangloc model: {type(error).__name__} while reading it") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ModelFileError(f"{path}: not a sangloc model (no format name); make one with 'sangloc train'")
    if type(found.get("version")) is not int or found["version"] != VERSION:
        raise ModelFileError(
            f"{path}: model format {str(found.get('version'))[:20]}, and this sangloc reads format {VERSION}; "
            "train it again or update sangloc"
        )
    return found


def _unpickled(content: bytes) -> object:
    if not content:
        raise _RefusedError("it is empty")
    if content[:1] != b"\x80":
        raise _RefusedError("it does not begin like one (compressed, cut or some other file)")
    reader = _Reader(content)
    found: object = reader.load()
    if reader.file_handle.tell() != len(content):
        raise _RefusedError("something follows the model")
    return found


def write_model(content: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a model file: whole or not at all; the same content gives the same bytes. Raises `OSError`."""
    import joblib

    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            joblib.dump(_canonical({"format": FORMAT, "version": VERSION, **content}), file, protocol=4)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _canonical(value: object) -> object:
    """Return an equal value whose pickle depends on nothing but its content: pickles refer back to objects, not to equal ones."""
    if isinstance(value, dict):
        return {_canonical(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, str):
        return sys.intern(value)
    if isinstance(value, np.ndarray):
        # By its type, an array gets NumPy's own dtype object; that of an array from another process is a copy, and pickled apart.
        out = np.empty(value.shape, dtype=value.dtype.type)
        out[...] = value
        return out
    return value

"""The command `sangloc`: what each command does is in `sangloc.commands`."""

import os

# Before NumPy is loaded: the products here are small, and threads of a BLAS would fight with the worker processes for the cores.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Annotated, NoReturn

import typer

from sangloc import __version__
from sangloc.artifact import ModelFileError
from sangloc.commands import drafting, evaluating, exchanging, explaining, labelling, modelling, reporting, tagging, training
from sangloc.labelfile import LabelFileError
from sangloc.outputs import OutputError

OK, FAILED, USAGE, MODEL = 0, 1, 2, 3

app = typer.Typer(
    name="sangloc",
    help="Tell the article's body from related links, ads, comments and footers in the plain text of scraped pages.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("tag")(tagging.tag)
app.command("extract")(tagging.extract)
app.command("explain")(explaining.explain)
app.command("report")(reporting.report)
app.command("train")(training.train)
app.command("eval")(evaluating.evaluate)
labels_app = typer.Typer(help="Work with label files.", no_args_is_help=True)
labels_app.command("check")(labelling.check)
labels_app.command("draft")(drafting.draft)
labels_app.command("edit")(drafting.edit)
labels_app.command("convert")(exchanging.convert)
labels_app.command("diff")(exchanging.diff)
app.add_typer(labels_app, name="labels")
model_app = typer.Typer(help="Look at model files.", no_args_is_help=True)
model_app.command("info")(modelling.info)
app.add_typer(model_app, name="model")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sangloc {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options before the command."""


class _StoppedError(BaseException):
    """A signal came; not KeyboardInterrupt, which typer would handle by itself."""

    def __init__(self, number: int) -> None:
        self.number = number


def main() -> NoReturn:
    """Run the command and exit with its code; every foreseen fault is one line on standard error."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    said = False  # that standard output can't be written
    try:
        app()
        code = OK
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else OK if error.code is None else USAGE
    except (LabelFileError, OutputError, ModelFileError) as error:
        _say(str(error))
        code = MODEL if isinstance(error, ModelFileError) else USAGE
    except _StoppedError as stopped:
        _say("sangloc: stopped; what was written is whole. For the rest of an output folder (-o DIR) run the same command with --resume")
        code = 128 + stopped.number
    except BrokenPipeError:
        code = OK
    except OSError as error:
        _say(f"{error.filename or 'output'}: {error.strerror or error}")
        code, said = FAILED, error.filename is None
    code = _flushed(code, said)
    _end_workers()
    if "joblib.externals.loky" in sys.modules:
        sys.exit(code)  # joblib complains of what it would have tidied at the exit
    # Not sys.exit: it waits for the pools' threads, and those for their workers' last task.
    os._exit(code)


def _end_workers() -> None:
    """End what worker processes are left: they hold the output open for whoever reads it."""
    if "sangloc.worker" in sys.modules:
        from sangloc.worker import kill_all

        kill_all()
    if "joblib.externals.loky" in sys.modules:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)


def _flushed(code: int, said: bool) -> int:
    """Flush the streams; a full disk shows here at the latest."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        if not said:
            _say(f"standard output: {error.strerror or error}")
        code = code or FAILED
    with suppress(OSError):
        sys.stderr.flush()
    return code


def _stop(number: int, _frame: FrameType | None) -> None:
    raise _StoppedError(number)


def _say(message: str) -> None:
    with suppress(OSError):  # nobody can be told
        print(message, file=sys.stderr)  # noqa: T201  # the program's last word

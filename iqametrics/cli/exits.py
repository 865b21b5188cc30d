"""How a command ends: exit codes, and errors as one line on stderr."""

from enum import IntEnum
from typing import Any, NoReturn

import click

from iqametrics.errors import (
    BackendError,
    DependencyError,
    IQAError,
    JournalError,
    OptionError,
    UnknownDatasetError,
    UnknownDistortionError,
    UnknownMetricError,
    WorkerError,
)


class ExitCode(IntEnum):
    """What the exit status of ``iqametrics`` means."""

    DONE = 0
    NOT_SCORED = 1
    USAGE = 2
    UNAVAILABLE = 3
    NOT_WRITTEN = 4
    TOO_BAD = 5
    INTERRUPTED = 130


_MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.NOT_SCORED: "an image was not read, paired, scored or made; a data set is not whole",
    ExitCode.USAGE: "wrong usage: an unknown command, option, metric, data set or value",
    ExitCode.UNAVAILABLE: "an optional package, an executor or workers can't be used here",
    ExitCode.NOT_WRITTEN: "a file could not be written",
    ExitCode.TOO_BAD: "a score is worse than --fail-under allows",
    ExitCode.INTERRUPTED: "interrupted",
}


def exit_codes() -> str:
    """The table of exit codes for a help page."""
    return "\b\nExit codes:\n" + "\n".join(f"  {code.value:<5}{meaning}" for code, meaning in _MEANINGS.items())


class Commands(click.Group):
    """Commands whose errors end the program with an exit code and without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IQAError as error:
            _fail(ctx, str(error), _code(error))
        except BrokenPipeError:
            raise  # the reader of our output has seen enough; click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _fail(ctx, f"{where}can't be written ({error.strerror or error})", ExitCode.NOT_WRITTEN)
        except KeyboardInterrupt:
            _fail(ctx, "interrupted", ExitCode.INTERRUPTED)


def print_error(message: str) -> None:
    """Print an error as one line on stderr."""
    click.echo(f"Error: {' '.join(message.split())}", err=True)


def _fail(ctx: click.Context, message: str, code: ExitCode) -> NoReturn:
    print_error(message)
    ctx.exit(code)


def _code(error: IQAError) -> ExitCode:
    if isinstance(error, OptionError | UnknownMetricError | UnknownDatasetError | UnknownDistortionError):
        return ExitCode.USAGE
    if isinstance(error, DependencyError | BackendError | WorkerError):
        return ExitCode.UNAVAILABLE
    if isinstance(error, JournalError):
        return ExitCode.NOT_WRITTEN
    return ExitCode.NOT_SCORED

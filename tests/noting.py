"""Loops within a test: what fails says which turn it was."""

import contextlib


@contextlib.contextmanager
def noting(*what):
    """Add what a turn of a loop is about to whatever is raised in it, for the report."""
    try:
        yield
    except BaseException as error:  # pytest's own failures are no exceptions
        error.add_note("in the case " + ", ".join(map(str, what)))
        raise

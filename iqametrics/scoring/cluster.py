"""A Dask cluster that someone else has started."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from iqametrics.errors import DependencyError, WorkerError

#: Seconds in which a scheduler must answer.
_PATIENCE = 10


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the cluster of a Dask scheduler, and how many threads its workers have at the moment.

    Raises
    ------
    DependencyError
        ``distributed`` is not installed.
    WorkerError
        No scheduler answers at that address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise DependencyError(
            'a Dask scheduler needs the package distributed: pip install "iqametrics[distributed]"'
        ) from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a TimeoutError is an OSError
        raise WorkerError(
            f"no Dask scheduler answers at {address} ({' '.join(str(error).split())[:200]}); check that it runs there "
            "(dask scheduler), and that the address is like tcp://host:8786"
        ) from error
    with client:
        yield client.get_executor(), sum(client.nthreads().values())

"""A Dask cluster that someone else has started."""

import asyncio
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
        from distributed import Client, Security
        from distributed.comm.core import connect
    except ImportError as error:
        raise DependencyError(
            'a Dask scheduler needs the package distributed: pip install "iqametrics[distributed]"'
        ) from error

    async def knock() -> None:
        comm = await connect(address, timeout=_PATIENCE, **Security().get_connection_args("client"))
        await comm.close()

    try:
        # A client that finds nobody is not quiet about it, and takes its time to go.
        asyncio.run(asyncio.wait_for(knock(), 2 * _PATIENCE))
    except (OSError, ValueError, TypeError) as error:  # a TimeoutError is an OSError
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise WorkerError(
            f"no Dask scheduler answers at {address} ({why}); check that it runs there (dask scheduler), and that the "
            "address is like tcp://host:8786"
        ) from error
    with Client(address, timeout=_PATIENCE, set_as_default=False) as client:
        yield client.get_executor(), sum(client.nthreads().values())

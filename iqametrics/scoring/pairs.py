"""Score pairs of files: decode some while others are computed, a few at a time."""

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from iqametrics.errors import OptionError
from iqametrics.scoring.journal import Journal, as_result, opened
from iqametrics.scoring.originals import Original
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result
from iqametrics.scoring.settings import Settings
from iqametrics.scoring.tasks import Outcome, Task, cut, score_file, score_task
from iqametrics.scoring.workers import Workers, died_of_it, is_lost, lost, workers_of

#: How many deaths of processes a task may be at hand at, before its images are tried one by one.
_TRIES = 2


def score_pair(pair: Pair, settings: Settings) -> Result:
    """Score a single pair of files, or an image without a reference, with as little to import as possible."""
    _check_references([pair], settings)
    *reference, distorted = map(str, pair.files)
    outcome = score_file(Original(next(iter(reference), None), settings, "light"), distorted)
    return as_result(pair, settings, settings.provenance(), outcome)


def score_pairs(
    pairs: Sequence[Pair],
    settings: Settings,
    *,
    executor: Executor | None = None,
    journal: str | os.PathLike[str] | None = None,
) -> Generator[Result, None, None]:
    """Score pairs of files on all processors, or on those of a cluster.

    A reference that consecutive pairs share is read and prepared once by threads, and by other processes once for several
    pairs. Decoding some files overlaps with scoring others. Few pairs are in memory at a time, however slowly the results
    are taken. The threads of the metrics and those of the workers together are no more than the processors.

    Parameters
    ----------
    pairs : sequence of Pair
        The files. Metrics of one image judge the distorted one; an image without a reference is for these alone.
    settings : Settings
        The metrics, and what the pixels of the files mean.
    executor : concurrent.futures.Executor, optional
        Who does the work; it stays open. By default threads of this process on all processors it may use. Also a
        :class:`~concurrent.futures.ThreadPoolExecutor` of another size, a :class:`ProcessPool`, a
        :class:`~concurrent.futures.ProcessPoolExecutor`, or ``distributed.Client(...).get_executor()``, a Dask cluster whose
        machines see the files under the same absolute paths. Other processes are sent paths, never pixels.
    journal : path, optional
        A file that gets a JSON line for every result as soon as it is there, whatever its place among the pairs. A later
        call with the same journal computes only what is not in it: a score counts if the sha256 of both files and the
        metric's provenance are the same: its whole recipe, all options, the sha256 of its weights, and the version of this
        package. Pairs that could not be scored are tried again. The file stays at the end.

    Yields
    ------
    Result
        In the order of the pairs. A pair that can't be scored says why, and stops no other.

    Raises
    ------
    OptionError
        An option has no meaning; a metric compares, and an image has no reference; or pixels are to be kept, for which
        there must be neither a journal nor other processes.
    JournalError
        Another run is using the journal, or the file is no journal.
    WorkerError
        The processes of an executor are gone or can't begin, or have another version of this package, other weights or
        another module of a metric.
    UnknownMetricError
        A worker can't import the module of a metric.
    OSError
        The journal can't be written. What is in it counts the next time.

    Examples
    --------
    >>> from iqametrics import metric
    >>> from iqametrics.scoring import How, Pair, score_pairs
    >>> pairs = [Pair("original.png", "none.png")]
    >>> for result in score_pairs(pairs, How([metric("ssim")], {})):
    ...     print(result.error.split(",")[0])
    'none.png': no such file
    """
    _check_references(pairs, settings)
    with ExitStack() as stack:
        workers = stack.enter_context(workers_of(executor, len(pairs)))
        if settings.keep_pixels and (journal is not None or not workers.here):
            raise OptionError("pixels are kept only by threads of this process, and never by a journal; leave one out")
        provenance = settings.provenance()
        notes = None if journal is None else stack.enter_context(opened(Path(journal), settings, provenance))
        yield from stack.enter_context(_Run(pairs, settings, provenance, workers, notes, journal))


def _check_references(pairs: Sequence[Pair], settings: Settings) -> None:
    """Refuse images that have no reference to be compared with."""
    comparing = [metric.name for metric in settings.metrics if metric.task != "nr"]
    lonely = next((pair for pair in pairs if pair.reference is None), None)
    if comparing and lonely is not None:
        raise OptionError(
            f"{lonely.distorted} has no reference, and two images are compared by {', '.join(comparing)}; give it one, or "
            'leave these out: iqametrics.metrics(task="nr", weights=True) judge one image'
        )


class _Turn:
    """A task on its way, with the places of its pairs and, in the end, their results."""

    def __init__(self, places: range, task: Task, workers: Workers, generation: int) -> None:
        self.places = places
        self.task = task
        self.deaths = 0
        self.results: list[Result] | None = None
        self.hand_out(workers, generation)

    def hand_out(self, workers: Workers, generation: int) -> None:
        self.future: Future[list[Outcome]] = workers.submit(score_task, self.task)
        self.generation = generation


class _Run:
    """One call of :func:`score_pairs`: hands out tasks, and gives their results in order."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        settings: Settings,
        provenance: Sequence[dict[str, Any]],
        workers: Workers,
        journal: Journal | None,
        path: object,
    ) -> None:
        self._pairs = pairs
        self._settings = settings
        self._provenance = provenance
        self._workers = workers
        self._journal = journal
        self._path = path
        self._generation = 0
        self._turns: deque[_Turn] = deque()

    def __enter__(self) -> Iterator[Result]:
        return self._results()

    def __exit__(self, *_: object) -> None:
        for turn in self._turns:
            turn.future.cancel()

    def _results(self) -> Iterator[Result]:
        journal = self._journal
        resumable = [None if journal is None else journal.resumable(pair) for pair in self._pairs]
        together = self._workers.together(len(self._pairs))
        tasks = cut(
            self._pairs,
            self._settings,
            self._provenance,
            resumable,
            together,
            self._workers.threads,
            self._workers.elsewhere,
        )
        while True:
            while len(self._turns) < self._workers.room and (nxt := next(tasks, None)) is not None:
                self._turns.append(_Turn(*nxt, self._workers, self._generation))
            if not self._turns:
                return
            wait([turn.future for turn in self._turns if turn.results is None], return_when=FIRST_COMPLETED)
            for turn in self._turns:
                if turn.results is None and turn.future.done():
                    self._collect(turn)
            while self._turns and (results := self._turns[0].results) is not None:
                self._turns.popleft()
                yield from results

    def _collect(self, turn: _Turn) -> None:
        """Take what came of a task, and write it down; or hand it out again if its workers died."""
        try:
            outcomes = turn.future.result()
        except Exception as error:
            if died_of_it(error):
                outcomes = self._one_by_one(turn.task)
            elif not is_lost(error):
                raise
            elif not self._workers.renewable:
                raise lost(self._path) from error
            else:
                turn.deaths += 1
                if turn.generation == self._generation:  # the first to tell of this death
                    self._workers.renew()
                    self._generation += 1
                if turn.deaths < _TRIES:
                    turn.hand_out(self._workers, self._generation)
                    return
                outcomes = self._one_by_one(turn.task)
        pairs = [self._pairs[place] for place in turn.places]
        if self._journal is None:
            turn.results = [
                as_result(pair, self._settings, self._provenance, each)
                for pair, each in zip(pairs, outcomes, strict=True)
            ]
        else:
            turn.results = [self._journal.add(pair, each) for pair, each in zip(pairs, outcomes, strict=True)]
        del turn.task  # with the pixels of its reference: it may take a while until it is its turn

    def _one_by_one(self, task: Task) -> list[Outcome]:
        """Find out which of some images the workers died of."""
        outcomes = []
        with self._workers.apart() as workers:
            for single in task.singles():
                try:
                    outcomes += workers.submit(score_task, single).result()
                except Exception as error:
                    if not (died_of_it(error) or (workers.renewable and is_lost(error))):
                        raise
                    if workers.renewable:
                        workers.renew()
                        workers.check_begin()
                    (file,) = single.files
                    outcomes.append(
                        Outcome(
                            f"{file}: every process that tried to score it died; it may need more memory than there is, "
                            "or crash its decoder: look at the file, or use fewer workers"
                        )
                    )
        return outcomes

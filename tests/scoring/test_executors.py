"""Threads, processes and a cluster: the same results in the same order, and what happens when workers die."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from iqametrics import metric
from iqametrics.errors import OptionError, WorkerError
from iqametrics.scoring import How, ProcessPool, originals, score_pairs, tasks, workers
from tests.scoring.mortal import MortalPool

HOW = How([metric("ssim"), metric("psnr")], {})


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(2) as found:
        yield found


def rows(results):
    return [result.as_json() for result in results]


def children():
    return {child.pid for child in multiprocessing.active_children()}


def test_every_executor_gives_the_same(many, pool):
    expected = rows(score_pairs(many, HOW))
    assert [row["distorted"] for row in expected] == [pair.distorted for pair in many]
    assert all(row["error"] is None for row in expected)
    assert rows(score_pairs(many, HOW, executor=pool)) == expected
    with ThreadPoolExecutor(3) as threads:
        assert rows(score_pairs(many, HOW, executor=threads)) == expected
        assert threads.submit(int).result() == 0  # stays open
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        assert rows(score_pairs(many, HOW, executor=processes)) == expected


def test_files_that_cannot_be_scored_in_other_processes(pairs_of, pool):
    pairs = pairs_of(
        "r0.png damaged.png", "r0.png v0.png", "damaged.png v0.png", "none.png v0.png", "r0.png folder.png"
    )
    expected = rows(score_pairs(pairs, HOW))
    assert [row["error"] is None for row in expected] == [False, True, False, False, False]
    assert rows(score_pairs(pairs, HOW, executor=pool)) == expected


def test_large_group_is_spread_and_small_ones_stay_together(many):
    handed = []

    class Foreign(ProcessPool):
        """Processes to who looks."""

        def __init__(self):
            self.workers = 2
            self._threads = ThreadPoolExecutor(2)

        def submit(self, call, task):
            handed.append(task)
            return self._threads.submit(call, task)

    results = list(score_pairs(many, HOW, executor=Foreign()))
    assert len(results) == len(many)
    sizes = [len(task.files) for task in handed]
    assert sum(sizes) == len(many)
    assert max(sizes) == 8
    assert sizes[-8:] == [8, 8, 8, 8, 8, 8, 8, 4]  # the group of 60
    assert all(task.original.file.endswith("r1.png") for task in handed[-8:])
    assert {task.threads for task in handed} == {max(1, workers.processors() // 2)}


def test_parts_of_a_group_share_their_reference_where_they_meet(files):
    import pickle

    how = How([metric("psnr")], {})
    shared = originals.Original(str(files / "r0.png"), how, "shared", ("run", 0))
    first, second = (pickle.loads(pickle.dumps(shared)) for _ in range(2))
    assert first is second
    first.pixels()
    assert len(pickle.dumps(first)) < 1000  # it travels as a path
    other = pickle.loads(pickle.dumps(originals.Original(str(files / "r0.png"), how, "shared", ("another run", 0))))
    assert other is not first


def test_few_pairs_are_cut_so_that_all_workers_have_some(pairs_of):
    pairs = pairs_of(*(f"r0.png v{i}.png" for i in range(6)))
    for size, most in ((1, 2), (2, 1), (16, 1)):
        assert workers.Workers(_Sized(size)).together(len(pairs)) == most
    assert workers.Workers(_Sized(4)).together(10_000) == 8


class _Sized(ProcessPool):
    """A pool of so many processes, none of which is ever started."""

    def __init__(self, size):
        self.workers = size


@pytest.mark.parametrize(("count", "threads"), [(1, 8), (2, 4), (3, 2), (8, 1), (100, 1)])
def test_workers_and_their_threads_are_no_more_than_the_processors(monkeypatch, count, threads):
    monkeypatch.setattr(workers, "processors", lambda: 8)
    with ThreadPoolExecutor(count) as pool:
        assert workers.Workers(pool).threads == threads


def test_passes_use_no_more_threads_than_their_worker_may(pairs_of, monkeypatch):
    from iqametrics.kernels.numba_ import threads

    seen = Counter()
    count = threads.thread_count
    monkeypatch.setattr(threads.config, "NUMBA_NUM_THREADS", 4)
    monkeypatch.setattr(threads.parallel, "_is_initialized", False)
    monkeypatch.setattr(threads, "thread_count", lambda: seen.update([count()]) or count())
    monkeypatch.setattr(workers, "processors", lambda: 4)
    with ThreadPoolExecutor(2) as pool:
        list(score_pairs(pairs_of(*["r0.png v0.png", "r1.png v1.png"] * 4), HOW, executor=pool))
        assert set(seen) == {2}
    with threads.at_most(3), threads.at_most(1):
        assert count() == 1
    assert count() == 4


def test_all_workers_work_at_once(pairs_of, monkeypatch):
    gate = threading.Barrier(3)

    def decode(contents, name, **options):
        gate.wait(timeout=30)  # passes three at a time only
        return decode_image(contents, name, **options)

    decode_image = tasks.decode_image
    monkeypatch.setattr(tasks, "decode_image", decode)
    with ThreadPoolExecutor(3) as pool:
        results = score_pairs(pairs_of(*(f"r0.png v{i}.png" for i in range(6))), HOW, executor=pool)
        assert all(result.error is None for result in results)


def test_killed_process_of_a_pool_is_replaced(many):
    expected = rows(score_pairs(many, HOW))
    before = children()
    with ProcessPool(2) as pool:
        results = score_pairs(many, HOW, executor=pool)
        found = [next(results).as_json()]
        victim = min(children() - before)
        os.kill(victim, signal.SIGKILL)
        found += rows(results)
        assert victim not in children()
    assert found == expected


def test_killed_process_of_a_users_pool_is_an_error_and_the_journal_goes_on(many, tmp_path):
    journal = tmp_path / "scores.partial"
    before = children()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        results = score_pairs(many, HOW, executor=pool, journal=journal)
        next(results)
        os.kill(min(children() - before), signal.SIGKILL)
        with pytest.raises(WorkerError, match=r"make a new executor, .*scores.partial and are not computed again"):
            list(results)
        with pytest.raises(WorkerError, match="with a journal"):
            list(score_pairs(many, HOW, executor=pool))
    again = list(score_pairs(many, HOW, journal=journal))
    assert rows(again) == rows(score_pairs(many, HOW))
    assert 0 < sum(result.resumed for result in again) < len(many)


def test_file_that_kills_its_process_is_an_error_of_its_own(files, pairs_of):
    shutil.copyfile(files / "v0.png", files / "deadly.png")
    pairs = pairs_of(*["r0.png v0.png"] * 3, "r0.png deadly.png", *["r1.png v1.png", "r2.png v2.png"] * 6)
    with MortalPool(2) as pool:
        results = list(score_pairs(pairs, HOW, executor=pool))
    errors = [result.error for result in results]
    assert "deadly.png: every process that tried to score it died" in errors.pop(3)
    assert set(errors) == {None}


def test_processes_end_with_a_parent_that_is_killed(files, tmp_path):
    program = textwrap.dedent(
        """
        import os, signal, time
        from iqametrics.scoring import ProcessPool

        if __name__ == "__main__":
            pool = ProcessPool(2)
            pids = {pool.submit(os.getpid).result() for _ in range(4)}
            print(*pids, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    (tmp_path / "parent.py").write_text(program)
    done = subprocess.run([sys.executable, tmp_path / "parent.py"], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pids = [int(pid) for pid in done.stdout.split()]
    assert pids
    end = time.monotonic() + 20
    while any(map(is_running, pids)):
        assert time.monotonic() < end, "processes have outlived their parent"
        time.sleep(0.05)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that has ended stays in the table until somebody asks for its end.
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout[:1] != "Z"


def test_another_version_on_a_worker_is_refused(pairs_of):
    task = next(tasks.cut(pairs_of("r0.png v0.png"), HOW, HOW.provenance(), [None], 1, 1, False))[1]
    with pytest.raises(WorkerError, match=r"a worker has iqametrics .*, this process 0\.0; install the same version"):
        tasks.score_task(task._replace(version="0.0"))


def test_pixels_stay_in_this_process(pairs_of, tmp_path):
    how = HOW._replace(keep_pixels=True)
    with pytest.raises(OptionError, match="pixels are kept only by threads"):
        list(score_pairs(pairs_of("r0.png v0.png"), how, executor=_Sized(1)))
    with pytest.raises(OptionError, match="never by a journal"):
        list(score_pairs(pairs_of("r0.png v0.png"), how, journal=tmp_path / "x.partial"))
    assert not list(tmp_path.iterdir())


def test_pool_without_processes():
    with pytest.raises(OptionError, match="workers=0"):
        ProcessPool(0)


CLUSTER = """
import json, os, signal, sys, time
from pathlib import Path
from distributed import Client, LocalCluster
from iqametrics import metric
from iqametrics.errors import WorkerError
from iqametrics.scoring import How, Pair, score_pairs
from iqametrics.scoring.cluster import connected

def slow():
    from iqametrics.scoring import tasks
    decode = tasks.decode_image
    def decode_slowly(*args, **options):
        time.sleep(0.02)
        return decode(*args, **options)
    tasks.decode_image = decode_slowly

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    os.chdir(folder)
    names = [f"r{i % 3}.png v{i % 6}.png" for i in range(20)] + [f"r0.png v{i % 6}.png" for i in range(60)]
    names += ["r0.png damaged.png", "none.png v0.png"]
    pairs = [Pair(*name.split()) for name in names]
    how = How([metric("psnr"), metric("ssim")], {})
    values = lambda results: [[score.value for score in result.scores] for result in results]
    expected = values(score_pairs(pairs, how))
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0)
    with cluster, Client(cluster) as client:
        os.chdir("/")
        pairs = [pair.__class__(pair.reference, pair.distorted, folder) for pair in pairs]
        with connected(cluster.scheduler_address) as (executor, workers):
            same = values(score_pairs(pairs, how, executor=executor)) == expected
        client.run(slow)
        victim = min(client.run(os.getpid).values())
        journal = folder / "dask.partial"
        results = score_pairs(pairs, how, executor=client.get_executor(), journal=journal)
        found = values([next(results)])
        os.kill(victim, signal.SIGKILL)
        found += values(results)
        gone = victim not in client.run(os.getpid).values()
        lines = len(journal.read_text().splitlines())
    print(json.dumps([workers, same, gone, found == expected, lines == len(pairs)]))
"""


def test_dask_cluster_and_one_of_its_workers_killed(files, tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "cluster.py").write_text(CLUSTER)
    done = subprocess.run(
        [sys.executable, tmp_path / "cluster.py", files], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [2, True, True, True, True]


def test_scheduler_that_is_not_there():
    pytest.importorskip("distributed")
    from iqametrics.scoring.cluster import connected

    with pytest.raises(WorkerError, match="no Dask scheduler answers at nowhere"), connected("nowhere"):
        pass

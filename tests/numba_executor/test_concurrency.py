"""Threads, processes made by fork, and the number of threads: always the same bits, never a deadlock."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import iqametrics
from tests.numba_executor.pictures import pair

#: Enough work for every pass to go on several threads, also at the smallest scale but one.
SHAPE = (400, 420)
#: Fork warns of the threads there are: they are what is tested.
FORK = (
    "import os, warnings\n"
    "warnings.simplefilter('ignore')\n"
    "rng = np.random.default_rng(0)\n"
    "x, y = rng.integers(0, 256, (2, 400, 420)).astype(np.uint8)\n"
    "def scores(names):\n"
    "    return [iqametrics.metric(n)(x, y, backend='numba') for n in names]\n"
    "def in_child(names):\n"
    "    read, write = os.pipe()\n"
    "    child = os.fork()\n"
    "    if not child:\n"
    "        os.write(write, json.dumps(scores(names)).encode())\n"
    "        os._exit(0)\n"
    "    os.close(write)\n"
    "    with os.fdopen(read) as answer:\n"
    "        found = json.loads(answer.read())\n"
    "    os.waitpid(child, 0)\n"
    "    return found\n"
)
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def test_different_metrics_at_once():
    """Each thread calls every metric, beginning with another one."""
    names = iqametrics.metrics(task="fr")
    images = pair(SHAPE)
    alone = {name: iqametrics.metric(name)(*images, backend="numba") for name in names}
    gate = threading.Barrier(len(names))

    def work(first):
        gate.wait(timeout=60)
        order = names[first:] + names[:first]
        return {name: iqametrics.metric(name)(*images, backend="numba") for name in order}

    with ThreadPoolExecutor(len(names)) as pool:
        assert all(found == alone for found in pool.map(work, range(len(names))))


def test_first_calls_at_once(installed):
    """Several threads that want the same kernels before there are any."""
    found = installed.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    scores = list(pool.map(score, ['mse', 'psnr', 'mse', 'psnr']))\n"
        "report(scores=scores, alone=[score(n) for n in ('mse', 'psnr', 'mse', 'psnr')])"
    )
    assert found["scores"] == found["alone"]


@needs_fork
@pytest.mark.parametrize("threads", ["", "import numba; numba.set_num_threads(2)\n"], ids=["default", "set"])
def test_fork_after_use(warm, threads):
    found = warm.run(
        FORK + threads + "names = iqametrics.metrics(task='fr')\nreport(parent=scores(names), child=in_child(names))",
        timeout=60,
        NUMBA_NUM_THREADS="2",
    )
    assert found["child"] == found["parent"]


@needs_fork
def test_process_pool_by_fork(warm):
    found = warm.run(
        FORK + "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "names = ['ssim', 'gmsd', 'mse']\n"
        "parent = scores(names)\n"
        "with ProcessPoolExecutor(2, mp_context=get_context('fork')) as pool:\n"
        "    children = list(pool.map(scores, [names] * 4))\n"
        "report(parent=parent, children=children)",
        timeout=60,
        NUMBA_NUM_THREADS="2",
    )
    assert found["children"] == [found["parent"]] * 4


@needs_fork
def test_fork_during_use(warm):
    """Another thread of the parent is inside the executor and may hold its locks."""
    found = warm.run(
        FORK + "import threading\n"
        "names = ['ssim', 'gmsd', 'mse']\n"
        "parent, done = scores(names), threading.Event()\n"
        "def keep_busy():\n"
        "    while not done.is_set():\n"
        "        scores(names)\n"
        "busy = threading.Thread(target=keep_busy)\n"
        "busy.start()\n"
        "children = [in_child(names) for _ in range(20)]\n"
        "done.set()\n"
        "busy.join()\n"
        "report(parent=parent, children=children)",
        timeout=60,
        NUMBA_NUM_THREADS="2",
    )
    assert found["children"] == [found["parent"]] * 20


@needs_fork
def test_fork_while_a_pool_is_made(warm):
    """The child inherits the lock as it is at that moment, and nobody there to release it."""
    found = warm.run(
        FORK + "from iqametrics.kernels.numba_ import threads\n"
        "parent = scores(['ssim'])\n"
        "with threads._lock:\n"
        "    child = in_child(['ssim'])\n"
        "report(parent=parent, child=child)",
        timeout=60,
        NUMBA_NUM_THREADS="2",
    )
    assert found["child"] == found["parent"]


def test_number_of_threads(warm):
    """Numba's setting counts, whether by variable or by call; a pass is cut into as many parts. Bits don't change."""
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "import numba\n"
        "handed = []\n"
        "submit = ThreadPoolExecutor.submit\n"
        "def spy(self, *task):\n"
        "    handed.append(task)\n"
        "    return submit(self, *task)\n"
        "ThreadPoolExecutor.submit = spy\n"
        "def parts():\n"
        "    handed.clear()\n"
        "    iqametrics.ssim(x, y, backend='numba')\n"
        "    return len(handed) + 1\n"
        "found = {'unset': parts()}\n"
        "for count in (1, 2, 3):\n"
        "    numba.set_num_threads(count)\n"
        "    found[str(count)] = parts(), scores(iqametrics.metrics(task='fr'))\n"
        "report(**found)"
    )
    found = warm.run(FORK + program, NUMBA_NUM_THREADS="3")
    assert found["unset"] == 3
    assert [found[str(count)][0] for count in (1, 2, 3)] == [1, 2, 3]
    assert found["1"][1] == found["2"][1] == found["3"][1]
    alone = warm.run(
        FORK + program.split("handed = []")[0] + "report(s=scores(iqametrics.metrics(task='fr')))",
        NUMBA_NUM_THREADS="1",
    )
    assert alone["s"] == found["1"][1]

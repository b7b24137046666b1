"""Runners handed out to the workers of a Dask cluster as they are listed, a few at a time.

Dask hands tasks to workers, and does again what a worker that died had in hand. Here is known only which
runners are on their way, and what the workers say of each in one row.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadwatch import workers
from loadwatch.cohort import stages
from loadwatch.cohort.stages import OtherVersionError
from loadwatch.cohort.states import Summary
from loadwatch.errors import LoadwatchError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loadwatch.cohort.naming import Runner
    from loadwatch.cohort.stages import Batch
    from loadwatch.cohort.states import Study

    # Called with runners done, runners on their way, and files read.
    Progress = Callable[[int, int, int], None]

# Tasks handed out for each thread of the workers: enough to keep all busy, few in memory.
AHEAD = 4
CONNECT_S, WAIT_S, CLOSE_S = 10.0, 60.0, 10.0
COUNT_EVERY_S = 10.0
LOST = "the scheduler is lost; what was done is kept, and the same command goes on from there."
KILLED = (
    "every worker that had it in hand died, perhaps for lack of memory; `loadwatch scan` on its folder may "
    "tell over which file"
)


class ClusterError(LoadwatchError):
    """The cluster cannot do the work. Exit code 1."""


@dataclass
class _Begun:
    """A runner with many files, which are read before it is told."""

    runner: Runner
    batches: deque[Batch]
    open_count: int = 0
    is_lost: bool = False


def run(study: Study, runners: Iterable[Runner], client: Any, progress: Progress | None = None) -> Summary:
    """Tell every runner.

    Parameters
    ----------
    study
        What holds for all.
    runners
        Taken as workers get free.
    client
        A `distributed.Client`.
    progress
        Told whenever something is done.

    Raises
    ------
    ClusterError
        The scheduler is lost, or a worker cannot take part.
    """
    return _Round(study, iter(runners), client, progress).summary()


class _Round:
    """One walk over all runners."""

    def __init__(
        self, study: Study, runners: Iterator[Runner], client: Any, progress: Progress | None
    ) -> None:
        self._study, self._runners, self._client, self._progress = study, runners, client, progress
        self._most, self._counted_at = 0, float("-inf")
        self._on_way: dict[str, tuple[Runner, _Begun | None]] = {}
        self._begun: deque[_Begun] = deque()
        self._ripe: deque[Runner] = deque()
        self._suspects: deque[Runner] = deque()
        self._alone: set[str] = set()
        self._summary = Summary()

    def summary(self) -> Summary:
        """What came of all."""
        from distributed import as_completed  # noqa: PLC0415 - it takes half a second

        done = as_completed(loop=self._client.loop)
        self._hand_out(done)
        while self._on_way:
            future = next(done)
            self._take(*self._on_way.pop(future.key), _result(future))
            self._hand_out(done)
            if self._progress:
                on_way = len({runner.name for runner, _ in self._on_way.values()})
                self._progress(self._summary.runner_count, on_way, self._summary.read_count)
        return self._summary

    def _hand_out(self, done: Any) -> None:
        """Tasks for whoever is free; runners that were begun come first.

        Last, one by one, come those given up by Dask as workers died with them in hand: it may have been
        another's fault.
        """
        self._count_workers()
        while len(self._on_way) < self._most:
            if self._ripe:
                runner = self._ripe.popleft()
                self._submit(done, runner, None, stages.visit, runner, is_last=True)
            elif self._begun:
                begun = self._begun[0]
                self._submit(done, begun.runner, begun, stages.read, begun.batches.popleft())
                begun.open_count += 1
                if not begun.batches:
                    self._begun.popleft()
            elif (new := next(self._runners, None)) is not None:
                self._submit(done, new, None, stages.visit, new, is_last=False)
            elif self._suspects and not self._on_way:
                runner = self._suspects.popleft()
                self._alone.add(runner.name)
                self._submit(done, runner, None, stages.visit, runner, is_last=True)
            else:
                return

    def _count_workers(self) -> None:
        """See from time to time how many there are: on a cluster they come and go."""
        if time.monotonic() - self._counted_at > COUNT_EVERY_S:
            try:
                self._most = AHEAD * max(1, sum(self._client.nthreads().values()))
            except (OSError, TimeoutError) as why:
                raise ClusterError(LOST) from why
            self._counted_at = time.monotonic()

    def _submit(
        self, done: Any, runner: Runner, begun: _Begun | None, task: Any, *about: Any, **how: Any
    ) -> None:
        # Not pure: told twice, a runner may have changed. The key is a number, and tells no name.
        future = self._client.submit(task, self._study, *about, pure=False, **how)
        self._on_way[future.key] = (runner, begun)
        done.add(future)

    def _take(self, runner: Runner, begun: _Begun | None, result: Any) -> None:
        """Note what came back, and see what it leads to."""
        if isinstance(result, Exception):
            if begun is None or not begun.is_lost:
                self._give_up(runner, result)
            if begun:
                begun.is_lost = True
                begun.batches.clear()
                self._begun = deque(one for one in self._begun if one is not begun)
        elif isinstance(result, list):
            self._begun.append(_Begun(runner, deque(result)))
        elif begun is None:
            self._summary.add(result)
        else:
            self._summary.read_count += result
            begun.open_count -= 1
            if not (begun.open_count or begun.batches or begun.is_lost):
                self._ripe.append(runner)

    def _give_up(self, runner: Runner, error: Exception) -> None:
        """Note that a runner cannot be told, or keep it for another try."""
        if runner.name in self._alone:
            self._summary.add(stages.failed(self._study, runner, error, KILLED))
        else:
            self._suspects.append(runner)


def _result(future: Any) -> Any:
    """What a task gave, or the `KilledWorker` that is its runner's alone.

    Raises
    ------
    ClusterError
        Whatever else goes wrong is everybody's: a stage itself gives a row, and raises nothing but that the
        code is another.
    """
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - likewise

    if future.status not in {"finished", "error"}:
        raise ClusterError(LOST)
    try:
        if future.status == "finished":
            return future.result()
        error = future.exception()
    except (OSError, TimeoutError, CancelledError) as why:
        raise ClusterError(LOST) from why
    if isinstance(error, KilledWorker):
        return error
    if isinstance(error, OtherVersionError):
        raise ClusterError(f"{error}; install the same on all machines.") from error
    raise ClusterError(
        f"a worker cannot take part ({type(error).__name__}: {error}): install loadwatch[cluster], the same "
        "version, where the workers run."
    ) from error


@contextmanager
def cluster(scheduler: str | None, jobs: int | None) -> Iterator[Any]:
    """A client of the scheduler at an address, else of workers on this machine.

    Parameters
    ----------
    scheduler
        Such as tcp://host:8786.
    jobs
        Worker processes on this machine; one for each core if None.

    Raises
    ------
    UsageError
        There is no scheduler at that address.
    ClusterError
        It has no workers, or none can be started here.
    """
    from distributed import Client, LocalCluster  # noqa: PLC0415 - likewise

    with ExitStack() as ends:
        if scheduler is None:
            here = LocalCluster(
                n_workers=jobs or workers.available_cores(),
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                # Dask listens for browsers, whatever it is told: on no known port, and on this machine only.
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
                preload=["loadwatch.cohort.at_work"],
            )
            ends.callback(here.close, timeout=CLOSE_S)
            address = here.scheduler_address
        else:
            address = scheduler
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"{address}: no scheduler answers there; start one with `dask scheduler`."
            ) from error
        ends.callback(client.close, timeout=CLOSE_S)
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
        except TimeoutError as error:
            raise ClusterError(
                f"{address}: no worker has come within {WAIT_S:g} s; start some with `dask worker {address}`."
            ) from error
        yield client

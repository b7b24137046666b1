"""Work in other processes, in order; whoever dies or takes too long costs the piece in hand and no more.

Every worker has a pipe of its own and one piece of work at a time, so it is always known what a worker that
died had in hand. Work in this process can be given a limit of time, too.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Piece = TypeVar("Piece")
Result = TypeVar("Result")

# Work handed out ahead of what was taken back, for each worker: enough to keep it busy, little in memory.
AHEAD = 3
# Pieces that hold this much among them wait for no further ones.
LARGEST_AHEAD_BYTES = 64 << 20
# Looked at this often for workers that are overdue.
LOOK_EVERY_S = 0.5
# Windows waits for 63 things at most; nobody has files for more readers.
MOST_WORKERS = 60
# A process that the system cannot end, as it waits for a disk that is gone, is not waited for.
END_WITHIN_S = 5.0

# Processes are started one at a time, as that changes what all threads share for a moment.
_starting = threading.Lock()


@dataclass(frozen=True)
class Lost:
    """A piece of work without a result, and why."""

    why: str


class OverdueError(BaseException):
    """Work in this process has taken too long; no `Exception`, so that no reader takes it for a fault."""


def available_cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_limit() -> bool:
    """Whether `limit` works here: the system has alarms, nobody uses them, and this is the main thread."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) == signal.SIG_DFL
        and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    )


@contextmanager
def limit(longest_s: float) -> Iterator[None]:
    """A time that is cut short when it grows too long, between two steps of Python code.

    By an alarm; in a thread, by another thread; in the main thread where `has_limit` says no it may take what
    it takes.

    Raises
    ------
    OverdueError
        It has taken longer than that. [s]
    """
    if threading.current_thread() is not threading.main_thread():
        with _limit_by_thread(longest_s):
            yield
        return
    if not has_limit():
        yield
        return

    def ring(*_: object) -> None:
        raise OverdueError(overdue(longest_s))

    signal.signal(signal.SIGALRM, ring)
    # Again and again, since Python drops what is raised while it tidies up.
    signal.setitimer(signal.ITIMER_REAL, longest_s, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


@contextmanager
def _limit_by_thread(longest_s: float) -> Iterator[None]:
    """The same by another thread, which has Python raise it in this one."""
    here, guard = ctypes.c_ulong(threading.get_ident()), threading.Lock()
    raise_there = ctypes.pythonapi.PyThreadState_SetAsyncExc
    is_over = threading.Event()

    def ring() -> None:
        while True:
            with guard:
                if is_over.is_set():
                    return
                raise_there(here, ctypes.py_object(OverdueError))
            is_over.wait(1.0)  # again and again, as above

    def end() -> None:
        timer.cancel()
        with guard:
            is_over.set()
            raise_there(here, None)  # what was not raised yet never is

    timer = threading.Timer(longest_s, ring)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            end()
    except OverdueError:
        end()
        raise OverdueError(overdue(longest_s)) from None


def overdue(longest_s: float) -> str:
    """What to say of a file that has taken longer than that."""
    return f"took over {longest_s:g} s to read; left out"


def in_order(
    work: Callable[[Piece], Result],
    pieces: Iterable[Piece],
    *,
    jobs: int,
    longest_s: float,
    size_bytes: Callable[[Piece], int] = lambda _: 0,
    on_trouble: Callable[[str], None] | None = None,
) -> Generator[tuple[Piece, Result | Lost], None, None]:
    """Each piece with what the work makes of it, in the order of the pieces.

    Parameters
    ----------
    work
        A function that other processes can import by its name; what it raises is raised here.
    pieces
        What it is called with, one by one; taken as workers get free.
    jobs
        Worker processes, at most 60. They are spawned and never import the main module.
    longest_s
        A worker that takes longer over one piece is ended. [s]
    size_bytes
        Memory that a piece takes here, so that not too many are taken ahead. [byte]
    on_trouble
        Told why, where no worker can be started; the pieces are then worked on in this process. Without it
        they are lost.
    """
    crew = _Crew(work, min(jobs, MOST_WORKERS), longest_s, on_trouble)
    try:
        yield from crew.run(_Task(piece, size_bytes(piece)) for piece in pieces)
    finally:
        crew.end()


@dataclass(eq=False)
class _Task(Generic[Piece]):
    piece: Piece
    size_bytes: int
    result: Any = None
    is_done: bool = False


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pieces: Connection
    results: Connection
    due_at: float
    has_begun: bool = False
    task: _Task[Any] | None = None


class _Crew:
    def __init__(
        self,
        work: Callable[[Any], Any],
        jobs: int,
        longest_s: float,
        on_trouble: Callable[[str], None] | None,
    ) -> None:
        self._work, self._jobs, self._longest_s, self._on_trouble = work, jobs, longest_s, on_trouble
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._why_none = ""

    def run(self, tasks: Iterator[_Task[Any]]) -> Iterator[tuple[Any, Any]]:
        ordered: deque[_Task[Any]] = deque()
        is_more = True
        while True:
            while is_more and self._has_room(ordered):
                try:
                    ordered.append(next(tasks))
                except StopIteration:
                    is_more = False
            if not ordered:
                return
            if not self._jobs:
                self._do_here(ordered[0])
            else:
                self._hand_out([task for task in ordered if not task.is_done])
                if self._workers and not ordered[0].is_done:
                    self._take_back()
            while ordered and ordered[0].is_done:
                task = ordered.popleft()
                yield task.piece, task.result

    def _has_room(self, ordered: deque[_Task[Any]]) -> bool:
        held_bytes = sum(task.size_bytes for task in ordered)
        return len(ordered) < AHEAD * max(self._jobs, 1) and held_bytes < LARGEST_AHEAD_BYTES

    def _do_here(self, task: _Task[Any]) -> None:
        """What becomes of a piece where there are no workers."""
        task.result = self._work(task.piece) if self._on_trouble else Lost(self._why_none)
        task.is_done = True

    def _hand_out(self, tasks: list[_Task[Any]]) -> None:
        in_hand = [worker.task for worker in self._workers]
        waiting = deque(task for task in tasks if task not in in_hand)
        for worker in [worker for worker in self._workers if worker.has_begun and worker.task is None]:
            if waiting:
                self._give(worker, waiting.popleft())
        beginning = sum(not worker.has_begun for worker in self._workers)
        for _ in range(min(len(waiting) - beginning, self._jobs - len(self._workers))):
            try:
                self._workers.append(self._hired())
            except Exception as error:  # noqa: BLE001 - whatever the system says, it can be done without
                self._do_with_fewer(str(error) or type(error).__name__)
                return

    def _give(self, worker: _Worker, task: _Task[Any]) -> None:
        worker.task, worker.due_at = task, time.monotonic() + self._longest_s
        try:
            worker.pieces.send(task.piece)
        except OSError:
            self._dismiss(worker, "its reader process ended before it began")

    def _take_back(self) -> None:
        """Wait for results, deaths and delays of those at work."""
        busy = [worker for worker in self._workers if worker.task is not None or not worker.has_begun]
        ready = wait([worker.results for worker in busy], timeout=LOOK_EVERY_S)
        for worker in busy:
            if worker.results in ready:
                self._take_from(worker)
            elif time.monotonic() > worker.due_at:
                self._dismiss(worker, overdue(self._longest_s))

    def _take_from(self, worker: _Worker) -> None:
        try:
            is_result, result = worker.results.recv()
        except (EOFError, OSError):
            worker.process.join(1.0)
            self._dismiss(worker, f"its reader process died (exit code {worker.process.exitcode})")
            return
        if not is_result:
            raise result
        if worker.task is not None:
            worker.task.result, worker.task.is_done = result, True
        worker.has_begun, worker.task, worker.due_at = True, None, float("inf")

    def _hired(self) -> _Worker:
        # One for each direction: a pipe for both would be a pair of sockets.
        their_pieces, pieces = self._context.Pipe(duplex=False)
        results, their_results = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_serve, args=(their_pieces, their_results, self._work), daemon=True
        )
        try:
            with _starting, _deaf_to_ctrl_c(), _without_main_module():
                process.start()
        except BaseException:
            pieces.close()
            results.close()
            raise
        finally:
            their_pieces.close()
            their_results.close()
        return _Worker(process, pieces, results, time.monotonic() + self._longest_s)

    def _dismiss(self, worker: _Worker, why: str) -> None:
        if worker.task is not None:
            worker.task.result, worker.task.is_done = Lost(why), True
        self._workers.remove(worker)
        if not worker.has_begun:
            code = worker.process.exitcode
            self._do_with_fewer("it does not begin" if code is None else f"exit code {code}")
        _end(worker)

    def _do_with_fewer(self, why: str) -> None:
        """Try no more than there are; a worker that never began has nothing to do with a file."""
        self._jobs = len(self._workers)
        if not self._jobs:
            self._why_none = f"no reader process can be started ({why})"
            if self._on_trouble:
                self._on_trouble(self._why_none)

    def end(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            _end(worker)
        self._workers.clear()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """A time in which Ctrl-C does nothing, for processes begun in it to inherit while they import."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """A time in which the main module is an empty one, for processes begun in it to import nothing.

    Workers need nothing of it. To import it would run a script without a guard once more, and fail for one
    that comes from a pipe.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _end(worker: _Worker) -> None:
    worker.pieces.close()
    worker.results.close()
    worker.process.kill()
    worker.process.join(END_WITHIN_S)
    if worker.process.exitcode is not None:
        worker.process.close()


def _serve(pieces: Connection, results: Connection, work: Callable[[Any], Any]) -> None:
    """A worker's life: one piece after another until no more can come."""
    # Ctrl-C reaches every process of a terminal; the one that handed out the work ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer: tuple[bool, Any] = (True, None)  # the first only says that this process has begun
    while True:
        try:
            results.send(answer)
            piece = pieces.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, work(piece))
        except Exception as error:  # noqa: BLE001 - raised again where the work was handed out
            answer = (False, error)

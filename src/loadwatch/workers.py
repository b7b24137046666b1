"""Work in other processes, in order; whoever dies or takes too long costs the piece in hand and no more.

Every worker has a pipe of its own and one piece of work at a time, so it is always known what a worker that
died had in hand.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Piece = TypeVar("Piece")
Result = TypeVar("Result")

# Work handed out ahead of what was taken back, for each worker: enough to keep it busy, little in memory.
AHEAD = 3
# Looked at this often for workers that are overdue.
LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Lost:
    """A piece of work without a result, and why."""

    why: str


def available_cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], *, jobs: int, longest_s: float
) -> Iterator[tuple[Piece, Result | Lost]]:
    """Each piece with what the work makes of it, in the order of the pieces.

    Parameters
    ----------
    work
        A function that other processes can import by its name; what it raises is raised here.
    pieces
        What it is called with, one by one; taken as workers get free.
    jobs
        Worker processes; they are spawned, so the main module must be importable without doing anything.
    longest_s
        A worker that takes longer over one piece is ended. [s]
    """
    crew = _Crew(work, jobs, longest_s)
    try:
        yield from crew.run(iter(pieces))
    finally:
        crew.end()


@dataclass(eq=False)
class _Task(Generic[Piece]):
    piece: Piece
    result: Any = None
    is_done: bool = False


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: _Task[Any] | None = None
    due_at: float = field(default=float("inf"))


class _Crew:
    def __init__(self, work: Callable[[Any], Any], jobs: int, longest_s: float) -> None:
        self._work, self._jobs, self._longest_s = work, jobs, longest_s
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []

    def run(self, pieces: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        ordered: deque[_Task[Any]] = deque()
        is_more = True
        while True:
            while is_more and len(ordered) < AHEAD * self._jobs:
                try:
                    ordered.append(_Task(next(pieces)))
                except StopIteration:
                    is_more = False
            if not ordered:
                return
            self._hand_out([task for task in ordered if not task.is_done])
            if not ordered[0].is_done:
                self._take_back()
            while ordered and ordered[0].is_done:
                task = ordered.popleft()
                yield task.piece, task.result

    def _hand_out(self, tasks: list[_Task[Any]]) -> None:
        in_hand = [worker.task for worker in self._workers]
        for task in tasks:
            if task in in_hand:
                continue
            worker = next((worker for worker in self._workers if worker.task is None), None)
            if worker is None:
                if len(self._workers) == self._jobs:
                    return
                worker = self._hired()
            worker.task, worker.due_at = task, time.monotonic() + self._longest_s
            try:
                worker.pipe.send(task.piece)
            except OSError:
                self._dismiss(worker, "its reader process ended before it began")

    def _take_back(self) -> None:
        """Wait for results, deaths and delays of those at work."""
        busy = [worker for worker in self._workers if worker.task is not None]
        ready = wait([worker.pipe for worker in busy], timeout=LOOK_EVERY_S)
        for worker in busy:
            if worker.pipe in ready:
                self._take_from(worker)
            elif time.monotonic() > worker.due_at:
                self._dismiss(worker, f"took over {self._longest_s:g} s to read; left out")

    def _take_from(self, worker: _Worker) -> None:
        try:
            is_result, result = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(1.0)
            self._dismiss(worker, f"its reader process died (exit code {worker.process.exitcode})")
            return
        if not is_result:
            raise result
        if worker.task is not None:
            worker.task.result, worker.task.is_done = result, True
        worker.task, worker.due_at = None, float("inf")

    def _hired(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        with _deaf_to_ctrl_c():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _dismiss(self, worker: _Worker, why: str) -> None:
        if worker.task is not None:
            worker.task.result, worker.task.is_done = Lost(why), True
        self._workers.remove(worker)
        _end(worker)

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


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """A worker's life: one piece after another until the pipe closes."""
    # Ctrl-C reaches every process of a terminal; the one that handed out the work ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            piece = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, work(piece))
        except Exception as error:  # noqa: BLE001 - raised again where the work was handed out
            answer = (False, error)
        try:
            pipe.send(answer)
        except OSError:
            return

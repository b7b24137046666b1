"""What a worker on this machine loads before its first task, named in `coordinator.cluster`.

Ctrl-C reaches every process of a terminal; the one that hands out the work ends the others.
"""

from __future__ import annotations

import signal

from loadwatch.cohort import stages

__all__ = ["stages"]

signal.signal(signal.SIGINT, signal.SIG_IGN)

"""Everything loadwatch can say no to, as one small tree.

A message names the file or key, what is wrong with it, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class LoadwatchError(Exception):
    """Anything loadwatch refuses; the command line prints it as one sentence."""


class UsageError(LoadwatchError):
    """The call itself is wrong: a missing path, an unknown rule, a faulty week. Exit code 2."""


class SettingsError(UsageError):
    """`loadwatch.toml` holds something that cannot be meant. Exit code 2."""


class NoRunsError(LoadwatchError):
    """Nothing usable was found where runs were asked for. Exit code 1.

    `skipped` is the table of what was left out and why; None where there was no file at all.
    """

    def __init__(self, message: str, skipped: pd.DataFrame | None = None) -> None:
        super().__init__(message)
        self.skipped = skipped


class ShortHistoryError(LoadwatchError):
    """The runs there are do not reach back far enough for what was asked. Exit code 1."""


class StaleError(LoadwatchError):
    """A file that a history was read from is gone, or holds something else by now: scan again."""


class MetricError(LoadwatchError):
    """An own metric fails on a run; the message names the metric, the file and the cause."""


class FileError(LoadwatchError):
    """One file, or one activity in it, cannot be used; the scan lists it and goes on.

    `kind` is the word that the `skipped` table shows.
    """

    kind = "unreadable"


class UnreadableError(FileError):
    """The bytes do not hold what they claim to hold."""

    kind = "unreadable"


class PassingError(UnreadableError):
    """What may go better another time, so nobody keeps it: a closed file, a reader that broke."""

    @classmethod
    def unforeseen(cls, error: Exception) -> PassingError:
        """What broke a reader in a way nobody thought of."""
        return cls(f"could not be read ({type(error).__name__}: {error}); please report this file's kind")


class NotAnActivityError(FileError):
    """A sound file that records no activity: settings, a course, a workout, monitoring."""

    kind = "not_an_activity"


class EmptyActivityError(FileError):
    """An activity without a single usable sample."""

    kind = "empty"


class ImplausibleError(FileError):
    """An activity that cannot have happened as recorded: absurd dates, durations or speeds."""

    kind = "implausible"


KINDS: dict[str, type[FileError]] = {
    error.kind: error for error in (UnreadableError, NotAnActivityError, EmptyActivityError, ImplausibleError)
}

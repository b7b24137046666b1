"""Where a return to running stands on a day: read from the diary, and kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from loadwatch.diary import OPEN_DAYS, by_site, in_force
from loadwatch.diary.colours import RED
from loadwatch.diary.episodes import known_on
from loadwatch.recovery.phases import FULL_PLACE, PHASES, RUNNING_PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from loadwatch.diary import Assessment, Entry
    from loadwatch.recovery.phases import Gate, Phase


@dataclass(frozen=True)
class Step:
    """The beginning of a phase.

    Attributes
    ----------
    day
        Its first day.
    place
        Of the phase among `PHASES`.
    is_back
        Whether pain led back to it.
    """

    day: date
    place: int
    is_back: bool = False


@dataclass(frozen=True)
class Done:
    """What was run in phase 3, beside what full running asks of it.

    Attributes
    ----------
    run_count, least_run_count
        Days run on, recorded or marked as unrecorded running, each with a day between; and the fewest asked.
    week_m, least_week_m
        Most of any 7 days of the phase, nothing beyond their cap counted; and the least asked, NaN where the
        distance cannot be told. [m]
    reason
        Why it cannot, as a clause; empty where it can.
    """

    run_count: int
    least_run_count: int
    week_m: float
    least_week_m: float
    reason: str

    @property
    def is_enough(self) -> bool:
        """Whether the gate of full running may be answered."""
        # Below an unknown distance nothing lies.
        return self.run_count >= self.least_run_count and not self.week_m < self.least_week_m


@dataclass(frozen=True)
class State:
    """A return to running on one day.

    Attributes
    ----------
    day
        The day.
    site, side
        Where it hurt: words of the diary, empty where that was not told.
    steps
        All phases so far, oldest first; the first one is the start.
    answered
        Gates of the next phase that were told to go without pain, and when.
    pain_on
        Last day in the return on which pain was told there; None without one.
    held
        What is red in the diary and forbids to go on, highest first.
    done
        What was run in phase 3; None in the other phases, and where the runs are not known.
    """

    day: date
    site: str
    side: str
    steps: tuple[Step, ...]
    answered: Mapping[str, date]
    pain_on: date | None
    held: tuple[Assessment, ...]
    done: Done | None = None

    @property
    def phase(self) -> Phase:
        """The phase in force."""
        return PHASES[self.steps[-1].place]

    @property
    def started(self) -> date:
        """First day of the return."""
        return self.steps[0].day

    @property
    def since(self) -> date:
        """First day of the phase."""
        return self.steps[-1].day

    @property
    def day_count(self) -> int:
        """Days in the phase, the first included."""
        return (self.day - self.since).days + 1

    @property
    def next_phase(self) -> Phase | None:
        """The phase that comes next; None in the last one."""
        return PHASES[self.steps[-1].place + 1] if self.steps[-1].place < FULL_PLACE else None

    @property
    def open_gates(self) -> tuple[Gate, ...]:
        """Gates of the next phase that are not answered yet."""
        gates = self.next_phase.gates if self.next_phase else ()
        return tuple(gate for gate in gates if gate.word not in self.answered)

    @property
    def steps_back(self) -> tuple[Step, ...]:
        """Phases that pain led back to."""
        return tuple(step for step in self.steps if step.is_back)

    @property
    def over_on(self) -> date | None:
        """Day from which a full return is over if nothing hurts until then; None in the other phases."""
        return self.since + timedelta(OPEN_DAYS) if self.next_phase is None else None


def start_of(entries: Iterable[Entry], day: date) -> Entry | None:
    """The entry with which the newest return up to a day began; None without one, or where it was stopped."""
    told = sorted((one for one in entries if one.date <= day and one.recovery), key=lambda one: one.date)
    return told[-1] if told and told[-1].recovery == "start" else None


def state_on(
    entries: Iterable[Entry], day: date, done_on: Callable[[Sequence[Step], date], Done] | None = None
) -> State | None:
    """Where a return stands at the end of a day; None where none is open.

    A gate counts from the day after its phase began, on a day without pain at the site and without red in the
    diary; that of full running only once enough was run in phase 3. Pain told there leads back one phase,
    however often it is told for one day; pain of the next morning, and all pain in the first phase, only
    closes the gates again. 14 days of full running without pain end the return.

    Parameters
    ----------
    entries
        Of the diary, in its order.
    day
        Later entries are not looked at, nor mornings that had not come.
    done_on
        What was run in phase 3 up to a day, for the steps so far. Without it the runs are not known, and the
        gates alone open full running: a return is then no less far than with them.
    """
    told = sorted((one for one in entries if one.date <= day), key=lambda one: one.date)
    start = start_of(told, day)
    return _from(start, told, day, done_on) if start else None


def _from(
    start: Entry,
    told: Sequence[Entry],
    day: date,
    done_on: Callable[[Sequence[Step], date], Done] | None,
) -> State | None:
    """The return that began with an entry; None where it is over."""
    mine = [one for one in told if one.date >= start.date and _is_there(one, start.site)]
    painful, sore = _pain_days(mine, day)
    sites = by_site(told)
    answers = {
        one.date: {word for two in mine if two.date == one.date for word in two.painless} for one in mine
    }

    def done(on: date) -> Done | None:
        return done_on(steps, on) if done_on and steps[-1].place == RUNNING_PLACE else None

    steps = [Step(start.date, 0)]
    answered: dict[str, date] = {}
    for on in sorted({*painful, *sore, *answers} - {start.date}):
        place = steps[-1].place
        if _is_over(steps[-1], on):
            return None
        if on in painful or on in sore:
            answered = {}
            if on in painful and place:
                steps.append(Step(on, place - 1, is_back=True))
        elif place < FULL_PLACE and not reds_on(sites, on) and is_enough(done(on)):
            gates = {gate.word for gate in PHASES[place + 1].gates}
            answered |= dict.fromkeys(sorted((gates & answers[on]) - answered.keys()), on)
            if gates <= answered.keys():
                steps.append(Step(on, place + 1))
                answered = {}
    if _is_over(steps[-1], day):
        return None
    pain_on = max({*painful, *sore}, default=None)
    return State(
        *(day, start.site, start.side, tuple(steps), answered, pain_on),
        held=tuple(reds_on(sites, day)),
        done=done(day),
    )


def none_done(steps: Sequence[Step], on: date) -> Done:
    """As if nothing had been run in phase 3: a return is then no further than the runs say."""
    del steps, on
    return Done(run_count=0, least_run_count=1, week_m=0.0, least_week_m=float("nan"), reason="")


def is_enough(done: Done | None) -> bool:
    """Whether what was run lets a gate be answered; what is not asked for does."""
    return done is None or done.is_enough


def place_held(steps: Sequence[Step], on: date) -> int:
    """The phase that a session of some day after the start is held against, as a place among `PHASES`."""
    return max(
        [step.place for step in steps if step.day <= on][-1],
        *[step.place for step in steps if step.day < on][-1:],
    )


def reds_on(sites: Mapping[str, Sequence[Entry]], day: date) -> list[Assessment]:
    """What is red in the diary on a day, at whatever sites, highest first.

    Parameters
    ----------
    sites
        As `diary.by_site` gives them.
    day
        The day asked for.
    """
    return [one for one in in_force(sites, day) if one.colour in RED]


def _is_there(entry: Entry, site: str) -> bool:
    """Whether an entry is about a site; where one of the two is not told, it may be."""
    return site in ("", entry.site) or not entry.site


def _pain_days(entries: Sequence[Entry], day: date) -> tuple[set[date], set[date]]:
    """Days with pain, and mornings after a run with pain."""
    painful = {one.date for one in entries if known_on(one, one.date).hurts}
    sore: set[date] = set()
    for one in entries:
        morning = one.date + timedelta(1)
        if one.pain_next_morning and morning <= day:
            # What a run set off counts once: on its own day, or else on the morning after.
            (sore if one.date in painful else painful).add(morning)
    return painful, sore - painful


def _is_over(step: Step, day: date) -> bool:
    return step.place == FULL_PLACE and (day - step.day).days >= OPEN_DAYS

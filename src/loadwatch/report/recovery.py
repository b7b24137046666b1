"""A return to running in the terminal, as JSON, and all its phases as a page of documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.recovery import NOT_FOR_SIT_BONE, PHASES, WRITTEN_FOR, telling
from loadwatch.report.terminal import finished, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loadwatch.recovery import Phase
    from loadwatch.recovery.caps import Caps
    from loadwatch.recovery.running import Named, Recovery
    from loadwatch.recovery.state import Done
    from loadwatch.words import Units

MOST_NAMED = 5
CAPS_M = (
    *("old_week_m", "usual_run_m", "week_m", "week_cap_m", "run_cap_m", "left_m"),
    *("best_week_m", "unlock_m"),
)
PAGE_TOP = (
    "# Coming back to running\n\n"
    "What `loadwatch recover` goes by, written by `python tools/document.py` from the program's own records. "
    "In brackets stands the founding article that says so, in our own words."
)
PAGE_RULES = (
    (
        "`loadwatch recover start` writes a line into `diary.csv`, and everything else follows from the "
        "diary and the runs: nothing is kept elsewhere. It refuses while anything in the diary is red."
    ),
    (
        "A gate is something that goes without pain, told with `loadwatch recover check` or `loadwatch "
        "diary add --painless`. It counts from the day after its phase began, on a day without pain there "
        "and without red. Once all of them are told, the next phase begins that day."
    ),
    (
        "Pain of 1 or more at the place leads back one phase, and its gates are answered anew. Pain of the "
        "next morning belongs to the run before it. In the first phase pain only closes the gates."
    ),
    (
        "Full running asks for the runs, too. The articles name no least time or distance, so it is the "
        "clinic's of rule F9: three runs in phase 3 with a day between, and 75 % of the old week in 7 days, "
        "nothing beyond a cap counted. By the stages below that takes half as long as was rested, or longer. "
        "Its gates count from then on. Running marked as `unrecorded_running` is a run; where a distance of "
        "the phase is not known, or no old week, only the runs are asked for."
    ),
    (
        "Full running without pain for 14 days ends the return; `loadwatch diary add --recovery stop` ends "
        "it at any time."
    ),
    (
        "Distance in phase 3 comes back in the stages of rule F9, a coach's table: shares of the mean week "
        "of the 28 days up to the last run before the return, by the longest time without an allowed run, "
        "and at least as after 10 days off. While the share is at most half, a run is at most half of a "
        "usual one: that first runs are short is article 001's, the half is ours."
    ),
    (
        "Fast, hard or hilly running waits until 7 days hold 55 % of the old week, a clinic's gate. Article "
        "002 lets it wait until all is healed; its last gate asks for a sprint, so a short one is tried "
        "between the two."
    ),
    (
        "A distance up to 5 % beyond its cap is not named. Nobody tried these numbers against injuries, and "
        "none of them says what a muscle can bear."
    ),
)


def lines(recovery: Recovery, units: Units) -> list[tuple[str, list[str]]]:
    """Give everything worth knowing of a return, as headings and sentences."""
    state = recovery.state
    held = [telling.red(state.held)] if state.held else []
    caps = [telling.room(recovery.caps, units)] if recovery.caps and not state.held else []
    running = [] if state.held else [state.phase.running]
    asked = telling.running_asked(state.done, units)
    gates = [*filter(None, (telling.answered(state), telling.next_gate(state), asked))]
    named = [telling.sentence(one, units) for one in reversed(recovery.named)]
    more = len(named) - MOST_NAMED
    shown = [*named[:MOST_NAMED], *([f"And {words.count(more, 'earlier one')}."] if more > 0 else [])]
    sections = [
        ("", [telling.standing(state), *held, *telling.warnings(state.site)]),
        ("Running", [*running, *caps]),
        (
            "Rest and exercise",
            [] if state.held else [*state.phase.rest, *telling.exercises(state.phase, state.site)],
        ),
        ("Run too early, too much, or while red", shown),
        ("Next", [*([] if state.held else gates), telling.to_do(state)]),
        ("Limits", [WRITTEN_FOR]),
    ]
    return [(title, told) for title, told in sections if told]


def summary(
    recovery: Recovery | None,
    units: Units,
    *,
    width: int = 88,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Tell a return.

    Parameters
    ----------
    recovery
        The return; None where none is open.
    units
        metric or imperial.
    width
        Columns of the terminal.
    colour, ascii_only
        As `terminal.summary` takes them.
    """
    if recovery is None:
        return finished(wrapped(telling.NO_RETURN, width), colour=colour, ascii_only=ascii_only)
    told: list[str] = []
    for title, sentences in lines(recovery, units):
        mark = "  " if title else ""
        told += ([f"{title}:"] if title else []) + [
            line for text in sentences for line in wrapped(text, width, mark, f"{mark}  ")
        ]
    told += wrapped(words.NOT_MEDICAL_ADVICE, width, "  ", "    ")
    if recovery.state.held:
        told[0] = f"{words.LEVELS['act'].shape} {told[0]}"
    return finished(told, colour=colour, ascii_only=ascii_only)


def as_json(recovery: Recovery | None) -> dict[str, Any] | None:
    """Give a return as a JSON object; None where none is open. Lengths are in metres."""
    if recovery is None:
        return None
    state = recovery.state
    return {
        "day": state.day.isoformat(),
        "site": state.site,
        "side": state.side,
        "started": state.started.isoformat(),
        "phase": state.phase.id,
        "since": state.since.isoformat(),
        "day_count": state.day_count,
        "is_held": bool(state.held),
        "held_because": [str(reason) for one in state.held for reason in one.reasons],
        "held_sites": [one.entry.site for one in state.held],
        "steps": [
            {"date": step.day.isoformat(), "phase": PHASES[step.place].id, "is_back": step.is_back}
            for step in state.steps
        ],
        "pain_on": state.pain_on.isoformat() if state.pain_on else None,
        "next_phase": state.next_phase.id if state.next_phase else None,
        "answered": {word: on.isoformat() for word, on in state.answered.items()},
        "open": [gate.word for gate in state.open_gates],
        "over_on": state.over_on.isoformat() if state.over_on else None,
        "running": _done(state.done) if state.done else None,
        "caps": _caps(recovery.caps) if recovery.caps else None,
        "named": [_named(one) for one in recovery.named],
    }


def _done(done: Done) -> dict[str, Any]:
    return {
        "is_enough": done.is_enough,
        "run_count": done.run_count,
        "least_run_count": done.least_run_count,
        "week_m": _known(done.week_m),
        "least_week_m": _known(done.least_week_m),
        "reason": done.reason,
    }


def _caps(caps: Caps) -> dict[str, Any]:
    return {
        "reason": caps.reason,
        "back_on": caps.back_on.isoformat() if caps.back_on else None,
        "off_days": caps.off_days,
        "share": caps.share,
        "is_unlocked": caps.is_unlocked,
        "is_week_known": caps.is_week_known,
        **{name: _known(getattr(caps, name)) for name in CAPS_M},
    }


def _named(one: Named) -> dict[str, Any]:
    return {
        "local_date": one.day.isoformat(),
        "run_ids": one.run_ids,
        "phase": one.phase.id,
        "kinds": list(one.kinds),
        "distance_m": _known(one.distance_m),
        "fast_m": _known(one.fast_m),
        "elevation_gain_m": _known(one.climb_m),
        "hard_s": _known(one.hard_s),
    }


def _known(value: float) -> float | None:
    return None if words.is_missing(value) else value


def page() -> str:
    """All phases as one page of Markdown."""
    parts = [PAGE_TOP, WRITTEN_FOR, NOT_FOR_SIT_BONE, "## How it goes", _listed(PAGE_RULES)]
    for phase in PHASES:
        parts += [f"## {words.capitalised(phase.name)}: {phase.title} ({phase.source})", *_told(phase)]
    return "\n\n".join(parts) + "\n"


def _told(phase: Phase) -> list[str]:
    gates = [f"`{gate.word}`: {gate.question} ({gate.source})" for gate in phase.gates]
    doing = [telling.exercise(one, is_at_sit_bone=True) for one in phase.exercises]
    return [
        *(["Begins once these go without pain:", _listed(gates)] if gates else []),
        f"**{phase.running}**",
        _listed(phase.rest),
        *(
            ["Exercises; after “But” stands what meets them for sit-bone pain:", _listed(doing)]
            if doing
            else []
        ),
    ]


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)

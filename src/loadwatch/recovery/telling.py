"""A return to running in sentences; nothing is measured here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.diary import OPEN_DAYS
from loadwatch.diary.colours import pain_words, place_words
from loadwatch.diary.entries import Entry
from loadwatch.recovery.phases import NOT_FOR_SIT_BONE, RUNNING_PLACE, SIT_BONE_SITES
from loadwatch.recovery.state import is_enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.diary import Assessment
    from loadwatch.recovery.caps import Caps
    from loadwatch.recovery.phases import Exercise, Phase
    from loadwatch.recovery.running import Named, Recovery
    from loadwatch.recovery.state import Done, State
    from loadwatch.words import Units

RECENT_DAYS = 7
NOTHING_COUNTS = "No phase begins and no gate counts meanwhile."
NO_RETURN = "No return to running is open; after a strain, `loadwatch recover start` begins one."


def where(state: State) -> str:
    """Place of a return in brackets, after a space: " (left mid-thigh)"; empty where it was not told."""
    place = place_words(Entry(state.day, site=state.site, side=state.side))
    return f" ({place})" if place else ""


def standing(state: State) -> str:
    """Phase, since when, and how often pain led back."""
    back = state.steps_back
    told = (
        f", after {words.count(len(back), 'step')} back on pain, {'the last ' if len(back) > 1 else ''}on "
        f"{words.day(back[-1].day)}"
        if back
        else ""
    )
    return (
        f"Return to running{where(state)} since {words.day(state.started, year=True)}: {state.phase.name}, "
        f"{words.lowered(state.phase.title)}, since {words.day(state.since)} (day {state.day_count}){told}."
    )


def red(held: Sequence[Assessment]) -> str:
    """Why a return rests, everything that is red, and whom to see."""
    told = [_red(one) for one in held]
    return f"Red in the diary of {'; and of '.join(told)}. {held[0].advice} {NOTHING_COUNTS}"


def _red(one: Assessment) -> str:
    place, numbers = place_words(one.entry), pain_words(one.entry)
    return (
        f"{words.day(one.entry.date)}{f', {place}' if place else ''}{f' ({numbers})' if numbers else ''}: "
        f"{words.listing([str(reason) for reason in one.reasons])}"
    )


def room(caps: Caps, units: Units) -> str:
    """What phase 3 allows, in numbers."""
    if caps.reason:
        return f"How far cannot be told: {caps.reason}. Begin with half of the usual or less, slow and flat."
    one = (
        f"at most {words.distance(caps.run_cap_m, units)} in one go, half of the usual "
        f"{words.distance(caps.usual_run_m, units)}, and "
        if caps.run_cap_m > 0.0
        else "at most "
    )
    hilly = (
        "Fast and hilly running may begin again, a little of one of them at a time."
        if caps.is_unlocked
        else f"Nothing fast, hard or hilly before 7 days hold {words.distance(caps.unlock_m, units)}."
    )
    unknown = "" if caps.is_week_known else ", beside running of unknown distance"
    return (
        f"For now {one}{words.distance(caps.week_cap_m, units)} in 7 days "
        f"({words.percent(100.0 * caps.share)} of the {words.distance(caps.old_week_m, units)} before); "
        f"{words.distance_or_none(caps.week_m, units)} of it run{unknown}. {hilly}"
    )


def answered(state: State) -> str:
    """Gates that are answered, and when; empty without one."""
    told = [f"{word} on {words.day(on)}" for word, on in state.answered.items()]
    return f"Without pain already: {words.listing(told)}." if told else ""


def next_gate(state: State) -> str:
    """What must go without pain before the next phase; in the last one, when it is over."""
    if state.next_phase is None:
        return f"Over on {words.day(state.since + timedelta(OPEN_DAYS))} if nothing hurts there until then."
    gates = words.listing([gate.word for gate in state.open_gates])
    name = words.capitalised(state.next_phase.name)
    return f"{name} begins once these go without pain: {gates} ({state.next_phase.source})."


def running_asked(done: Done | None, units: Units) -> str:
    """What full running asks of the running before it is answered; empty where it asks for nothing more."""
    if done is None or done.is_enough:
        return ""
    runs = f"{words.count(done.least_run_count, 'run')} with a day between ({done.run_count} so far)"
    if words.is_missing(done.least_week_m):
        rest = f"; how far cannot be asked, as {done.reason}"
    else:
        far = f"{words.distance(done.least_week_m, units)} in 7 days"
        rest = f" and {far} ({words.distance_or_none(done.week_m, units)} so far)"
    return (
        f"Its answers count once phase 3 holds {runs}{rest}. The articles name no least; these numbers are "
        "a clinic's."
    )


def answer(told: Sequence[str], before: State, after: State | None) -> str:
    """What became of answers: a phase begins, they count, or why they do not."""
    if after and after.since > before.since and not after.steps[-1].is_back:
        return f"{words.capitalised(after.phase.name)} begins: {words.lowered(after.phase.title)}."
    counts = [word for word in told if after and word in after.answered]
    others = [word for word in told if word not in counts]
    parts = [f"Counts: {', '.join(counts)}."] if counts else []
    if others:
        parts.append(
            f"Written down, but opens nothing now: {', '.join(others)} ({_why_not(others, before)})."
        )
    return " ".join(parts)


def _why_not(others: Sequence[str], before: State) -> str:
    gates = {gate.word for gate in before.next_phase.gates} if before.next_phase else set()
    if not gates & set(others):
        return "no gate of the next phase"
    if before.day == before.since:
        return "answers count from the day after the phase began"
    if not is_enough(before.done):
        return "too little was run in phase 3"
    return "it hurt that day"


def to_do(state: State) -> str:
    """The one thing to do next."""
    if state.held:
        return state.held[0].advice
    if state.next_phase is None:
        return "Tell the diary at once if it hurts: `loadwatch diary add`."
    if not is_enough(state.done):
        return "Run first, within what phase 3 allows; if it hurts, `loadwatch diary add` notes it."
    if state.day == state.since:
        return "Answers count from tomorrow; if it hurts, `loadwatch diary add` notes it."
    return "Answer with `loadwatch recover check`; if it hurts, `loadwatch diary add` notes it."


def sentence(one: Named, units: Units) -> str:
    """One session that its phase did not allow."""
    what = f"{words.distance(one.distance_m, units)} on {words.day(one.day)} in {one.phase.name}"
    while_red = f"while the diary was red{_places(one.red)}" if one.red else ""
    if "early" in one.kinds:
        return f"{what}, which has no running yet{f', and {while_red}' if while_red else ''}."
    caps, others = one.caps, [kind for kind in one.kinds if kind != "red"]
    if caps is None or not others:
        return f"{what}, {while_red}: nothing is run then."
    why = {
        "fast": f"fast ({words.metres(one.fast_m)} of it)",
        "hard": f"hard ({words.minutes(one.hard_s)} of it)",
        "hilly": f"hilly ({words.climb(one.climb_m, units)} of climb)",
        "long": f"longer than the {words.distance(caps.run_cap_m, units)} of a first run",
        "week": (
            f"{words.distance(caps.week_m, units)} in 7 days, where "
            f"{words.distance(caps.week_cap_m, units)} was the most"
        ),
    }
    waits = [kind for kind in one.kinds if kind in ("fast", "hard", "hilly")]
    until = (
        f"7 days hold {words.distance(caps.unlock_m, units)}" if caps.unlock_m > 0.0 else "running is back"
    )
    rest = f"; such runs wait until {until}" if waits else ""
    told = words.listing([why[kind] for kind in others])
    return f"{what}{f', {while_red}' if while_red else ''}: {told}{rest}."


def _places(red: Sequence[Assessment]) -> str:
    """The places that are red, in brackets, after a space; empty where none was told."""
    places = [place for one in red if (place := place_words(one.entry))]
    return f" ({words.listing(places)})" if places else ""


def recent(recovery: Recovery) -> list[Named]:
    """Sessions of the last 7 days that were named, newest first."""
    first = recovery.state.day - timedelta(RECENT_DAYS - 1)
    return [one for one in reversed(recovery.named) if one.day >= first]


def brief(recovery: Recovery, units: Units) -> str:
    """Give a return in one or two sentences: where it stands, and what matters most now."""
    state = recovery.state
    told = f"Return to running{where(state)}: {state.phase.name} since {words.day(state.since)}"
    newest = recent(recovery)[:1]
    if state.held:
        rests = f"{told}. Red in the diary{_places(state.held)}: it rests."
        return f"{rests} Run all the same: {sentence(newest[0], units)}" if newest else rests
    if recovery.caps and not newest:
        return f"{told}. {room(recovery.caps, units)}"
    if newest:
        return f"{told}. {sentence(newest[0], units)}"
    # What the week asks for may speak of short and easy runs.
    rests = " No running yet." if state.steps[-1].place < RUNNING_PLACE else ""
    return f"{told}.{rests} {next_gate(state)}"


def exercises(phase: Phase, site: str) -> list[str]:
    """Exercises of a phase, each with its article, and what meets it for pain at the sit bone."""
    return [exercise(one, is_at_sit_bone=site in SIT_BONE_SITES) for one in phase.exercises]


def exercise(one: Exercise, *, is_at_sit_bone: bool) -> str:
    """One exercise in words."""
    conflict = f" But {one.conflict}" if is_at_sit_bone and one.conflict else ""
    return f"{words.capitalised(one.name)} ({one.source}).{conflict}"


def warnings(site: str) -> list[str]:
    """What must be said before anything else of a return at some place."""
    return [NOT_FOR_SIT_BONE] if site in SIT_BONE_SITES else []


def beside(furthest: State, least: State | None, *, is_red: bool) -> str:
    """What a return says beside an entry of the diary, which for itself may be green.

    Parameters
    ----------
    furthest, least
        Where it stands if enough was run in phase 3, and if not: nobody looked at the runs.
    is_red
        Whether the entry is.
    """
    opening = f"A return to running{where(furthest)} is open"
    if is_red or furthest.held:
        return f"{opening}: it rests while the diary is red."
    if least is None or furthest.phase is not least.phase:
        return (
            f"{opening}, which may be stricter; its phase depends on the runs, too: see `loadwatch recover "
            "status`."
        )
    phase = furthest.phase
    return (
        f"{opening}, in {phase.name}, which is stricter: {words.lowered(phase.running)} See `loadwatch "
        "recover status`."
    )

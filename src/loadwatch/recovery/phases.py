"""The phases of coming back to running, as the founding articles tell them, in our own words.

They are written for a mild strain of the hamstring. Where an exercise meets what article 000 says of pain at
the sit bone, the exercise says so.
"""

from __future__ import annotations

from dataclasses import dataclass

# Where article 000 places the pain for which its own advice on bending the hip and stretching is meant.
SIT_BONE_SITES = ("sit-bone", "buttock")
_CYCLING = "000: cycling can irritate, through pressure on the sit bone and the tendon; stop where it does."
_DEEP_HIP = "000: leave out what bends the hip deeply, again and again, while the sit bone is sore."
_STRETCH = "000: no strong stretch with the hip bent; keep it small and without pain, or leave it out."
_HEAVY = "000: strength begins gently there and grows as the pain allows; this one is heavy."


@dataclass(frozen=True)
class Exercise:
    """Something to do in a phase.

    Attributes
    ----------
    name
        In a few words.
    source
        Number of the article that names it.
    conflict
        What article 000 says against it for pain at the sit bone; empty where it says nothing.
    """

    name: str
    source: str
    conflict: str = ""


@dataclass(frozen=True)
class Gate:
    """Something that must go without pain before a phase begins.

    Attributes
    ----------
    word
        One of `diary.entries.PAINLESS`.
    question
        As it is asked.
    source
        Number of the article.
    """

    word: str
    question: str
    source: str


@dataclass(frozen=True)
class Phase:
    """One phase of a return.

    Attributes
    ----------
    id
        1, 2, 3 or full.
    title
        What it is for.
    running
        What running it allows.
    rest
        What else it asks for, a sentence each.
    exercises
        What to do beside running.
    gates
        What must go without pain before it begins; none before the first.
    source
        Numbers of the articles it comes from.
    """

    id: str
    title: str
    running: str
    rest: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    gates: tuple[Gate, ...]
    source: str

    @property
    def name(self) -> str:
        """As in a sentence: "phase 2", "full running"."""
        return "full running" if self.id == "full" else f"phase {self.id}"


PHASES: tuple[Phase, ...] = (
    Phase(
        id="1",
        title="Protect it and let it settle",
        running="No running.",
        rest=(
            "Rest and ice first; do nothing that sets the pain off (001).",
            "Then move gently, by the leg's own strength; force no stretch (000).",
        ),
        exercises=(
            Exercise("cycling against little resistance", "001", _CYCLING),
            Exercise("walking", "001"),
            Exercise("standing on one leg", "001"),
            Exercise("gentle gliding of the sciatic nerve", "001", _STRETCH),
        ),
        gates=(),
        source="001",
    ),
    Phase(
        id="2",
        title="Build strength again",
        running="No running.",
        rest=("Still do nothing that sets the pain off (001).",),
        exercises=(
            Exercise("cycling against medium resistance", "001", _CYCLING),
            Exercise("brisk walking", "001"),
            Exercise("windmill on one leg", "001", _DEEP_HIP),
            Exercise("hamstring curl lying on the back", "001"),
            Exercise("deadlift on one leg without a weight", "001", _DEEP_HIP),
        ),
        gates=(
            Gate("walking", "Can you walk without pain?", "001"),
            Gate("standing-curl", "Standing, can you curl the heel to the buttock without pain?", "001"),
        ),
        source="001",
    ),
    Phase(
        id="3",
        title="Run again, short and slow",
        running="Short, slow, steady, flat; longer and faster bit by bit. Stop at any pain of the hamstring.",
        rest=(
            "Go on with phase 2's exercises, slower, more often or against more resistance (001).",
            "Train the core, twice a week (002).",
            "The articles disagree: 002 lets a run with mild pain go on, slowly; 001 stops at any.",
        ),
        exercises=(
            Exercise("bridge on one leg", "002"),
            Exercise("hamstring curls, let down slowly", "001 and 002"),
            Exercise("Romanian deadlift", "002", _DEEP_HIP),
            Exercise("Nordic curls, on the way down only", "002", _HEAVY),
        ),
        gates=(
            Gate("exercises", "Do the exercises of phase 2 go without pain?", "001"),
            Gate("daily-life", "Is daily life without pain: sitting, stairs, bending, squats?", "000"),
        ),
        source="001 and 002",
    ),
    Phase(
        id="full",
        title="Usual running, more bit by bit",
        running="What you ran before, reached bit by bit; the rules of `loadwatch scan` go on watching.",
        rest=(
            "Go on with the strength work: many hurt it again within a year (002).",
            "Warm up before anything fast or hilly, and cool down after it (000).",
        ),
        exercises=(),
        gates=(
            Gate("full-movement", "Does the leg move without pain, and as well as the other one?", "002"),
            Gate("walking", "Can you walk without pain?", "002"),
            Gate("jogging", "Can you jog without pain?", "002"),
            Gate("sprinting", "Once fast running may begin again: can you sprint without pain?", "002"),
            Gate("jumping", "Can you jump without pain?", "002"),
        ),
        source="002",
    ),
)
WRITTEN_FOR = (
    "The phases are written for a mild strain of the hamstring. Whether yours is one, only a professional "
    "can tell; after a worse one, no running before they say so (001)."
)
NOT_FOR_SIT_BONE = (
    "The phases are not meant for pain at the sit bone: there article 000 asks to leave out deep bending of "
    "the hip and strong stretches, which some of the exercises are; where they are, it is said."
)
RUNNING_PLACE = 2  # of phase 3 among PHASES, the first that allows running
FULL_PLACE = 3

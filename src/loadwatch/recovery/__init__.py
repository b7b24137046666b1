"""Coming back to running after something hurt: phases, what opens them, and what was run meanwhile.

All of it follows from the diary's entries and the runs, day by day; nothing is kept elsewhere. Nothing here
diagnoses, and nothing here clears anybody. What looks at runs is in `recovery.running`.
"""

from __future__ import annotations

from loadwatch.recovery.phases import (
    NOT_FOR_SIT_BONE,
    PHASES,
    SIT_BONE_SITES,
    WRITTEN_FOR,
    Exercise,
    Gate,
    Phase,
)
from loadwatch.recovery.state import Done, State, Step, reds_on, start_of, state_on

__all__ = [
    "NOT_FOR_SIT_BONE",
    "PHASES",
    "SIT_BONE_SITES",
    "WRITTEN_FOR",
    "Done",
    "Exercise",
    "Gate",
    "Phase",
    "State",
    "Step",
    "reds_on",
    "start_of",
    "state_on",
]

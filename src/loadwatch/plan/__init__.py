"""The rules turned round: how much can be run before one speaks, and weeks that stay inside."""

from loadwatch.plan.proposal import PlannedRun, PlannedWeek, planned_weeks
from loadwatch.plan.race import RacePlan, plan_race
from loadwatch.plan.room import hidden_by, known_until, room, rooms

__all__ = [
    "PlannedRun",
    "PlannedWeek",
    "RacePlan",
    "hidden_by",
    "known_until",
    "plan_race",
    "planned_weeks",
    "room",
    "rooms",
]

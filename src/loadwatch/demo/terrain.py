"""Where the synthetic runner runs: smooth loops laid on open water, so they can be nobody's real track."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loadwatch.demo.noise import Floats

METRES_PER_DEGREE = 111_195.0
"""Along a meridian of a sphere as large as the earth."""

LOBES = ((2, 0.18, 0.4), (3, 0.09, 1.9), (5, 0.03, 0.7))
"""What bends a circle into a loop: how many bulges, how deep (in radii), turned by how much. [rad]"""


@dataclass(frozen=True)
class Course:
    """A closed loop with hills of one height, or a treadmill.

    Attributes
    ----------
    latitude_deg, longitude_deg
        Middle of the loop, NaN on a treadmill. [deg]
    loop_m
        Once around. [m]
    hill_m
        Height of each hill. [m]
    hill_length_m
        From one foot of a hill to the next; the loop holds a whole number of them. [m]
    base_m
        Altitude at the foot. [m]
    timezone
        Zone of the clocks there.
    """

    latitude_deg: float
    longitude_deg: float
    loop_m: float
    hill_m: float
    hill_length_m: float
    base_m: float
    timezone: str

    @property
    def has_positions(self) -> bool:
        """False on a treadmill."""
        return bool(np.isfinite(self.latitude_deg))

    def altitude_m(self, distance_m: Floats) -> Floats:
        """Altitude in metres, so many metres from the start."""
        return self.base_m + self.hill_m * (1 - np.cos(2 * np.pi * distance_m / self.hill_length_m)) / 2

    def grade(self, distance_m: Floats) -> Floats:
        """Rise over run, so many metres from the start."""
        turn = 2 * np.pi / self.hill_length_m
        return self.hill_m * turn * np.sin(turn * distance_m) / 2

    def position_deg(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude in degrees, so many metres from the start."""
        along_m, north_m, east_m = self._loop
        where = np.mod(distance_m, self.loop_m)
        north, east = np.interp(where, along_m, north_m), np.interp(where, along_m, east_m)
        return self.offset_deg(north, east)

    def offset_deg(self, north_m: Floats, east_m: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude in degrees, so far north and east of the middle."""
        per_degree_east = METRES_PER_DEGREE * np.cos(np.radians(self.latitude_deg))
        return self.latitude_deg + north_m / METRES_PER_DEGREE, self.longitude_deg + east_m / per_degree_east

    @cached_property
    def _loop(self) -> tuple[Floats, Floats, Floats]:
        """Distance along the loop, and metres north and east of its middle, every few metres."""
        angle = np.linspace(0, 2 * np.pi, 2001)
        radius = 1 + sum(size * np.cos(count * angle + turn) for count, size, turn in LOBES)
        north, east = radius * np.cos(angle), radius * np.sin(angle)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(north), np.diff(east)))])
        scale = self.loop_m / along[-1]
        return along * scale, north * scale, east * scale


COURSES = {
    "shore": Course(47.800, 16.745, 4800, 4, 2400, 116, "Europe/Vienna"),
    "vines": Course(47.845, 16.760, 4800, 33, 2400, 118, "Europe/Vienna"),
    "ridge": Course(47.755, 16.735, 4800, 75, 2400, 121, "Europe/Vienna"),
    "promenade": Course(43.600, -77.900, 4000, 4, 2000, 75, "America/New_York"),
    "treadmill": Course(float("nan"), float("nan"), 400, 0, 400, 0, "Europe/Vienna"),
}
"""Two lakes: three loops on a shallow one on the Austrian border, one far out on a Great Lake."""

"""What the synthetic runner does, day by day, in one table.

Nobody ran this. The table is the whole story: ten weeks of steady base, then one thing after another that
running books warn about, each in weeks of its own so that it can be told from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

SAMPLES_END = date(2026, 10, 25)
"""The Sunday on which the table ends; in Vienna the clocks go back that night."""

STORY_WEEKS = 30
"""Weeks in the table."""

TABLE = """
# date      start kind        km   course     cadence fade file
# Steady base: a trial over 5 km in weeks 3 and 9, a hike, a file cut short, a treadmill, a trip overseas.
2026-03-31  18:10 tempo       9.0  shore       0.0   0.0  fit
2026-04-02  18:00 easy        8.0  shore       0.0   0.0  gpx.gz
2026-04-04  09:00 easy        7.5  vines       0.0   0.0  fit
2026-04-05  08:30 long       13.6  shore       0.0   0.0  fit
2026-04-07  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-04-09  18:00 easy        8.0  shore       0.0   0.0  tcx.gz
2026-04-11  09:00 easy        7.5  vines       0.0   0.0  fit
2026-04-12  08:30 long       14.0  shore       0.0   0.0  fit.gz
2026-04-14  18:10 trial       9.0  shore       0.0   0.0  fit
2026-04-16  18:00 easy        8.0  shore       0.0   0.0  gpx
2026-04-17  10:00 hike        9.6  ridge       0.0   0.0  fit
2026-04-18  09:00 easy        7.5  vines       0.0   0.0  fit
2026-04-19  08:30 long       14.2  shore       0.0   0.0  fit
2026-04-21  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-04-23  18:00 easy        8.0  shore       0.0   0.0  tcx
2026-04-25  09:00 easy        7.5  vines       0.0   0.0  fit
2026-04-26  08:30 long       14.4  shore       0.0   0.0  gpx.gz
2026-04-28  18:10 tempo       9.0  shore       0.0   0.0  fit
2026-04-30  18:00 easy        8.0  shore       0.0   0.0  fit-cut
2026-05-02  09:00 easy        7.5  vines       0.0   0.0  fit
2026-05-03  08:30 long       14.0  shore       0.0   0.0  fit
2026-05-05  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-05-07  18:40 easy        8.0  treadmill   0.0   0.0  fit
2026-05-09  09:00 easy        7.5  vines       0.0   0.0  fit
2026-05-10  08:30 long       14.4  shore       0.0   0.0  tcx.gz
2026-05-12  18:10 tempo       9.0  shore       0.0   0.0  fit
2026-05-14  07:00 easy        8.0  promenade   0.0   0.0  fit
2026-05-16  07:30 easy        7.5  promenade   0.0   0.0  gpx.gz
2026-05-17  20:20 long       14.2  promenade   0.0   0.0  gpx
2026-05-19  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-05-21  18:00 easy        8.0  shore       0.0   0.0  fit+gpx
2026-05-23  09:00 easy        7.5  vines       0.0   0.0  fit
2026-05-24  08:30 long       14.4  shore       0.0   0.0  fit.gz
2026-05-26  18:10 trial       9.0  shore       0.0   0.0  fit
2026-05-28  18:00 easy        8.0  shore       0.0   0.0  tcx.gz
2026-05-30  09:00 easy        7.5  vines       0.0   0.0  fit
2026-05-31  08:30 long       14.2  shore       0.0   0.0  fit
2026-06-02  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-06-04  18:00 easy        8.0  shore       0.0   0.0  gpx.gz
2026-06-06  09:00 easy        7.5  vines       0.0   0.0  fit
2026-06-07  08:30 long       14.4  shore       0.0   0.0  fit
# Speed, hills and a fifth run stacked into one week, then back to the base.
2026-06-09  18:10 intervals  10.0  shore       0.0   0.0  fit
2026-06-10  18:30 easy        4.0  shore       0.0   0.0  fit
2026-06-11  18:00 climbs      9.6  ridge       0.0   0.0  fit
2026-06-13  09:00 thousands  11.0  shore       0.0   0.0  fit
2026-06-14  08:30 long       14.6  shore       0.0   0.0  fit
2026-06-16  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-06-18  18:00 easy        8.0  shore       0.0   0.0  tcx
2026-06-20  09:00 easy        7.5  vines       0.0   0.0  fit
2026-06-21  08:30 long       14.0  shore       0.0   0.0  fit.gz
# One long run far longer than any of the month before.
2026-06-23  18:10 tempo       9.0  shore       0.0   0.0  fit
2026-06-25  18:00 easy        8.0  shore       0.0   0.0  gpx.gz
2026-06-27  09:00 easy        7.5  vines       0.0   0.0  fit
2026-06-28  07:30 long       21.0  shore       0.0   0.0  fit
2026-06-30  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-07-02  18:00 easy        8.0  shore       0.0   0.0  fit
2026-07-04  09:00 easy        7.5  vines       0.0   0.0  fit
2026-07-05  08:30 long       13.0  shore       0.0   0.0  fit.gz
# A week off work: two extra runs, half as many kilometres again.
2026-07-06  10:00 easy       12.0  shore       0.0   0.0  fit
2026-07-07  18:10 trial       9.0  shore       0.0   0.0  fit
2026-07-08  10:00 easy       14.0  shore       0.0   0.0  fit
2026-07-09  18:00 easy        8.0  shore       0.0   0.0  fit
2026-07-11  09:00 easy        7.5  vines       0.0   0.0  fit
2026-07-12  08:30 long       14.4  shore       0.0   0.0  fit
# Steps grow long for the speed over three weeks, stay so for two, and come back.
2026-07-14  18:10 tempo       9.0  shore      -0.1   0.0  fit
2026-07-16  18:00 easy        8.0  shore      -0.2   0.0  fit
2026-07-18  09:00 easy        7.5  vines      -0.2   0.0  fit
2026-07-19  08:30 long       13.8  shore      -0.3   0.0  fit
2026-07-21  18:10 tempo       9.0  shore      -0.4   0.0  fit
2026-07-23  18:00 easy        8.0  shore      -0.5   0.0  fit
2026-07-25  09:00 easy        7.5  vines      -0.6   0.0  fit
2026-07-26  08:30 long       14.0  shore      -0.7   0.0  fit
2026-07-28  18:10 cruise     10.0  shore      -0.8   0.0  fit
2026-07-30  18:00 easy        8.0  shore      -0.9   0.0  fit
2026-08-01  09:00 easy        7.5  shore      -3.5   0.0  fit
2026-08-02  08:30 long       14.4  shore      -3.6   0.0  fit
2026-08-04  18:00 easy        9.0  shore      -3.8   0.0  fit
2026-08-06  18:00 easy        8.0  shore      -3.8   0.0  fit
2026-08-08  09:00 easy        7.5  vines      -3.8   0.0  fit
2026-08-09  08:30 long       14.0  shore      -3.8   0.0  fit.gz
2026-08-11  18:10 cruise     10.0  shore      -3.8   0.0  fit
2026-08-13  18:00 easy        8.0  shore      -3.8   0.0  fit
2026-08-15  09:00 easy        7.5  vines      -3.7   0.0  fit
2026-08-16  08:30 long       14.4  shore      -3.6   0.0  fit
2026-08-18  18:10 trial       9.0  shore      -0.8   0.0  fit
2026-08-20  18:00 easy        8.0  shore      -0.4   0.0  fit
2026-08-22  09:00 easy        7.5  shore       0.0   0.0  fit
2026-08-23  08:30 long       14.2  shore       0.0   0.0  fit
# Cadence fades in the last third of three runs.
2026-08-25  18:10 cruise     10.0  shore       0.0   0.0  fit
2026-08-27  18:00 easy        8.0  shore       0.0   0.0  fit
2026-08-29  09:00 easy        7.5  vines       0.0   0.0  fit
2026-08-30  08:30 long       14.4  shore       0.0  -6.5  fit
2026-09-01  18:10 tempo       9.0  shore       0.0   0.0  fit
2026-09-03  18:00 easy        8.5  shore       0.0  -6.5  fit
2026-09-05  09:00 easy        7.5  vines       0.0   0.0  fit
2026-09-06  08:30 long       14.0  shore       0.0  -7.0  fit
# Fifteen days without running, then all of it at once.
2026-09-22  18:00 easy        9.0  shore       0.0   0.0  fit
2026-09-24  18:00 easy        9.0  shore       0.0   0.0  gpx.gz
2026-09-26  09:00 easy       10.0  shore       0.0   0.0  fit
2026-09-27  08:30 long       12.0  shore       0.0   0.0  fit
2026-09-29  18:00 easy        8.5  shore       0.0   0.0  fit
2026-10-01  18:00 easy        8.5  shore       0.0   0.0  tcx.gz
2026-10-03  09:00 easy        9.0  shore       0.0   0.0  fit
2026-10-04  08:30 long       12.2  shore       0.0   0.0  fit
2026-10-06  18:00 easy        8.0  shore       0.0   0.0  fit
2026-10-08  18:00 easy        8.0  shore       0.0   0.0  gpx.gz
2026-10-10  09:00 easy        8.5  vines       0.0   0.0  fit
2026-10-11  08:30 long       12.4  shore       0.0   0.0  fit.gz
2026-10-13  18:00 easy        8.0  shore       0.0   0.0  fit
2026-10-15  18:00 easy        8.0  shore       0.0   0.0  tcx.gz
2026-10-17  09:00 easy        8.5  vines       0.0   0.0  fit
2026-10-18  08:30 long       12.4  shore       0.0   0.0  fit
2026-10-20  18:00 easy        8.0  shore       0.0   0.0  fit
2026-10-22  18:00 easy        8.0  shore       0.0   0.0  gpx.gz
2026-10-24  09:00 easy        7.5  vines       0.0   0.0  fit
# The old long run again, by night, through the hour that comes twice.
2026-10-25  01:40 long       17.0  shore       0.0   0.0  fit
"""


@dataclass(frozen=True)
class Outing:
    """One row of the story.

    Attributes
    ----------
    start
        On the runner's clock, without a zone; the course knows the zone.
    kind
        A key of `runner.WORKOUTS`, or hike.
    distance_m
        Planned distance. [m]
    course
        A key of `terrain.COURSES`.
    cadence_shift_pct
        Cadence against the runner's own curve; below 0 the steps are long for the speed. [%]
    fade_spm
        Cadence of the last third minus the first at the same speed. [steps/min]
    file
        How it is stored: fit, gpx or tcx, perhaps `.gz`; `fit+gpx` is one run in two files, and
        `fit-cut` a file that breaks off.
    """

    start: datetime
    kind: str
    distance_m: float
    course: str
    cadence_shift_pct: float
    fade_spm: float
    file: str


@cache
def _table() -> tuple[Outing, ...]:
    rows = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return tuple(
        Outing(
            start=datetime.fromisoformat(f"{day}T{time}"),
            kind=kind,
            distance_m=1000 * float(km),
            course=course,
            cadence_shift_pct=float(cadence),
            fade_spm=float(fade),
            file=file,
        )
        for day, time, kind, km, course, cadence, fade, file in rows
    )


def story(weeks: int = STORY_WEEKS, *, ends: date = SAMPLES_END) -> tuple[Outing, ...]:
    """Every outing of the synthetic runner, oldest first.

    Parameters
    ----------
    weeks
        Length. Fewer than the table's keep its end; more put further weeks like its first two before it.
    ends
        Sunday of the last week.

    Returns
    -------
    tuple of Outing
        The outings of `weeks` whole weeks, Monday to Sunday.

    Raises
    ------
    ValueError
        When `weeks` is below 1, or `ends` is no Sunday.
    """
    if weeks < 1:
        raise ValueError(f"a story needs at least one week, not {weeks}")
    if ends.isoweekday() != 7:
        raise ValueError(f"a story ends on a Sunday, and {ends} is none")
    table = _table()
    fortnight = [outing for outing in table if outing.start.date() <= SAMPLES_END - timedelta(weeks=28)]
    fortnights_before = range(-(-max(0, weeks - STORY_WEEKS) // 2), 0, -1)
    before = [_moved(outing, timedelta(weeks=-2 * n)) for n in fortnights_before for outing in fortnight]
    first_day = SAMPLES_END - timedelta(weeks=weeks)
    kept = [outing for outing in (*before, *table) if outing.start.date() > first_day]
    return tuple(_moved(outing, ends - SAMPLES_END) for outing in kept)


def _moved(outing: Outing, by: timedelta) -> Outing:
    return replace(outing, start=outing.start + by)

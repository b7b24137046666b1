"""Columns of the tables that studies of many runners use: time at risk, and how loud the rules were."""

from __future__ import annotations

from loadwatch._column import Column

# A session's interval at risk: only its end, and what lies before that end, rests on what came later.
EXPOSURE_TIME = (
    Column("run_ids", "text", "", "The session's runs, separated by spaces."),
    Column("local_date", "date", "", "Day on which the session began, on the runner's clock."),
    Column("start_days", "number", "d", "Its start, since the first recorded day began."),
    Column("stop_days", "number", "d", "Start of the next session, or end of the as-of day."),
    Column("start_running_s", "number", "s", "Moving time of all sessions before."),
    Column("stop_running_s", "number", "s", "The same with this session."),
    Column("is_covered", "flag", "", "No running without a record is marked from its day up to the next."),
)
EXPOSURE_BEFORE = (
    Column("longest_before_m", "number", "m", "Longest session of the 30 days before, as rule F1 has it."),
    Column("distance_7_days_m", "number", "m", "Distance of the 7 days before."),
    Column("usual_week_m", "number", "m", "A usual week of the four before those, as rule F2 has it."),
    Column("acute_chronic_ratio", "number", "", "As it stood the day before."),
    Column("moving_7_days_s", "number", "s", "Moving time of the 7 days before."),
    Column("elevation_gain_7_days_m", "number", "m", "Computed climb of the 7 days before."),
    Column("elevation_loss_7_days_m", "number", "m", "Computed descent of the 7 days before."),
    Column("hard_7_days_s", "number", "s", "Hard running of the 7 days before."),
    Column("fast_7_days_m", "number", "m", "Fast running of the 7 days before."),
    Column("leg_load_7_days_km", "number", "km-eq", "Leg load of the 7 days before, walks and hikes half."),
    Column("run_28_days_count", "number", "", "Runs of the 28 days before."),
    Column("since_run_days", "number", "d", "Days since the last run; 0 for a second session of one day."),
    Column(
        "since_break_days", "number", "d", "Days since coming back from 10 or more days off; else missing."
    ),
    Column(
        "stride_residual_before_pct", "number", "%", "Median of the last 3 judged runs of 28 days before."
    ),
)
EXPOSURE_RUN = (
    Column("distance_m", "number", "m", "Distance of the session."),
    Column("moving_s", "number", "s", "Its moving time."),
    Column("long_run_ratio", "number", "", "Its distance over the longest of the 30 days before (F1)."),
    Column("week_ratio", "number", "", "Distance of 7 days up to it over the usual week before them (F2)."),
    Column("elevation_gain_m", "number", "m", "Its computed climb."),
    Column("elevation_loss_m", "number", "m", "Its computed descent."),
    Column("hard_s", "number", "s", "Its hard running."),
    Column("fast_m", "number", "m", "Its fast running."),
    Column("load", "number", "", "Its load: 100 for one hour at threshold."),
    Column("leg_load_km", "number", "km-eq", "Its kilometre-equivalents."),
    Column("stride_residual_pct", "number", "%", "Its cadence against the curve of earlier runs."),
    Column("is_treadmill", "flag", "", "Recorded on a treadmill or without any position."),
    Column("is_race", "flag", "", "A race: marked as one, or likely one."),
)
EXPOSURE = (*EXPOSURE_TIME, *EXPOSURE_BEFORE, *EXPOSURE_RUN)

REPLAY = (
    Column("rule", "text", "", "Rule id, or together."),
    Column("first_day", "date", "", "The first day walked through, the 43rd of the history."),
    Column("last_day", "date", "", "The last: the as-of day."),
    Column("judged_days_count", "count", "", "Days that could be judged by long run or volume."),
    Column("raise_count", "count", "", "Raises."),
    Column("raises_per_14_days", "number", "", "Raises for every 14 judged days."),
    Column("act_days_count", "count", "", "Days at act; of all together, at the highest level."),
    Column("watch_days_count", "count", "", "Days at watch."),
    Column("note_days_count", "count", "", "Days at note."),
    Column("usual_days_count", "count", "", "Days as usual."),
    Column("cannot_tell_days_count", "count", "", "Days that could not be told."),
)

"""Every public column: its name, kind, unit and meaning, told once.

The tables of `loadwatch.History`, the exports, `loadwatch columns` and the documentation all read
these records. Names are stable: `<what>[_<statistic>]_<unit>`, unit last, SI inside.
"""

from __future__ import annotations

from loadwatch._column import UNITS, Column, Kind, unit_of
from loadwatch._study_columns import EXPOSURE, EXPOSURE_BEFORE, EXPOSURE_RUN, EXPOSURE_TIME, REPLAY

__all__ = [
    "CHARTS",
    "DAYS",
    "EXPOSURE",
    "EXPOSURE_BEFORE",
    "EXPOSURE_RUN",
    "EXPOSURE_TIME",
    "FLAGS",
    "LEG_LOAD_PARTS",
    "REPLAY",
    "RUNS",
    "SAMPLES",
    "SKIPPED",
    "TABLES",
    "UNITS",
    "WEEKS",
    "ZONES",
    "Column",
    "Kind",
    "documented",
    "names",
    "unit_of",
]

SAMPLES = (
    Column("latitude_deg", "number", "deg", "Latitude, WGS 84; in exports only with --positions."),
    Column("longitude_deg", "number", "deg", "Longitude, WGS 84; in exports only with --positions."),
    Column("altitude_m", "number", "m", "Altitude above sea level as the device saw it."),
    Column("distance_m", "number", "m", "Distance covered since the start of the activity."),
    Column("speed_mps", "number", "m/s", "Ground speed."),
    Column("heart_rate_bpm", "number", "bpm", "Heart rate."),
    Column("cadence_spm", "number", "spm", "Steps per minute of both feet; 0 is standing still."),
    Column("power_w", "number", "W", "Running power as the device estimates it."),
    Column("ground_contact_ms", "number", "ms", "Time a foot stays on the ground."),
    Column("vertical_oscillation_mm", "number", "mm", "How far the body bounces with each step."),
    Column("vertical_ratio_pct", "number", "%", "Bounce as a share of the step length."),
    Column("step_length_m", "number", "m", "Length of one step, foot to opposite foot."),
    Column("contact_balance_pct", "number", "%", "Left foot's share of the ground contact time."),
    Column("temperature_degc", "number", "°C", "Temperature at the device."),
    Column("is_timer_on", "flag", "", "False while the runner's own pause is running."),
)

RUNS = (
    Column(
        "run_id",
        "text",
        "",
        "Prefix of the file's content digest, with the session's number where a file holds several.",
    ),
    Column("file", "text", "", "Where the run was read from."),
    Column(
        "name", "text", "", "What the runner called it; left empty in exports unless asked for with --names."
    ),
    Column("format", "text", "", "fit, gpx or tcx."),
    Column("sport", "text", "", "running, or what else the activity was."),
    Column("sub_sport", "text", "", "trail, treadmill, track ... as the device says."),
    Column("device", "text", "", "Maker and product that recorded it."),
    Column("start_time", "time", "", "Start, UTC."),
    Column("local_start", "text", "", "Start on the runner's clock, ISO 8601 with its offset."),
    Column("timezone", "text", "", "Time zone used, or the file's own offset."),
    Column("local_date", "date", "", "Calendar day of the start on the runner's clock."),
    Column("week", "text", "", "ISO week of that day, or the first date of a Sunday-start week."),
    Column("distance_m", "number", "m", "Distance, from the samples."),
    Column("elapsed_s", "number", "s", "Start to end."),
    Column("timer_s", "number", "s", "Elapsed without the runner's own pauses."),
    Column("moving_s", "number", "s", "Timer without standing still."),
    Column("speed_mean_mps", "number", "m/s", "Distance over moving time."),
    Column(
        "graded_speed_mean_mps", "number", "m/s", "Speed on the flat of equal energy cost, over moving time."
    ),
    Column(
        "elevation_gain_m",
        "number",
        "m",
        "Climb: the device's own total where it has one, else computed. For display.",
    ),
    Column(
        "elevation_loss_m",
        "number",
        "m",
        "Descent: the device's own total where it has one, else computed. For display.",
    ),
    Column("elevation_source", "text", "", "device, barometer, gps (low confidence), or none."),
    Column(
        "elevation_gain_computed_m", "number", "m", "Climb from the altitude samples; what the rules use."
    ),
    Column(
        "elevation_loss_computed_m", "number", "m", "Descent from the altitude samples; what the rules use."
    ),
    Column("steep_climb_m", "number", "m", "The part of the computed climb on slopes of 8 % and more."),
    Column("steep_descent_m", "number", "m", "The part of the computed descent on slopes of 8 % and more."),
    Column("steep_descent_s", "number", "s", "Time moving down slopes of 8 % and more."),
    Column(
        "steep_fast_descent_m",
        "number",
        "m",
        "The part of the steep descent at or above the runner's own fast ground speed.",
    ),
    Column(
        "hill_repetition_count",
        "count",
        "",
        "Hard climbs of one hill, run again and again; missing without altitude or critical speed.",
    ),
    Column("heart_rate_mean_bpm", "number", "bpm", "Time-weighted mean while the timer runs."),
    Column("heart_rate_max_bpm", "number", "bpm", "Highest 5-second mean."),
    Column("cadence_mean_spm", "number", "spm", "Time-weighted mean over running only."),
    Column("cadence_source", "text", "", "How the file's cadence became steps per minute, and why."),
    Column("step_length_mean_m", "number", "m", "Time-weighted mean over running only."),
    Column("ground_contact_mean_ms", "number", "ms", "Time-weighted mean over running only."),
    Column("vertical_oscillation_mean_mm", "number", "mm", "Time-weighted mean over running only."),
    Column("vertical_ratio_mean_pct", "number", "%", "Time-weighted mean over running only."),
    Column(
        "contact_balance_mean_pct", "number", "%", "Left foot's share, time-weighted mean over running only."
    ),
    Column("power_mean_w", "number", "W", "Time-weighted mean over running only."),
    Column("fast_m", "number", "m", "Metres at or above the runner's own fast ground speed."),
    Column("fast_s", "number", "s", "Seconds at or above the runner's own fast ground speed."),
    Column(
        "easy_before_fast_s",
        "number",
        "s",
        "Running before the first fast stretch of 20 s or more; missing where nothing was fast.",
    ),
    Column(
        "easy_s",
        "number",
        "s",
        "Moving seconds below 0.85 of critical speed by graded speed; missing where that speed is unknown.",
    ),
    Column(
        "moderate_s",
        "number",
        "s",
        "Seconds from 0.85 to 0.95 of critical speed by graded speed; missing where that speed is unknown.",
    ),
    Column(
        "hard_s",
        "number",
        "s",
        "Seconds at or above 0.95 of critical speed by graded speed, or of hard heart rate.",
    ),
    Column(
        "load",
        "number",
        "",
        "100 for one hour at threshold by graded speed; heart rate where speed is missing.",
    ),
    Column(
        "load_source",
        "text",
        "",
        "What the load's threshold rests on: critical_speed, best_5km, own_mean_speed, heart_rate or "
        "duration.",
    ),
    Column("trimp", "number", "", "Banister's heart-rate load; missing where no heart rate was worn."),
    Column(
        "leg_load_km",
        "number",
        "km-eq",
        "Kilometre-equivalents: distance with climbs, descents and speed weighted in.",
    ),
    Column("leg_load_climb_km", "number", "km-eq", "Of the leg load, what climbing adds."),
    Column("leg_load_descent_km", "number", "km-eq", "Of the leg load, what descending adds."),
    Column("leg_load_speed_km", "number", "km-eq", "Of the leg load, what fast running adds."),
    Column(
        "stride_residual_pct",
        "number",
        "%",
        "Cadence against the runner's own curve at the same speed; below 0 means longer steps.",
    ),
    Column(
        "stride_speed_mps",
        "number",
        "m/s",
        "Median speed of the half-minutes in which cadence is held against the own curve.",
    ),
    Column("own_cadence_spm", "number", "spm", "What the runner's own curve says at that speed."),
    Column(
        "cadence_fade_spm",
        "number",
        "spm",
        "Speed-adjusted cadence of the last third minus the first, steady runs only.",
    ),
    Column(
        "ground_contact_residual_pct",
        "number",
        "%",
        "Ground contact time against the runner's own curve at the same speed; above 0 means longer. For "
        "information.",
    ),
    Column(
        "vertical_ratio_residual_pct",
        "number",
        "%",
        "Vertical ratio against the runner's own curve at the same speed; above 0 means more bounce for the "
        "step. For information.",
    ),
    Column(
        "decoupling_pct",
        "number",
        "%",
        "Speed per heartbeat lost from the first half to the second; flat steady runs of 40 minutes and more "
        "only. One run scatters by 3 points: a chart, no alarm.",
    ),
    Column("is_treadmill", "flag", "", "Recorded on a treadmill or without any position."),
    Column("is_race", "flag", "", "A race: marked as one in the settings or in the diary, or likely one."),
    Column("is_likely_race", "flag", "", "Looks like a race, and nobody says whether it was."),
    Column("notes", "text", "", "What was repaired, guessed or corrected."),
)

DAYS = (
    Column("local_date", "date", "", "Calendar day on the runner's clock."),
    Column("week", "text", "", "The week this day belongs to."),
    Column("run_count", "count", "", "Runs started that day."),
    Column("distance_m", "number", "m", "Sum of the day's runs."),
    Column(
        "longest_session_m", "number", "m", "Longest session: runs at most 30 minutes apart count as one."
    ),
    Column("moving_s", "number", "s", "Sum of the day's runs."),
    Column("elevation_gain_m", "number", "m", "Computed climb, sum; missing where no run has altitude."),
    Column("elevation_loss_m", "number", "m", "Computed descent, sum; missing where no run has altitude."),
    Column("steep_climb_m", "number", "m", "The part of the climb on slopes of 8 % and more."),
    Column("steep_descent_m", "number", "m", "The part of the descent on slopes of 8 % and more."),
    Column("easy_s", "number", "s", "Seconds of easy running, sum; missing where it cannot be known."),
    Column(
        "moderate_s", "number", "s", "Seconds of moderate running, sum; missing where it cannot be known."
    ),
    Column("hard_s", "number", "s", "Seconds of hard running, sum; missing where it cannot be known."),
    Column("fast_m", "number", "m", "Metres of fast running, sum; missing where it cannot be known."),
    Column("load", "number", "", "Sum of the day's runs; 0 on a day without running."),
    Column(
        "trimp", "number", "", "Sum of the day's heart-rate loads; missing where a run had no heart rate."
    ),
    Column("leg_load_km", "number", "km-eq", "Sum of kilometre-equivalents; walks and hikes count half."),
    Column("leg_load_climb_km", "number", "km-eq", "Of the leg load, what climbing adds."),
    Column("leg_load_descent_km", "number", "km-eq", "Of the leg load, what descending adds."),
    Column("leg_load_speed_km", "number", "km-eq", "Of the leg load, what fast running adds."),
    Column("fitness", "number", "", "Load averaged with a time constant of 42 days."),
    Column("fatigue", "number", "", "Load averaged with a time constant of 7 days."),
    Column("form", "number", "", "Yesterday's fitness minus yesterday's fatigue."),
    Column(
        "acute_chronic_ratio",
        "number",
        "",
        "7-day distance over the mean of the three 7-day blocks before; a chart, no alarm.",
    ),
    Column(
        "acute_chronic_ewma_ratio",
        "number",
        "",
        "Distance weighted towards recent days, over 7 days and over 28; a chart, no alarm.",
    ),
    Column("monotony_ratio", "number", "", "Mean over SD of 7 days' load (Foster); a chart, no alarm."),
    Column("strain", "number", "", "7-day load times monotony (Foster); a chart, no alarm."),
    Column(
        "is_rest_day", "flag", "", "No run started that day, and none is marked as unrecorded in the diary."
    ),
    Column("is_covered", "flag", "", "No running without a record is marked in the diary."),
    Column("level", "text", "", "Highest level any rule gives that day."),
)

# What leg load is made of beside plain kilometres.
LEG_LOAD_PARTS = ("leg_load_climb_km", "leg_load_descent_km", "leg_load_speed_km")
# Averages over weeks that people expect as charts: they raise no flag.
CHARTS = (
    *("fitness", "fatigue", "form"),
    *("acute_chronic_ratio", "acute_chronic_ewma_ratio", "monotony_ratio", "strain"),
)

WEEKS = (
    Column("week", "text", "", "ISO label, or the first date of a Sunday-start week."),
    Column("week_start", "date", "", "First day of the week."),
    Column("is_complete", "flag", "", "False for the week still running at the as-of date."),
    Column("run_count", "count", "", "Runs started in the week."),
    Column("rest_day_count", "count", "", "Days without a run, up to the as-of date."),
    Column("distance_m", "number", "m", "Sum of the week's runs."),
    Column("moving_s", "number", "s", "Sum of the week's runs."),
    Column("longest_run_m", "number", "m", "Longest single run."),
    Column("elevation_gain_m", "number", "m", "Computed climb, sum; missing where no run has altitude."),
    Column("elevation_loss_m", "number", "m", "Computed descent, sum; missing where no run has altitude."),
    Column("steep_climb_m", "number", "m", "The part of the climb on slopes of 8 % and more."),
    Column("steep_descent_m", "number", "m", "The part of the descent on slopes of 8 % and more."),
    Column("easy_s", "number", "s", "Seconds of easy running; missing where it cannot be known."),
    Column("moderate_s", "number", "s", "Seconds of moderate running; missing where it cannot be known."),
    Column("hard_s", "number", "s", "Seconds of hard running; missing where it cannot be known."),
    Column("fast_m", "number", "m", "Metres of fast running; missing where it cannot be known."),
    Column("easy_share_pct", "number", "%", "Share of moving time that was not hard."),
    Column("cadence_mean_spm", "number", "spm", "Mean over running, weighted by moving time."),
    Column("stride_residual_pct", "number", "%", "Median of the week's runs."),
    Column("decoupling_pct", "number", "%", "Median of the week's runs; a chart, no alarm."),
    Column("load", "number", "", "Sum of the week's runs."),
    Column("leg_load_km", "number", "km-eq", "Sum of kilometre-equivalents; walks and hikes count half."),
    Column("leg_load_climb_km", "number", "km-eq", "Of the leg load, what climbing adds."),
    Column("leg_load_descent_km", "number", "km-eq", "Of the leg load, what descending adds."),
    Column("leg_load_speed_km", "number", "km-eq", "Of the leg load, what fast running adds."),
    Column("acute_chronic_ratio", "number", "", "At the week's last day; a chart, no alarm."),
    Column("acute_chronic_ewma_ratio", "number", "", "At the week's last day; a chart, no alarm."),
    Column("fitness", "number", "", "At the week's last day."),
    Column("fatigue", "number", "", "At the week's last day."),
    Column("form", "number", "", "At the week's last day."),
    Column("monotony_ratio", "number", "", "At the week's last day; a chart, no alarm."),
    Column("strain", "number", "", "At the week's last day; a chart, no alarm."),
    Column("verdict", "text", "", "Highest raise of the week: usual, watch, act, or cannot_tell."),
)

FLAGS = (
    Column("week", "text", "", "The week of the day."),
    Column("local_date", "date", "", "The day the rule speaks about."),
    Column("rule", "text", "", "Stable rule id; `loadwatch explain RULE` tells the rest."),
    Column("level", "text", "", "note, watch or act."),
    Column("is_raise", "flag", "", "The day the rule rose to watch or act; later days stand."),
    Column("value", "number", "", "What was measured, in `unit`."),
    Column("baseline", "number", "", "The runner's own past it is compared with, in `unit`."),
    Column("unit", "text", "", "Unit of value and baseline."),
    Column("window", "text", "", "The days or runs the baseline covers."),
    Column("n", "count", "", "Sessions, weeks or runs in the baseline."),
    Column("sentence", "text", "", "The finding in plain words with its numbers."),
    Column(
        "detail", "text", "", "What the finding's rule adds in plain words, such as a target; often empty."
    ),
    Column("run_ids", "text", "", "The runs it rests on, separated by spaces."),
    Column("grade", "text", "", "How good the evidence behind the rule is."),
)

SKIPPED = (
    Column("file", "text", "", "The file, with the session's number where a file holds several."),
    Column("reason", "text", "", "Why it is not among the runs."),
    Column("kind", "text", "", "not_a_run, not_an_activity, duplicate, empty, unreadable or implausible."),
)

ZONES = (
    Column("measure", "text", "", "speed (graded: on the flat of equal energy cost) or heart_rate."),
    Column("zone", "text", "", "easy, moderate or hard by speed; zone 1 to zone 5 by heart rate."),
    Column("speed_low_mps", "number", "m/s", "From this speed; missing where open or unknown."),
    Column("speed_high_mps", "number", "m/s", "Up to this speed: 0.85 and 0.95 of critical speed."),
    Column("heart_rate_low_bpm", "number", "bpm", "From this heart rate: 0.5 to 0.9 of the maximum."),
    Column("heart_rate_high_bpm", "number", "bpm", "Up to this heart rate; missing where open or unknown."),
    Column(
        "source",
        "text",
        "",
        "What critical speed rests on: settings, efforts or too_few_hard_efforts; or the maximum heart rate: "
        "settings, runs, age, device or too_few_runs.",
    ),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "runs": RUNS,
    "days": DAYS,
    "weeks": WEEKS,
    "flags": FLAGS,
    "skipped": SKIPPED,
    "exposure": EXPOSURE,
    "replay": REPLAY,
    "zones": ZONES,
    "samples": (
        Column("run_id", "text", "", "The run they are of, as in runs."),
        Column("time", "time", "", "When they were measured, UTC; the index of frames."),
        *SAMPLES,
    ),
}


def documented(doc: str | None, *tables: str) -> str:
    """A docstring with every column of some tables below it, from the records that tell of them anywhere.

    Parameters
    ----------
    doc
        The docstring as it is written.
    tables
        Keys of `TABLES`.
    """
    lines = [(doc or "").rstrip()]
    for table in tables:
        title = f"Columns of `{table}`"
        lines += ["", f"    {title}", f"    {'-' * len(title)}"]
        for column in TABLES[table]:
            unit = f" [{column.unit}]" if column.unit else ""
            lines += [f"    {column.name} : {column.kind}{unit}", f"        {column.meaning}"]
    return "\n".join([*lines, ""])


def names(table: tuple[Column, ...]) -> list[str]:
    """Names of a table's columns, in their public order."""
    return [column.name for column in table]

"""Rows of made-up runners, as a visit gives them: every group, every gap, and names that mean harm."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from loadwatch.cohort.states import Row

STUDY = {
    "loadwatch": "9.9",
    "as_of": "2026-10-25",
    "settings": "[rules.long_run_spike]\nwatch_ratio = 1.4\n",
    "is_pseudonymous": False,
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'a\" `b` & &amp; \\",
    "{{ 7*7 }}${7*7}{% raw %}",
    "\u202egpj.exe\u200f\u2066",
    "bell\x07 \x1b[31mred\x1b[2J\x9b1A",
    "w" * 230,
)
REASONS = ("It needs 5 full weeks to compare with.", "It compares with at least 4 runs.")
FACTS = {
    "run_count": 3,
    "is_silent": False,
    "has_note": False,
    "reason": "",
    "rule": "",
    "more_count": 0,
    "distance_m": None,
    "usual_week_m": None,
    "longest_m": None,
    "longest_before_m": None,
    "missing": "",
    "judge_from": "",
}


def row(name, verdict, *, week="2026-W43", newest_run="2026-10-24", **facts):
    """One runner that was told."""
    return Row(
        name,
        "told",
        as_of="2026-10-25",
        week=week,
        verdict=verdict,
        headline=f"Verdict {verdict}.",
        run_count=50,
        newest_run=newest_run,
        facts=FACTS | facts,
    )


def made_rows(count):
    """So many runners from a seed."""
    chance = np.random.default_rng(7)
    for number in range(count):
        name = f"runner {number:05}" if number % 50 else f"{HOSTILE[number // 50 % len(HOSTILE)]}{number}"
        kind = chance.random()
        if kind < 0.02:
            error = "~/loadwatch.toml: [athlete] has no `birth_yaer`; did you mean `birth_year`?"
            yield Row(name, "failed", error=error)
        elif kind < 0.04:
            yield Row(name, "no_runs", error="no run found in 3 files.")
        elif kind < 0.1:
            newest = date(2026, 10, 1) - timedelta(days=int(chance.integers(300)))
            yield row(name, "usual", week="2026-W39", newest_run=newest.isoformat(), is_silent=True)
        else:
            yield row(name, **_week(chance))


def _week(chance):
    verdict = str(chance.choice(["act", "watch", "usual", "cannot_tell"], p=[0.01, 0.09, 0.68, 0.22]))
    usual_m, longest_m = chance.uniform(10e3, 90e3), chance.uniform(5e3, 30e3)
    facts = {
        "has_note": chance.random() < 0.2,
        "distance_m": usual_m * chance.lognormal(0.0, 0.3),
        "usual_week_m": usual_m,
        "longest_m": longest_m * chance.lognormal(-0.2, 0.2),
        "longest_before_m": longest_m,
    }
    if verdict in ("act", "watch"):
        facts |= {
            "reason": "17.0 km in one go on Sun 25 Oct: 37 % longer than the longest of the 30 days before.",
            "rule": "long_run_spike",
            "more_count": int(chance.integers(3)),
        }
    if verdict == "cannot_tell":
        facts |= {
            "missing": chance.choice(
                ("It needs 5 full weeks to compare with.", "It compares with at least 4 runs.")
            ),
            "judge_from": "2026-11-08",
            "distance_m": None,
        }
    return {"verdict": verdict} | facts

"""The diary's questions at a terminal: few at first, more only where something hurts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from loadwatch.diary.entries import BY_NAME, MARKS, SIGNS, URGENT, Field, value_of
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

FIRST = ("pain_during",)
# The morning after is asked where it has come.
WHERE_IT_HURTS = (
    *("site", "side", "pain_before", "pain_after", "pain_next_morning", "course", "feel"),
    *("hop_test", "hurts_in"),
)
LAST = ("strength_min", "cross_training_min", "note")


def asked(today: date) -> dict[str, str]:
    """Ask for one entry; what was told, by name of field."""
    typer.echo("An entry of the diary. Enter alone skips a question, Ctrl-C ends it without writing.")
    told = {"date": _asked(BY_NAME["date"], default=today.isoformat())}
    told |= _all(FIRST)
    hurts = told.get("pain_during", "0") != "0" or typer.confirm(
        "Does anything hurt otherwise?", default=False
    )
    if hurts:
        is_past = value_of("date", told["date"]) <= today - timedelta(1)
        told |= _all(name for name in WHERE_IT_HURTS if is_past or name != "pain_next_morning")
        told |= _ticked("Is any of this so?", [SIGNS, URGENT, "How it feels"])
        told |= _ticked("And one of these?", ["What was done or can be done"])
    told |= _ticked("Anything to mark that day?", [MARKS])
    return told | _all(LAST)


def _all(names: object) -> dict[str, str]:
    answers = {name: _asked(BY_NAME[name]) for name in names}  # type: ignore[attr-defined]
    return {name: text for name, text in answers.items() if text}


def _asked(field: Field, default: str = "") -> str:
    """One answer that can be meant, asked again until it can."""
    hint = f" ({', '.join(field.values)})" if field.values else " (0 to 10)" if field.kind == "pain" else ""
    while True:
        text = str(
            typer.prompt(f"{field.meaning.rstrip('.')}{hint}", default=default, show_default=bool(default))
        )
        if not text.strip():
            return ""
        try:
            value_of(field.name, text, "That")
        except UsageError as error:
            typer.echo(f"  {error}")
        else:
            return text


def _ticked(question: str, groups: list[str]) -> dict[str, str]:
    """Yes to some of the fields of a few groups, by their numbers."""
    fields = [field for field in BY_NAME.values() if field.group in groups and field.kind == "yes"]
    typer.echo(question)
    for number, field in enumerate(fields, 1):
        typer.echo(f"  {number:>2}  {field.meaning}")
    while True:
        text = str(typer.prompt("Numbers, or Enter for none", default="", show_default=False))
        numbers = text.replace(",", " ").split()
        if all(number.isdecimal() and 1 <= int(number) <= len(fields) for number in numbers):
            return {fields[int(number) - 1].name: "yes" for number in numbers}
        typer.echo(f"  Write numbers from 1 to {len(fields)}, such as 1 3.")

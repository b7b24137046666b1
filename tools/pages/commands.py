"""The command line, as the program itself parses it."""

from __future__ import annotations

import inspect
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import typer

from loadwatch import cli
from loadwatch.cli import _console
from pages.markdown import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_CODES = {
    _console.DONE: "Done.",
    _console.NOTHING_USABLE: "Nothing usable: no run found, a file of no use, or `--strict` met a bad file.",
    _console.WRONG_USE: "The call itself is wrong: a missing path, an unknown option, faulty settings.",
    _console.FLAGGED: "The week holds a flag at or above `--fail-on`.",
    _console.INTERRUPTED: "Stopped with Ctrl-C.",
}
# Said once in the page's own words.
EVERYWHERE = ("help", "install_completion", "show_completion")


def exit_codes() -> str:
    """What each exit code says."""
    return table(["code", "meaning"], ([str(number), text] for number, text in EXIT_CODES.items()))


def every() -> Iterator[tuple[str, Any, Any]]:
    """Every command with its name and context; typer's releases name the types otherwise."""
    program = typer.main.get_command(cli.app)
    with program.make_context("loadwatch", [], resilient_parsing=True) as whole:
        yield "loadwatch", program, whole
        for name in program.list_commands(whole):  # type: ignore[attr-defined]
            _, command, _ = program.resolve_command(whole, [name])  # type: ignore[attr-defined]
            yield from _with_parts(f"loadwatch {name}", command, whole)


def _with_parts(name: str, command: Any, parent: Any) -> Iterator[tuple[str, Any, Any]]:
    """A command and, of a group, what is in it."""
    with command.make_context(name, [], parent=parent, resilient_parsing=True) as context:
        if not hasattr(command, "list_commands"):
            yield name, command, context
            return
        for part in command.list_commands(context):
            yield from _with_parts(f"{name} {part}", command.get_command(context, part), context)


def commands() -> str:
    """Every command with its help, arguments and options."""
    told = []
    for name, command, context in every():
        parameters = [one for one in command.get_params(context) if one.name not in EVERYWHERE]
        told.append(f"## {name}\n\n    {_usage(name, parameters)}")
        if " " in name:
            told.append(inspect.cleandoc(command.help))
        told += _tables(command, parameters)
    return "\n\n".join(told)


def _usage(name: str, parameters: list[Any]) -> str:
    """A call in one line."""
    arguments = []
    for one in parameters:
        if one.param_type_name == "argument":
            shown = f"{_typed(one)}{'...' if one.nargs == -1 else ''}"
            arguments.append(shown if one.required else f"[{shown}]")
    return " ".join([name, *(arguments if " " in name else ["COMMAND"]), "[OPTIONS]"])


def _tables(command: Any, parameters: list[Any]) -> list[str]:
    """Tables of arguments and options, under the headings that the help has."""
    kinds = get_type_hints(command.callback)
    grouped: dict[str, list[list[str]]] = {}
    for parameter in parameters:
        heading = getattr(parameter, "rich_help_panel", None) or parameter.param_type_name
        told = [parameter.help, _default(parameter)]
        grouped.setdefault(heading, []).append(
            [code(_typed(parameter, kinds.get(parameter.name))), " ".join(filter(None, told))]
        )
    return [table([heading, ""], rows) for heading, rows in grouped.items()]


def _typed(parameter: Any, kind: Any = None) -> str:
    """How a parameter is typed; `kind` is its annotation, as what click has of it differs by release."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[].")
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return names
    choices = [each for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Enum)]
    value = "|".join(str(one.value) for one in choices[0]) if choices else parameter.metavar
    return f"{names} {value}"


def _default(parameter: Any) -> str:
    """What holds where it is not given, as far as the help says so."""
    default = parameter.default
    if not parameter.show_default or default is None or isinstance(default, bool) or callable(default):
        return ""
    return f"{code(str(getattr(default, 'value', default)))} if not given."

"""The command line: words in, exit code out. One file for each command; the only place that prints."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from loadwatch._version import __version__
from loadwatch.cli import columns, demo, explain, export, inspect, plan, replay, scan, watch
from loadwatch.cli._console import DONE, INTERRUPTED, NOTHING_USABLE, WRONG_USE, narrate
from loadwatch.errors import LoadwatchError, UsageError

# Made when they are asked for: with an option for each field of the diary, or what a cluster needs.
GROUPS = {
    "cohort": "Tell many runners: a club, a study.",
    "diary": "Keep and show a diary of pain and marks.",
    "recover": "Return to running after a strain, in phases.",
}


class _Commands(TyperGroup):
    """The commands, and groups of more."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all commands."""
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command, a group as it is listed; typer's releases name its type otherwise."""
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        return TyperGroup(name=cmd_name, help=GROUPS[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that some words ask for, whole."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in GROUPS:
            command = typer.main.get_command(import_module(f"loadwatch.cli.{name}").app)
            command.help = GROUPS[name]
        return name, command, rest


app = typer.Typer(
    name="loadwatch",
    cls=_Commands,
    help=(
        "What changed in your running, against what your legs have carried lately.\n\n"
        "Reads the FIT, GPX and TCX files of any watch; works offline and writes nothing into the folder it "
        "reads, but the diary that you keep there.\n\n"
        "Start with: loadwatch scan ~/activities — or, without files of your own: loadwatch demo"
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# A history is a lot of objects that stay: searching them for rubbish as often as Python does by itself is a
# twentieth of a scan.
OBJECTS_BETWEEN_SEARCHES = 20_000
COMMANDS = (
    *(scan.scan, watch.watch, inspect.inspect, explain.explain, export.export),
    *(plan.plan, replay.replay, columns.columns, demo.demo),
)
for command in COMMANDS:
    app.command()(command)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"loadwatch {__version__}")
        raise typer.Exit


@app.callback()
def _whole(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command; the text is the application's own."""


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr and an exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    try:
        if sys.stdout is None:
            raise UsageError("there is no output to write to: stdout is closed.")
        if sys.stderr is None:  # closed by whoever wants no narration
            sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end of the program
        app()
        sys.stdout.flush()
    except LoadwatchError as error:
        narrate(f"loadwatch: {error}")
        sys.exit(WRONG_USE if isinstance(error, UsageError) else NOTHING_USABLE)
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as error:
        narrate(f"loadwatch: {_told(error)}")
        sys.exit(NOTHING_USABLE)
    except KeyboardInterrupt:
        narrate("loadwatch: stopped.")
        sys.exit(INTERRUPTED)
    except SystemExit as leaving:
        # typer turns Ctrl-C into this, without a word.
        if leaving.code == INTERRUPTED:
            narrate("loadwatch: stopped.")
        raise


def _told(error: OSError) -> str:
    """What the system refused that nobody was prepared for, as a sentence with a way out."""
    why = error.strerror or str(error)
    try:
        os.getcwd()  # noqa: PTH109 - asked only whether there is one
    except OSError:
        return "the current folder is gone; go to another one, as with `cd ~`, and try again."
    if error.filename is None:
        return f"the output cannot be written ({why})."
    return (
        f"{error.filename}: cannot be used ({why}); see that it is there and that you may read and write it."
    )

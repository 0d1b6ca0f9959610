"""The frame of the program: its name, its help, its version."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from arrears import __version__
from arrears.cli.outcome import outcome


class Commands(TyperGroup):
    """A group whose help shows an example for each command, and whose commands end in one of four exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what went wrong becomes a sentence and an exit code."""
        if ctx.parent is not None:
            return super().invoke(ctx)
        with outcome():
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Each command with its first sentence and an example below it."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, f"{command.get_short_help_str(200)}\n{_example(command, f'{ctx.command_path} {name}')}"))
        width = max(len(name) for name, _ in rows) + 4
        with formatter.section("Commands"):
            for name, text in rows:
                says, example = text.split("\n")
                formatter.write(f"  {name:<{width}}{says}\n{'':<{width + 2}}$ {example}\n")


def _example(command: Any, path: str) -> str:
    """The first example line of a command's help; a group shows that of its first command."""
    inner = getattr(command, "commands", None)
    if inner:
        name, first = next(iter(inner.items()))
        return _example(first, f"{path} {name}")
    lines = [line.strip() for line in (command.help or "").splitlines()]
    return next((line.removeprefix("$ ") for line in lines if line.startswith("$ ")), path)


def group(says: str) -> typer.Typer:
    """A group of commands in the form of this program."""
    # plain help: the rich form takes longer to load than a command to answer; plain traces: the pretty form prints values
    plain: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}
    return typer.Typer(cls=Commands, help=says, no_args_is_help=True, **plain)


app = group(
    "A lender's book of vehicle loans, night by night: who owes what, since when and why, and who needs what next."
    "\n\nData goes to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage,"
    " 3 done with findings. Start with: arrears demo"
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"arrears {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")] = False,
) -> None:
    """See the help of `app`."""

"""The command line: one command a question; exit status 0 done, 1 the input has errors, 2 wrong usage."""

from __future__ import annotations

import os
import sys

import click

from integrated_services.cli import _analyses, _documents, _exchange, _mapping, _merge, _workbook
from integrated_services.errors import mask, nearest

__all__ = ["main"]


class _Group(click.Group):
    """Names the nearest command where there is none of that name (click itself does so from 8.5 on)."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = nearest(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="integrated-services", prog_name="integrated-services")
def _commands() -> None:
    r"""Model integrated service frameworks and answer what people ask of them.

    \b
    Begin with:
      integrated-services sample
      integrated-services report laane-viru -o laane-viru.html
      integrated-services new mine.yaml
    """


for _command in (
    _documents.new,
    _documents.check,
    _workbook.template,
    _analyses.report,
    _mapping.propose,
    _exchange.convert,
    _merge.merge_command,
    _analyses.gaps,
    _analyses.commitments,
    _analyses.paths,
    _analyses.cooperation,
    _analyses.indicators,
    _documents.sample,
    _documents.schema,
):
    _commands.add_command(_command)
for _command in (_commands, *_commands.commands.values()):
    # click keeps the lines of a paragraph that begins with a backspace; the raw docstrings spell it as two characters
    _command.help = (_command.help or "").replace("\\b\n", "\b\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words of the command; those of the process if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console in a Windows code page has no place for Baltic letters
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        _commands.main(args=arguments, prog_name="integrated-services")
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except Exception as error:
        if os.environ.get("INTEGRATED_SERVICES_DEBUG"):
            raise
        click.echo(
            f"This is a fault of the program, please report it: {type(error).__name__}: {mask(str(error))}", err=True
        )
        click.echo("With INTEGRATED_SERVICES_DEBUG=1 it says where.", err=True)
        sys.exit(1)

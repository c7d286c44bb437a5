"""The command line: one verb a module, loaded when it is called, so that `vigie --help` answers at once.

Exit codes: 0 fine; 1 something is wrong with what was given or found; 2 the command was written wrongly;
3 the service is not healthy; 130 interrupted.
"""

import os
import sys
from importlib import import_module
from io import TextIOWrapper

import click

from monitor import __version__
from monitor.core.errors import VigieError

VERBS = {
    "demo": "Run the main job on the bundled live blog, about a minute.",
    "run": "Run the whole service on a folder of rules.",
    "check": "Check a folder of rules: every fault, with its place and what would be right.",
    "schema": "Print the JSON Schema of rules files, for editors.",
    "match": "Match entries (JSON lines) against the rules, without queue or ledger.",
    "explain": "Say why a rule is met by a text, or what lacks.",
    "replay": "Say what a rule, or a changed folder, would have told of all that the ledger holds.",
    "parse": "Read the entries of feeds and live blogs, from files or URLs.",
    "stories": "Say which entries of several feeds say the same, and what keeps others apart.",
    "feeds": "Show how the feeds do; try, add, import or export feeds.",
    "status": "Show feeds, inboxes, deliveries and workers.",
    "health": "Say whether the service, or one part of it, is well.",
    "rules": "Show which editions of the rules were published, and put an older one in force.",
    "alerts": "List what was told.",
    "deliveries": "List the messages and what became of them.",
    "send": "Send a test message to a channel.",
    "settings": "Show the settings and where each comes from.",
    "migrate": "Bring the ledger to this version.",
    "poller": "Run the poller alone.",
    "worker": "Run one match or deliver worker alone.",
    "clock": "Run the clock alone.",
}
"""Each verb and its line of help; the verb's module has its name, and its command is called `command`."""


INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""


class Verbs(click.Group):
    """A group that imports a verb's module only when that verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the verbs in the order of their use, not of the alphabet."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load one verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"monitor.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs without loading any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vigie")
def vigie() -> None:
    """Watch live blogs in many languages, and tell people once and fast when a rule is met."""


def main() -> None:
    """Run a verb; an error of ours is one clear line on stderr and exit code 1, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # Рябков on a terminal that knows only ASCII is a question mark
    try:
        sys.exit(vigie.main(prog_name="vigie", standalone_mode=False))
    except VigieError as error:
        click.echo(f"vigie: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has enough; nothing may be flushed to him on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

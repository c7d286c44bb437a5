"""`vigie feeds`: how the feeds do and, one verb a module, what is done with them.

A verb's module is imported when the verb is called; its command is called `command`.
"""

from importlib import import_module

import click

VERBS = {
    "try": ("trying", "Show what a kind or a recipe reads from a URL, and what is suspicious of it."),
    "add": ("adding", "Find the feed of a page, try it, and write it into a file of feeds."),
    "import": ("importing", "Write the feeds of an OPML file as YAML."),
    "release": ("releasing", "Let the held entries of a feed be told."),
    "export": ("exporting", "Print the feeds as OPML."),
}
"""Each verb, the module of this package that it is in, and its line of help."""


class FeedVerbs(click.Group):
    """A group that imports a verb's module only when that verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the verbs in the order of their use, not of the alphabet."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load one verb."""
        if cmd_name not in VERBS:
            return None
        module, _ = VERBS[cmd_name]
        command: click.Command = import_module(f"monitor.cli.feeds.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; what is none names a feed, of which the table is shown."""
        if args[0] in VERBS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        ctx.obj = ctx.params.get("as_json", False)
        return "", import_module("monitor.cli.feeds.table").command, args

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs without loading any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, said) for verb, (_, said) in VERBS.items()])


@click.command(cls=FeedVerbs, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each feed.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Show how the feeds do, or with NAME how one does; with a verb: try, add, import, export or release feeds."""
    if ctx.invoked_subcommand is None:
        import_module("monitor.cli.feeds.table").show(as_json=as_json)
    elif as_json and ctx.invoked_subcommand:
        raise click.UsageError("--json is of the table: write it behind the verb, if that has it.")

"""`vigie demo`: the main job on the bundled live blog, about a minute."""

import sys

import click


@click.command
@click.option("--keep", is_flag=True, help="Go on running after the summary, until Ctrl-C.")
@click.option(
    "--seconds", type=click.FloatRange(1, 86400), default=40.0, show_default=True, help="How long the day takes."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where the outlets listen.  [default: any free port]"
)
@click.option(
    "--plain", is_flag=True, help="Print a line an alert instead of the live view, as when this is no terminal."
)
@click.option(
    "--json",
    "summary",
    is_flag=False,
    flag_value="-",
    default="",
    metavar="[FILE]",
    help="Write the summary as JSON, to a file or to stdout.",
)
def command(keep: bool, seconds: float, port: int, plain: bool, summary: str) -> None:  # noqa: FBT001 - click's
    """Run the main job on the bundled live blog: outlets, the real service, a mail server and a webhook.

    Ends with a summary held against the gold list; exits with 0 only if they agree.
    """
    from monitor.demo.run import Options, play  # noqa: PLC0415 - `vigie --help` must not wait for it

    sys.exit(play(Options(seconds, port, keep=keep, plain=plain, summary=summary)))

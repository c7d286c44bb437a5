"""`vigie feeds export`: the feeds of a rules folder as OPML."""

from pathlib import Path

import click

from monitor.cli._engine import plain
from monitor.feeds.opml import is_for_readers, to_opml, unexported
from monitor.rulebook import sources_of
from monitor.rulebook.writing import known_feeds
from monitor.settings import load_settings


@click.command
@click.option("--rules", "folder", type=click.Path(path_type=Path), help="The folder, else VIGIE_RULES_DIR or rules.")
def command(folder: Path | None) -> None:
    """Print the feeds as OPML 2.0, in folders by their first topic; pages that no reader can read are links.

    No password or other secret of a feed is printed; which feeds need one is said.
    """
    feeds = [one.feed for one in known_feeds(sources_of(folder or load_settings().rules_dir))]
    click.echo(to_opml(feeds, "Vigie"), nl=False)
    links = sum(not is_for_readers(feed) for feed in feeds)
    if links:
        click.echo(f"{links} of {len(feeds)} are pages that no reader of feeds can read: written as links", err=True)
    for feed in feeds:
        if secrets := unexported(feed):
            click.echo(f"{plain(feed.name)}: not exported: {', '.join(secrets)} - a reader has to be told", err=True)

"""`vigie schema`: the form of rules files as a JSON Schema, for editors."""

import json

import click

from monitor.rulebook import json_schema
from monitor.rulebook.sheet import KINDS

_KINDS = {kind.partition("/")[0]: kind for kind in KINDS}


@click.command
@click.argument("kind", metavar="[KIND]", required=False, type=click.Choice(tuple(_KINDS)))
def command(kind: str | None) -> None:
    """Print the JSON Schema of the files of a KIND: feeds, entities, rules or routes; without KIND of all, in one.

    Editors that know yaml-language-server complete, explain and check by it: `vigie schema > vigie.schema.json`, and as
    the first line of a file `# yaml-language-server: $schema=vigie.schema.json`.
    """
    click.echo(json.dumps(json_schema(_KINDS[kind] if kind else ""), ensure_ascii=False, indent=2))

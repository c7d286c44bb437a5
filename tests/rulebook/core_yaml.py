"""YAML as editors type it: by the core schema of YAML 1.2, where NO and 12:30 are texts and 2022 is a number."""

import re
from typing import Any

import yaml


class _Loader(yaml.CSafeLoader):
    """PyYAML without the guesses of YAML 1.1; by libyaml, for its own scanner takes no tab between words."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", "true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    ("int", "[-+]?[0-9]+", tuple("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)", tuple("-+.0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def typed(written: str) -> Any:  # Any: whatever stands in the file
    """Give a document as an editor's schema sees it. Raises: yaml.YAMLError."""
    return yaml.load(written.removeprefix("\ufeff"), _Loader)

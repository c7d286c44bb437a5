"""The rules folder: YAML that analysts and operators write, read into a Book, with every fault at its place.

folder -> sources (name: text) -> nodes (every scalar a text) -> sheets (one per file) -> Book, faults
"""

from monitor.rulebook.accepting import Accepted as Accepted
from monitor.rulebook.accepting import accept as accept
from monitor.rulebook.folder import below as below
from monitor.rulebook.folder import counts as counts
from monitor.rulebook.folder import sources_of as sources_of
from monitor.rulebook.json_schema import json_schema as json_schema
from monitor.rulebook.reading import Reading as Reading
from monitor.rulebook.reading import read as read
from monitor.rulebook.reading import uncollected as uncollected
from monitor.rulebook.reading import under as under
from monitor.rulebook.secrets import unset_secrets as unset_secrets

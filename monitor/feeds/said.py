"""What an entry says, in forms that can be compared, and digests of it."""

import unicodedata
from hashlib import blake2b

from monitor.core.entry import Entry


def folded(part: str) -> str:
    """Give a text without what differs between two spellings of it: case, spaces, compatible characters."""
    return " ".join(unicodedata.normalize("NFKC", part).casefold().split())


def time_of(entry: Entry) -> str:
    """Give the time of an entry as it is compared; empty: it has none."""
    return "" if entry.published is None else entry.published.isoformat().casefold()


def hashed(kind: str, *parts: str) -> str:
    """Make a name of parts: the kind of name and a digest of them."""
    content = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"{kind}:{blake2b(content, digest_size=16).hexdigest()}"

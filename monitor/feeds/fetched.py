"""What one fetch brought."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.feed import Validators


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was served: `body` decompressed, the headers exactly as received (empty: not sent).

    `url` is where it was found, after all redirects; relative links are resolved against it.
    """

    body: bytes
    content_type: str
    etag: str
    last_modified: str
    url: str
    received_at: datetime

    @property
    def validators(self) -> Validators:
        """Give what to say back with the next request."""
        return Validators(self.etag, self.last_modified)

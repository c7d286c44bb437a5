"""What one fetch brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.feed import Validators


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was served: `body` decompressed, the headers exactly as received (empty: not sent).

    `url` is where it was found, after all redirects; relative links are resolved against it. `fresh_for` is what its
    server asks to wait before it is asked again (0: it does not say); `moved_to` is `url` where every redirect on the
    way was a permanent one, else empty. `host` is the one that answered, and `crawl_delay` how far apart its robots.txt
    wants requests to be (0: it does not say, or was not asked), within what we obey.
    """

    body: bytes
    content_type: str
    etag: str
    last_modified: str
    url: str
    received_at: datetime
    fresh_for: timedelta = timedelta(0)
    moved_to: str = ""
    host: str = ""
    crawl_delay: timedelta = timedelta(0)

    @property
    def validators(self) -> Validators:
        """Give what to say back with the next request."""
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that its document is the one that these validators name: what to say back the next time."""

    validators: Validators
    received_at: datetime
    fresh_for: timedelta = timedelta(0)
    moved_to: str = ""
    host: str = ""
    crawl_delay: timedelta = timedelta(0)

"""Feeds: one polite fetch, and what a document says read as entries.

fetch     Session, Feed, Validators -> Fetched | Unchanged    session (pools), line (proxy, secrets), way (redirects),
                                                         lookups (names), guard (addresses), robots, body, freshness,
                                                         failures
read      Fetched, Feed -> entries                       kinds: parse, json_feed, live_blog (json_ld, microdata),
                                                         wordpress, liveblog_pro, recipe
contents  the same, and what the document says of itself limits, hints; piecewise and split, with what is seen
          each reader: markup and html -> text, dates -> times, links and identity -> names
"""

from monitor.feeds.body import LARGEST
from monitor.feeds.fetch import fetch
from monitor.feeds.fetched import Fetched, Unchanged
from monitor.feeds.kinds import contents, read
from monitor.feeds.limits import Contents
from monitor.feeds.seen import Seen
from monitor.feeds.session import Session

__all__ = ["LARGEST", "Contents", "Fetched", "Seen", "Session", "Unchanged", "contents", "fetch", "read"]

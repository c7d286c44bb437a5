"""Feeds: one polite fetch, and what a document says read as entries.

fetch     Session, Feed, Validators -> Fetched | None    guard (addresses), failures (words)
read      Fetched, Feed -> entries                       kinds: parse, json_feed, live_blog, recipe
          each reader: markup and html -> text, dates -> times, links and identity -> names
"""

from monitor.feeds.fetch import LARGEST, Session, fetch
from monitor.feeds.fetched import Fetched
from monitor.feeds.kinds import read

__all__ = ["LARGEST", "Fetched", "Session", "fetch", "read"]

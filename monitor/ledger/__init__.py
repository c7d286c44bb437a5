"""The ledger: the truth about feeds, entries, revisions, alerts and deliveries, in SQLite or PostgreSQL.

`monitor.ledger.migrations` makes and changes its tables; it alone needs Alembic.
"""

from monitor.ledger.checks import Failed, Same, Standing
from monitor.ledger.clockwork import Pending
from monitor.ledger.editions import Draft, FolderSeen, Published, Version, digest_of
from monitor.ledger.fate import Fate, Judged, Named
from monitor.ledger.feeds import FeedHealth
from monitor.ledger.ledger import Ledger
from monitor.ledger.polls import Learn, Learnt, Recorded, as_decided
from monitor.ledger.rows import Ids
from monitor.ledger.sending import Claim
from monitor.ledger.views import Counts, NotTold

__all__ = [
    "Claim",
    "Counts",
    "Draft",
    "Failed",
    "Fate",
    "FeedHealth",
    "FolderSeen",
    "Ids",
    "Judged",
    "Learn",
    "Learnt",
    "Ledger",
    "Named",
    "NotTold",
    "Pending",
    "Published",
    "Recorded",
    "Same",
    "Standing",
    "Version",
    "as_decided",
    "digest_of",
]

"""What the page shows, in memory: the newest record of each key, and the latest changes."""

from page.records.changes import Change, Changes, Stale
from page.records.deliveries import Deliveries
from page.records.following import Follower
from page.records.records import Records

__all__ = ["Change", "Changes", "Deliveries", "Follower", "Records", "Stale"]

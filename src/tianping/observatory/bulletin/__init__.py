"""The month's bulletin: what one county's births say at the close of a month, as a document."""

from tianping.observatory.bulletin.document import write_bulletin
from tianping.observatory.bulletin.snapshot import Snapshot, only_county, take_snapshot

__all__ = ["Snapshot", "only_county", "take_snapshot", "write_bulletin"]

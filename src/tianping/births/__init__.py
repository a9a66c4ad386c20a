"""The fact store: read returns, hold counts by release, answer count queries."""

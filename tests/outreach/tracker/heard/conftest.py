"""The tracker's own fixtures."""

from tests.outreach.rooms import file_store, now, office, seal

__all__ = ["file_store", "now", "office", "seal"]

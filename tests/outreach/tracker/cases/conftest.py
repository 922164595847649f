"""The office and its seal, as all of the tracker's tests have them."""

from tests.outreach.rooms import file_store, now, office, seal

__all__ = ["file_store", "now", "office", "seal"]

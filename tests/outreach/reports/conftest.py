"""One seal, one office, and the moment the tests stand at; the stores are everybody's."""

from tests.outreach.rooms import file_store, now, office, seal

__all__ = ["file_store", "now", "office", "seal"]

"""The public press room: what strangers may read of releases, feeds of it, and who gets it by mail."""

"""Channels against servers as offices use them, on loopback: nothing goes out twice, wherever the sender is killed."""

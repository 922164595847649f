"""Ways to tell another program; one kind a file."""

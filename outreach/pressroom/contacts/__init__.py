"""Media contacts: whom the office writes to, on which lists, what they got and what they wrote."""

"""What stands behind `/api/v1`: who calls, what is asked and answered, pages of rows, errors, the document."""

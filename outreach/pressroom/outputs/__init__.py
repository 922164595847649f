"""What goes out of a release: the mail, plain text, PDF and DOCX, and the fields that greet each recipient."""

"""Pictures of numbers: one chart as SVG for a page or a PDF, PNG for a mail, a sentence, and a table."""

"""What became of a release: delivered, printed, followed; and how many asked around that time, beside what is usual."""

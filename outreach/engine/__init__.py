"""Several processes on one PostgreSQL: one plans, all work. Rows decide what is due; the queue says where to look."""

"""One SQLite format of raw answers: snapshots, the cache, and exports to other formats."""

"""The next tuning job: what AWS described, with other ranges, as a request to create it."""

"""What the next tuning job should search, at a chosen risk."""

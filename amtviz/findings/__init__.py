"""What is known about some tuning data, and sentences of it; nothing is drawn here."""

"""One writer each for numbers, shares, durations, lists, plurals, names and statuses."""

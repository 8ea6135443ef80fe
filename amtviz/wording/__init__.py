"""One writer each for numbers, shares, times, lists, names and statuses; anyone may use them."""

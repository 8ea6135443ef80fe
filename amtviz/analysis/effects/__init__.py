"""Which hyperparameters matter, which together, and how the objective follows them.

`fit_effects` learns once what the other modules tell.
"""

"""What amtviz claims, a module each; `benchmarks/calibration.py` has their protocol."""

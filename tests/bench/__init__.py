"""Benchmarks: ratios of what we do to the least that could do it, measured side by side in one run. `make bench`."""

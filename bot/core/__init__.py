"""Pure rules: no I/O, no clock, no randomness of its own. Everything here is a function of its arguments."""

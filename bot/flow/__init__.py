"""What happens, in order: one file per step of the walk of an answer."""

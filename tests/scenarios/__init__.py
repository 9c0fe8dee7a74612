"""Scenarios that any chat platform can play: what people see, tap and type, and what a channel reads."""

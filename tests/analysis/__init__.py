"""Tests of the figures and of what may be shown of them."""

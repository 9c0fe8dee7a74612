"""Tests mirror the code; read test_walk.py first."""

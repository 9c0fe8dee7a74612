"""Klankbord killed at random moments, against chat servers that remember everything they received."""

"""Ids that nobody can guess, and the randomness of the machine for who is given none."""

import random
import secrets

SYSTEM = secrets.SystemRandom()


def new_id(rng: random.Random) -> str:
    """Ten characters that no one can guess: buttons carry it and have to stay short."""
    return "".join(rng.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(10))

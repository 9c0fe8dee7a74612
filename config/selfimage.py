"""What a lead is asked before the figures come: the classes of an estimate, and what may hold a team back."""

from collections.abc import Mapping

CLASSES: Mapping[str, tuple[float, float]] = {
    "0": (0.0, 0.4),
    "40": (0.4, 0.5),
    "50": (0.5, 0.6),
    "60": (0.6, 0.7),
    "70": (0.7, 0.8),
    "80": (0.8, 0.9),
    "90": (0.9, 1.0),
}
"""Of the share that gives a 4 or 5: from the first bound up to the second, which only the last class holds too."""

HELD_BACK = ("rules", "systems", "workload", "others", "nothing")
"""What held the team back most, in the order in which it is asked."""

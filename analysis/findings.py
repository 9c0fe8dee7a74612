"""Publications → judgements, in the order in which a department wants them: what goes well first.

Returns codes and numbers; the words are made in `bot/flow/digests.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.answers import Publication

ORDER = ("helped", "good", "received", "needed", "missed", "lost", "most", "level")


@dataclass(frozen=True)
class Finding:
    """One judgement: what it is about, and the published figure behind it."""

    code: str
    figure: Publication


def findings(publications: Sequence[Publication]) -> list[Finding]:
    """The findings of one block in reading order."""
    found = [Finding(publication.measure, publication) for publication in publications]
    return sorted(found, key=lambda finding: ORDER.index(finding.code))

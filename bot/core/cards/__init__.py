"""The cards of a round: which words and buttons belong to each place. Decides nothing.

No card shows an earlier answer, but "my answers", which is shown on request only, and a draft somebody is writing.
"""

from collections.abc import Callable

from bot.core.ballot import At, Ballot
from bot.core.cards import asking, beginning, choosing, ending, tips
from bot.core.platform import Card
from bot.core.setting import Setting


def at_place(ballot: Ballot, setting: Setting) -> Card:
    """The card of the place where somebody is."""
    return _CARDS[ballot.place.at](ballot, setting)


_CARDS: dict[At, Callable[[Ballot, Setting], Card]] = {
    At.INTRODUCTION: beginning.introduction,
    At.EARLIER: beginning.earlier,
    At.WORKPLACE: beginning.workplace,
    At.TICK: choosing.tick,
    At.ASK: asking.ask,
    At.END: ending.end,
    At.TIP: tips.written,
    At.CHECK: tips.check,
    At.THANKS: ending.thanks,
    At.NOT_NOW: ending.not_now,
}

"""Which message holds whose card, as far as this process knows: it makes way when a command is answered.

Somebody who stops, or begins feedback on another department, would otherwise keep an old question in their chat.
"""

from collections import OrderedDict

from bot.core.actions import Action
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card
from bot.platforms.slack.origin import Origin
from config.texts import say

REMEMBERED = 10_000  # people


class Whereabouts:
    """Remembers the message that was drawn last for each person. After a restart the next tap tells it anew."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, Origin] = OrderedDict()  # longest ago first

    def drawn(self, user: str, origin: Origin) -> None:
        """Somebody's card stands there now."""
        if origin.kind != "message" or origin.shared:
            return
        self._last[user] = origin
        self._last.move_to_end(user)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    def leave(self, user: str) -> Origin | None:
        """Where their card stood until now."""
        return self._last.pop(user, None)


def elsewhere(card: Card) -> Card:
    """In the place of a card that made way, with the way back: what a command answers is soon out of sight."""
    step = Button(say("button.to_card", card.language), str(Action(NO_ROUND, "home")))
    return Card(language=card.language, lines=(say("slack.put_away", card.language),), steps=(step,))

"""How fast each platform takes messages: what their makers say and what was seen, a little on the safe side.

An `overall` burst of more than one lets a sender that wakes late catch up; burst and rate together stay within the
limit. One chat hardly ever gets two messages in a row, so there a burst would gain nothing and risk a refusal.
"""

from bot.core.pacing import Pace, Rate

PACES: dict[str, Pace] = {
    # docs.slack.dev/apis/web-api/rate-limits: chat.postMessage takes one message per second per channel (a person's
    # chat is one too) and keeps a limit for the workspace that it only calls "several hundred" a minute. A survey of
    # 1,600 people went at about 230 a minute without a refusal: that is what we count on.
    "slack": Pace(overall=Rate(230, 60, burst=4), person=Rate(1), channel=Rate(1)),
    # core.telegram.org/bots/faq: about 30 messages a second to all chats together, one a second to one chat and 20 a
    # minute to a group. 28 a second and 3 at once are at most 30 in any second; one every 3 seconds is 20 a minute.
    "telegram": Pace(overall=Rate(28, burst=3), person=Rate(1), channel=Rate(20, 60)),
    # Synapse, rc_message: a user who sends gets 0.2 a second with a burst of 10, which no round gets through. An
    # administrator lifts that for the bot's account (docs/matrix.md): then only what is polite to a homeserver is left.
    # It has no limit for one chat; the burst there is for a picture, its text and the reactions below a card.
    "matrix": Pace(overall=Rate(10, burst=10), person=Rate(1, burst=3), channel=Rate(1, burst=3)),
    # Sending is writing a row of our own; a browser comes for its messages itself.
    "webchat": Pace(),
}

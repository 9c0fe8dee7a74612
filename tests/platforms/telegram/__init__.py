"""A strict stand-in for Telegram's Bot API, over real HTTP, and the people who use it. `server.py` is the way in.

It documents what we know of Telegram. Limits are those of core.telegram.org/bots/api and /bots/faq; the words of a
refusal are those of the server itself, whose source is public (github.com/tdlib/telegram-bot-api).
"""

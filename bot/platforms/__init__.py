"""One file or folder per chat platform; each knows the core, the texts and its own SDK, and nothing else."""

PLATFORMS: dict[str, str] = {
    "matrix": "bot.platforms.matrix:Matrix",
    "slack": "bot.platforms.slack:Slack",
    "telegram": "bot.platforms.telegram:Telegram",
    "webchat": "bot.platforms.webchat:WebChat",
}
"""Where each platform lives, `module:class`; imported only where it is used."""

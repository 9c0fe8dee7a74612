"""How Klankbord is set up here, as far as a document tells of it: never a secret."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deployment:
    """Made by bot/deployed.py, which may see the platforms; documents may not."""

    postgresql: bool = False
    host: str = "127.0.0.1"
    port: int = 8080
    address: str = ""  # where colleagues reach it; empty where nobody said so
    platforms: frozenset[str] = frozenset({"webchat"})  # those that are set up
    slack_brings: bool = False  # HTTP mode: Slack comes to us
    slack_scopes: tuple[str, ...] = ()  # the rights that the Slack app needs
    telegram_brings: bool = False  # webhook: Telegram comes to us
    matrix_server: str = ""  # where the homeserver is; empty where nobody said so

    @property
    def is_public(self) -> bool:
        """Whether colleagues can reach it at an address of its own, over TLS."""
        return self.address.startswith("https://")

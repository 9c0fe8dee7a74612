"""Deployment settings, from the environment or a `klankbord.env` file in the current folder."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.words import Language

ENV_FILE = "klankbord.env"


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address, with a host and, if any, a port that can be."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


class Settings(BaseSettings):
    """Each is an environment variable with the prefix KLANKBORD_, such as KLANKBORD_DATA."""

    model_config = SettingsConfigDict(env_prefix="KLANKBORD_", env_file=ENV_FILE, extra="ignore")

    data: Path = Path("data")
    """The folder of the database."""

    database_url: SecretStr = SecretStr("")
    """A PostgreSQL database, for more than one machine; SQLite in the data folder when empty."""

    keys: SecretStr = SecretStr("")
    """Comma-separated: the first seals ballots, all of them open. Never in the database or its folder."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080

    address: str = ""
    """How colleagues reach the web chat, such as https://klankbord.example.nl; host and port when empty."""

    language: Language = "nl"
    """Of what the commands say."""

    log: Literal["console", "json"] = "console"
    """How `klankbord run` writes its log on stderr: for people, or an object on each line."""

    @property
    def key_list(self) -> list[str]:
        """The keys, first to last."""
        return [key.strip() for key in self.keys.get_secret_value().split(",") if key.strip()]

    @property
    def public_address(self) -> str:
        """The base of personal links, without a slash at the end."""
        return (self.address or f"http://{self.host}:{self.port}").rstrip("/")

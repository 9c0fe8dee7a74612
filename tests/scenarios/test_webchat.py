"""The web chat plays every scenario: over HTTP, with a cookie for each person, and without JavaScript."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient, Response

from bot.app import StoredRooms
from bot.platforms.webchat import WebChat
from bot.store import chats
from bot.web.server import application, listening, server
from tests.platforms.webchat_site import Form, Forms

from .script import SCENARIOS, Script, play, read
from .town import Town, organisation, town


class Visitors:
    """A browser for each person, and one that reads each channel."""

    def __init__(self, town: Town, address: str) -> None:
        self._town, self._address = town, address
        self._browsers: dict[str, AsyncClient] = {}
        self._pages: dict[str, str] = {}

    async def moment(self, name: str) -> None:
        """The clock; whoever looked away looks again."""
        await self._town.moment(name)
        self._pages.clear()

    async def read(self, who: str) -> str:
        """The text of the page, as a person reads it."""
        page = await self._page(who)
        body = page[page.index("<main") : page.index("</main>")]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())

    async def tap(self, who: str, label: str) -> None:
        """Post the newest form with such a button."""
        form = await self._form(who, label)
        exact = [words for words in form.buttons if words == label]
        name, value = form.buttons[(exact or [words for words in form.buttons if words.startswith(label)])[0]]
        await self._post(who, form, {name: value})

    async def tap_in(self, who: str, channel: str, label: str) -> None:
        """On the page of the channel; what follows is in one's own conversation."""
        path = f"/channel/{channel.removeprefix('#')}"
        self._show(who, await (await self._browser(who)).get(path))
        await self.tap(who, label)

    async def type(self, who: str, text: str) -> None:
        """Post the prompt of the card."""
        prompts = [form for form in Forms(await self._page(who)).found if "nonce" in form.fields]
        await self._post(who, prompts[-1], {"text": text})

    async def ask(self, who: str, word: str) -> None:
        """Post the line at the bottom of the chat."""
        await self._post(who, await self._form(who, "Stuur"), {"text": word})

    async def _form(self, who: str, label: str) -> Form:
        forms = [form for form in Forms(await self._page(who)).found if any(b.startswith(label) for b in form.buttons)]
        assert forms, f"{who} has no {label!r} to tap:\n{await self.read(who)}"
        return forms[-1]

    async def _page(self, who: str) -> str:
        if who not in self._pages:
            path = f"/channel/{who.removeprefix('#')}" if who.startswith("#") else "/chat"
            self._show(who, await (await self._browser(who)).get(path))
        return self._pages[who]

    async def _post(self, who: str, form: Form, fields: dict[str, str]) -> None:
        browser = await self._browser(who)
        body = urlencode(form.fields | fields).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        self._show(who, await browser.post(form.action, content=body, headers=headers))

    def _show(self, who: str, response: Response) -> None:
        assert response.status_code == 200, f"{who}: {response.status_code}"
        self._pages[who] = response.text

    async def _browser(self, who: str) -> AsyncClient:
        if who not in self._browsers:
            self._browsers[who] = AsyncClient(base_url=self._address, follow_redirects=True)
            token = await self._town.klankbord.database.write(chats.new_link, who)
            assert (await self._browsers[who].get(f"/join/{token}")).status_code == 200
        return self._browsers[who]

    async def leave(self) -> None:
        """Close every browser."""
        for browser in self._browsers.values():
            await browser.aclose()


@asynccontextmanager
async def on_stage(folder: Path, script: Script) -> AsyncIterator[Visitors]:
    """The town with its web server, and its visitors."""
    colleagues = {name: name for name in script.colleagues}
    zone = organisation("webchat").zone
    made = town(folder, colleagues, "webchat", lambda d, now: WebChat(StoredRooms(d, now), zone=zone))
    await made.klankbord.listen()
    bound = listening("127.0.0.1", 0)
    serving = server(application(made.klankbord.platforms.values()))
    running = asyncio.create_task(serving.serve(sockets=[bound]))
    visitors = Visitors(made, f"http://127.0.0.1:{bound.getsockname()[1]}")
    try:
        yield visitors
    finally:
        await visitors.leave()
        serving.should_exit = True
        await running
        made.klankbord.database.close()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_web_chat_plays(path: Path, tmp_path: Path) -> None:
    """From the opening of a round to its digests."""

    async def whole() -> None:
        script = read(path)
        async with on_stage(tmp_path, script) as stage:
            await play(script, stage)

    asyncio.run(whole())


def test_a_line_that_means_nothing_is_refused(tmp_path: Path) -> None:
    """A scenario with a slip is not played as if it said less."""
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("colleagues: anna\nanna sees Hallo\n")
    with pytest.raises(ValueError, match=r"wrong.txt:2"):
        read(wrong)

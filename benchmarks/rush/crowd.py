"""Two thousand patients, fifty at a time, who go for the same two hundred times."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from statistics import quantiles
from time import perf_counter

import attrs

from benchmarks.patients import details_of
from benchmarks.rush.browsing import Browser, Page
from benchmarks.rush.clinic import CLINIC, TYPE, Time
from webtidbok.web.times import start_name, week_name

AT_ONCE = 50

_PATH = f"/{CLINIC}/{TYPE}"


@attrs.define
class Crowd:
    """What became of everybody.

    Attributes:
        outcomes: How many had which.
        took: Seconds of each request.
    """

    port: int
    outcomes: Counter[str] = attrs.field(factory=Counter, init=False)
    took: list[float] = attrs.field(factory=list, init=False)
    seconds: float = attrs.field(default=0.0, init=False)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    @property
    def p99(self) -> float:
        """The time in which 99 of 100 requests were answered."""
        return quantiles(self.took, n=100)[-1]

    def come(self, wishes: Iterable[Time]) -> None:
        """Let a patient come for each wish."""
        # Those who want the same time share a mobile number, of which only one books: else some
        # number would book more often in a day than one may.
        numbers: dict[Time, int] = {}
        comers = [
            self._come_for(place, wish, numbers.setdefault(wish, len(numbers)))
            for place, wish in enumerate(wishes)
        ]
        asyncio.run(self._all(comers))

    def look(self, path: str, times: int) -> None:
        """Ask for one page again and again, as many at once, eight on each connection."""
        asyncio.run(self._all([self._look_at(path) for _ in range(times // 8)]))

    async def _all(self, comers: Iterable[Awaitable[None]]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def enter(comer: Awaitable[None]) -> None:
            async with room:
                await comer

        began = perf_counter()
        await asyncio.gather(*map(enter, comers))
        self.seconds = perf_counter() - began

    async def _look_at(self, path: str) -> None:
        browser = Browser(self.port, "somebody", self.took.append)
        for _ in range(8):
            page = await browser.open(path)
            self.outcomes[str(page.status)] += 1
        await browser.close()

    async def _come_for(self, place: int, wish: Time, number: int) -> None:
        browser = Browser(self.port, f"patient-{place}", self.took.append)
        try:
            self.outcomes[await _outcome(browser, place, wish, number)] += 1
        except Exception as error:  # noqa: BLE001 - counted, whatever it was
            self.outcomes[f"error: {type(error).__name__}"] += 1
        finally:
            await browser.close()


async def _outcome(browser: Browser, place: int, wish: Time, number: int) -> str:
    """Look at the times, choose one, and book it if it can be had."""
    times = await browser.open(f"{_PATH}?week={week_name(wish.start.date())}")
    if times.heading != "Choose a time":
        return _unexpected(times)
    chosen = {**times.hidden, "time": f"{start_name(wish.start)} {wish.provider}"}
    page = await browser.send(_PATH, chosen)
    if page.heading != "Who is coming?":
        return _taken(page)
    details = details_of(place, mobile=number)
    typed = {
        "identity_number": details.identity_number.digits,
        "first_name": details.first_name,
        "last_name": details.last_name,
        "mobile": details.mobile.e164,
        "message": details.message,
        "accepts_sms": "yes",
    }
    page = await browser.send(f"{_PATH}/uppgifter", {**page.hidden, **typed})
    if page.heading != "Is everything right?":
        return _taken(page)
    page = await browser.send(f"{_PATH}/bekrafta", page.hidden)
    return "booked" if page.heading == "Your time is booked" else _taken(page)


def _taken(page: Page) -> str:
    if page.heading != "Somebody else was faster":
        return _unexpected(page)
    return "alternatives" if page.times else "no alternatives"


def _unexpected(page: Page) -> str:
    return f"error: {page.status} {page.heading}"

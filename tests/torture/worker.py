"""One of those who race: asks for this and that, and writes down each answer before going on.

Whoever takes over from one that was killed reads its file, asks again with the same key what was
not answered, and goes on.
"""

import json
import os
import random
import re
import sqlite3
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import psycopg
from sqlalchemy import Connection, Engine, event

from tests.torture.asking import Answered, Asked, Told, ask
from tests.torture.scene import PATIENCE, SLOTS, Slot, a_book, a_token
from webtidbok.adapters.sql.engines import open_database
from webtidbok.errors import StoreUnavailable
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.ports.clock import Clock
from webtidbok.services.searching import Wishes
from webtidbok.testing.builders import (
    A_MONDAY,
    CHAIR_1,
    CHAIR_2,
    CHECK_UP,
    FILLING,
    NOW,
    THE_CLINIC,
)

#: So much faster than ours goes the time of a race: holds run out while it lasts.
_HASTE = 60

#: The statement that stores a booking all by itself, on PostgreSQL.
_AT_ONCE = re.compile(r"\s*WITH\b.*\bINSERT INTO wtb_journal", re.DOTALL)

_WHAT = {
    "book": 30,
    "any": 8,
    "hold": 8,
    "rebook": 18,
    "cancel": 14,
    "move what others move": 4,
    "staff-book": 6,
    "staff-move": 4,
    "staff-cancel": 8,
}


@attrs.frozen(kw_only=True)
class Order:
    """What a worker is to do.

    Attributes:
        attempts: So many answers, those of who was killed before included.
        ends_at: Or until the machine's clock shows this.
        only_books: Try each of so many slots once, in an order of its own; 0: do all there is.
        shared: Links of visits that all workers move.
        ahead: How much the worker's clock is ahead of the others'.
        loses_answers: After half of the commits the connection is lost.
        bears_outages: Ask again when no answer comes; else that is an error.
    """

    database: str
    file: Path
    seed: int
    attempts: int
    began_at: float
    ends_at: float
    only_books: int = 0
    shared: tuple[str, ...] = ()
    ahead: timedelta = timedelta()
    loses_answers: bool = False
    bears_outages: bool = False


@attrs.frozen
class HastyClock(Clock):
    """Goes fast, the same in all processes but for how much it is ahead."""

    began_at: float
    ahead: timedelta

    def now(self) -> datetime:
        """Return the present of the race."""
        return NOW + self.ahead + timedelta(seconds=_HASTE * (time.time() - self.began_at))


def work(order: Order) -> None:
    """Carry an order out, in a process of its own."""
    Worker(order).run()


class Worker:
    """Keeps what it has got: visits with their links, those without, and staff's."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._random = random.Random(order.seed)
        self._engine = open_database(order.database)
        if order.loses_answers:
            lose_answers(self._engine, self._random)
        clock = HastyClock(order.began_at, order.ahead)
        self._book = a_book(self._engine, clock)
        self._file = os.open(order.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._links: dict[str, str] = {}
        self._linkless: list[str] = []
        self._staffs: list[str] = []
        self._told = Told.read(order.file.read_text())
        for answer in self._told.answered:
            self._learn(self._told.asked[answer.key], answer)
        self._answers = len(self._told.answered)
        self._held: Asked | None = None
        self._over: Asked | None = None
        self._slots = list(SLOTS[: order.only_books])
        self._random.shuffle(self._slots)

    def run(self) -> None:
        """Ask and ask; whatever goes wrong is written down too."""
        try:
            if self._told.pending is not None:
                self._settle(self._told.pending)
            while self._answers < self._order.attempts and time.time() < self._order.ends_at:
                try:
                    asked = self._next()
                except StoreUnavailable:
                    if not self._order.bears_outages:
                        raise
                    time.sleep(0.05)  # a search changes nothing: just look again
                    continue
                self._say("asked", attrs.asdict(asked))
                self._settle(asked)
        except Exception:  # noqa: BLE001 - that is what the conductor looks for
            self._say("error", traceback.format_exc())
        finally:
            self._engine.dispose()

    def _say(self, what: str, said: object) -> None:
        line = json.dumps({what: said}) + "\n"
        os.write(self._file, line.encode())

    def _settle(self, asked: Asked) -> None:
        latest = time.monotonic() + PATIENCE.total_seconds()
        while True:
            try:
                answer = ask(self._book, asked)
            except StoreUnavailable:
                if not self._order.bears_outages or time.monotonic() > latest:
                    raise
                self._say("lost", asked.key)
                time.sleep(0 if self._order.loses_answers else 0.05)
                continue
            self._say("answered", attrs.asdict(answer))
            self._answers += 1
            return self._learn(asked, answer)

    def _learn(self, asked: Asked, answer: Answered) -> None:
        """Remember what an answer gives or takes."""
        self._held = self._over = None
        if asked.what == "hold" and answer.is_done:
            self._held = asked
        elif asked.what == "book" and answer.is_done and answer.token:
            self._links[answer.appointment] = answer.token
        elif asked.what == "book" and answer.is_done:
            self._linkless.append(answer.appointment)
        elif asked.what == "staff-book" and answer.is_done:
            self._staffs.append(answer.appointment)
        elif asked.what == "staff-book" and not asked.over:
            again = attrs.evolve(asked, key=self._key(), over=answer.in_the_way)
            self._over = again if self._random.random() < 1 / 3 else None
        elif asked.what == "cancel":
            self._links.pop(answer.appointment, None)
        elif asked.what == "staff-cancel":
            for mine in (self._linkless, self._staffs):
                if asked.appointment in mine:
                    mine.remove(asked.appointment)

    def _key(self) -> str:
        return f"{self._random.getrandbits(64):x}-{os.getpid()}-{time.time_ns():x}"

    def _next(self) -> Asked:
        if self._order.only_books:
            return self._booking(self._slots[self._answers % len(self._slots)])
        if self._over is not None:
            return self._over
        if self._held is not None:
            return self._with_hold(self._held)
        what = self._random.choices([*_WHAT], [*_WHAT.values()])[0]
        if what in {"book", "any", "hold"}:
            return self._new(what)
        if what == "rebook" and self._links:
            return self._rebooking(self._random.choice([*self._links.values()]))
        if what == "cancel" and self._links:
            token = self._random.choice([*self._links.values()])
            return Asked(key=self._key(), what="cancel", token=token)
        if what == "move what others move" and self._order.shared:
            return self._rebooking(self._random.choice(self._order.shared))
        return self._of_staff(what)

    def _new(self, what: str) -> Asked:
        type_ = CHECK_UP if self._random.random() < 3 / 4 else FILLING
        slot = self._random.choice(SLOTS)
        if what == "any":
            day = A_MONDAY + self._random.randrange(5) * DAY
            found = self._book.search(THE_CLINIC, type_, Wishes(first=day, last=day))
            if found.slots:
                placement = self._random.choice(list(found.slots)).placement
                slot = Slot(placement.provider, placement.span.start)
        asked = attrs.evolve(self._booking(slot), type=type_)
        if what == "hold":
            return attrs.evolve(asked, what="hold", token=a_token().token)
        return asked

    def _booking(self, slot: Slot) -> Asked:
        return Asked(
            key=self._key(),
            what="book",
            provider=slot.provider,
            start=slot.start.isoformat(),
            place=self._random.randrange(1, 41),
        )

    def _with_hold(self, held: Asked) -> Asked:
        """Use a hold, give it back, or leave it until it runs out."""
        what = self._random.choices(["book", "release", "leave"], [6, 3, 1])[0]
        if what == "leave":
            self._held = None
            return self._next()
        return attrs.evolve(held, what=what, key=self._key())

    def _rebooking(self, token: str) -> Asked:
        start = self._random.choice(SLOTS).start
        revision = self._random.choice([None, None, 1, 2])
        return Asked(
            key=self._key(),
            what="rebook",
            token=token,
            start=start.isoformat(),
            revision=revision,
        )

    def _of_staff(self, what: str) -> Asked:
        mine = self._linkless + self._staffs
        if mine and (what == "staff-cancel" or len(mine) > 6):
            return Asked(
                key=self._key(), what="staff-cancel", appointment=self._random.choice(mine)
            )
        slot = self._random.choice(SLOTS)
        minutes = self._random.choice([10, 20, 40])
        start = slot.start + self._random.randrange(-2, 6) * 5 * MINUTE
        asked = Asked(
            key=self._key(),
            what="staff-book",
            provider=slot.provider,
            resource=self._random.choice([None, CHAIR_1, CHAIR_2]),
            start=start.isoformat(),
            minutes=minutes,
        )
        if what == "staff-move" and self._staffs:
            appointment = self._random.choice(self._staffs)
            return attrs.evolve(asked, what="staff-move", appointment=appointment)
        return asked


def lose_answers(engine: Engine, chance: random.Random) -> None:
    """Lose the connection after half of the commits, when all is stored and nothing is said."""

    @event.listens_for(engine, "after_cursor_execute")
    def lose(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        stores = statement == "COMMIT" or _AT_ONCE.match(statement)
        if stores and chance.random() < 1 / 2:
            if engine.dialect.name == "sqlite":
                raise sqlite3.OperationalError("disk I/O error")
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

"""Routes, and what stands between a request and the view that answers it."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import TypeAlias

import attrs
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Scope

from webtidbok.errors import UnknownClinic
from webtidbok.model.addresses import CARD, FILES
from webtidbok.services.web_book import WebBook
from webtidbok.web.booking import choosing, confirming, reviewing, types
from webtidbok.web.errors import error_page, status_of
from webtidbok.web.pages import Pages
from webtidbok.web.security import Guard, origin_of
from webtidbok.web.site import Site
from webtidbok.web.slugs import CONFIRM, DETAILS, RELEASE
from webtidbok.web.steps import Steps
from webtidbok.web.visit import card
from webtidbok.web.visit.views import VIEWS
from webtidbok.web.visitor import Visitor, form_in

#: What answers a request. It may take its time: it runs in a thread of its own.
View: TypeAlias = Callable[[Visitor], Response]

#: Each page: its path, what it shows and, if it has a form, what takes it. The first that fits.
_VIEWS: tuple[tuple[str, View, View | None], ...] = (
    (f"/{CARD}", card.show, card.take),
    (f"/{CARD}/", card.show, card.take),
    *VIEWS,
    ("/{clinic}", types.show, None),
    ("/{clinic}/", types.show, None),
    ("/{clinic}/{type}", choosing.show, choosing.take),
    (f"/{{clinic}}/{{type}}/{DETAILS}", reviewing.show, reviewing.take),
    (f"/{{clinic}}/{{type}}/{RELEASE}", confirming.show, choosing.release),
    (f"/{{clinic}}/{{type}}/{CONFIRM}", confirming.show, confirming.take),
)


class _Page(Route):
    """A page, which a path is or is not: whatever the method, no later page has its path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the path fits; the method is looked at afterwards."""
        match, found = super().matches(scope)
        return (Match.NONE if match is Match.NONE else Match.FULL), found


@attrs.define
class Application:
    """Routes requests to views, on threads of their own, and answers whatever goes wrong."""

    book: WebBook
    site: Site
    pages: Pages = attrs.field(init=False)
    steps: Steps = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.pages = _pages_of(self.site)
        self.steps = Steps(self.book.desk, self.site.step_lifetime)

    def guarded(self) -> ASGIApp:
        """Return the application with the guard before it."""
        addresses = self.site.addresses
        return Guard(
            Starlette(routes=list(self._routes()), exception_handlers={HTTPException: self._http}),
            refused=self._refused,
            origin=origin_of(addresses.base) if addresses else None,
        )

    def _routes(self) -> Iterable[Route]:
        yield _Page(f"/{FILES}/{{mark}}/{{name}}", self._static, methods=["GET"])
        for path, show, take in _VIEWS:
            methods = ["GET", "POST"] if take else ["GET"]
            yield _Page(path, self._endpoint(show, take), methods=methods)

    def _endpoint(self, show: View, take: View | None) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method == "POST" and take:
                form = form_in(await request.body())
                return await run_in_threadpool(self._answer, take, self._visitor(request, form))
            return await run_in_threadpool(self._answer, show, self._visitor(request))

        return endpoint

    def _visitor(self, request: Request, form: dict[str, str] | None = None) -> Visitor:
        return Visitor(
            request=request, book=self.book, pages=self.pages, steps=self.steps, form=form or {}
        )

    def _answer(self, view: View, visitor: Visitor) -> Response:
        try:
            return view(visitor)
        except Exception as error:  # noqa: BLE001 - whatever it was, the patient gets an answer
            status = status_of(error)
        return self._error(visitor, status)

    def _error(self, visitor: Visitor, status: int) -> Response:
        with suppress(Exception):  # the clinic whose page it would be, if that can be told
            visitor = _at_clinic_of(visitor)
        return error_page(visitor, status)

    async def _static(self, request: Request) -> Response:
        segments = request.path_params
        found = self.pages.static.answer(segments["name"], segments["mark"])
        return found or error_page(self._visitor(request), 404)

    async def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "the handler is for these"
        answer = await self._refused(request.scope, error.status_code)
        answer.headers.update(error.headers or {})  # `Allow`
        return answer

    async def _refused(self, scope: Scope, status: int) -> Response:
        return await run_in_threadpool(self._error, self._visitor(Request(scope)), status)


def _at_clinic_of(visitor: Visitor) -> Visitor:
    """Return the visitor at the clinic of the address; if it names none, at the only one."""
    try:
        return visitor.at(visitor.clinic_of_address, framed=True)
    except UnknownClinic:
        return visitor.at_only_clinic()


@lru_cache(maxsize=16)
def _pages_of(site: Site) -> Pages:
    """Return the pages of a site, read once: a host may make an application for each request."""
    return Pages(site)

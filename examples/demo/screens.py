"""The look of the demonstration's own screens: templates and files, apart from the library's."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from examples.demo.sites import Sites

_HERE = Path(__file__).parent


class Screens:
    """Makes pages out of the templates; all that is put into them is escaped.

    Args:
        sites: Where the links lead.
    """

    def __init__(self, sites: Sites) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["sites"] = sites

    def page(self, template: str, *, status: int = 200, **context: object) -> Response:
        """Return a page."""
        html = self._environment.get_template(template).render(context)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})

    def routes(self) -> list[BaseRoute]:
        """Return where the style and the script are."""
        return [_file("demo.css"), _file("demo.js")]


def _file(name: str) -> BaseRoute:
    return Route(f"/{name}", lambda _: FileResponse(_HERE / "static" / name))

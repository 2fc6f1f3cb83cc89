"""Our style and scripts, and a brand's: few and small, so they are kept in memory."""

import hashlib
import mimetypes
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs
from starlette.responses import Response

_MARK_LETTERS = 12
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


@attrs.frozen
class _File:
    content: bytes = attrs.field(repr=False)
    mark: str
    media_type: str


class StaticFiles:
    """The files that pages load, each at an address that changes with what is in it.

    Args:
        replaced_by: A folder of a brand; a file of its is served instead of ours of that name.
    """

    def __init__(self, replaced_by: Path | None) -> None:
        self._files = dict(_read(files("webtidbok.web") / "static"))
        if replaced_by is not None:
            self._files.update(_read(replaced_by))

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def mark(self, name: str) -> str:
        """Return what is different as soon as the file is."""
        return self._files[name].mark

    def answer(self, name: str, mark: str) -> Response | None:
        """Return a file; None if there is none.

        One that is asked for under its mark may be kept for ever. Under another, as when a new
        version is being rolled out, the file of now is better than none.
        """
        file = self._files.get(name)
        if file is None:
            return None
        headers = {
            "Cache-Control": _FOR_EVER if mark == file.mark else _ASK_EACH_TIME,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)


def _read(folder: Traversable) -> Iterator[tuple[str, _File]]:
    for each in folder.iterdir():
        if each.is_file():
            content = each.read_bytes()
            mark = hashlib.sha256(content).hexdigest()[:_MARK_LETTERS]
            media_type = mimetypes.guess_type(each.name)[0] or "application/octet-stream"
            yield each.name, _File(content, mark, media_type)

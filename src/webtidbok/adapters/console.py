"""Messages shown on a terminal, for trying out: which, how and when, never to whom."""

import json
import sys
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from webtidbok.ports.messenger import Messenger, Outgoing

_MOST_REMEMBERED = 10_000


class ConsoleMessenger(Messenger):
    """Writes a line for each message: its kind, its channel, the visit's time and if it has a link.

    Neither address nor link is shown. A message that comes again is dropped, if it is among the
    last ten thousand of this process.

    Args:
        write: Takes each line, without its end; standard output unless given.
        as_json: Lines are JSON objects.
    """

    def __init__(
        self, write: Callable[[str], object] | None = None, *, as_json: bool = False
    ) -> None:
        self._write = write or _to_standard_output
        self._as_json = as_json
        self._lock = Lock()
        self._shown: OrderedDict[str, None] = OrderedDict()

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        with self._lock:
            if outgoing.repeat_key in self._shown:
                return
            self._write(_json(outgoing) if self._as_json else _line(outgoing))
            self._shown[outgoing.repeat_key] = None
            if len(self._shown) > _MOST_REMEMBERED:
                self._shown.popitem(last=False)


def _facts(outgoing: Outgoing) -> dict[str, object]:
    message = outgoing.message
    return {
        "id": message.id,
        "clinic": message.clinic,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "start": message.placement.span.start.isoformat().replace("+00:00", "Z"),
        "link": bool(message.token),
    }


def _json(outgoing: Outgoing) -> str:
    return json.dumps({"message": _facts(outgoing)})


def _line(outgoing: Outgoing) -> str:
    facts = _facts(outgoing)
    link = "with a link" if facts["link"] else "without a link"
    return f"{facts['kind']} by {facts['channel']} about {facts['start']}, {link}"


def _to_standard_output(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()

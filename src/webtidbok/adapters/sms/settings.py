"""How the installation's SMS gateway is reached, over HTTP."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

import attrs

from webtidbok.errors import InvalidValue

#: What the `+` of a number may become.
PLUS = ("+", "00", "")

_LETTERS_AND_DIGITS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ADDRESS = re.compile(
    r"https://[^\s@?#]+|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?/[^\s@?#]*"
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")


@attrs.frozen
class SenderId:
    """Who an SMS comes from: a name that phones show, or a number that can be answered.

    Attributes:
        text: 1 to 11 of A-Z, a-z and 0-9, at least one a letter; or a number in E.164.

    Raises:
        InvalidValue: it is anything else.
    """

    text: str

    def __attrs_post_init__(self) -> None:
        if not (_LETTERS_AND_DIGITS.fullmatch(self.text) or _E164.fullmatch(self.text)):
            raise InvalidValue(
                "sender", "is neither 1 to 11 letters and digits, with a letter, nor a +number"
            )


class Body(Enum):
    """How the fields are written."""

    FORM = "form"
    JSON = "json"


@attrs.frozen
class BasicLogin:
    """User and password, as HTTP has them."""

    user: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)


@attrs.frozen
class Header:
    """A secret in a header: `Header("Authorization", "Bearer ...")`, `Header("X-Api-Key", ...)`.

    Raises:
        InvalidValue: `name` is no name of a header, or the secret is not printable ASCII.
    """

    name: str
    secret: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not _HEADER_NAME.fullmatch(self.name):
            raise InvalidValue("header", "is no name of a header")
        if not (self.secret.isascii() and self.secret.isprintable() and self.secret.strip()):
            raise InvalidValue("secret", "is not printable ASCII")


Login: TypeAlias = BasicLogin | Header


@attrs.frozen(kw_only=True)
class SmsGateway:
    """A provider that takes SMS as one POST each, and answers 2xx when it has taken one.

    Attributes:
        address: Begins with `https://`; with `http://` on the same machine only.
        to_field, text_field, sender_field: What the provider calls these.
        reference_field: Gets `Outgoing.repeat_key`, by which the provider may drop a repeat;
            empty: it has no such field.
        plus: What the `+` of a number becomes: some want none, or `00`.
        to_as_list: The receiver stands in a list of one (JSON only).
        further: Fields that are always the same.
        timeout_seconds: For the connection, and for each wait on it.

    Raises:
        InvalidValue: the address is not as above, two fields have one name, or a form has a list.
    """

    address: str
    sender: SenderId
    body: Body = Body.FORM
    to_field: str = "to"
    text_field: str = "message"
    sender_field: str = "from"
    reference_field: str = ""
    plus: str = attrs.field(default="+", validator=attrs.validators.in_(PLUS))
    to_as_list: bool = False
    further: Mapping[str, str] = attrs.field(factory=dict)
    login: Login | None = None
    timeout_seconds: float = attrs.field(default=20, validator=attrs.validators.gt(0))

    def __attrs_post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.address):
            raise InvalidValue("address", "does not begin with https://, or holds a ?, # or @")
        names = [self.to_field, self.text_field, self.sender_field, *self.further]
        names += [self.reference_field] if self.reference_field else []
        if len(set(names)) < len(names) or not all(names):
            raise InvalidValue("fields", "two have one name, or one has none")
        if self.to_as_list and self.body is Body.FORM:
            raise InvalidValue("to_as_list", "needs JSON")

"""How the installation's mail server is reached."""

from enum import Enum

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.contact import EmailAddress


class Security(Enum):
    """How the way to the server is protected.

    STARTTLS: from its first command on (usually port 587). TLS: from the first byte (465). NONE:
    for a server on the same machine.
    """

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@attrs.frozen(kw_only=True)
class MailServer:
    """A mail server that takes the installation's mail (SMTP).

    Attributes:
        sender: Where all mail comes from, whatever the clinic; its name stands beside it.
        port: The usual one of `security` unless given.
        user, password: Both empty: nobody logs in.
        timeout_seconds: How long each answer of the server is waited for. There are at most
            eleven; all together should be shorter than the lease of a dispatcher.

    Raises:
        InvalidValue: only one of user and password is given; or both are, without TLS, so that
            the password would be readable on its way.
    """

    host: str
    sender: EmailAddress
    security: Security = Security.STARTTLS
    port: int = attrs.field(validator=[attrs.validators.ge(1), attrs.validators.le(65535)])
    user: str = attrs.field(default="", repr=False)
    password: str = attrs.field(default="", repr=False)
    timeout_seconds: float = attrs.field(default=20, validator=attrs.validators.gt(0))

    @port.default
    def _usual_port(self) -> int:
        return _PORTS[self.security]

    def __attrs_post_init__(self) -> None:
        if bool(self.user) != bool(self.password):
            raise InvalidValue("password", "user and password belong together")
        if self.user and self.security is Security.NONE:
            raise InvalidValue("security", "must not be none where there is a password")

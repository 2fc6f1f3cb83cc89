"""A messengers file (TOML): the installation's mail server, and its provider of SMS.

It holds no secret. A password or key stands in a file of its own, which only its owner may read, or
in a variable of the environment; the messengers file names the one or the other.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from webtidbok.adapters.files.forms import (
    FLAG,
    Form,
    WrongForm,
    choice,
    some_text,
    text,
    whole,
)
from webtidbok.adapters.files.reader import Table
from webtidbok.adapters.files.toml_files import toml_at
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.adapters.sms.settings import (
    PLUS,
    BasicLogin,
    Body,
    Header,
    Login,
    SenderId,
    SmsGateway,
)
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.contact import EmailAddress

_MOST_SECONDS = 120
_TIMEOUT_SECONDS = 20
_OTHERS_MAY_READ_OR_WRITE = 0o077


@attrs.frozen(kw_only=True)
class MessengersFile:
    """What a messengers file says; at least one of the two is there."""

    mail: MailServer | None = None
    sms: SmsGateway | None = None


def read_messengers(path: str | Path, variables: Mapping[str, str]) -> MessengersFile:
    """Return what the messengers file at `path` says.

    Args:
        variables: Of the environment, for the secrets that are kept there.

    Raises:
        InvalidInput: the file has faults, or what it names as a secret cannot be read; with all
            of them. No secret is in it.
    """
    reader = _Reader(folder=Path(path).parent, variables=variables)
    faults: list[Fault] = []
    found = Table(toml_at(Path(path)), place="", faults=faults).made(reader.messengers)
    if faults or found is None:
        raise InvalidInput(faults)
    return found


@attrs.frozen(kw_only=True)
class _Reader:
    """Reads the tables of a file.

    Attributes:
        folder: Where names of files begin.
    """

    folder: Path
    variables: Mapping[str, str]

    def messengers(self, file: Table) -> MessengersFile:
        if "mail" not in file and "sms" not in file:
            file.note("mail", "is missing, and so is sms: nothing could be sent")
        return MessengersFile(
            mail=file.table("mail", self._mail, None), sms=file.table("sms", self._sms, None)
        )

    def _mail(self, table: Table) -> MailServer | None:
        security = table.optional("security", choice(Security), Security.STARTTLS)
        return MailServer(
            host=table.required("server", some_text()),
            sender=table.required("sender", _EMAIL),
            security=security,
            **_given(port=table.optional("port", whole(1, 65535), None)),
            user=table.optional("user", text(), ""),
            password=self._secret(table, "password"),
            timeout_seconds=_timeout(table),
        )

    def _sms(self, table: Table) -> SmsGateway:
        return SmsGateway(
            address=table.required("address", _ADDRESS),
            sender=table.required("sender", _SENDER),
            body=table.optional("body", choice(Body), Body.FORM),
            to_field=table.optional("to_field", some_text(), "to"),
            text_field=table.optional("text_field", some_text(), "message"),
            sender_field=table.optional("sender_field", some_text(), "from"),
            reference_field=table.optional("reference_field", text(), ""),
            plus=table.optional("plus", _PLUS, "+"),
            to_as_list=table.optional("to_as_list", FLAG, False),
            further=table.optional("further", _FURTHER, {}),
            login=self._login(table),
            timeout_seconds=_timeout(table),
        )

    def _login(self, table: Table) -> Login | None:
        if "user" in table:
            return BasicLogin(
                table.required("user", some_text()), self._secret(table, "password", needed=True)
            )
        if "header" in table:
            name = table.required("header", some_text())
            begins = table.optional("header_begins", text(), "")
            secret = self._secret(table, "secret", needed=True)
            return Header(name, f"{begins} {secret}".strip()) if secret else None
        return None

    def _secret(self, table: Table, name: str, *, needed: bool = False) -> str:
        """Return a secret that a table names a file or a variable of; empty where it has faults."""
        in_file, in_variable = f"{name}_file", f"{name}_variable"
        if not needed and in_file not in table and in_variable not in table:
            return ""
        key = table.only_one_of(in_file, in_variable)
        if key is None:
            return ""
        named = table.required(key, some_text())
        try:
            return self._from_file(named) if key == in_file else self._from_variable(named)
        except WrongForm as error:
            table.note(key, str(error))
            return ""

    def _from_variable(self, name: str) -> str:
        secret = self.variables.get(name, "")
        if not secret:
            raise WrongForm("names a variable that is not set")
        return secret

    def _from_file(self, name: str) -> str:
        path = self.folder / name
        try:
            if os.name == "posix" and path.stat().st_mode & _OTHERS_MAY_READ_OR_WRITE:
                raise WrongForm("names a file that is open to others than its owner: chmod 600")
            secret = path.read_text("utf-8").strip()
        except OSError as error:
            raise WrongForm(f"names a file that cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise WrongForm("names a file that is not UTF-8") from None
        if not secret:
            raise WrongForm("names a file that is empty")
        return secret


def _timeout(table: Table) -> int:
    return table.optional("timeout_seconds", whole(1, _MOST_SECONDS), _TIMEOUT_SECONDS)


def _given(**values: int | None) -> dict[str, int]:
    """Return what was given; the rest has defaults of its own."""
    return {name: value for name, value in values.items() if value is not None}


def _plus(value: object) -> str:
    if not isinstance(value, str) or value not in PLUS:
        raise WrongForm('is none of "+", "00" and ""')
    return value


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise WrongForm("is not a table of texts")
    return dict(value)


_EMAIL = Form(lambda value: EmailAddress.parse(str(value)), EmailAddress("nobody@example.com"))
_SENDER = Form(lambda value: SenderId(some_text().parse(value)), SenderId("nobody"))
_ADDRESS = Form(some_text().parse, "https://nowhere.example.com")
_PLUS = Form(_plus, "+")
_FURTHER: Form[Mapping[str, str]] = Form(_texts, {})

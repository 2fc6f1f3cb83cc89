"""SMS over HTTP, in the form that most providers have."""

from http import HTTPStatus

from webtidbok.adapters.extras import needs
from webtidbok.adapters.sms.settings import BasicLogin, Body, Header, SmsGateway
from webtidbok.errors import DeliveryFailure, InvalidValue, PermanentFailure, TemporaryFailure
from webtidbok.model.contact import MobileNumber
from webtidbok.ports.messenger import Messenger, Outgoing

with needs("sms"):
    import httpx2

    from webtidbok.adapters.texts.sms_text import sms_text
    from webtidbok.adapters.texts.telling import Teller

#: What is said about one message, and will be said again whenever it comes.
_NEVER = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


class HttpSms(Messenger):
    """Sends SMS through a provider, one POST each.

    Any answer of 2xx means that the provider has taken the message; a provider that says no with
    200 needs a messenger of its own. 400, 410, 413 and 422 are permanent. All else is temporary,
    also a wrong password, an empty account or too many at once: no patient's message is given up
    for that. No redirect is followed.

    Args:
        teller: Whose words are sent.
        client: For a proxy or certificates of one's own; it is not closed here.
    """

    def __init__(
        self, gateway: SmsGateway, teller: Teller, *, client: httpx2.Client | None = None
    ) -> None:
        self._gateway = gateway
        self._teller = teller
        self._client = client or httpx2.Client(timeout=gateway.timeout_seconds)

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        request = self._request(outgoing)
        try:
            answer = self._client.send(
                request, auth=_auth(self._gateway), follow_redirects=False, stream=True
            )
            answer.close()  # its status is all that is read, however long it is
        except httpx2.HTTPError as error:
            raise TemporaryFailure.of(error) from None
        if not answer.is_success:
            raise _failure(answer.status_code)

    def _request(self, outgoing: Outgoing) -> httpx2.Request:
        gateway, fields = self._gateway, self._fields(outgoing)
        login = gateway.login
        headers = {login.name: login.secret} if isinstance(login, Header) else {}
        is_form = gateway.body is Body.FORM
        return self._client.build_request(
            "POST",
            gateway.address,
            headers=headers,
            data=fields if is_form else None,
            json=None if is_form else fields,
        )

    def _fields(self, outgoing: Outgoing) -> dict[str, object]:
        """Return what the provider is told.

        Raises:
            PermanentFailure: the message's address is no number.
        """
        gateway = self._gateway
        to = gateway.plus + _number(outgoing).removeprefix("+")
        telling = self._teller.telling(outgoing)
        fields: dict[str, object] = {
            **gateway.further,
            gateway.sender_field: gateway.sender.text,
            gateway.to_field: [to] if gateway.to_as_list else to,
            gateway.text_field: sms_text(telling),
        }
        if gateway.reference_field:
            fields[gateway.reference_field] = outgoing.repeat_key
        return fields


def _number(outgoing: Outgoing) -> str:
    try:
        return MobileNumber(outgoing.message.address).e164
    except InvalidValue as error:
        raise PermanentFailure.of(error) from None


def _auth(gateway: SmsGateway) -> httpx2.BasicAuth | None:
    login = gateway.login
    return httpx2.BasicAuth(login.user, login.password) if isinstance(login, BasicLogin) else None


def _failure(status: int) -> DeliveryFailure:
    kind = PermanentFailure if status in _NEVER else TemporaryFailure
    return kind(f"http-{status}")

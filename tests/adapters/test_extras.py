import subprocess
import sys

import pytest

from webtidbok.adapters.extras import needs
from webtidbok.errors import MissingExtra


def test_what_is_not_installed_is_told_with_the_extra_that_brings_it() -> None:
    with pytest.raises(MissingExtra, match=r"webtidbok\[mail\]"), needs("mail"):
        import no_such_package  # type: ignore[import-not-found]  # noqa: F401, PLC0415


def test_what_is_wrong_within_a_package_is_told_as_it_is() -> None:
    with pytest.raises(ImportError) as caught, needs("mail"):
        from json import no_such_name  # type: ignore[attr-defined]  # noqa: F401, PLC0415

    assert not isinstance(caught.value, MissingExtra)


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("mail.smtp", "icalendar", "mail"),
        ("mail.smtp", "babel", "mail"),
        ("sms.http", "httpx2", "sms"),
    ],
)
def test_a_messenger_tells_which_extra_it_needs(module: str, missing: str, extra: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; import webtidbok.adapters.{module}"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert ended.stderr.splitlines()[-1].endswith(f'pip install "webtidbok[{extra}]"')

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

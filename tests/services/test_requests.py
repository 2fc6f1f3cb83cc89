"""Request keys are checked like every text (R22, R40)."""

import pytest

from webtidbok import ByLink, InvalidValue, LinkToken, RequestKey, WebBook

SOMEBODYS = ByLink(LinkToken.from_bytes(bytes(16)))


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "a\x00b", "\ud800"])
def test_r40_a_key_that_is_no_text_of_1_to_200_characters_is_refused(
    book: WebBook, key: str
) -> None:
    with pytest.raises(InvalidValue, match="key"):
        book.cancel(SOMEBODYS, key=RequestKey(key))

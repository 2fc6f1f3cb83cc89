"""People who book: each has a personal identity number for tests, which is nobody's."""

from datetime import date, timedelta

from webtidbok import PatientDetails
from webtidbok.model.contact import MobileNumber
from webtidbok.testing.identity_numbers import SAFE_YEARS, published_number

_DAYS = 365
MOST = len(SAFE_YEARS) * _DAYS * 2


def details_of(place: int, *, mobile: int | None = None) -> PatientDetails:
    """Return what the patient in this place types; there are `MOST` of them.

    Args:
        mobile: Which of the 95 numbers that are kept for fiction; by the place unless given.
    """
    day, sex = divmod(place, 2)
    number = 5 + (place if mobile is None else mobile) % 95
    year, day = divmod(day, _DAYS)
    born = date(SAFE_YEARS[year], 1, 1) + timedelta(days=day)
    return PatientDetails(
        identity_number=published_number(born, man=sex == 1),
        first_name=f"Test{place}",
        last_name="Testsson",
        mobile=MobileNumber(f"+467017406{number:02}"),
        message="Comes by train",
        accepts_sms=True,
    )

"""The three sizes of clinic that everything is measured on."""

from datetime import date
from zoneinfo import ZoneInfo

import attrs

#: A Monday two weeks before the clocks change, so every size crosses that night.
FIRST_DAY = date(2027, 3, 15)

ZONE = ZoneInfo("Europe/Stockholm")


@attrs.frozen
class Size:
    """How large a clinic is, and for how many days ahead it has bookings."""

    name: str
    providers: int
    rooms: int
    days: int


SMALL = Size("small", 5, 3, 60)
LARGE = Size("large", 50, 20, 365)  # crosses both nights on which the clocks change
CHAIN = Size("chain", 1000, 300, 90)

SIZES = {size.name: size for size in (SMALL, LARGE, CHAIN)}

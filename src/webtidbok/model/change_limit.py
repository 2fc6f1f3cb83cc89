"""How close to a visit the patient may still move or cancel it: the forms of R2b.

What the forms mean stands in `rules.change_limit`.
"""

import attrs

from webtidbok.model.wall_clock import DAY_MINUTES, WallMinutes

_on_the_wall = attrs.validators.optional(
    attrs.validators.and_(attrs.validators.ge(0), attrs.validators.le(DAY_MINUTES))
)


@attrs.frozen
class HoursBefore:
    """The last moment is this many hours of elapsed time before the visit."""

    hours: int = attrs.field(validator=attrs.validators.ge(0))


@attrs.frozen
class DaysBefore:
    """The last moment is the visit's time on the wall, this many calendar dates earlier.

    `by` puts that clock time on that date instead.
    """

    days: int = attrs.field(validator=attrs.validators.ge(0))
    by: WallMinutes | None = attrs.field(default=None, validator=_on_the_wall)


@attrs.frozen
class WorkingDaysBefore:
    """As `DaysBefore`, on the n-th working day strictly before the visit's local date.

    With 0 that is the visit's own date, working day or not.
    """

    working_days: int = attrs.field(validator=attrs.validators.ge(0))
    by: WallMinutes | None = attrs.field(default=None, validator=_on_the_wall)


ChangeLimit = HoursBefore | DaysBefore | WorkingDaysBefore

"""In which language a page is: as its address says, else as the browser asks (R36)."""

from collections.abc import Sequence


def chosen_language(among: Sequence[str], *, address: str | None, header: str) -> str:
    """Return one of `among`, the first if nothing says otherwise.

    Args:
        among: One or more; `sv`, `en`.
        address: What `?lang=` says, if it stands there.
        header: The `Accept-Language` of the browser; maybe empty, maybe nonsense.
    """
    if address is not None and address in among:
        return address
    asked = sorted(_ranges(header), key=lambda pair: -pair[0])
    for weight, tag in asked:
        primary = tag.partition("-")[0]
        found = next((language for language in among if primary == language), None)
        if found and weight > 0:
            return found
    return among[0]


#: More than any browser sends.
_MOST_RANGES = 20


def _ranges(header: str) -> list[tuple[float, str]]:
    """Return the languages of a header with their weights, in its order."""
    found = []
    for part in header.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        tag, *parameters = (each.strip().lower() for each in part.split(";"))
        found.append((_weight(parameters), tag))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0
            return weight if 0 <= weight <= 1 else 0
    return 1

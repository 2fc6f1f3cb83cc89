"""Line charts as SVG: small, readable without colours, and told in words to those who hear them."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, log10

import attrs

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 176, 48, 52
_TICKS = 5

#: Colours that tell apart on white, also to those who see few; with them a dash of their own.
_STYLES = (("#00529b", ""), ("#b34700", "7 4"), ("#4d4d4d", "2 4"))


@attrs.frozen
class Line:
    """What one way costs: milliseconds by what it depends on."""

    name: str
    points: Sequence[tuple[float, float]]


@attrs.frozen(kw_only=True)
class Chart:
    """How the cost of some ways grows.

    Attributes:
        along: What stands below: what the cost depends on.
        is_logarithmic: Along: each step is ten times as much.
    """

    title: str
    along: str
    lines: Sequence[Line]
    is_logarithmic: bool = False

    def svg(self) -> str:
        """Return the chart."""
        parts = [*self._frame(), *self._up(), *self._along(), *self._drawn()]
        body = "\n".join(parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            f' aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">\n'
            f'<title id="title">{escape(self.title)}</title>\n'
            f'<desc id="desc">{escape(self._told())}</desc>\n{body}\n</svg>\n'
        )

    def _told(self) -> str:
        """Return what the chart shows, in words."""
        said = [f"Milliseconds by {self.along}."]
        for line in self.lines:
            (first, low), (last, high) = line.points[0], line.points[-1]
            said.append(f"{line.name}: {low:.3g} at {first:,.0f}, {high:.3g} at {last:,.0f}.")
        return " ".join(said)

    def _frame(self) -> Iterator[str]:
        yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
        heading = f'x="{_LEFT}" y="26" font-size="16" font-weight="600"'
        yield f"<text {heading}>{escape(self.title)}</text>"
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        yield _text(middle, _HEIGHT - 12, self.along, "middle")
        yield _text(_LEFT - 8, _TOP - 6, "ms", "end")

    def _up(self) -> Iterator[str]:
        for number in range(_TICKS + 1):
            value = self._most * number / _TICKS
            y = self._y(value)
            yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#dddddd"/>'
            yield _text(_LEFT - 8, y + 4, f"{value:g}", "end")

    def _along(self) -> Iterator[str]:
        for place, _ in self.lines[0].points:
            x = self._x(place)
            yield f'<path d="M{x:.1f} {_HEIGHT - _BOTTOM}v5" stroke="#666666"/>'
            yield _text(x, _HEIGHT - _BOTTOM + 20, f"{place:,.0f}", "middle")

    def _drawn(self) -> Iterator[str]:
        labels: list[float] = []
        for line, (colour, dash) in zip(self.lines, _STYLES, strict=False):
            points = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in line.points)
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            yield (
                f'<polyline points="{points}" fill="none" stroke="{colour}"'
                f' stroke-width="2"{dashed}/>'
            )
            last_x, last_y = line.points[-1]
            y = self._y(last_y)
            while any(abs(y - other) < 16 for other in labels):
                y -= 16
            labels.append(y)
            yield _text(self._x(last_x) + 8, y + 4, line.name, "start", colour)

    @property
    def _most(self) -> float:
        highest = max(y for line in self.lines for _, y in line.points)
        unit = 10.0 ** (len(str(ceil(highest))) - 1) / 2
        return ceil(highest / unit) * unit

    def _x(self, value: float) -> float:
        places = [x for line in self.lines for x, _ in line.points]
        first, last, here = min(places), max(places), value
        if self.is_logarithmic:
            first, last, here = log10(first), log10(last), log10(value)
        return _LEFT + (here - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self._most * (_HEIGHT - _TOP - _BOTTOM)


def _text(x: float, y: float, said: str, anchor: str, colour: str = "#333333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(said)}</text>"
    )

"""The people of the demonstration. None of them exists.

Their identity numbers are ones that the tax agency publishes for tests, their telephone numbers
ones that are kept for fiction.
"""

import attrs


@attrs.frozen(kw_only=True)
class Person:
    """Somebody who books."""

    identity_number: str
    first_name: str
    last_name: str
    mobile: str
    email: str = ""

    @property
    def name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}"

    def details(self, message: str = "") -> dict[str, str | bool]:
        """Return what they type; SMS is ticked, and e-mail if they have an address."""
        return {
            **attrs.asdict(self),
            "message": message,
            "accepts_sms": True,
            "accepts_email": bool(self.email),
        }


def _person(line: str) -> Person:
    names = ("identity_number", "first_name", "last_name", "mobile", "email")
    return Person(**dict(zip(names, map(str.strip, line.split(",")), strict=True)))


#: Whom a visitor of the demonstration may be.
KIM = _person("19920101-2383, Kim, Ek, 070-174 06 40, kim@example.com")
ERIK = _person("19780315-2391, Erik, Sand, 070-174 06 41, erik@example.com")

# Who have been there before; the first two stand in the clinic's register.
MAJA = _person("19880313-2383, Maja, Berglund, 070-174 06 06, maja@example.com")
KARL = _person("19790914-2395, Karl, Lindqvist, 070-174 06 10,")
ELIN = _person("19930210-2380, Elin, Andersson, 070-174 06 42, elin@example.com")
ALVA = _person("19950412-2384, Alva, Björk, 070-174 06 43, alva@example.com")
JOSEF = _person("19820921-2391, Josef, Haddad, 070-174 06 44,")
SIGNE = _person("19990606-2386, Signe, Lund, 070-174 06 45, signe@example.com")
PER = _person("19771130-2393, Per, Åkesson, 070-174 06 46,")
MARIAM = _person("19860818-2385, Mariam, Yusuf, 070-174 06 47, mariam@example.com")
LEO = _person("19940125-2391, Leo, Wallin, 070-174 06 48,")

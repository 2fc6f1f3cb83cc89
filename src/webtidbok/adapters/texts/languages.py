"""Languages by their own names."""

from babel import Locale, UnknownLocaleError


def own_name(language: str) -> str:
    """Return what a language calls itself: `Svenska`, `English`; one not known, its code."""
    try:
        name = Locale.parse(language).get_display_name()
    except (ValueError, UnknownLocaleError):
        return language
    return name[:1].upper() + name[1:] if name else language

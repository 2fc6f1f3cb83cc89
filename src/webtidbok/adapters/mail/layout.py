"""A letter as plain text and as HTML that any mail program shows."""

from collections.abc import Iterator
from html import escape

from webtidbok.adapters.texts.letter import Letter, WayIn

_BODY = (
    "margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,"
    "Helvetica,Arial,sans-serif"
)
_SHEET = "max-width:34em;margin:0 auto"
_LABEL = "padding:4px 16px 4px 0;text-align:left;vertical-align:top;font-weight:normal"
_FACT = "padding:4px 0;vertical-align:top;font-weight:600"
_BUTTON = (
    "display:inline-block;padding:12px 24px;border-radius:6px;background:#0b5c53;color:#ffffff;"
    "font-weight:600;text-decoration:none"
)


def plain(letter: Letter) -> str:
    """Return the letter as text, a paragraph after the other."""
    facts = "\n".join(f"{label}: {fact}" for label, fact in letter.facts)
    paragraphs = [letter.greeting, letter.news, facts]
    if way_in := letter.way_in:
        paragraphs += [f"{way_in.until}\n{way_in.address}", way_in.caution]
    paragraphs += [letter.call, f"{letter.regards}\n{letter.signature}"]
    return "\n\n".join(paragraphs) + "\n"


def html(letter: Letter) -> str:
    """Return the letter as a page of its own, which loads nothing."""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(letter.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(letter.subject)}</title>",
            "</head>",
            f'<body style="{_BODY}">',
            f'<div style="{_SHEET}">',
            *_paragraphs(letter),
            "</div>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _paragraphs(letter: Letter) -> Iterator[str]:
    yield f"<p>{escape(letter.greeting)}</p>"
    yield f"<p>{escape(letter.news)}</p>"
    yield '<table style="border-collapse:collapse">'
    for label, fact in letter.facts:
        yield (
            f'<tr><th scope="row" style="{_LABEL}">{escape(label)}</th>'
            f'<td style="{_FACT}">{escape(fact)}</td></tr>'
        )
    yield "</table>"
    if letter.way_in:
        yield from _way_in(letter.way_in)
    yield f"<p>{escape(letter.call)}</p>"
    yield f"<p>{escape(letter.regards)}<br>{escape(letter.signature)}</p>"


def _way_in(way_in: WayIn) -> Iterator[str]:
    yield f"<p>{escape(way_in.until)}</p>"
    yield f'<p><a href="{escape(way_in.address)}" style="{_BUTTON}">{escape(way_in.label)}</a></p>'
    yield f"<p>{escape(way_in.caution)}</p>"

"""A browser of few words: it follows links, fills in forms and presses buttons, as written."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import attrs
from httpx2 import Client, Response

FORM = "application/x-www-form-urlencoded"

_VOID = {"meta", "link", "input", "br", "img", "hr"}


@attrs.define(eq=False)
class Element:
    """A part of a page."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = attrs.field(factory=list)

    def all(self, tag: str) -> "Iterator[Element]":
        """Yield the elements within, in the order in which they stand."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.all(tag)

    @property
    def text(self) -> str:
        """What can be read, with single spaces."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    @property
    def form(self) -> "Element":
        """The form that the element names, or else the one around it."""
        element, named = self, self.attributes.get("form")
        while element.tag != "form" or named:
            if element.parent is None:
                assert named, "it is in no form"
                [form] = [e for e in element.all("form") if e.attributes.get("id") == named]
                return form
            element = element.parent
        return element


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.open = Element("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in _VOID:
            self.open = element

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None, "the root has no end"
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def read(html: str) -> Element:
    """Return a page; every element in it is closed where it should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open is reader.root, f"<{reader.open.tag}> is never closed"
    return reader.root


class Browser:
    """Shows one page at a time."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.response: Response
        self.page: Element

    def open(self, address: str, **headers: str) -> Element:
        """Go to an address and return the page."""
        return self._shown(self.client.get(address, headers=headers))

    def follow(self, text: str) -> Element:
        """Follow the link that reads so, or so begins."""
        return self.open(self.link(text))

    def link(self, text: str) -> str:
        """Return where a link leads."""
        [link] = [each for each in self.page.all("a") if each.text.startswith(text)][:1]
        return urljoin(str(self.response.url), link.attributes["href"])

    def button(self, text: str) -> Element:
        """Return the button that reads so, or so begins."""
        found = [each for each in self.page.all("button") if each.text.startswith(text)]
        assert found, f"no button {text!r}; there are {[b.text for b in self.page.all('button')]}"
        return found[0]

    def press(self, text: str, /, **typed: str | bool) -> Element:
        """Fill in the form of a button, press it and return the page that comes."""
        return self.send(self.button(text), **typed)

    def send(self, button: Element, /, **typed: str | bool) -> Element:
        """Send the form of a button; `typed` by field: text, or whether a box is ticked."""
        form = button.form
        fields = dict(filled_in(form, typed))
        if name := button.attributes.get("name"):
            fields[name] = button.attributes.get("value", "")
        action = button.attributes.get("formaction") or form.attributes.get("action", "")
        address = urljoin(str(self.response.url), action)
        if form.attributes.get("method", "get").lower() == "get":
            return self.open(address.partition("?")[0] + "?" + urlencode(fields))
        return self.post(address, fields)

    def post(self, address: str, fields: dict[str, str]) -> Element:
        """Send fields, as from the page that is shown."""
        here = urlsplit(str(self.response.url))
        headers = {"Origin": f"{here.scheme}://{here.netloc}", "Content-Type": FORM}
        body = urlencode(fields)
        return self._shown(self.client.post(address, content=body, headers=headers))

    @property
    def status(self) -> int:
        """The status of the page that is shown."""
        return self.response.status_code

    @property
    def heading(self) -> str:
        """The page's heading; there is just one."""
        [heading] = self.page.all("h1")
        return heading.text

    @property
    def text(self) -> str:
        """What the page says."""
        [main] = self.page.all("main")
        return main.text

    def _shown(self, response: Response) -> Element:
        self.response = response
        self.page = read(response.text)
        return self.page


def filled_in(form: Element, typed: dict[str, str | bool]) -> Iterator[tuple[str, str]]:
    """Yield the fields that a form sends, with what was typed into it."""
    known = set()
    for field in [*form.all("input"), *form.all("textarea"), *form.all("select")]:
        name, value = field.attributes.get("name", ""), _value(field)
        known.add(name)
        if name in typed:
            given = typed[name]
            value = given if isinstance(given, str) else ("yes" if given else None)
        if name and value is not None:
            yield name, value
    assert typed.keys() <= known, f"the form has no fields {typed.keys() - known}"


def _value(field: Element) -> str | None:
    if field.tag == "textarea":
        return "".join(str(child) for child in field.children).removeprefix("\n")
    if field.tag == "select":
        options = list(field.all("option"))
        chosen = [option for option in options if "selected" in option.attributes] or options
        return chosen[0].attributes.get("value", chosen[0].text)
    if field.attributes.get("type") in {"checkbox", "radio"}:
        return field.attributes.get("value", "on") if "checked" in field.attributes else None
    return field.attributes.get("value", "")

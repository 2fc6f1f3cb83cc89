"""Check that every link within the documents leads somewhere.

Looks at links to files and to headings; an address on the web is left alone.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def documents() -> list[Path]:
    """Return the documents, those of the root first."""
    return [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]


def links(text: str) -> Iterator[str]:
    """Yield the targets of the links outside code, in their order."""
    for found in LINK.finditer(CODE.sub("", FENCE.sub("", text))):
        target = found[1] or found[2]
        if not ELSEWHERE.match(target):
            yield unquote(target)


def anchors(text: str) -> set[str]:
    """Return what a link may say after `#`, one for each heading."""
    headings = (found[1].lower() for found in HEADING.finditer(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def fault(document: Path, target: str) -> str | None:
    """Return what is wrong with a link of `document`, else None."""
    name, _, anchor = target.partition("#")
    file = (document.parent / name).resolve() if name else document
    if not file.is_relative_to(ROOT):
        return "leads out of the clone"
    if not file.exists():
        return "leads nowhere"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
        return "names no heading"
    return None


def main() -> int:
    """Print each broken link; 1 if there is one, else 0."""
    read = documents()
    broken = [
        f"{document.relative_to(ROOT)}: {target} {why}"
        for document in read
        for target in links(document.read_text("utf-8"))
        if (why := fault(document, target))
    ]
    print("\n".join(broken) or f"{len(read)} documents, every link leads somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

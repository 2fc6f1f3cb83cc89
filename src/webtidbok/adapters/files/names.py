"""The ids that a clinic file declares, for what refers to them."""

from collections.abc import Set as AbstractSet

import attrs

from webtidbok.adapters.files.reader import Table


@attrs.frozen(kw_only=True)
class Names:
    """What may be named in a clinic file; also things that have faults of their own."""

    kinds: AbstractSet[str]
    providers: AbstractSet[str]
    resources: AbstractSet[str]
    templates: AbstractSet[str]
    types: AbstractSet[str]

    @classmethod
    def in_file(cls, file: Table) -> "Names":
        """Return the ids in a file; one that stands twice is noted."""
        return cls(
            kinds=file.ids("block_kind"),
            providers=file.ids("provider"),
            resources=file.ids("resource"),
            templates=file.ids("template"),
            types=file.ids("bookable_type"),
        )

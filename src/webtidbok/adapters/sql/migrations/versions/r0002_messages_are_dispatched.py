"""Messages have what a dispatcher knows of them: tries, when they are due, a lease, an error.

Of those that were written before, the unsent ones are due at once.
"""

import sqlalchemy as sa
from alembic import op

from webtidbok.adapters.sql.columns import Instant, Key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, with defaults for the rows that are there, and the dispatcher's index."""
    for column in (
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", Instant, nullable=False, server_default="1970-01-01T00:00:00Z"),
        sa.Column("lease", Key),
        sa.Column("leased_until", Instant),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
    ):
        op.add_column("wtb_message", column)
    op.create_index(
        "ix_wtb_message_unsent",
        "wtb_message",
        ["clinic", "due_at", "number"],
        sqlite_where=sa.text("state = 'unsent'"),
        postgresql_where=sa.text("state = 'unsent'"),
    )

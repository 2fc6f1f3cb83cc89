"""Absences tell to which version of their calendar they were laid.

Of those that were laid before it is not known. Each gets the latest version that may be it: one
whose change left no event, or came with a clinic's files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LATEST_THAT_MAY_BE = """
UPDATE wtb_absence SET version = COALESCE((
  SELECT MAX(wtb_journal.version) FROM wtb_journal
  LEFT JOIN wtb_event
    ON wtb_event.clinic = wtb_journal.clinic AND wtb_event.key = wtb_journal.event
  WHERE wtb_journal.clinic = wtb_absence.clinic AND wtb_journal.calendar = wtb_absence.calendar
    AND (wtb_journal.event = '' OR wtb_event.what = 'imported')
), 0)
"""


def upgrade() -> None:
    """Add the column, and fill it."""
    op.add_column(
        "wtb_absence", sa.Column("version", sa.Integer, nullable=False, server_default="0")
    )
    op.execute(_LATEST_THAT_MAY_BE)

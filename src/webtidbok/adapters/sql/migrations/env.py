"""What alembic runs to take the steps; `steps` has said on what."""

from alembic import context

context.configure(**context.config.attributes["options"])
with context.begin_transaction():
    context.run_migrations()

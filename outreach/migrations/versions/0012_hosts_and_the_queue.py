"""Hosts' next moments, and on PostgreSQL the tables of the workers' queue."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from outreach.core import queuetables

revision: str = '0012'
down_revision: str | Sequence[str] | None = '0011'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TYPES = ('procrastinate_job_to_defer_v1', 'procrastinate_job_event_type', 'procrastinate_job_status')


def upgrade() -> None:
    op.create_table('hosts',
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_hosts'))
    )
    queuetables.make(op.get_bind())


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in ('periodic_defers', 'events', 'jobs', 'workers'):
            op.execute(f'DROP TABLE procrastinate_{table} CASCADE')
        op.execute(
            "DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' "
            "AND pronamespace = current_schema()::regnamespace LOOP EXECUTE 'DROP FUNCTION ' || one || ' CASCADE'; END LOOP; END $$"
        )
        for name in _TYPES:
            op.execute(f'DROP TYPE {name}')
    op.drop_table('hosts')

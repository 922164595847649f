"""Links with a word to say aloud, clicks of people, previews and robots told apart, and a day's salt."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0007'
down_revision: str | Sequence[str] | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('click_salts',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('salt', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_click_salts'))
    )
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('spoken', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('heard', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_links_heard'), ['heard'], unique=True)

    # Nobody told them apart before: they count as people. The default stays, so that the large table is not made anew.
    with op.batch_alter_table('clicks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Text(), nullable=False, server_default='person'))
        batch_op.add_column(sa.Column('mark', sa.Text(), nullable=True))
        batch_op.drop_index('ix_clicks_link_id_clicked_at')
        batch_op.create_index('ix_clicks_link_id_kind_clicked_at', ['link_id', 'kind', 'clicked_at'], unique=False)


def downgrade() -> None:
    # What is left there counts as people again.
    op.execute("DELETE FROM clicks WHERE kind <> 'person'")
    with op.batch_alter_table('clicks', schema=None) as batch_op:
        batch_op.drop_index('ix_clicks_link_id_kind_clicked_at')
        batch_op.create_index('ix_clicks_link_id_clicked_at', ['link_id', 'clicked_at'], unique=False)
        batch_op.drop_column('mark')
        batch_op.drop_column('kind')

    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_links_heard'))
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('heard')
        batch_op.drop_column('spoken')

    op.drop_table('click_salts')

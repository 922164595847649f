"""Pauses, consents, pictures of posts, the health of channels, and what looking for a post needs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0006'
down_revision: str | Sequence[str] | None = '0005'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pauses'))
    )
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pauses_ended_at'), ['ended_at'], unique=False)

    op.create_table('channel_tokens',
    sa.Column('channel_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('renewing_by', sa.Text(), nullable=True),
    sa.Column('renewing_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_channel_tokens_channel_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('channel_id', 'name', name=op.f('pk_channel_tokens'))
    )
    op.create_table('post_pictures',
    sa.Column('post_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('picture_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['picture_id'], ['pictures.id'], name=op.f('fk_post_pictures_picture_id')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_pictures_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'picture_id', name=op.f('pk_post_pictures'))
    )
    with op.batch_alter_table('post_pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_pictures_picture_id'), ['picture_id'], unique=False)

    op.create_table('delivery_numbers',
    sa.Column('delivery_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ask_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('likes', sa.Integer(), nullable=True),
    sa.Column('replies', sa.Integer(), nullable=True),
    sa.Column('shares', sa.Integer(), nullable=True),
    sa.Column('reach', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_delivery_numbers_delivery_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_delivery_numbers'))
    )
    with op.batch_alter_table('delivery_numbers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_numbers_ask_at'), ['ask_at'], unique=False)

    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('check_key', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('check_facts', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_after', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('kept', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('looks', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('look_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_deliveries_look_at'), ['look_at'], unique=False)

    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rights', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('of_people', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('consent_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('consent_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
    # The rows that were there have their value now; whoever writes new ones says it.
    for table, column, kind in (
        ('campaigns', 'paused', sa.Boolean()), ('channels', 'account', sa.Text()), ('deliveries', 'kept', sa.JSON()),
        ('deliveries', 'looks', sa.Integer()), ('pictures', 'rights', sa.Text()), ('pictures', 'of_people', sa.Boolean()),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=kind, existing_nullable=False, server_default=None)



def downgrade() -> None:
    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('consent_until')
        batch_op.drop_column('consent_from')
        batch_op.drop_column('of_people')
        batch_op.drop_column('rights')

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deliveries_look_at'))
        batch_op.drop_column('look_at')
        batch_op.drop_column('looks')
        batch_op.drop_column('kept')
        batch_op.drop_column('not_after')

    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.drop_column('check_facts')
        batch_op.drop_column('check_key')
        batch_op.drop_column('checked_at')
        batch_op.drop_column('ends_at')
        batch_op.drop_column('account')

    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_column('paused')

    with op.batch_alter_table('delivery_numbers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_numbers_ask_at'))

    op.drop_table('delivery_numbers')
    with op.batch_alter_table('post_pictures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_pictures_picture_id'))

    op.drop_table('post_pictures')
    op.drop_table('channel_tokens')
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pauses_ended_at'))

    op.drop_table('pauses')

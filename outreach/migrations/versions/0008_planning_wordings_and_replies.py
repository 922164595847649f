"""Plans of campaigns, wordings of posts, audiences' hours, links of campaigns, and what people reply."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0008'
down_revision: str | Sequence[str] | None = '0007'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('family_stories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('consent_from', sa.Date(), nullable=True),
    sa.Column('consent_until', sa.Date(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_stories'))
    )
    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_calendar_feeds_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feeds_user_id'), ['user_id'], unique=False)

    op.create_table('queue_slots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_queue_slots_channel_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_slots')),
    sa.UniqueConstraint('channel_id', 'weekday', 'hour', name=op.f('uq_queue_slots_channel_id_weekday_hour'))
    )
    op.create_table('campaign_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('cents', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_costs_campaign_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_costs'))
    )
    with op.batch_alter_table('campaign_costs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_costs_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('campaign_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_steps_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_campaign_steps_post_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_steps'))
    )
    with op.batch_alter_table('campaign_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_steps_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_steps_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_steps_post_id'), ['post_id'], unique=False)

    op.create_table('post_comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_comments_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_comments'))
    )
    with op.batch_alter_table('post_comments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_comments_post_id'), ['post_id'], unique=False)

    op.create_table('post_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('target_url', sa.Text(), nullable=False),
    sa.Column('variants', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_revisions_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_revisions')),
    sa.UniqueConstraint('post_id', 'number', name=op.f('uq_post_revisions_post_id_number'))
    )
    op.create_table('post_variants',
    sa.Column('post_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('channel_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_post_variants_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_variants_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'channel_id', name=op.f('pk_post_variants'))
    )
    with op.batch_alter_table('post_variants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_variants_channel_id'), ['channel_id'], unique=False)

    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('hour', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=True),
    sa.Column('channels', sa.JSON(), nullable=False),
    sa.Column('made_until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_series_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series'))
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_post_id'), ['post_id'], unique=False)

    op.create_table('delivery_replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('remote_id', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('author_sealed', sa.Text(), nullable=True),
    sa.Column('text_sealed', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('asks', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('state_by', sa.Text(), nullable=True),
    sa.Column('state_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('inquiry_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_delivery_replies_delivery_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_replies')),
    sa.UniqueConstraint('delivery_id', 'remote_id', name=op.f('uq_delivery_replies_delivery_id_remote_id'))
    )
    with op.batch_alter_table('delivery_replies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_replies_seen_at'), ['seen_at'], unique=False)
        batch_op.create_index('ix_delivery_replies_state_asks', ['state', 'asks'], unique=False)

    op.create_table('series_posts',
    sa.Column('series_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_series_posts_post_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_posts_series_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('series_id', 'day', name=op.f('pk_series_posts')),
    sa.UniqueConstraint('post_id', name=op.f('uq_series_posts_post_id'))
    )
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('goal_kind', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('goal_target', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('countries', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('families', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('owner', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('partners', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('budget_cents', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('topics', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('moment', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('anchor_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('is_template', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('copied_from', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_campaigns_copied_from'), 'campaigns', ['copied_from'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.add_column(sa.Column('countries', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wall', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('wall_zone', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('slot_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_deliveries_slot_id'), ['slot_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_deliveries_slot_id'), 'queue_slots', ['slot_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('campaign_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('label', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.alter_column('delivery_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_links_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_links_campaign_id'), 'campaigns', ['campaign_id'], ['id'])
        batch_op.create_check_constraint('of_one', '(delivery_id IS NULL) <> (campaign_id IS NULL)')

    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('focus_x', sa.Integer(), server_default='50', nullable=False))
        batch_op.add_column(sa.Column('focus_y', sa.Integer(), server_default='50', nullable=False))

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('original_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('follows', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('story_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('embargo_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_by', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_posts_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_original_id'), ['original_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_story_id'), ['story_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_posts_original_id'), 'posts', ['original_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_posts_story_id'), 'family_stories', ['story_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_posts_story_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_posts_original_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_posts_story_id'))
        batch_op.drop_index(batch_op.f('ix_posts_original_id'))
        batch_op.drop_index(batch_op.f('ix_posts_asked_at'))
        batch_op.drop_column('asked_by')
        batch_op.drop_column('asked_at')
        batch_op.drop_column('embargo_until')
        batch_op.drop_column('story_id')
        batch_op.drop_column('follows')
        batch_op.drop_column('revision')
        batch_op.drop_column('original_id')

    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.drop_column('focus_y')
        batch_op.drop_column('focus_x')

    # Links of campaigns have no place in the older shape.
    op.execute('DELETE FROM clicks WHERE link_id IN (SELECT id FROM links WHERE delivery_id IS NULL)')
    op.execute('DELETE FROM links WHERE delivery_id IS NULL')
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_links_of_one'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_links_campaign_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_links_campaign_id'))
        batch_op.alter_column('delivery_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('ends_on')
        batch_op.drop_column('label')
        batch_op.drop_column('campaign_id')

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_deliveries_slot_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_deliveries_slot_id'))
        batch_op.drop_column('slot_id')
        batch_op.drop_column('revision')
        batch_op.drop_column('wall_zone')
        batch_op.drop_column('wall')

    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.drop_column('countries')

    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_campaigns_copied_from'), type_='foreignkey')
        batch_op.drop_column('copied_from')
        batch_op.drop_column('is_template')
        batch_op.drop_column('anchor_on')
        batch_op.drop_column('moment')
        batch_op.drop_column('topics')
        batch_op.drop_column('budget_cents')
        batch_op.drop_column('partners')
        batch_op.drop_column('owner')
        batch_op.drop_column('families')
        batch_op.drop_column('countries')
        batch_op.drop_column('goal_target')
        batch_op.drop_column('goal_kind')

    op.drop_table('series_posts')
    with op.batch_alter_table('delivery_replies', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_replies_state_asks')
        batch_op.drop_index(batch_op.f('ix_delivery_replies_seen_at'))

    op.drop_table('delivery_replies')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_post_id'))

    op.drop_table('series')
    with op.batch_alter_table('post_variants', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_variants_channel_id'))

    op.drop_table('post_variants')
    op.drop_table('post_revisions')
    with op.batch_alter_table('post_comments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_comments_post_id'))

    op.drop_table('post_comments')
    with op.batch_alter_table('campaign_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_steps_post_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_steps_due_on'))
        batch_op.drop_index(batch_op.f('ix_campaign_steps_campaign_id'))

    op.drop_table('campaign_steps')
    with op.batch_alter_table('campaign_costs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_costs_campaign_id'))

    op.drop_table('campaign_costs')
    op.drop_table('queue_slots')
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feeds_user_id'))

    op.drop_table('calendar_feeds')
    op.drop_table('family_stories')

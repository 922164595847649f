"""Topics and their versions, learnt models, tones, merged stories, and the desk: marks, tags, notes, views, campaigns."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | Sequence[str] | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_VERDICTS = "verdict IN ('relevant', 'irrelevant', 'wrong_sense', 'duplicate', 'critical')"
_OLD_VERDICTS = "verdict IN ('relevant', 'irrelevant', 'wrong_sense')"
_JUDGED = "judged_sense IN ('return', 'expulsion', 'russia', 'ambiguous', 'other')"
_TONES = "tone IN ('critical', 'neutral', 'favourable')"


def upgrade() -> None:
    op.create_table('mention_views',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('reader', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention_views'))
    )
    with op.batch_alter_table('mention_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_views_reader_mention_views_position'), ['reader', 'position'], unique=False)

    op.create_table('sense_models',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('examples', sa.Integer(), nullable=False),
    sa.Column('scores', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('flips', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=254), nullable=True),
    sa.CheckConstraint("state IN ('candidate', 'active', 'retired', 'refused')", name=op.f('ck_sense_models_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sense_models'))
    )
    with op.batch_alter_table('sense_models', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sense_models_state'), ['state'], unique=False)

    op.create_table('topics',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=60), nullable=True),
    sa.Column('owner', sa.String(length=254), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('evaluated', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics')),
    sa.UniqueConstraint('key', name=op.f('uq_topics_key'))
    )
    op.create_table('topic_versions',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('tiers', sa.JSON(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('senses', sa.JSON(), nullable=False),
    sa.Column('counting', sa.String(length=10), nullable=False),
    sa.Column('off', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=False),
    sa.CheckConstraint("counting IN ('sense', 'always', 'never')", name=op.f('ck_topic_versions_counting')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_versions_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_versions'))
    )
    with op.batch_alter_table('topic_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_versions_topic_id_topic_versions_number'), ['topic_id', 'number'], unique=True)

    op.create_table('mention_campaigns',
    sa.Column('campaign_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_campaigns_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'mention_id', name=op.f('pk_mention_campaigns'))
    )
    with op.batch_alter_table('mention_campaigns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_campaigns_mention_id'), ['mention_id'], unique=False)

    op.create_table('mention_marks',
    sa.Column('reader', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('starred', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_marks_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reader', 'mention_id', name=op.f('pk_mention_marks'))
    )
    with op.batch_alter_table('mention_marks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_marks_mention_id'), ['mention_id'], unique=False)
        batch_op.create_index('ix_mention_marks_starred', ['reader', 'mention_id'], unique=False, sqlite_where=sa.text('starred'), postgresql_where=sa.text('starred'))

    op.create_table('mention_notes',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_notes_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention_notes'))
    )
    with op.batch_alter_table('mention_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_notes_mention_id'), ['mention_id'], unique=False)

    op.create_table('mention_tags',
    sa.Column('tag', sa.String(length=60), nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_tags_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tag', 'mention_id', name=op.f('pk_mention_tags'))
    )
    with op.batch_alter_table('mention_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_tags_mention_id'), ['mention_id'], unique=False)

    op.create_table('mention_topics',
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_topics_mention_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_mention_topics_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', 'mention_id', name=op.f('pk_mention_topics'))
    )
    with op.batch_alter_table('mention_topics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_topics_mention_id'), ['mention_id'], unique=False)

    with op.batch_alter_table('mention_verdicts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sense', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('sense_before', sa.String(length=20), nullable=True))

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('judged_sense', sa.String(length=20), nullable=False, server_default='other'))
        batch_op.add_column(sa.Column('has_word', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('tone', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('tone_sentence', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('assigned_to', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('story_pinned', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_mentions_assigned_to_mentions_id'), ['assigned_to', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentions_tone_mentions_id'), ['tone', 'id'], unique=False)
        batch_op.drop_constraint(op.f('ck_mentions_verdict'), type_='check')
        batch_op.create_check_constraint(op.f('ck_mentions_verdict'), _VERDICTS)
        batch_op.create_check_constraint(op.f('ck_mentions_judged_sense'), _JUDGED)
        batch_op.create_check_constraint(op.f('ck_mentions_tone'), _TONES)

    op.execute("UPDATE mentions SET judged_sense = sense")

    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_stories_merged_into'), ['merged_into'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_stories_merged_into'), 'stories', ['merged_into'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    op.execute("UPDATE mentions SET verdict = 'relevant' WHERE verdict = 'critical'")
    op.execute("UPDATE mentions SET verdict = 'irrelevant' WHERE verdict = 'duplicate'")
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_stories_merged_into'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_stories_merged_into'))
        batch_op.drop_column('merged_into')

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_mentions_judged_sense'), type_='check')
        batch_op.drop_constraint(op.f('ck_mentions_tone'), type_='check')
        batch_op.drop_constraint(op.f('ck_mentions_verdict'), type_='check')
        batch_op.create_check_constraint(op.f('ck_mentions_verdict'), _OLD_VERDICTS)
        batch_op.drop_index(batch_op.f('ix_mentions_tone_mentions_id'))
        batch_op.drop_index(batch_op.f('ix_mentions_assigned_to_mentions_id'))
        batch_op.drop_column('story_pinned')
        batch_op.drop_column('assigned_to')
        batch_op.drop_column('tone_sentence')
        batch_op.drop_column('tone')
        batch_op.drop_column('has_word')
        batch_op.drop_column('judged_sense')

    with op.batch_alter_table('mention_verdicts', schema=None) as batch_op:
        batch_op.drop_column('sense_before')
        batch_op.drop_column('sense')

    with op.batch_alter_table('mention_topics', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_topics_mention_id'))

    op.drop_table('mention_topics')
    with op.batch_alter_table('mention_tags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_tags_mention_id'))

    op.drop_table('mention_tags')
    with op.batch_alter_table('mention_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_notes_mention_id'))

    op.drop_table('mention_notes')
    with op.batch_alter_table('mention_marks', schema=None) as batch_op:
        batch_op.drop_index('ix_mention_marks_starred')
        batch_op.drop_index(batch_op.f('ix_mention_marks_mention_id'))

    op.drop_table('mention_marks')
    with op.batch_alter_table('mention_campaigns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_campaigns_mention_id'))

    op.drop_table('mention_campaigns')
    with op.batch_alter_table('topic_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_versions_topic_id_topic_versions_number'))

    op.drop_table('topic_versions')
    op.drop_table('topics')
    with op.batch_alter_table('sense_models', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sense_models_state'))

    op.drop_table('sense_models')
    with op.batch_alter_table('mention_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_views_reader_mention_views_position'))

    op.drop_table('mention_views')

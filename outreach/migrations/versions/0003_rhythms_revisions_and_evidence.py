"""The rhythm of sources and their answers, revisions of articles, kept pages, short links, canaries and misses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0003'
down_revision: str | Sequence[str] | None = '0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_STATES = "state IN ('new', 'healthy', 'slow', 'empty', 'erring', 'blocked', 'gone', 'moved', 'paused')"
_OLD_STATES = "state IN ('new', 'healthy', 'unchanged', 'empty', 'erring', 'moved', 'paused')"
_TEXTS = "text_state IN ('feed', 'page', 'pending', 'summary', 'failed', 'typed', 'deleted')"
_OLD_TEXTS = "text_state IN ('feed', 'page', 'pending', 'summary', 'failed')"


def upgrade() -> None:
    op.create_table('short_links',
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('leads_to', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('url', name=op.f('pk_short_links'))
    )
    op.create_table('source_answers',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason_key', sa.String(length=100), nullable=True),
    sa.Column('reason_facts', sa.JSON(), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('mentions', sa.Integer(), nullable=False),
    sa.Column('millis', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_source_answers_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_answers'))
    )
    with op.batch_alter_table('source_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_answers_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_answers_source_id_source_answers_id'), ['source_id', 'id'], unique=False)

    op.create_table('source_costs',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('spent', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_source_costs_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'month', name=op.f('pk_source_costs'))
    )
    op.create_table('source_days',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('mentions', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_source_days_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'day', name=op.f('pk_source_days'))
    )
    with op.batch_alter_table('source_days', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_days_day'), ['day'], unique=False)

    op.create_table('article_revisions',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_revisions_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_revisions'))
    )
    with op.batch_alter_table('article_revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_revisions_article_id_article_revisions_number'), ['article_id', 'number'], unique=True)

    op.create_table('canaries',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('canonical_url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=254), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_canaries_article_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canaries')),
    sa.UniqueConstraint('canonical_url', name=op.f('uq_canaries_canonical_url'))
    )
    with op.batch_alter_table('canaries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_canaries_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_canaries_published_at'), ['published_at'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_evidence_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_at'), ['at'], unique=False)

    op.create_table('misses',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('reported_by', sa.String(length=254), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=30), nullable=False),
    sa.Column('cause_facts', sa.JSON(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_misses_article_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_misses'))
    )
    with op.batch_alter_table('misses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_misses_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_misses_reported_at'), ['reported_at'], unique=False)

    op.create_table('story_marks',
    sa.Column('mark', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mention_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('mark', 'at', 'mention_id', name=op.f('pk_story_marks')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lang_sure', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('brought_by', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('brought_from', sa.String(length=200), nullable=True))
        batch_op.drop_constraint(op.f('ck_articles_text_state'), type_='check')
        batch_op.create_check_constraint(op.f('ck_articles_text_state'), _TEXTS)
        batch_op.create_index(batch_op.f('ix_articles_source_id_articles_first_seen_at'), ['source_id', 'first_seen_at'], unique=False)

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outside', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('interval_seconds', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('usual_gap_seconds', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ttl_seconds', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hub', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('full_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('marks', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('bookmark', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('quiet', sa.Integer(), nullable=False, server_default='0'))
        batch_op.drop_constraint(op.f('ck_sources_state'), type_='check')

    op.execute("UPDATE sources SET state = 'healthy' WHERE state = 'unchanged'")
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.create_check_constraint(op.f('ck_sources_state'), _STATES)


def downgrade() -> None:
    op.execute("UPDATE articles SET text_state = 'summary' WHERE text_state IN ('typed', 'deleted')")
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_sources_state'), type_='check')
    op.execute("UPDATE sources SET state = 'healthy' WHERE state = 'slow'")
    op.execute("UPDATE sources SET state = 'erring' WHERE state IN ('blocked', 'gone')")
    with op.batch_alter_table('sources', schema=None) as batch_op:
        batch_op.create_check_constraint(op.f('ck_sources_state'), _OLD_STATES)
        batch_op.drop_column('quiet')
        batch_op.drop_column('bookmark')
        batch_op.drop_column('marks')
        batch_op.drop_column('full_at')
        batch_op.drop_column('hub')
        batch_op.drop_column('ttl_seconds')
        batch_op.drop_column('usual_gap_seconds')
        batch_op.drop_column('interval_seconds')
        batch_op.drop_column('claimed_until')
        batch_op.drop_column('state_since')

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_column('outside')

    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_articles_source_id_articles_first_seen_at'))
        batch_op.drop_column('brought_from')
        batch_op.drop_column('brought_by')
        batch_op.drop_column('revision')
        batch_op.drop_column('lang_sure')
        batch_op.drop_constraint(op.f('ck_articles_text_state'), type_='check')
        batch_op.create_check_constraint(op.f('ck_articles_text_state'), _OLD_TEXTS)

    with op.batch_alter_table('misses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_misses_reported_at'))
        batch_op.drop_index(batch_op.f('ix_misses_article_id'))

    op.drop_table('misses')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_at'))
        batch_op.drop_index(batch_op.f('ix_evidence_article_id'))

    op.drop_table('evidence')
    with op.batch_alter_table('canaries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_canaries_published_at'))
        batch_op.drop_index(batch_op.f('ix_canaries_article_id'))

    op.drop_table('canaries')
    with op.batch_alter_table('article_revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_revisions_article_id_article_revisions_number'))

    op.drop_table('article_revisions')
    with op.batch_alter_table('source_days', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_source_days_day'))

    op.drop_table('source_days')
    op.drop_table('source_costs')
    with op.batch_alter_table('source_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_source_answers_source_id_source_answers_id'))
        batch_op.drop_index(batch_op.f('ix_source_answers_at'))

    op.drop_table('source_answers')
    op.drop_table('short_links')
    op.drop_table('story_marks')

"""The press room: contacts and lists, releases, their mails, and who printed them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0009'
down_revision: str | Sequence[str] | None = '0008'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('office_facts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('holds_from', sa.Date(), nullable=True),
    sa.Column('holds_until', sa.Date(), nullable=True),
    sa.Column('next_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint("kind IN ('phone', 'mail', 'person', 'sum', 'number', 'page')", name=op.f('ck_office_facts_kind_known')),
    sa.ForeignKeyConstraint(['next_id'], ['office_facts.id'], name=op.f('fk_office_facts_next_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_facts'))
    )
    op.create_table('press_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('mail', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('outlet', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('beats', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('tier', sa.Text(), nullable=True),
    sa.Column('reached_by', sa.String(length=8), nullable=False),
    sa.Column('bylines', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_why', sa.Text(), nullable=False),
    sa.Column('away_until', sa.Date(), nullable=True),
    sa.Column('moved_to', sa.String(length=254), nullable=True),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reached_by IN ('mail', 'phone', 'social')", name=op.f('ck_press_contacts_reached_by_known')),
    sa.ForeignKeyConstraint(['merged_into'], ['press_contacts.id'], name=op.f('fk_press_contacts_merged_into'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_press_contacts')),
    sa.UniqueConstraint('mail', name=op.f('uq_press_contacts_mail'))
    )
    with op.batch_alter_table('press_contacts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_press_contacts_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index(batch_op.f('ix_press_contacts_outlet'), ['outlet'], unique=False)

    op.create_table('press_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('rule', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_press_lists')),
    sa.UniqueConstraint('name', name=op.f('uq_press_lists_name'))
    )
    op.create_table('press_progress',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_press_progress'))
    )
    op.create_table('press_subscribers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mail_state', sa.String(length=12), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'left')", name=op.f('ck_press_subscribers_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_press_subscribers')),
    sa.UniqueConstraint('mail', name=op.f('uq_press_subscribers_mail')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_press_subscribers_token_hash'))
    )
    with op.batch_alter_table('press_subscribers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_press_subscribers_state'), ['state'], unique=False)

    op.create_table('press_list_members',
    sa.Column('list_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('contact_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['press_contacts.id'], name=op.f('fk_press_list_members_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['list_id'], ['press_lists.id'], name=op.f('fk_press_list_members_list_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('list_id', 'contact_id', name=op.f('pk_press_list_members'))
    )
    with op.batch_alter_table('press_list_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_press_list_members_contact_id'), ['contact_id'], unique=False)

    op.create_table('releases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('slug', sa.String(length=80), nullable=True),
    sa.Column('embargo_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_by', sa.String(length=254), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.String(length=254), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('release', 'correction', 'withdrawal')", name=op.f('ck_releases_kind_known')),
    sa.ForeignKeyConstraint(['about_id'], ['releases.id'], name=op.f('fk_releases_about_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_releases_campaign_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_releases')),
    sa.UniqueConstraint('slug', name=op.f('uq_releases_slug'))
    )
    with op.batch_alter_table('releases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_releases_about_id'), ['about_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_releases_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_releases_published_at'), ['published_at'], unique=False)

    op.create_table('release_pictures',
    sa.Column('release_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('picture_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('captions', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['picture_id'], ['pictures.id'], name=op.f('fk_release_pictures_picture_id')),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_release_pictures_release_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('release_id', 'picture_id', name=op.f('pk_release_pictures'))
    )
    with op.batch_alter_table('release_pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_pictures_picture_id'), ['picture_id'], unique=False)

    op.create_table('release_sendings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('lists', sa.JSON(), nullable=False),
    sa.Column('contacts', sa.JSON(), nullable=False),
    sa.Column('hello', sa.JSON(), nullable=False),
    sa.Column('attach', sa.JSON(), nullable=False),
    sa.Column('sender_name', sa.Text(), nullable=False),
    sa.Column('sender_mail', sa.String(length=254), nullable=False),
    sa.Column('reply_to', sa.String(length=254), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=False),
    sa.Column('per_domain', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'ready', 'going', 'paused', 'done', 'cancelled')", name=op.f('ck_release_sendings_state_known')),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_release_sendings_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_sendings'))
    )
    with op.batch_alter_table('release_sendings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_sendings_release_id'), ['release_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_sendings_state'), ['state'], unique=False)

    op.create_table('release_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('lead', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('boilerplate', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('follows', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_release_texts_release_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_texts')),
    sa.UniqueConstraint('release_id', 'language', name=op.f('uq_release_texts_release_id_language'))
    )
    op.create_table('release_editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sending_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sending_id'], ['release_sendings.id'], name=op.f('fk_release_editions_sending_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['text_id'], ['release_texts.id'], name=op.f('fk_release_editions_text_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_editions')),
    sa.UniqueConstraint('sending_id', 'language', name=op.f('uq_release_editions_sending_id_language'))
    )
    op.create_table('release_fingerprints',
    sa.Column('text_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('sketch', sa.LargeBinary(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['text_id'], ['release_texts.id'], name=op.f('fk_release_fingerprints_text_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('text_id', name=op.f('pk_release_fingerprints'))
    )
    op.create_table('release_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sending_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('list_id', sa.Integer(), nullable=True),
    sa.Column('mail', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('merge', sa.JSON(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt', sa.Text(), nullable=True),
    sa.Column('error_key', sa.Text(), nullable=True),
    sa.Column('error_facts', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_key', sa.Text(), nullable=True),
    sa.CheckConstraint("status IN ('due', 'sending', 'sent', 'failed', 'unconfirmed', 'skipped')", name=op.f('ck_release_mails_status_known')),
    sa.ForeignKeyConstraint(['contact_id'], ['press_contacts.id'], name=op.f('fk_release_mails_contact_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['list_id'], ['press_lists.id'], name=op.f('fk_release_mails_list_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['sending_id'], ['release_sendings.id'], name=op.f('fk_release_mails_sending_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_mails')),
    sa.UniqueConstraint('message_id', name=op.f('uq_release_mails_message_id')),
    sa.UniqueConstraint('sending_id', 'mail', name=op.f('uq_release_mails_sending_id_mail'))
    )
    with op.batch_alter_table('release_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_mails_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index('ix_release_mails_status_next_try_at', ['status', 'next_try_at'], unique=False)

    op.create_table('release_prints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=True),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('likeness', sa.Double(), nullable=False),
    sa.Column('headline_changed', sa.Boolean(), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('agency', sa.Text(), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.Boolean(), nullable=True),
    sa.Column('verdict_by', sa.String(length=254), nullable=True),
    sa.Column('verdict_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('verbatim', 'shortened', 'rewritten', 'translated')", name=op.f('ck_release_prints_kind_known')),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_release_prints_mention_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_release_prints_release_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['text_id'], ['release_texts.id'], name=op.f('fk_release_prints_text_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_prints')),
    sa.UniqueConstraint('release_id', 'mention_id', name=op.f('uq_release_prints_release_id_mention_id'))
    )
    with op.batch_alter_table('release_prints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_prints_mention_id'), ['mention_id'], unique=False)

    op.create_table('release_quotes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('speaker', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('agreed_how', sa.Text(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['family_stories.id'], name=op.f('fk_release_quotes_story_id')),
    sa.ForeignKeyConstraint(['text_id'], ['release_texts.id'], name=op.f('fk_release_quotes_text_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_quotes'))
    )
    with op.batch_alter_table('release_quotes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_quotes_story_id'), ['story_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_quotes_text_id'), ['text_id'], unique=False)

    op.create_table('release_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['text_id'], ['release_texts.id'], name=op.f('fk_release_revisions_text_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_revisions')),
    sa.UniqueConstraint('text_id', 'number', name=op.f('uq_release_revisions_text_id_number'))
    )
    op.create_table('release_replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('moved_to', sa.String(length=254), nullable=True),
    sa.Column('subject_sealed', sa.Text(), nullable=True),
    sa.Column('text_sealed', sa.Text(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by', sa.String(length=254), nullable=True),
    sa.CheckConstraint("kind IN ('away', 'moved', 'reply', 'left')", name=op.f('ck_release_replies_kind_known')),
    sa.ForeignKeyConstraint(['mail_id'], ['release_mails.id'], name=op.f('fk_release_replies_mail_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_replies')),
    sa.UniqueConstraint('message_id', name=op.f('uq_release_replies_message_id'))
    )
    with op.batch_alter_table('release_replies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_replies_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_replies_seen_at'), ['seen_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('release_replies', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_replies_seen_at'))
        batch_op.drop_index(batch_op.f('ix_release_replies_mail_id'))

    op.drop_table('release_replies')
    op.drop_table('release_revisions')
    with op.batch_alter_table('release_quotes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_quotes_text_id'))
        batch_op.drop_index(batch_op.f('ix_release_quotes_story_id'))

    op.drop_table('release_quotes')
    with op.batch_alter_table('release_prints', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_prints_mention_id'))

    op.drop_table('release_prints')
    with op.batch_alter_table('release_mails', schema=None) as batch_op:
        batch_op.drop_index('ix_release_mails_status_next_try_at')
        batch_op.drop_index(batch_op.f('ix_release_mails_contact_id'))

    op.drop_table('release_mails')
    op.drop_table('release_fingerprints')
    op.drop_table('release_editions')
    op.drop_table('release_texts')
    with op.batch_alter_table('release_sendings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_sendings_state'))
        batch_op.drop_index(batch_op.f('ix_release_sendings_release_id'))

    op.drop_table('release_sendings')
    with op.batch_alter_table('release_pictures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_pictures_picture_id'))

    op.drop_table('release_pictures')
    with op.batch_alter_table('releases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_releases_published_at'))
        batch_op.drop_index(batch_op.f('ix_releases_campaign_id'))
        batch_op.drop_index(batch_op.f('ix_releases_about_id'))

    op.drop_table('releases')
    with op.batch_alter_table('press_list_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_press_list_members_contact_id'))

    op.drop_table('press_list_members')
    with op.batch_alter_table('press_subscribers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_press_subscribers_state'))

    op.drop_table('press_subscribers')
    op.drop_table('press_progress')
    op.drop_table('press_lists')
    with op.batch_alter_table('press_contacts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_press_contacts_outlet'))
        batch_op.drop_index(batch_op.f('ix_press_contacts_merged_into'))

    op.drop_table('press_contacts')
    op.drop_table('office_facts')

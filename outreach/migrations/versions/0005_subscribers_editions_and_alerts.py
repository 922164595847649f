"""Subscriptions of the morning mail and its editions, mail that comes back, and alerts."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0005'
down_revision: str | Sequence[str] | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('alert_hooks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('secret_name', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint("kind IN ('slack', 'teams', 'json')", name=op.f('ck_alert_hooks_kind_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_hooks')),
    sa.UniqueConstraint('name', name=op.f('uq_alert_hooks_name'))
    )
    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.CheckConstraint("kind IN ('critical', 'spike', 'source_down', 'unconfirmed', 'unanswered')", name=op.f('ck_alerts_kind_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sa.UniqueConstraint('kind', 'subject', name=op.f('uq_alerts_kind_subject'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_at'), ['at'], unique=False)

    op.create_table('digest_editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('office', sa.Boolean(), nullable=False),
    sa.Column('choice', sa.JSON(), nullable=False),
    sa.Column('covers_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('covers_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('slot_mail', sa.String(length=40), nullable=False),
    sa.Column('slot_reader', sa.String(length=40), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('mentions', sa.JSON(), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_editions')),
    sa.UniqueConstraint('day', 'key', name=op.f('uq_digest_editions_day_key'))
    )
    op.create_table('mailbox_places',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=30), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error_key', sa.String(length=80), nullable=True),
    sa.Column('error_facts', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_mailbox_places'))
    )
    op.create_table('returned_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('ref', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('hard','soft','complaint','automatic','forged','other')", name=op.f('ck_returned_mails_kind_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_returned_mails')),
    sa.UniqueConstraint('mark', name=op.f('uq_returned_mails_mark'))
    )
    with op.batch_alter_table('returned_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_returned_mails_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_returned_mails_ref'), ['ref'], unique=False)

    op.create_table('stopped_addresses',
    sa.Column('mail', sa.String(length=254), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason_key', sa.String(length=80), nullable=False),
    sa.Column('reason_facts', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('mail', name=op.f('pk_stopped_addresses'))
    )
    op.create_table('alert_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('hook_id', sa.Integer(), nullable=True),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('quiet_from', sa.String(length=5), nullable=False),
    sa.Column('quiet_until', sa.String(length=5), nullable=False),
    sa.Column('working_days', sa.Boolean(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(user_id IS NULL) <> (hook_id IS NULL)', name=op.f('ck_alert_rules_one_target')),
    sa.ForeignKeyConstraint(['hook_id'], ['alert_hooks.id'], name=op.f('fk_alert_rules_hook_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_alert_rules_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_rules')),
    sa.UniqueConstraint('hook_id', name=op.f('uq_alert_rules_hook_id')),
    sa.UniqueConstraint('user_id', name=op.f('uq_alert_rules_user_id'))
    )
    op.create_table('digest_pictures',
    sa.Column('edition_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['digest_editions.id'], name=op.f('fk_digest_pictures_edition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'name', name=op.f('pk_digest_pictures'))
    )
    op.create_table('subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('mail', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('at', sa.String(length=5), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('rhythm', sa.String(length=8), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('tiers', sa.JSON(), nullable=False),
    sa.Column('senses', sa.JSON(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=4), nullable=False),
    sa.Column('state_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint("rhythm IN ('daily', 'working', 'weekly')", name=op.f('ck_subscriptions_rhythm_known')),
    sa.CheckConstraint("state IN ('on', 'off')", name=op.f('ck_subscriptions_state_known')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_subscriptions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('mail', name=op.f('uq_subscriptions_mail')),
    sa.UniqueConstraint('user_id', name=op.f('uq_subscriptions_user_id'))
    )
    op.create_table('alert_letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt', sa.Text(), nullable=True),
    sa.Column('error_key', sa.String(length=80), nullable=True),
    sa.Column('error_facts', sa.JSON(), nullable=True),
    sa.CheckConstraint("status IN ('due', 'sending', 'sent', 'failed', 'unconfirmed')", name=op.f('ck_alert_letters_status_known')),
    sa.ForeignKeyConstraint(['rule_id'], ['alert_rules.id'], name=op.f('fk_alert_letters_rule_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_letters'))
    )
    with op.batch_alter_table('alert_letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_letters_rule_id_alert_letters_made_at'), ['rule_id', 'made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_letters_status_alert_letters_next_try_at'), ['status', 'next_try_at'], unique=False)

    op.create_table('alert_items',
    sa.Column('rule_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('alert_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_items_alert_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['letter_id'], ['alert_letters.id'], name=op.f('fk_alert_items_letter_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['rule_id'], ['alert_rules.id'], name=op.f('fk_alert_items_rule_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('rule_id', 'alert_id', name=op.f('pk_alert_items'))
    )
    with op.batch_alter_table('alert_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_items_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_items_letter_id'), ['letter_id'], unique=False)

    with op.batch_alter_table('digest_runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subscription_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('edition_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('late', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
    _readers()
    with op.batch_alter_table('digest_runs', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_digest_runs_day_recipient'), type_='unique')
        batch_op.drop_column('recipient')
        batch_op.alter_column('subscription_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('due_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column('late', existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(batch_op.f('ix_digest_runs_edition_id'), ['edition_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_digest_runs_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_digest_runs_status_digest_runs_next_try_at'), ['status', 'next_try_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_digest_runs_subscription_id_digest_runs_day'), ['subscription_id', 'day'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_digest_runs_day_subscription_id'), ['day', 'subscription_id'])
        batch_op.create_foreign_key(batch_op.f('fk_digest_runs_subscription_id'), 'subscriptions', ['subscription_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_digest_runs_edition_id'), 'digest_editions', ['edition_id'], ['id'], ondelete='SET NULL')


def _readers() -> None:
    """Whoever has had a mail is a subscriber from now on: daily, at seven in Riga, until they choose otherwise."""
    connection = op.get_bind()
    runs = sa.table(
        'digest_runs', *(sa.column(name) for name in ('id', 'day', 'status', 'recipient', 'subscription_id', 'due_at', 'covers_until'))
    )
    readers = sa.table(
        'subscriptions', *(sa.column(name) for name in ('id', 'user_id', 'mail', 'name', 'language', 'at', 'zone', 'rhythm', 'weekday', 'nonce', 'state', 'made_by')),
        *(sa.column(name, sa.JSON()) for name in ('topics', 'places', 'tiers', 'senses')),
        sa.column('state_at', sa.DateTime(timezone=True)), sa.column('made_at', sa.DateTime(timezone=True)),
    )
    users = sa.table('users', sa.column('id'), sa.column('mail'), sa.column('language'))
    accounts = {row.mail: row for row in connection.execute(sa.select(users.c.id, users.c.mail, users.c.language))}
    first: set[str] = set()
    told = sa.select(runs.c.recipient, sa.func.min(runs.c.covers_until, type_=sa.DateTime(timezone=True)).label('since')).group_by(runs.c.recipient)
    for row in connection.execute(told.order_by(runs.c.recipient)).all():
        mail = row.recipient.strip().lower()
        if mail not in first:
            account = accounts.get(mail)
            connection.execute(readers.insert().values(
                user_id=account.id if account else None, mail=mail, name='', language=account.language if account and account.language in ('lv', 'en') else 'lv',
                at='07:00', zone='Europe/Riga', rhythm='daily', weekday=0, topics=[], places=[], tiers=[], senses=[],
                nonce=secrets.token_hex(16), state='on', state_at=row.since, made_at=row.since, made_by='settings',
            ))
            first.add(mail)
        number = connection.scalar(sa.select(readers.c.id).where(readers.c.mail == mail))
        connection.execute(runs.update().where(runs.c.recipient == row.recipient).values(subscription_id=number, due_at=runs.c.covers_until))
    _once(connection, runs)
    # Whoever has no row of the last day was taken out of the settings before: they do not want it back.
    latest = sa.select(runs.c.subscription_id).where(runs.c.day == sa.select(sa.func.max(runs.c.day)).scalar_subquery())
    connection.execute(readers.update().where(readers.c.id.not_in(latest)).values(state='off'))


def _once(connection: sa.Connection, runs: sa.TableClause) -> None:
    """The same mailbox written in two ways had two rows a day: the one that came furthest stays, so that no day is sent
    again and none is forgotten."""
    furthest = ('sent', 'unconfirmed', 'sending', 'failed', 'due', 'skipped')
    kept: dict[tuple[object, int], tuple[int, int]] = {}
    for row in connection.execute(sa.select(runs.c.id, runs.c.day, runs.c.subscription_id, runs.c.status)).all():
        place, held = (row.day, row.subscription_id), (furthest.index(row.status), row.id)
        kept[place], lost = (held, kept.get(place)) if held < kept.get(place, (9, 0)) else (kept[place], held)
        if lost is not None:
            connection.execute(runs.delete().where(runs.c.id == lost[1]))


def downgrade() -> None:
    with op.batch_alter_table('digest_runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recipient', sa.String(length=254), nullable=True))
    runs = sa.table('digest_runs', sa.column('recipient'), sa.column('subscription_id'))
    readers = sa.table('subscriptions', sa.column('id'), sa.column('mail'))
    whose = sa.select(readers.c.mail).where(readers.c.id == runs.c.subscription_id).scalar_subquery()
    op.get_bind().execute(runs.update().values(recipient=whose))
    with op.batch_alter_table('digest_runs', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_digest_runs_edition_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_digest_runs_subscription_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_digest_runs_day_subscription_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_digest_runs_subscription_id_digest_runs_day'))
        batch_op.drop_index(batch_op.f('ix_digest_runs_status_digest_runs_next_try_at'))
        batch_op.drop_index(batch_op.f('ix_digest_runs_message_id'))
        batch_op.drop_index(batch_op.f('ix_digest_runs_edition_id'))
        batch_op.alter_column('recipient', existing_type=sa.String(length=254), nullable=False)
        batch_op.create_unique_constraint(batch_op.f('uq_digest_runs_day_recipient'), ['day', 'recipient'])
        batch_op.drop_column('bounced_at')
        batch_op.drop_column('late')
        batch_op.drop_column('edition_id')
        batch_op.drop_column('due_at')
        batch_op.drop_column('subscription_id')

    with op.batch_alter_table('alert_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_items_letter_id'))
        batch_op.drop_index(batch_op.f('ix_alert_items_alert_id'))

    op.drop_table('alert_items')
    with op.batch_alter_table('alert_letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_letters_status_alert_letters_next_try_at'))
        batch_op.drop_index(batch_op.f('ix_alert_letters_rule_id_alert_letters_made_at'))

    op.drop_table('alert_letters')
    op.drop_table('subscriptions')
    op.drop_table('digest_pictures')
    op.drop_table('alert_rules')
    op.drop_table('stopped_addresses')
    with op.batch_alter_table('returned_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_returned_mails_ref'))
        batch_op.drop_index(batch_op.f('ix_returned_mails_at'))

    op.drop_table('returned_mails')
    op.drop_table('mailbox_places')
    op.drop_table('digest_editions')
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alerts_at'))

    op.drop_table('alerts')
    op.drop_table('alert_hooks')

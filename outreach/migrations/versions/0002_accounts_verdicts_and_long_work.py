"""Accounts and their trail, verdicts on mentions, the index of words, campaign notes and pictures, long work."""

import json
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0002'
down_revision: str | Sequence[str] | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('pictures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pictures')),
    sa.UniqueConstraint('name', name=op.f('uq_pictures_name'))
    )
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_hash', sa.String(length=64), nullable=False),
    sa.Column('address_hash', sa.String(length=64), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempts_account', ['account_hash', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_attempts_address', ['address_hash', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_attempts_at'), ['at'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=True),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('theme', sa.String(length=5), nullable=False),
    sa.Column('shortcuts', sa.Boolean(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('password_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_sealed', sa.Text(), nullable=True),
    sa.Column('totp_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=True),
    sa.Column('oidc_subject', sa.String(length=255), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('administrator', 'comms', 'coordinator', 'reader', 'partner')", name=op.f('ck_users_role_known')),
    sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f('ck_users_theme_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('mail', name=op.f('uq_users_mail')),
    sa.UniqueConstraint('oidc_subject', name=op.f('uq_users_oidc_subject'))
    )
    op.create_table('api_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('prefix', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_api_tokens_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_tokens_token_hash'))
    )
    with op.batch_alter_table('api_tokens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_tokens_user_id'), ['user_id'], unique=False)

    op.create_table('door_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mail_state', sa.String(length=12), nullable=False),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error_key', sa.String(length=80), nullable=True),
    sa.CheckConstraint("kind IN ('first', 'welcome', 'reset')", name=op.f('ck_door_keys_kind_known')),
    sa.CheckConstraint("mail_state IN ('none', 'due', 'sending', 'sent', 'failed', 'unconfirmed')", name=op.f('ck_door_keys_mail_state_known')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_door_keys_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_keys')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_door_keys_token_hash'))
    )
    with op.batch_alter_table('door_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_door_keys_mail_state'), ['mail_state'], unique=False)
        batch_op.create_index(batch_op.f('ix_door_keys_user_id'), ['user_id'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recovery_codes_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_codes_user_id'), ['user_id'], unique=False)

    op.create_table('user_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('stage', sa.String(length=4), nullable=False),
    sa.Column('proved', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.CheckConstraint("stage IN ('half', 'full')", name=op.f('ck_user_sessions_stage_known')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_sessions_token_hash'))
    )
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_sessions_user_id'), ['user_id'], unique=False)

    op.create_table('works',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('told_key', sa.String(length=80), nullable=True),
    sa.Column('told_facts', sa.JSON(), nullable=False),
    sa.Column('file', sa.Text(), nullable=True),
    sa.Column('file_name', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')", name=op.f('ck_works_state_known')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_works_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_works'))
    )
    with op.batch_alter_table('works', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_works_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_works_user_id'), ['user_id'], unique=False)

    op.create_table('mention_places',
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_places_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('place', 'mention_id', name=op.f('pk_mention_places'))
    )
    with op.batch_alter_table('mention_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_places_mention_id'), ['mention_id'], unique=False)

    op.create_table('mention_verdicts',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('batch', sa.String(length=32), nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=True),
    sa.Column('before', sa.String(length=20), nullable=True),
    sa.Column('actor', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_mention_verdicts_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention_verdicts'))
    )
    with op.batch_alter_table('mention_verdicts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mention_verdicts_batch'), ['batch'], unique=False)
        batch_op.create_index(batch_op.f('ix_mention_verdicts_mention_id'), ['mention_id'], unique=False)

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('facts', sa.JSON(), server_default='{}', nullable=False))
        batch_op.alter_column('actor',
               existing_type=sa.VARCHAR(length=120),
               type_=sa.String(length=254),
               existing_nullable=False)
        batch_op.alter_column('action',
               existing_type=sa.VARCHAR(length=20),
               type_=sa.String(length=30),
               existing_nullable=False)
        batch_op.alter_column('subject_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_audit_actor'), ['actor'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_at'), ['at'], unique=False)
        batch_op.create_index('ix_audit_subject', ['subject_kind', 'subject_id'], unique=False)

    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('goal', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('note', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('municipalities', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('picture_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_campaigns_picture_id'), 'pictures', ['picture_id'], ['id'])

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('judged_relevant', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('verdict', sa.String(length=20), nullable=True))
    op.execute('UPDATE mentions SET judged_relevant = relevant, '
               'source_id = (SELECT source_id FROM articles WHERE articles.id = mentions.article_id)')
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.alter_column('source_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('judged_relevant', existing_type=sa.Boolean(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f('ck_mentions_verdict'), "verdict IN ('relevant', 'irrelevant', 'wrong_sense')")
        batch_op.create_index(batch_op.f('ix_mentions_lang_mentions_id'), ['lang', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentions_sense_mentions_id'), ['sense', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentions_source_id_mentions_id'), ['source_id', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_mentions_source_id'), 'sources', ['source_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('written_by', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('approved_by', sa.Text(), nullable=True))

    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inquiries_answered_at_inquiries_id'), ['answered_at', 'id'], unique=False)
    with op.batch_alter_table('touches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_touches_post_id'), ['post_id'], unique=False)

    for statement in ONCE[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
    _fill()


ONCE = {
    'sqlite': (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    'postgresql': (
        "CREATE TABLE mention_index (mention_id integer PRIMARY KEY REFERENCES mentions (id) ON DELETE CASCADE, "
        "words tsvector NOT NULL)",
        "CREATE INDEX ix_mention_index_words ON mention_index USING gin (words)",
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()",
        "CREATE TRIGGER audit_no_emptying BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    ),
}


def _fill() -> None:
    """The places and words of the mentions that are there already."""
    bind = op.get_bind()
    last = 0
    while True:
        rows = bind.execute(sa.text(
            "SELECT m.id, m.places, a.title, a.summary, a.text FROM mentions m JOIN articles a ON a.id = m.article_id "
            "WHERE m.id > :last ORDER BY m.id LIMIT 500"), {'last': last}).all()
        if not rows:
            return
        last = rows[-1].id
        places = []
        for row in rows:
            told = json.loads(row.places) if isinstance(row.places, str) else row.places
            places += [{'place': place, 'id': row.id} for place in dict.fromkeys(told)]
        if places:
            bind.execute(sa.text("INSERT INTO mention_places (place, mention_id) VALUES (:place, :id)"), places)
        words = [{'id': row.id, 'words': _folded(f"{row.title} {row.text or row.summary}"[:20_000])} for row in rows]
        if bind.dialect.name == 'postgresql':
            bind.execute(sa.text(
                "INSERT INTO mention_index (mention_id, words) VALUES (:id, to_tsvector('simple', :words))"), words)
            continue
        for block in sorted({row['id'] // 25_000 for row in words}):
            bind.execute(sa.text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS mention_index_{block} USING fts5(words, tokenize = 'unicode61')"))
            bind.execute(sa.text(f"INSERT INTO mention_index_{block} (rowid, words) VALUES (:id, :words)"),
                         [row for row in words if row['id'] // 25_000 == block])


def _folded(words: str) -> str:
    out = []
    for letter in unicodedata.normalize('NFC', words.casefold()):
        base = unicodedata.normalize('NFD', letter)[0]
        out.append(base if base < '\u0250' else letter)
    return ''.join(out)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER audit_no_update')
        op.execute('DROP TRIGGER audit_no_delete')
        op.execute('DROP TRIGGER audit_no_replace')
    else:
        op.execute('DROP TRIGGER audit_no_change ON audit')
        op.execute('DROP TRIGGER audit_no_emptying ON audit')
        op.execute('DROP FUNCTION audit_stays()')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP TABLE mention_index')
    else:
        for name in op.get_bind().scalars(sa.text(
                "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' AND name LIKE 'mention_index_%'")).all():
            op.execute(f'DROP TABLE {name}')
    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inquiries_answered_at_inquiries_id'))
    with op.batch_alter_table('touches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_touches_post_id'))

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_column('approved_by')
        batch_op.drop_column('written_by')

    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mentions_source_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_mentions_verdict'), type_='check')
        batch_op.drop_index(batch_op.f('ix_mentions_source_id_mentions_id'))
        batch_op.drop_index(batch_op.f('ix_mentions_sense_mentions_id'))
        batch_op.drop_index(batch_op.f('ix_mentions_lang_mentions_id'))
        batch_op.drop_column('verdict')
        batch_op.drop_column('judged_relevant')
        batch_op.drop_column('source_id')

    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_campaigns_picture_id'), type_='foreignkey')
        batch_op.drop_column('picture_id')
        batch_op.drop_column('municipalities')
        batch_op.drop_column('note')
        batch_op.drop_column('goal')

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_subject')
        batch_op.drop_index(batch_op.f('ix_audit_at'))
        batch_op.drop_index(batch_op.f('ix_audit_actor'))
        batch_op.alter_column('subject_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.alter_column('action',
               existing_type=sa.String(length=30),
               type_=sa.VARCHAR(length=20),
               existing_nullable=False)
        batch_op.alter_column('actor',
               existing_type=sa.String(length=254),
               type_=sa.VARCHAR(length=120),
               existing_nullable=False)
        batch_op.drop_column('facts')

    with op.batch_alter_table('mention_verdicts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_verdicts_mention_id'))
        batch_op.drop_index(batch_op.f('ix_mention_verdicts_batch'))

    op.drop_table('mention_verdicts')
    with op.batch_alter_table('mention_places', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mention_places_mention_id'))

    op.drop_table('mention_places')
    with op.batch_alter_table('works', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_works_user_id'))
        batch_op.drop_index(batch_op.f('ix_works_state'))

    op.drop_table('works')
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_sessions_user_id'))

    op.drop_table('user_sessions')
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_codes_user_id'))

    op.drop_table('recovery_codes')
    with op.batch_alter_table('door_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_door_keys_user_id'))
        batch_op.drop_index(batch_op.f('ix_door_keys_mail_state'))

    op.drop_table('door_keys')
    with op.batch_alter_table('api_tokens', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_tokens_user_id'))

    op.drop_table('api_tokens')
    op.drop_table('users')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_attempts_at'))
        batch_op.drop_index('ix_sign_in_attempts_address')
        batch_op.drop_index('ix_sign_in_attempts_account')

    op.drop_table('sign_in_attempts')
    op.drop_table('pictures')

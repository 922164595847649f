"""How families heard, records joined, letters, and figures that were given out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0010'
down_revision: str | Sequence[str] | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('planned_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=254), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned_figures')),
    sa.UniqueConstraint('kind', 'number', 'first', 'last', name=op.f('uq_planned_figures_kind_number_first_last'))
    )
    op.create_table('statements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('records', sa.JSON(), nullable=False),
    sa.Column('tables', sa.JSON(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint('first <= last', name=op.f('ck_statements_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statements')),
    sa.UniqueConstraint('kind', 'first', 'last', 'version', name=op.f('uq_statements_kind_first_last_version'))
    )
    with op.batch_alter_table('statements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statements_kind'), ['kind'], unique=False)

    op.create_table('household_merges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kept_id', sa.Integer(), nullable=False),
    sa.Column('gone_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('inquiries', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=254), nullable=True),
    sa.ForeignKeyConstraint(['gone_id'], ['households.id'], name=op.f('fk_household_merges_gone_id')),
    sa.ForeignKeyConstraint(['kept_id'], ['households.id'], name=op.f('fk_household_merges_kept_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_merges'))
    )
    with op.batch_alter_table('household_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_merges_gone_id'), ['gone_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_household_merges_kept_id'), ['kept_id'], unique=False)

    op.create_table('households_apart',
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint('one_id < other_id', name=op.f('ck_households_apart_in_order')),
    sa.ForeignKeyConstraint(['one_id'], ['households.id'], name=op.f('fk_households_apart_one_id')),
    sa.ForeignKeyConstraint(['other_id'], ['households.id'], name=op.f('fk_households_apart_other_id')),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_households_apart'))
    )
    op.create_table('press_contacts_apart',
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_by', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['one_id'], ['press_contacts.id'], name=op.f('fk_press_contacts_apart_one_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['press_contacts.id'], name=op.f('fk_press_contacts_apart_other_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_press_contacts_apart'))
    )
    op.create_table('family_letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('thread', sa.Text(), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('inquiry_id', sa.Integer(), nullable=True),
    sa.Column('household_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('address_sealed', sa.Text(), nullable=True),
    sa.Column('subject_sealed', sa.Text(), nullable=True),
    sa.Column('text_sealed', sa.Text(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("direction IN ('in', 'out')", name=op.f('ck_family_letters_direction_known')),
    sa.CheckConstraint("kind IN ('letter', 'automatic')", name=op.f('ck_family_letters_kind_known')),
    sa.CheckConstraint("state IN ('sent', 'going', 'doubtful')", name=op.f('ck_family_letters_state_known')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_family_letters_household_id')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_family_letters_inquiry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_letters')),
    sa.UniqueConstraint('message_id', name=op.f('uq_family_letters_message_id')),
    sa.UniqueConstraint('token', name=op.f('uq_family_letters_token'))
    )
    with op.batch_alter_table('family_letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_letters_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_letters_inquiry_id'), ['inquiry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_letters_thread'), ['thread'], unique=False)

    op.create_table('family_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inquiry_id', sa.Integer(), nullable=True),
    sa.Column('household_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('phone', 'mail', 'name')", name=op.f('ck_family_marks_kind_known')),
    sa.CheckConstraint('(inquiry_id IS NULL) <> (household_id IS NULL)', name=op.f('ck_family_marks_of_one')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_family_marks_household_id')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_family_marks_inquiry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_marks'))
    )
    with op.batch_alter_table('family_marks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_marks_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_marks_inquiry_id'), ['inquiry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_marks_mark_family_marks_kind'), ['mark', 'kind'], unique=False)

    op.create_table('letter_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('name_sealed', sa.Text(), nullable=True),
    sa.Column('refused_key', sa.Text(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['letter_id'], ['family_letters.id'], name=op.f('fk_letter_files_letter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_files')),
    sa.UniqueConstraint('token', name=op.f('uq_letter_files_token'))
    )
    with op.batch_alter_table('letter_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_files_letter_id'), ['letter_id'], unique=False)

    op.create_table('heard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inquiry_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=7), nullable=False),
    sa.Column('what', sa.String(length=8), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=254), nullable=True),
    sa.Column('takes_back', sa.Integer(), nullable=True),
    sa.CheckConstraint("side IN ('said', 'tracked')", name=op.f('ck_heard_side_known')),
    sa.CheckConstraint("what IN ('words', 'source', 'outlet', 'campaign', 'person', 'decoy', 'code', 'qr', 'utm', 'spoken', 'reply', 'referrer')", name=op.f('ck_heard_what_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_heard_campaign_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_heard_inquiry_id')),
    sa.ForeignKeyConstraint(['link_id'], ['links.id'], name=op.f('fk_heard_link_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_heard_source_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['takes_back'], ['heard.id'], name=op.f('fk_heard_takes_back')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heard')),
    sa.UniqueConstraint('token', name=op.f('uq_heard_token'))
    )
    with op.batch_alter_table('heard', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_heard_inquiry_id_heard_id'), ['inquiry_id', 'id'], unique=False)

    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_households_merged_into'), ['merged_into'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_households_merged_into'), 'households', ['merged_into'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_households_merged_into'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_households_merged_into'))
        batch_op.drop_column('merged_into')

    with op.batch_alter_table('heard', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_heard_inquiry_id_heard_id'))

    op.drop_table('heard')
    with op.batch_alter_table('letter_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_files_letter_id'))

    op.drop_table('letter_files')
    with op.batch_alter_table('family_marks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_marks_mark_family_marks_kind'))
        batch_op.drop_index(batch_op.f('ix_family_marks_inquiry_id'))
        batch_op.drop_index(batch_op.f('ix_family_marks_household_id'))

    op.drop_table('family_marks')
    with op.batch_alter_table('family_letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_letters_thread'))
        batch_op.drop_index(batch_op.f('ix_family_letters_inquiry_id'))
        batch_op.drop_index(batch_op.f('ix_family_letters_household_id'))

    op.drop_table('family_letters')
    op.drop_table('press_contacts_apart')
    op.drop_table('households_apart')
    with op.batch_alter_table('household_merges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_household_merges_kept_id'))
        batch_op.drop_index(batch_op.f('ix_household_merges_gone_id'))

    op.drop_table('household_merges')
    with op.batch_alter_table('statements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statements_kind'))

    op.drop_table('statements')
    op.drop_table('planned_figures')

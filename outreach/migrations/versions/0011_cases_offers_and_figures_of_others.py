"""Work on families' cases, offers, cases handed over, tables of inquiries, and figures of other regions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0011'
down_revision: str | Sequence[str] | None = '0010'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_ARRIVALS = ('form', 'phone', 'mail', 'walk_in', 'event', 'import')
_NEW = (*_ARRIVALS, 'portal', 'comment')


def _among(names: Sequence[str]) -> str:
    listed = ', '.join(f"'{name}'" for name in names)
    return f'arrived_by IN ({listed})'


def upgrade() -> None:
    op.create_table('shared_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office', sa.String(length=80), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint('first <= last', name=op.f('ck_shared_figures_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_figures')),
    sa.UniqueConstraint('office', 'kind', 'first', 'last', 'version', name=op.f('uq_shared_figures_office_kind_first_last_version'))
    )
    with op.batch_alter_table('shared_figures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shared_figures_office'), ['office'], unique=False)

    op.create_table('family_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=80), nullable=True),
    sa.Column('given_by', sa.String(length=8), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=254), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=254), nullable=True),
    sa.CheckConstraint("given_by IN ('told', 'written', 'mail', 'form')", name=op.f('ck_family_consents_given_by_known')),
    sa.CheckConstraint("purpose IN ('casework', 'handover', 'story', 'photo', 'newsletter')", name=op.f('ck_family_consents_purpose_known')),
    sa.CheckConstraint('until IS NULL OR given_on <= until', name=op.f('ck_family_consents_in_order')),
    sa.CheckConstraint('withdrawn_on IS NULL OR given_on <= withdrawn_on', name=op.f('ck_family_consents_withdrawn_after')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_family_consents_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_consents'))
    )
    with op.batch_alter_table('family_consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_consents_household_id'), ['household_id'], unique=False)

    op.create_table('family_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('assigned_to', sa.String(length=254), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=254), nullable=True),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dropped_by', sa.String(length=254), nullable=True),
    sa.CheckConstraint('done_at IS NULL OR dropped_at IS NULL', name=op.f('ck_family_tasks_one_end')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_family_tasks_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_tasks')),
    sa.UniqueConstraint('token', name=op.f('uq_family_tasks_token'))
    )
    with op.batch_alter_table('family_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_tasks_due_on_family_tasks_id'), ['due_on', 'id'], unique=False)
        batch_op.create_index('ix_family_tasks_of_household', ['household_id', 'due_on', 'id'], unique=False)

    op.create_table('handovers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parcel', sa.String(length=32), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=11), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('consent_id', sa.Integer(), nullable=True),
    sa.Column('region', sa.String(length=80), nullable=False),
    sa.Column('key_name', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("direction IN ('out', 'in')", name=op.f('ck_handovers_direction_known')),
    sa.CheckConstraint("state IN ('packed', 'taken', 'refused', 'called_back')", name=op.f('ck_handovers_state_known')),
    sa.ForeignKeyConstraint(['consent_id'], ['family_consents.id'], name=op.f('fk_handovers_consent_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_handovers_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
    sa.UniqueConstraint('parcel', name=op.f('uq_handovers_parcel'))
    )
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handovers_household_id'), ['household_id'], unique=False)

    op.create_table('inquiry_batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('table', 'event')", name=op.f('ck_inquiry_batches_kind_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_inquiry_batches_campaign_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry_batches'))
    )
    op.create_table('offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('municipality', sa.String(length=80), nullable=True),
    sa.Column('words_sealed', sa.Text(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=254), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('sent_by', sa.String(length=8), nullable=True),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("sent_by IS NULL OR sent_by IN ('mail', 'post', 'hand', 'message')", name=op.f('ck_offers_sent_by_known')),
    sa.CheckConstraint('(sent_on IS NULL) = (people IS NULL)', name=op.f('ck_offers_sent_whole')),
    sa.CheckConstraint('people IS NULL OR people >= 0', name=op.f('ck_offers_people_real')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_offers_household_id')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_offers_stage_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sa.UniqueConstraint('token', name=op.f('uq_offers_token')),
    sa.UniqueConstraint('year', 'number', name=op.f('uq_offers_year_number'))
    )
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offers_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offers_sent_on_offers_id'), ['sent_on', 'id'], unique=False)

    op.create_table('family_papers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('name_sealed', sa.Text(), nullable=True),
    sa.Column('letter_file_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=254), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_family_papers_household_id')),
    sa.ForeignKeyConstraint(['letter_file_id'], ['letter_files.id'], name=op.f('fk_family_papers_letter_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_papers')),
    sa.UniqueConstraint('token', name=op.f('uq_family_papers_token'))
    )
    with op.batch_alter_table('family_papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_papers_household_id'), ['household_id'], unique=False)

    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.add_column(sa.Column('languages', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('topics', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('held_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('hold_sealed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('anonymous_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_inquiries_arrived_by_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_inquiries_arrived_by_known'), _among(_NEW))
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('held_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('anonymous_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_inquiries_batch_id'), ['batch_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_inquiries_batch_id'), 'inquiry_batches', ['batch_id'], ['id'])


def downgrade() -> None:
    # The schema before knew neither way.
    op.execute("UPDATE inquiries SET arrived_by = 'form' WHERE arrived_by IN ('portal', 'comment')")
    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_inquiries_arrived_by_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_inquiries_arrived_by_known'), _among(_ARRIVALS))
        batch_op.drop_constraint(batch_op.f('fk_inquiries_batch_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_inquiries_batch_id'))
        batch_op.drop_column('anonymous_at')
        batch_op.drop_column('held_until')
        batch_op.drop_column('batch_id')

    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.drop_column('anonymous_at')
        batch_op.drop_column('handed_over_at')
        batch_op.drop_column('hold_sealed')
        batch_op.drop_column('held_until')
        batch_op.drop_column('topics')
        batch_op.drop_column('languages')

    with op.batch_alter_table('family_papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_papers_household_id'))

    op.drop_table('family_papers')
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offers_sent_on_offers_id'))
        batch_op.drop_index(batch_op.f('ix_offers_household_id'))

    op.drop_table('offers')
    op.drop_table('inquiry_batches')
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handovers_household_id'))

    op.drop_table('handovers')
    with op.batch_alter_table('family_tasks', schema=None) as batch_op:
        batch_op.drop_index('ix_family_tasks_of_household')
        batch_op.drop_index(batch_op.f('ix_family_tasks_due_on_family_tasks_id'))

    op.drop_table('family_tasks')
    with op.batch_alter_table('family_consents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_consents_household_id'))

    op.drop_table('family_consents')
    with op.batch_alter_table('shared_figures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shared_figures_office'))

    op.drop_table('shared_figures')
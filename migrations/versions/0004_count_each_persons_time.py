"""Count each person's time in a meeting

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_time",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_time_account_id")),
        sa.ForeignKeyConstraint(
            ["org_id", "meeting_case_id"],
            ["meeting_case.org_id", "meeting_case.id"],
            name=op.f("fk_case_time_org_id_meeting_case_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_case_time_org_id")),
        sa.PrimaryKeyConstraint("org_id", "meeting_case_id", "account_id", name=op.f("pk_case_time")),
    )


def downgrade() -> None:
    op.drop_table("case_time")

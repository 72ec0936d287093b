"""What an administrator and an auditor do: accounts, memberships, the audit trail."""

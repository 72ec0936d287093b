"""What all pages share: guards, transaction, fields, filters, errors, headers."""

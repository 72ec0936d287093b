"""From referral to a coded close."""

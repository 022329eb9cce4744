"""E-mail, out and in: SMTP, MIME, bounces, IMAP, the mail catcher."""

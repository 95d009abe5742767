"""The registration bot: a mail's way in ten lines.

intake.mailbox    fetches what is new from the mailbox (IMAP), in order of arrival
intake.parse      turns the bytes into a ParsedMail
intake.screening  tells bounces, automatic replies and lists from a person's mail
forms             reads registration forms out of attachments and the mail's own text
admission         decides who gets a seat, who waits, who is late
ledger            records mail, registrations and reply in one commit: the truth
replies           composes the answer, and sends it from the outbox (SMTP)
roster, digest    the office's shared workbook, and its daily mail
"""

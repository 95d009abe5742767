"""The ledger: the truth about every mail, person and answer. The only SQL of the bot."""

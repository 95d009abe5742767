"""The product on one page: the jobs, each a sequence of stations.

    receive   mailbox -> parse -> screen -> read -> decide -> compose -> ONE commit; then the mailbox's flags
    send      outbox -> mail server, at its pace; what is in doubt is looked up in the Sent folder first
    publish   ledger -> shared workbook (staff's own columns read back first) and the daily digest

Jobs put stations in order and hold no rule of their own. A TransientError ends a job with nothing half done;
its next run begins where this one stopped.
"""

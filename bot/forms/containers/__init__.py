"""Opens files that hold other files: archives, forwarded mails, pictures inside documents."""

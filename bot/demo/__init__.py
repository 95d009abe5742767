"""The demonstration: embedded servers, invented hospitals, and the page that shows what became of their mails."""

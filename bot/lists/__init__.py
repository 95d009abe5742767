"""Lists of those who have a seat, for hotel, airline, accounting and the reception desk. Pure."""

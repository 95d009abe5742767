"""Decides what becomes of a mail: event, membership, seats, fees. Pure: no clock, files, settings or log."""

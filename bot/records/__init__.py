"""Frozen values that travel between the stations; no behaviour beyond what follows from their fields."""

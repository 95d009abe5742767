"""Wiring: settings become stations, stations become jobs, jobs run once or on a schedule.

Only here are settings read, and only here does the scheduler live.
"""

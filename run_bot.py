"""Starts the registration bot: python run_bot.py COMMAND [--config DIR]."""

from bot.cli import main

if __name__ == "__main__":
    main()

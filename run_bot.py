"""Starts the registration bot: python run_bot.py COMMAND [--config DIR]."""

import os
import sys

if __name__ == "__main__":
    try:
        from bot.cli import main

        main()
    except KeyboardInterrupt:
        # Ctrl-C while the program was still loading, or already ending; nothing is in hand then.
        os.write(sys.stderr.fileno(), "已中断。\n".encode())
        sys.exit(1)

"""Which kinds of file hold other files, and what opens each."""

from __future__ import annotations

from collections.abc import Mapping

from bot.forms.containers.contents import Opener
from bot.forms.kinds import FileKind

OPENERS: Mapping[FileKind, Opener] = {}
"""The opener of each container. FileKind.MAIL is not here: the caller's parser opens mails."""

PICTURES_IN: Mapping[FileKind, Opener] = {}
"""What takes the pictures out of a document: asked when the document's own text names nobody."""

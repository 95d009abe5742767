"""Which kinds of file hold other files, and what opens each."""

from __future__ import annotations

from collections.abc import Mapping

from bot.forms.containers.contents import Opener
from bot.forms.containers.msg import open_msg
from bot.forms.containers.ole_object import open_ole_object
from bot.forms.containers.pdf_attachments import pdf_attachments
from bot.forms.containers.pictures import pictures_in_old_word, pictures_in_package, pictures_in_page
from bot.forms.containers.rar import open_rar
from bot.forms.containers.seven_zip import open_7z
from bot.forms.containers.tar import open_packed
from bot.forms.containers.tnef import open_tnef
from bot.forms.containers.zip import open_zip
from bot.forms.kinds import FileKind

OPENERS: Mapping[FileKind, Opener] = {
    FileKind.ZIP: open_zip,
    FileKind.RAR: open_rar,
    FileKind.SEVEN_ZIP: open_7z,
    FileKind.OTHER_ARCHIVE: open_packed,
    FileKind.OUTLOOK_MESSAGE: open_msg,
    FileKind.TNEF: open_tnef,
    FileKind.OTHER_OLE: open_ole_object,
}
"""The opener of each container. FileKind.MAIL is not here: the caller's parser opens mails."""

PICTURES_IN: Mapping[FileKind, Opener] = {
    FileKind.DOCX: pictures_in_package,
    FileKind.XLSX: pictures_in_package,
    FileKind.DOC: pictures_in_old_word,
    FileKind.ODT: pictures_in_package,
    FileKind.ODS: pictures_in_package,
    FileKind.HTML: pictures_in_page,
    FileKind.MHTML: pictures_in_page,
    FileKind.PDF: pdf_attachments,
}
"""What takes the pictures out of a document: asked when the document's own text names nobody."""

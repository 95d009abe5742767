"""What a reader raises when a file can't be read, with the word and the sentence that the sender gets to see."""

from __future__ import annotations

from bot.errors import PermanentError
from bot.records.form import UnreadCode

TEXTS = {
    UnreadCode.CORRUPT: "文件已损坏或不完整，打不开，请重新保存后再发一次。",
    UnreadCode.ENCRYPTED: "文件设有打开密码，系统读不了，请取消密码后重新发送。",
    UnreadCode.TOO_LARGE: "文件内容过大，系统没有读取，请只保留回执表后重新发送。",
}
"""The standing sentence for each reason that a reader gives."""


class UnreadableFileError(PermanentError):
    """This one file can't be read; `code` is what `Unread` will say, the message a whole Chinese sentence
    (a standing one for the code, unless `text` is given)."""

    def __init__(self, code: UnreadCode, text: str = "") -> None:
        super().__init__(text or TEXTS[code])
        self.code = code

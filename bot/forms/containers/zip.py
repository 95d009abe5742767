"""Takes files out of zip archives (PKWARE APPNOTE 6.3), torn ones as far as they go.

The directory is read by the standard library, the data here: the library unpacks bzip2 and LZMA without bounds,
and refuses archives whose two copies of a name are in different charsets. Nothing is written, no password tried.
Raises UnreadableFileError for the archive; single files that can't be taken out become Items with a code.
"""

from __future__ import annotations

import bz2
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from bot.forms.containers.basket import Basket
from bot.forms.containers.bounded import Decompressor, Inflater, decompressed
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import decoded_name, is_clutter
from bot.forms.containers.sentences import SEVERAL_VOLUMES
from bot.forms.kinds import MOST_ZIP_ENTRIES, zip_entry_count
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_LOCAL_MARK = b"PK\x03\x04"
_DESCRIPTOR_MARK = b"PK\x07\x08"
_STORED, _DEFLATED, _DEFLATE64, _BZIP2, _LZMA, _AES = 0, 8, 9, 12, 14, 99
_ENCRYPTED_FLAG, _DESCRIPTOR_FLAG, _UTF8_FLAG = 0x1, 0x8, 0x800
_UNICODE_PATH = 0x7075
_LARGEST_LZMA_DICTIONARY = 64 * 2**20


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    method: int
    encrypted: bool
    packed: int
    size: int
    crc: int | None
    data_at: int


def open_zip(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The files in a zip, in its order. `origin` is not needed."""
    if zip_entry_count(content) > MOST_ZIP_ENTRIES:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if content.startswith(_DESCRIPTOR_MARK):
        # A zip in several volumes begins with this mark (APPNOTE 8.5.3); in a whole one a file stands before it.
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, SEVERAL_VOLUMES)
    entries = _listed(content) or list(_found(content, limits))
    if not entries:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    wanted = [entry for entry in entries if not entry.name.endswith(("/", "\\")) and not is_clutter(entry.name)]
    if _overlap(wanted):
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if wanted and all(entry.encrypted for entry in wanted):
        raise UnreadableFileError(UnreadCode.ENCRYPTED)
    basket = Basket(limits)
    for entry in wanted:
        if entry.encrypted:
            basket.refuse(entry.name, UnreadCode.ENCRYPTED)
        else:
            basket.take(
                entry.name,
                entry.size,
                lambda limit, entry=entry: _data(content, entry, limit),  # type: ignore[misc]
                packed=entry.packed,
            )
    return basket.items


def _listed(content: bytes) -> list[_Entry]:
    """The entries by the directory; empty where there is none to be read."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error) as error:
        if _is_one_of_several(content):
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, SEVERAL_VOLUMES) from error
        return []
    return [entry for info in infos if (entry := _entry(content, info)) is not None]


def _entry(content: bytes, info: zipfile.ZipInfo) -> _Entry | None:
    offset = info.header_offset
    if offset < 0 or not content.startswith(_LOCAL_MARK, offset) or offset + _LOCAL.size > len(content):
        return None
    *_, name_length, extra_length = _LOCAL.unpack_from(content, offset)
    encrypted = bool(info.flag_bits & _ENCRYPTED_FLAG) or info.compress_type == _AES
    data_at = offset + _LOCAL.size + name_length + extra_length
    name = _name(info)
    return _Entry(name, info.compress_type, encrypted, info.compress_size, info.file_size, info.CRC, data_at)


def _name(info: zipfile.ZipInfo) -> str:
    """By the UTF-8 flag, by the Unicode path extra field, else guessed from the raw bytes."""
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    extra, position = info.extra, 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        field = extra[position + 4 : position + 4 + length]
        if kind == _UNICODE_PATH and length > 5 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
        position += 4 + length
    return decoded_name(raw)


def _overlap(entries: list[_Entry]) -> bool:
    """Whether entries share data, as only bombs do."""
    spans = sorted((entry.data_at, entry.data_at + entry.packed) for entry in entries if entry.packed)
    return any(end > begin for (_, end), (begin, _) in pairwise(spans))


def _is_one_of_several(content: bytes) -> bool:
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_600))
    return at >= 0 and at + 6 <= len(content) and 0 < struct.unpack_from("<H", content, at + 4)[0] < 0xFFFF


def _data(content: bytes, entry: _Entry, limit: int) -> bytes:
    packed = memoryview(content)[entry.data_at : entry.data_at + entry.packed]
    if len(packed) < entry.packed:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    data = _unpacked(packed, entry.method, min(limit, entry.size), entry.size)
    if len(data) != entry.size or (entry.crc is not None and zlib.crc32(data) != entry.crc):
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return data


def _unpacked(packed: memoryview, method: int, limit: int, size: int) -> bytes:
    if method == _STORED:
        return bytes(packed[: limit + 1])
    if method == _DEFLATE64:
        return _inflated64(packed, limit)
    if method == _DEFLATED:
        decompressor: Decompressor = Inflater()
    elif method == _BZIP2:
        decompressor = bz2.BZ2Decompressor()
    elif method == _LZMA:
        return _from_lzma(packed, limit, size)
    else:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return decompressed(packed, decompressor, limit)[0]


def _from_lzma(packed: memoryview, limit: int, size: int) -> bytes:
    """LZMA in a zip (APPNOTE 5.8.8): version, length of the properties, the properties, a raw stream, which may
    end without a mark."""
    if len(packed) < 9 or struct.unpack_from("<H", packed, 2)[0] != 5:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    mode, dictionary = packed[4], struct.unpack_from("<L", packed, 5)[0]
    if mode >= 225 or dictionary > _LARGEST_LZMA_DICTIONARY:
        raise UnreadableFileError(UnreadCode.CORRUPT if mode >= 225 else UnreadCode.TOO_LARGE)
    rest, lc = divmod(mode, 9)
    pb, lp = divmod(rest, 5)
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp, "pb": pb}]
    try:
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
        return decompressor.decompress(bytes(packed[9:]), min(limit, size) + 1)
    except (lzma.LZMAError, ValueError, EOFError) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error


def _inflated64(packed: memoryview, limit: int) -> bytes:
    """Deflate64, which Windows uses for large folders; without its library the file counts as damaged."""
    try:
        from inflate64 import Inflater as Inflater64
    except ImportError as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    inflater = Inflater64()
    out = bytearray()
    try:
        for position in range(0, len(packed), 4096):
            if inflater.eof or len(out) > limit:
                break
            out += inflater.inflate(bytes(packed[position : position + 4096]))
    except (ValueError, RuntimeError) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    return bytes(out[: limit + 1])


def _found(content: bytes, limits: Limits) -> Iterator[_Entry]:
    """The entries of a zip without directory, by the headers that stand before each file."""
    position = content.find(_LOCAL_MARK)
    for _ in range(limits.items + 1):
        if position < 0 or position + _LOCAL.size > len(content):
            return
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(
            content, position
        )
        name_at = position + _LOCAL.size
        name = decoded_name(content[name_at : name_at + name_length])
        data_at = name_at + name_length + extra_length
        encrypted = bool(flags & _ENCRYPTED_FLAG)
        if flags & _DESCRIPTOR_FLAG and not packed:
            found = _measured(content, data_at, method, limits, encrypted=encrypted)
            if found is None:
                position = content.find(_LOCAL_MARK, data_at)
                continue
            (size, packed), crc = found, None
        if re.search(r"[\x00-\x1f]", name) is None:
            yield _Entry(name, method, encrypted, packed, size, crc, data_at)
        position = content.find(_LOCAL_MARK, data_at + packed)


def _measured(content: bytes, at: int, method: int, limits: Limits, *, encrypted: bool) -> tuple[int, int] | None:
    """Unpacked and packed size of a file whose sizes stand behind it, or None where its end is not to be found."""
    if method == _DEFLATED and not encrypted:
        try:
            data, packed = decompressed(memoryview(content)[at:], Inflater(), min(limits.bytes, 2**26))
        except UnreadableFileError:
            return None
        return len(data), packed
    end = content.find(_DESCRIPTOR_MARK, at)
    return (end - at, end - at) if end >= 0 else None

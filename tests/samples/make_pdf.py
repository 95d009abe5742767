"""Makes PDF files object by object, so that tests can say exactly what stands in them: text at positions, ruled
lines, fields, annotations, pictures, broken parts. Text uses a font that is not embedded (ISO 32000-1, 9.7.5)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    "/DW 1000/W[1 95 500 814 939 500]/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6"
    "/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)
WITHOUT_MEANING = FONT.replace("UniGB-UCS2-H", "Identity-H").replace("(GB1)", "(Identity)")
"""The same font without a way from its codes to characters, as /F2."""

A4 = (0, 0, 595, 842)
SIZE = 10.0


def shown(text: str, x: float, y: float, size: float = SIZE, *, more: str = "", matrix: str = "1 0 0 1") -> str:
    """The operators that show a text with its base line at (x, y), y upwards; `more` goes before it."""
    return f"BT /F1 {size} Tf {more} {matrix} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def ruled(rows: Sequence[Sequence[str]], xs: Sequence[float], top: float, height: float = 24.0) -> str:
    """A table with all its lines, texts left in their cells."""
    bottom = top - height * len(rows)
    drawn = [f"{x} {bottom} m {x} {top} l S\n" for x in xs]
    drawn += [f"{xs[0]} {top - height * n} m {xs[-1]} {top - height * n} l S\n" for n in range(len(rows) + 1)]
    return "".join(drawn) + placed(rows, xs, top, height)


def placed(rows: Sequence[Sequence[str]], xs: Sequence[float], top: float, height: float = 24.0) -> str:
    """The same without lines."""
    return "".join(
        shown(text, x + 3, top - height * number - height / 2 - 3)
        for number, row in enumerate(rows)
        for x, text in zip(xs, row, strict=False)
    )


def stacked(lines: Sequence[str], x: float, top: float, height: float = 20.0) -> str:
    return "".join(shown(text, x, top - height * number) for number, text in enumerate(lines))


def string(text: str) -> str:
    """A text string object in UTF-16."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


@dataclass
class Pdf:
    """A file in the making; objects are numbered from 1 in the order in which they are added."""

    objects: list[bytes] = field(default_factory=lambda: [b"", b""])  # the catalogue and the pages
    pages: list[int] = field(default_factory=list)
    catalogue: str = ""
    count: int | None = None

    def add(self, body: str | bytes) -> int:
        self.objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.objects)

    def stream(self, words: str, data: bytes, *, packed: bool = False) -> int:
        if packed:
            data, words = zlib.compress(data, 9), f"{words}/Filter/FlateDecode"
        return self.add(f"<<{words}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream")

    def page(
        self,
        content: str,
        *,
        box: Sequence[float] = A4,
        words: str = "",
        resources: str = "",
        annotations: Sequence[int] = (),
    ) -> int:
        drawn = self.stream("", content.encode("latin-1"), packed=True)
        links = " ".join(f"{number} 0 R" for number in annotations)
        number = self.add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{' '.join(map(str, box))}]/Contents {drawn} 0 R"
            f"/Resources<</Font<</F1 {FONT}/F2 {WITHOUT_MEANING}>>{resources}>>/Annots[{links}]{words}>>"
        )
        self.pages.append(number)
        return number

    def picture(self, width: int, height: int, gray: int = 255) -> int:
        """A plain gray picture as an object to be drawn with Do."""
        words = (
            f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
        )
        return self.stream(words, bytes([gray]) * (width * height), packed=True)

    def saved(self) -> bytes:
        kids = " ".join(f"{number} 0 R" for number in self.pages)
        self.objects[0] = f"<</Type/Catalog/Pages 2 0 R{self.catalogue}>>".encode("latin-1")
        count = len(self.pages) if self.count is None else self.count
        self.objects[1] = f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode()
        out = BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        out.seek(0, 2)
        places = []
        for number, body in enumerate(self.objects, start=1):
            places.append(out.tell())
            out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        begin = out.tell()
        out.write(f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode())
        out.writelines(f"{place:010d} 00000 n \n".encode() for place in places)
        out.write(f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{begin}\n%%EOF\n".encode())
        return out.getvalue()


def single(content: str, *, box: Sequence[float] = A4, words: str = "") -> bytes:
    """A file of one page."""
    pdf = Pdf()
    pdf.page(content, box=box, words=words)
    return pdf.saved()

"""PDF files that are broken, locked, or made to cost time and memory; and files within files."""

from __future__ import annotations

import re
import time
import zlib
from io import BytesIO

import pypdf
import pytest

from bot.forms.containers.contents import Limits
from bot.forms.containers.pdf_attachments import pdf_attachments
from bot.forms.read import read_file
from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf import read_pdf
from bot.records.form import Document, UnreadCode
from tests.samples.corpus_read import CORPUS
from tests.samples.make_pdf import Pdf, shown, single
from tests.samples.shown import shown as said_by
from tests.unit.test_readers_pdf import SLIP, all_of, own_form, the_form, values_of

SLOWEST = 60.0
"""Seconds, for a machine that is busy with other things; alone these take one to five."""


def code_of(content: bytes) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as raised:
        read_pdf("a.pdf", content)
    return raised.value.code


def outcome_of(content: bytes) -> Document | UnreadCode:
    """What reading gives, as the bot sees it: a document or a reason, in bounded time."""
    begin = time.monotonic()
    try:
        return read_pdf("a.pdf", content)
    except UnreadableFileError as error:
        return error.code
    finally:
        assert time.monotonic() - begin < SLOWEST


def locked(content: bytes, user: str, owner: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(content))
    writer.encrypt(user, owner, algorithm=algorithm)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_file_with_a_password_to_open_is_reported_as_encrypted(algorithm: str) -> None:
    assert code_of(locked(single(own_form()), "geheim", "chef", algorithm)) is UnreadCode.ENCRYPTED


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_file_that_only_its_owner_may_change_is_read(algorithm: str) -> None:
    assert values_of(the_form(locked(single(own_form()), "", "chef", algorithm))) == all_of(SLIP)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", single("")[:200], b"%PDF-1.7" + b"x" * 5000]
)
def test_file_without_pages_is_corrupt(content: bytes) -> None:
    assert code_of(content) is UnreadCode.CORRUPT


def test_file_with_a_wrong_table_of_objects_is_read() -> None:
    content = single(own_form())
    start = content.rindex(b"startxref")

    assert values_of(the_form(content[:start] + b"startxref\n7\n%%EOF\n")) == all_of(SLIP)


def test_file_whose_second_half_is_missing_is_corrupt() -> None:
    content = single(own_form())

    assert code_of(content[: len(content) // 2]) is UnreadCode.CORRUPT


def test_file_with_bytes_before_its_beginning_is_read() -> None:
    assert values_of(the_form(b"\r\n\r\nMIME junk\r\n" + single(own_form()))) == all_of(SLIP)


def test_more_pages_than_any_form_has_are_too_large() -> None:
    pdf = Pdf()
    page = pdf.page(shown("第一页", 50, 700))
    pdf.pages = [page] * 60

    assert code_of(pdf.saved()) is UnreadCode.TOO_LARGE


def test_hundred_thousand_pages_are_refused_at_once() -> None:
    pdf = Pdf()
    page = pdf.page("")
    pdf.pages = [page] * 100_000

    assert outcome_of(pdf.saved()) in (UnreadCode.TOO_LARGE, UnreadCode.CORRUPT)


def test_page_tree_that_contains_itself_ends() -> None:
    pdf = Pdf()
    pdf.page("")
    pdf.pages = [2, 2, 2]

    assert isinstance(outcome_of(pdf.saved()), (Document, UnreadCode))


def test_stream_that_unpacks_to_far_more_than_any_page_is_too_large() -> None:
    bomb = zlib.compress(b" " * 60_000_000, 9)
    pdf = Pdf()
    pdf.stream("/Filter/FlateDecode", bomb)
    pdf.page("")

    assert code_of(pdf.saved()) is UnreadCode.TOO_LARGE


def test_stream_packed_twice_is_refused() -> None:
    bomb = zlib.compress(zlib.compress(b" " * 60_000_000, 9), 9)
    pdf = Pdf()
    pdf.stream("/Filter[/FlateDecode/FlateDecode]", bomb)
    pdf.page("")

    assert code_of(pdf.saved()) is UnreadCode.TOO_LARGE


def test_forms_that_draw_each_other_a_million_times_are_too_large() -> None:
    pdf = Pdf()
    inner = pdf.stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 m 9 9 l S")
    for _ in range(7):
        words = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {inner} 0 R>>>>"
        inner = pdf.stream(words, b"/X Do " * 10)
    pdf.page("/X Do", resources=f"/XObject<</X {inner} 0 R>>")

    assert outcome_of(pdf.saved()) is UnreadCode.TOO_LARGE


def test_form_that_draws_itself_ends() -> None:
    pdf = Pdf()
    own = len(pdf.objects) + 1
    pdf.stream(f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {own} 0 R>>>>", b"/X Do /X Do")
    pdf.page("/X Do" + shown("电话：13800138000", 50, 700), resources=f"/XObject<</X {own} 0 R>>")

    assert said_by(read_pdf("a.pdf", pdf.saved())) == ["电话：13800138000"]


def test_page_with_a_million_marks_is_too_large() -> None:
    assert outcome_of(single("0 0 m 9 9 l S\n" * 1_000_000)) is UnreadCode.TOO_LARGE


def test_thousands_of_crossing_lines_are_no_table() -> None:
    lines = "".join(f"{n / 9} 0 m {n / 9} 842 l S 0 {n / 7} m 595 {n / 7} l S\n" for n in range(5000))

    found = outcome_of(single(lines + shown("电话：13800138000", 50, 700)))

    assert isinstance(found, Document)


def test_page_as_large_as_a_country_is_drawn_small() -> None:
    document = read_pdf(
        "a.pdf", single(shown("电话：13800138000", 50, 700), box=(0, 0, 14_000_000, 14_000_000)), pages=True
    )

    assert document.pages[0].width * document.pages[0].height <= 13_000_000
    assert said_by(document) == ["电话：13800138000"]


@pytest.mark.parametrize("box", ["[0 0 0 0]", "[1 2]", "(x)", "[0 0 1e308 1e308]", "[595 842 0 0]"])
def test_senseless_page_sizes_never_break_the_reader(box: str) -> None:
    content = single(shown("电话：13800138000", 50, 700)).replace(b"[0 0 595 842]", box.encode())

    assert isinstance(outcome_of(content), (Document, UnreadCode))


def test_deeply_nested_brackets_never_break_the_reader() -> None:
    for opening in ("[", "<<", "/A<<", "("):
        reading = read_file("a.pdf", single(opening * 50_000 + shown("电话：13800138000", 50, 700)))

        assert reading.forms == ()


def test_script_and_link_are_never_followed() -> None:
    pdf = Pdf(catalogue="/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    link = pdf.add("<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://198.51.100.1/x)>>>>")
    pdf.page(shown("电话：13800138000", 50, 700), annotations=[link])

    assert said_by(read_pdf("a.pdf", pdf.saved())) == ["电话：13800138000"]


def test_nothing_of_a_broken_page_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    read_pdf("a.pdf", single("(13800138000) 0 m (13800138000) Tf (13800138000) g\n" + shown("甲", 50, 700)))

    assert "13800138000" not in caplog.text


def carrying(files: dict[str, bytes]) -> bytes:
    pdf = Pdf()
    names = ""
    for name, content in files.items():
        held = pdf.stream("/Type/EmbeddedFile", content, packed=True)
        names += f"({name})<</Type/Filespec/F({name})/UF({name})/EF<</F {held} 0 R>>>>"
    pdf.catalogue = f"/Names<</EmbeddedFiles<</Names[{names}]>>>>"
    pdf.page(shown("见附件", 50, 700))
    return pdf.saved()


def test_files_carried_in_a_pdf_are_given_with_names_that_are_no_paths() -> None:
    items = pdf_attachments("a.pdf", carrying({"../list.csv": b"a,b", "b.txt": b"c"}), Limits())

    assert [(item.name, item.content) for item in items] == [(".._list.csv", b"a,b"), ("b.txt", b"c")]


def test_pdf_without_files_carries_none() -> None:
    assert pdf_attachments("a.pdf", single(""), Limits()) == ()


def test_carried_file_beyond_the_limits_is_named_and_not_taken() -> None:
    items = pdf_attachments("a.pdf", carrying({"big.txt": b"x" * 5000}), Limits(bytes=1000))

    assert [(item.name, item.code, item.content) for item in items] == [("big.txt", UnreadCode.TOO_LARGE, b"")]


def test_more_carried_files_than_allowed_are_too_large() -> None:
    with pytest.raises(UnreadableFileError) as raised:
        pdf_attachments("a.pdf", carrying({f"{n}.txt": b"x" for n in range(4)}), Limits(items=3))

    assert raised.value.code is UnreadCode.TOO_LARGE


def test_a_page_whose_drawing_is_damaged_is_looked_at_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "OCR_ALLOWED", False)
    whole = (CORPUS / "pdf" / "numbered.pdf").read_bytes()
    damaged = re.sub(rb"/FlateDecode", b"/Fl\x01teDecode", whole)

    with pytest.raises(heavy.NeedsOcrError):
        read_pdf("回执表.pdf", damaged)

"""LibreOffice without a window, with a profile of our own that holds macros: it does what staff do by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
HANDS = """
Function Opened(address As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Opened = StarDesktop.loadComponentFromURL(address, "_blank", 0, hidden())
End Function

Sub Saved(book, address As String)
  Dim kept(0) As New com.sun.star.beans.PropertyValue
  kept(0).Name = "FilterName"
  kept(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(address, kept())
  book.close(True)
End Sub

Function ColumnOf(sheet, header As String)
  For place = 0 To 60
    If sheet.getCellByPosition(place, 0).String = header Then
      ColumnOf = place
      Exit Function
    End If
  Next
End Function

' As at the keyboard: what is typed is taken for text, number or date as the cell's format says.
Sub Typed(book, sheet, row As Integer, header As String, what As String)
  book.CurrentController.setActiveSheet(sheet)
  book.CurrentController.select(sheet.getCellByPosition(ColumnOf(sheet, header), row - 1))
  Dim said(0) As New com.sun.star.beans.PropertyValue
  said(0).Name = "StringName"
  said(0).Value = what
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(book.CurrentController.Frame, ".uno:EnterString", "", 0, said())
End Sub
"""
"""Basic: a workbook opened and saved, and a cell typed into, found by its row and its header."""


def profile_with(place: Path, code: str) -> Path:
    """A fresh profile at `place` whose Basic module `Standard.Staff` is `code`; skips where LibreOffice is
    missing, except in CI."""
    if SOFFICE is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is not installed; CI needs it.")
        pytest.skip("LibreOffice is not installed")
    # The first start makes the profile; only then does a macro of ours stay in it.
    soffice(place, "--terminate_after_init")
    library = place / "user" / "basic" / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    basic = '<!DOCTYPE {0}:{1} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">'
    (library / "script.xlb").write_text(
        f"{basic.format('library', 'library')}"
        '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
        'library:readonly="false" library:passwordprotected="false">'
        '<library:element library:name="Staff"/></library:library>',
        encoding="utf-8",
    )
    code = code.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    (library / "Staff.xba").write_text(
        f"{basic.format('script', 'module')}"
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Staff" '
        f'script:language="StarBasic">{code}</script:module>',
        encoding="utf-8",
    )
    return place


def run_macro(profile: Path, name: str, path: Path) -> None:
    """Run a macro of the profile with the file's address. Without a window LibreOffice now and then aborts while
    it ends: then once more from the start, with the file as it was."""
    before = path.read_bytes()
    try:
        soffice(profile, f'macro:///Standard.Staff.{name}("{path.as_uri()}")')
    except subprocess.CalledProcessError:
        path.write_bytes(before)
        soffice(profile, f'macro:///Standard.Staff.{name}("{path.as_uri()}")')


def soffice(profile: Path, *arguments: str) -> None:
    assert SOFFICE is not None
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", *arguments],
        check=True,
        capture_output=True,
        timeout=180,
    )


def saved_again(profile: Path, path: Path, folder: Path) -> Path:
    """The workbook opened and saved by LibreOffice, as xlsx."""
    soffice(profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(path))
    return folder / path.name

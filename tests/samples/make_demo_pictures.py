"""Makes the pictures that the demonstration reads: a stamped scan and a phone photo of two invented forms.

`python -m tests.samples.make_demo_pictures` writes them into bot/demo/pictures. Needs LibreOffice and its fonts,
which a machine that only shows the demonstration does not have: therefore they are kept.
"""

from __future__ import annotations

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from bot.demo import form_files
from bot.demo.pictured import PHOTO, PICTURES, SCAN, photo_form, scan_form
from tests.samples.degrade import Picture, as_jpeg, photo, scan

_DPI = 200


def page_of(form: form_files.FilledForm) -> Picture:
    """The form's only page as Word would print it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.docx"
        file.write_bytes(form_files.word_form(form, blank_rows=1))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        document = pypdfium2.PdfDocument(str(file.with_suffix(".pdf")))
        try:
            page = document[0].render(scale=_DPI / 72).to_numpy()
        finally:
            document.close()
    return np.ascontiguousarray(page)


def main() -> None:
    first, second = scan_form(), photo_form()
    scanned = scan(
        page_of(first), tilt=0.8, stamp=first.hospital.name, stamp_at=(0.44, 0.30), blur=0.5, noise=3, dpi=_DPI
    )
    taken = photo(page_of(second), perspective=0.03, tilt=1.5, shadow=0.35, long_side=2200, seed=5)
    with Image.open(BytesIO(as_jpeg(scanned, 60, dpi=_DPI))) as page:
        page.save(PICTURES / SCAN, "PDF", resolution=_DPI, quality=60)
    (PICTURES / PHOTO).write_bytes(as_jpeg(taken, 70))


if __name__ == "__main__":
    main()

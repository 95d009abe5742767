"""Spellings that mean the same: width, blanks, punctuation. Pure text in, comparable text out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00ad]+")
_NAME_DOTS = str.maketrans(dict.fromkeys("·•・‧∙.．", "·"))
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def compact(text: str) -> str:
    """NFKC (full-width letters, digits and brackets become half-width), no blanks, no invisible characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A person's name for comparison: case, blanks and the kind of middle dot do not matter."""
    return compact(name).translate(_NAME_DOTS).casefold()


@lru_cache(maxsize=4096)
def loose_key(text: str) -> str:
    """Letters, digits and characters only, lower-case: for titles, job titles and document numbers."""
    return _NOT_ALPHANUMERIC.sub("", compact(text)).casefold()


@lru_cache(maxsize=4096)
def digits(text: str) -> str:
    """The digits of a telephone number, without the country code +86."""
    only = re.sub(r"\D", "", compact(text))
    return only[2:] if len(only) == 13 and only.startswith("86") else only

"""What a person's mail wants: to register, to cancel, to replace somebody, to ask, or nothing.

Judged by the subject, the newly written text and the names of attachments; quoted mails never count. It is a
hint: it decides whether a person shall look, and whether "no form found" would be a fair answer, never a seat.
RULES is the policy: an ordered tuple, the first rule that answers decides. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.intake import intent_words as words
from bot.intake.attachment_names import documents, is_named_like_form
from bot.intake.quotation import new_text
from bot.records.mail import Intent, MailKind, ParsedMail

EXCERPT_LIMIT = 500
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|\n+")
_CLAUSE = re.compile(r"[，,：:、]")


@dataclass(frozen=True, slots=True)
class _Said:
    """A mail's words, taken apart. `subject` is without 回复/转发; `wrote_subject` is False where the subject is
    the one of the mail that was replied to, so that somebody else wrote it."""

    subject: str
    wrote_subject: bool
    text: str
    sentences: tuple[str, ...]
    form_named: bool
    has_document: bool
    file_names: str
    names_event: bool


class _Verdict(NamedTuple):
    kind: MailKind
    plainly_registers: bool = False


class NamedRule(NamedTuple):
    """One line of the policy: its name in the journal, and the function that answers or passes."""

    name: str
    answer: Callable[[_Said], _Verdict | None]


def _take_apart(mail: ParsedMail, keywords: tuple[str, ...]) -> _Said:
    subject, is_reply = mail.subject, words.REPLY_PREFIX.match(mail.subject) is not None
    while (match := words.PREFIX.match(subject)) is not None:
        subject = subject[match.end() :]
    text = new_text(mail.text)
    wrote_subject = not is_reply
    sentences = [piece.strip() for piece in _SENTENCE.split(text[:20_000]) if piece.strip()]
    if wrote_subject and subject.strip():
        sentences.insert(0, subject.strip())
    everywhere = " ".join([subject, text[:20_000], *(attachment.name for attachment in mail.attachments)])
    return _Said(
        subject=subject.strip(),
        wrote_subject=wrote_subject,
        text=text,
        sentences=tuple(sentences),
        form_named=any(is_named_like_form(attachment) for attachment in mail.attachments),
        has_document=bool(documents(mail)),
        file_names=" ".join(attachment.name for attachment in mail.attachments),
        names_event=any(keyword and keyword in everywhere for keyword in keywords),
    )


def _says(sentences: tuple[str, ...], pattern: re.Pattern[str], unless: re.Pattern[str] | None = None) -> bool:
    """Whether a sentence says it plainly: not denied, not "if", not asked."""
    for sentence in sentences:
        for match in pattern.finditer(sentence):
            before = sentence[: match.start()]
            clause = _CLAUSE.split(before)[-1] + match[0]
            asked = words.QUESTION.search(sentence) and not words.REQUEST.search(sentence)
            supposed = words.IF.search(sentence[: match.end()])
            excluded = unless is not None and unless.search(clause + sentence[match.end() : match.end() + 8])
            absent = words.CANCEL_ABSENCE.fullmatch(match[0])
            denied = not absent and (words.NOT.search(before[-6:]) or words.DENIED_INSIDE.search(match[0]))
            if not (asked or supposed or excluded or denied):
                return True
    return False


def _asks(said: _Said) -> bool:
    return any(words.QUESTION.search(words.COURTESY.sub("", sentence)) for sentence in said.sentences)


def _body_form(said: _Said) -> bool:
    """At least three of a form's labels, filled in, in the mail's own text."""
    return len({"".join(label.split()) for label in words.BODY_FORM.findall(said.text)}) >= 3


def _replacement(said: _Said) -> _Verdict | None:
    if _says(said.sentences, words.REPLACE, unless=words.REPLACE_NOT_PERSON):
        return _Verdict(MailKind.REPLACEMENT)
    return None


def _cancellation(said: _Said) -> _Verdict | None:
    if _says(said.sentences, words.CANCEL_PLAIN, unless=words.CANCEL_NOT_SEAT):
        return _Verdict(MailKind.CANCELLATION)
    # "The director can't come, so we send Dr Li" on a form that comes by itself is a registration.
    sends_form = said.form_named or _body_form(said)
    if not sends_form and _says(said.sentences, words.CANCEL_ABSENCE):
        return _Verdict(MailKind.CANCELLATION)
    return None


def _asks_to_cancel(said: _Said) -> _Verdict | None:
    """A reply under a subject that speaks of cancelling, with nothing else said, is left to a person."""
    if not said.wrote_subject and not said.text and not said.has_document:
        for pattern, kind in ((words.REPLACE, MailKind.REPLACEMENT), (words.CANCEL_PLAIN, MailKind.CANCELLATION)):
            if pattern.search(said.subject):
                return _Verdict(kind)
    return None


def _advertisement(said: _Said) -> _Verdict | None:
    everything = f"{said.subject}\n{said.text}"
    signs = sum(pattern.search(everything) is not None for pattern in words.ADVERTISEMENT)
    registers = (
        said.form_named
        and _says(said.sentences, words.REGISTER, unless=words.REGISTER_DENIED)
        and not words.SUBJECT_NOTICE.search(said.subject)
    )
    if signs >= 2 and not said.names_event and not registers and not _body_form(said):
        return _Verdict(MailKind.OTHER)
    return None


def _form_attached(said: _Said) -> _Verdict | None:
    return _Verdict(MailKind.REGISTRATION, plainly_registers=True) if said.form_named else None


def _form_in_body(said: _Said) -> _Verdict | None:
    return _Verdict(MailKind.REGISTRATION, plainly_registers=True) if _body_form(said) else None


def _change(said: _Said) -> _Verdict | None:
    """A changed invoice or telephone without a form: nothing that the bot may do by itself."""
    changes = any(words.CHANGE.search(sentence) for sentence in said.sentences)
    # In an answer to us, "the title should read ..." is about what we wrote.
    corrects = not said.wrote_subject and any(words.CORRECTION.search(sentence) for sentence in said.sentences)
    if not said.has_document and (changes or corrects):
        return _Verdict(MailKind.QUESTION)
    return None


def _payment(said: _Said) -> _Verdict | None:
    """Money that is on its way, and the bank's slip for it: staff's, and no registration."""
    about_money = any(words.PAID.search(text) for text in (*said.sentences, said.file_names))
    about_form = "回执表" in said.text or "报名表" in said.text or "名单" in said.text
    if about_money and not (said.form_named or about_form or (_asks(said) and not said.has_document)):
        return _Verdict(MailKind.OTHER)
    return None


def _other_papers(said: _Said) -> _Verdict | None:
    """Price lists, invoices, invitations, newsletters: no answer would be about them."""
    titled = words.PAPER.search(f"{said.subject if said.wrote_subject else ''}\n{said.file_names}")
    if said.has_document and titled and not said.names_event and not said.form_named:
        return _Verdict(MailKind.OTHER)
    return None


def _registration(said: _Said) -> _Verdict | None:
    written = said.sentences[1:] if said.wrote_subject and said.subject else said.sentences
    by_text = _says(written, words.REGISTER, unless=words.REGISTER_DENIED)
    by_subject = (
        said.wrote_subject
        and words.SUBJECT_REGISTER.search(said.subject) is not None
        and words.SUBJECT_NOTICE.search(said.subject) is None
        and not words.QUESTION.search(said.subject)
    )
    by_text = by_text and (
        said.wrote_subject or said.has_document or words.SENDS_FORM.search(said.text) is not None
    )
    if by_text or (by_subject and (said.has_document or not _asks(said))):
        return _Verdict(MailKind.REGISTRATION, plainly_registers=True)
    return None


def _question(said: _Said) -> _Verdict | None:
    return _Verdict(MailKind.QUESTION) if _asks(said) else None


def _document_only(said: _Said) -> _Verdict | None:
    """A document without words: its content decides; only the event's name makes it plainly a registration."""
    if said.has_document:
        return _Verdict(MailKind.REGISTRATION, plainly_registers=said.names_event and said.wrote_subject)
    return None


def _thanks(said: _Said) -> _Verdict | None:
    spoken = said.text if said.text or not said.wrote_subject else said.subject
    if spoken and len(spoken) <= 80 and not words.THANKS.sub("", spoken):
        return _Verdict(MailKind.OTHER)
    return None


def _nothing(said: _Said) -> _Verdict:
    return _Verdict(MailKind.OTHER)


RULES: tuple[NamedRule, ...] = (
    NamedRule("advertisement", _advertisement),
    NamedRule("asks_to_replace", _replacement),
    NamedRule("asks_to_cancel", _cancellation),
    NamedRule("form_attached", _form_attached),
    NamedRule("form_in_body", _form_in_body),
    NamedRule("asks_to_change", _change),
    NamedRule("payment", _payment),
    NamedRule("thanks", _thanks),
    NamedRule("registration_words", _registration),
    NamedRule("other_papers", _other_papers),
    NamedRule("question", _question),
    NamedRule("document", _document_only),
    NamedRule("quoted_cancellation", _asks_to_cancel),
    NamedRule("nothing_to_do", _nothing),
)
"""The policy, in order; the last rule always answers."""


def judge_intent(mail: ParsedMail, keywords: tuple[str, ...]) -> Intent:
    """What the mail wants. `keywords` are the words that name our events (`Event.keywords`).

    `reason` is the name of the rule that decided.
    """
    said = _take_apart(mail, keywords)
    decided = ((rule, rule.answer(said)) for rule in RULES)
    rule, verdict = next((rule, verdict) for rule, verdict in decided if verdict is not None)
    asks = any(
        words.PLAIN_QUESTION.search(words.COURTESY.sub("", sentence)) and words.QUESTION.search(sentence)
        for sentence in said.sentences
    )
    return Intent(
        verdict.kind,
        rule.name,
        verdict.plainly_registers,
        said.text[:EXCERPT_LIMIT],
        asks=asks,
        sentences=said.sentences,
        is_reply=not said.wrote_subject,
    )

"""What an answer asks to be mended, what it only mentions, and which files it says could not be read.

Pure. Every sentence is told once, however many people it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.records.decision import Decision, PersonDecision, ReplyTemplate, Standing
from bot.records.form import FieldProblem, ProblemCode, Unread, UnreadCode
from bot.replies.wording import NAME_LIMIT, quoted, sentence, tame

TELLS_FACTS_AGAIN = frozenset((ReplyTemplate.UNCHANGED, ReplyTemplate.NEEDS_CORRECTION))
"""Answers that repeat payment and problems of people who stood there before."""

_ALWAYS = frozenset((Standing.NEW, Standing.REPLACED))
_WHEN_BLOCKING = frozenset((Standing.AMENDED, Standing.MOVED))
# What stands for the mail itself where a file's name would stand.
_NO_FILE = frozenset(("", "邮件正文", "整封邮件", "来信"))


def told(person: PersonDecision, template: ReplyTemplate) -> tuple[FieldProblem, ...]:
    """Which of a person's problems this answer speaks of. Of somebody who was only amended or moved, no more
    than what still has to be mended."""
    again = template in TELLS_FACTS_AGAIN and person.standing is Standing.UNCHANGED
    if person.standing in _ALWAYS or again:
        return person.registration.problems
    return person.registration.blocking_problems if person.standing in _WHEN_BLOCKING else ()


def problems_of(
    decision: Decision, template: ReplyTemplate, invoice_shown: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what must be mended, what is only mentioned), each sentence once, in form order."""
    found = [*(problem for p in decision.people for problem in told(p, template)), *decision.form_problems]
    problems = [problem for problem in found if problem.code is not ProblemCode.UNCERTAIN]
    refused = refused_of(decision)
    mend = [text for text in _sentences(p for p in problems if p.blocking) if text not in refused]
    mention = _sentences(p for p in problems if not p.blocking and not _told_anyway(p, invoice_shown))
    return tuple(mend), tuple(text for text in mention if text not in mend)


def refused_of(decision: Decision) -> tuple[str, ...]:
    """What is wrong with the values that were not taken."""
    people = (p for p in decision.people if p.standing is not Standing.WITHHELD)
    return tuple(_sentences(problem for p in people for problem in p.refused))


def unread_of(unread: Unread) -> tuple[str, str]:
    """(附件《回执表.zip》未能自动读取, why). A file that was read but holds no form is only named."""
    origin = tame(unread.origin, 80)
    what = f"附件{quoted(origin)}" if origin not in _NO_FILE else origin or "来信"
    if unread.code is UnreadCode.LINK_ONLY:
        return "来信中的链接未能打开", sentence(tame(unread.text))
    why = tame(unread.text)
    why = f"文件{why}" if why.startswith("是") else why
    return (what if unread.code is UnreadCode.NO_FORM else f"{what}未能自动读取", sentence(why))


def _told_anyway(problem: FieldProblem, invoice_shown: bool) -> bool:
    """A blank room stands with the person, a blank invoice field with the invoice."""
    if problem.code is not ProblemCode.MISSING:
        return False
    return problem.field == "single_room" or (invoice_shown and problem.field in ("invoice_title", "taxpayer_id"))


def _sentences(problems: Iterable[FieldProblem]) -> list[str]:
    return list(dict.fromkeys(_problem(problem) for problem in problems))


def _problem(problem: FieldProblem) -> str:
    text, person = tame(problem.text), tame(problem.person, NAME_LIMIT)
    return sentence(text if not person or person in text else f"{person}：{text}")

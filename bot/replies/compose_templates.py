"""An office's templates: found, run in a sandbox, and tidied. With `compose` the only place that knows Jinja2.

Templates are data of the office: a mistake in one is a UsageError that names file and line. An event may have a
folder of its own, whose files go before the common ones; from there `common/confirmed.html` is the common file of
that name, so that a file of an event can extend the one it replaces. In an event's `_sentences.txt` stand only the
sentences that are its own.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import TypeVar

from css_inline import CSSInliner, InlineError
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import UsageError
from bot.replies import wording
from bot.replies.masking import masked_id, masked_mobile, masked_text
from bot.replies.shown import data_uri

_T = TypeVar("_T")

COMMON = "common"
_SENTENCES = "_sentences.txt"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_RENDER_ERRORS = (
    TemplateError,
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


class Templates:
    """The templates of `folder` and, where `own` names one, those of that folder in it before them. Reads and
    compiles all of them at once: a missing or broken one is a UsageError here and not at the first mail."""

    def __init__(self, folder: Path, timezone: str, own: str = "") -> None:
        if not folder.is_dir():
            raise UsageError(f"找不到模板文件夹 {folder}。请恢复该文件夹，或核对安装是否完整。")
        self._folders = (_inside(folder, own), folder) if own else (folder,)
        self._inliner = CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
        self._environment = _environment(self._folders, timezone)
        self._parents: dict[str, tuple[Template, ...]] = {}
        for one in self._folders:
            for path in sorted(one.glob("*.txt")) + sorted(one.glob("*.html")):
                self.require(path.name)
                source = self._environment.parse(path.read_text(encoding="utf-8"))
                for referenced in meta.find_referenced_templates(source):
                    self.require(referenced or path.name)
        self._say_sentences()

    def require(self, name: str) -> None:
        """UsageError where there is no sound template of this name."""
        self._template(name)

    def strangers(self) -> tuple[str, ...]:
        """Files of the event's folder that stand for no common one: most likely misspelt."""
        own, common = self._folders[0], self._folders[-1]
        found = sorted(p.name for p in own.iterdir() if p.suffix in (".txt", ".html")) if own != common else []
        return tuple(name for name in found if not name.startswith("_") and not (common / name).is_file())

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """The template `name` with `context`; styles of an .html written into its tags."""
        text = self._run(name, lambda template: template.render(context))
        return self._inlined(name, text) if name.endswith(".html") else _tidy_lines(text)

    def block(self, name: str, block: str, context: Mapping[str, object]) -> str:
        """One block of a template on one line, its own or that of the one it extends; "" where there is none."""

        def written(template: Template) -> str:
            found = [one.blocks[block] for one in (template, *self._extended(name)) if block in one.blocks]
            if not found:
                return ""
            filled = template.new_context(dict(context))
            filled.blocks[block] = found
            return " ".join("".join(found[0](filled)).split())

        return self._run(name, written)

    def _extended(self, name: str) -> tuple[Template, ...]:
        """The templates that this one extends, nearest first."""
        if name not in self._parents:
            source = Path(str(self._template(name).filename)).read_text(encoding="utf-8")
            extends = self._environment.parse(source).find(nodes.Extends)
            parent = extends.template.value if extends and isinstance(extends.template, nodes.Const) else ""
            own = str(parent) not in ("", name)
            self._parents[name] = (self._template(parent), *self._extended(parent)) if own else ()
        return self._parents[name]

    def path(self, name: str) -> Path:
        """Where the file of this name is, or where it is missing."""
        bare = name.removeprefix(f"{COMMON}/")
        places = self._folders if bare == name else self._folders[-1:]
        return next((one / bare for one in places if (one / bare).is_file()), self._folders[-1] / bare)

    def _say_sentences(self) -> None:
        """`say`: the sentences as functions that give plain text. Imported as macros into an HTML template they
        would count as escaped already, and what a sender wrote would stand in the mail as markup. Sentences call
        one another by `say` too, so that one that an event words anew is new wherever it is used."""
        say = self._environment.globals["say"] = SimpleNamespace()
        for name in dict.fromkeys((f"{COMMON}/{_SENTENCES}", _SENTENCES)):
            module = self._run(name, lambda template: template.module)
            macros = {word: value for word, value in vars(module).items() if isinstance(value, Macro)}
            vars(say).update((word, _plain(macro)) for word, macro in macros.items() if word[0] != "_")

    def _template(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateNotFound as error:
            raise self._missing(str(error.name or name)) from error
        except TemplateSyntaxError as error:
            where = self.path(error.name or name)
            raise UsageError(
                f"模板 {where} 第 {error.lineno} 行写法有误（{error.message}）。请改正后再启动。"
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"模板 {self.path(name)} 不是 UTF-8 编码。请另存为 UTF-8。") from error

    def _run(self, name: str, use: Callable[[Template], _T]) -> _T:
        template = self._template(name)
        try:
            try:
                return use(template)
            except _RENDER_ERRORS:
                # Puts the template's own lines into the traceback, as `Template.render` does by itself.
                self._environment.handle_exception()
        except TemplateNotFound as error:
            raise self._missing(str(error.name or name)) from error
        except _RENDER_ERRORS as error:
            # Of the error's own words only a misspelt name is told: others may hold what a sender wrote.
            what = error.message if isinstance(error, UndefinedError) and error.message else type(error).__name__
            raise UsageError(
                f"模板 {self._place(error, name)} 无法生成内容（{what}）。请核对这一行用到的名称。"
            ) from error

    def _place(self, error: BaseException, name: str) -> str:
        """File and line where it failed, and the line that led there (a macro's caller names the value)."""
        frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent in self._folders]
        places = list(dict.fromkeys((Path(f.filename), f.lineno) for f in frames))
        if not places:
            return str(self.path(name))
        caller = f"（由 {places[-2][0].name} 第 {places[-2][1]} 行 引出）" if len(places) > 1 else ""
        return f"{places[-1][0]} 第 {places[-1][1]} 行{caller}"

    def _missing(self, name: str) -> UsageError:
        return UsageError(f"缺少模板 {self.path(name)}。请恢复该文件后再启动。")

    def _inlined(self, name: str, html: str) -> str:
        try:
            return str(self._inliner.inline(html))
        except InlineError as error:
            raise UsageError(f"模板 {self.path(name)} 的样式无法写入标签。请核对 _style.css。") from error


def _inside(folder: Path, own: str) -> Path:
    """The event's folder. Only a plain name of a folder that really lies in the templates' one will do."""
    plain = own == PurePosixPath(own).name == PureWindowsPath(own).name and own[:1] not in ("", ".", "_")
    if not plain or own == COMMON or not own.isprintable():
        what = f"活动设置里的模板文件夹名“{wording.tame(own, 40)}”不能用。"
        raise UsageError(f"{what}请只写 {folder.name} 里一个文件夹的名称，不带路径。")
    path = folder / own
    if not path.is_dir() or path.resolve().parent != folder.resolve():
        raise UsageError(f"找不到活动的模板文件夹 {path}。请建立该文件夹，或从活动设置里去掉 templates 一行。")
    return path


def _environment(folders: tuple[Path, ...], timezone: str) -> ImmutableSandboxedEnvironment:
    loaders: list[BaseLoader] = [FileSystemLoader(folder) for folder in folders]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*loaders, PrefixLoader({COMMON: FileSystemLoader(folders[-1])})]),
        autoescape=lambda name: bool(name) and str(name).endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_printable,
    )
    environment.globals["picture"] = data_uri
    environment.filters.update(
        money=wording.money,
        full_day=wording.full_day,
        short_day=wording.short_day,
        moment=lambda instant: wording.moment(instant, timezone),
        tame=wording.tame,
        masked_id=masked_id,
        masked_mobile=masked_mobile,
        masked_text=masked_text,
    )
    return environment


def _printable(value: object) -> object:
    """What every printed value passes: no control characters, nothing for None."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value  # markup of ours (a macro's), whose parts have passed here already
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


def _plain(macro: Callable[..., object]) -> Callable[..., str]:
    return lambda *arguments: str(macro(*arguments)).strip()


def _tidy_lines(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"

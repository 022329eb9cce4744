"""Turns a template and its facts into a page, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from models.database import reading
from portal.context import PortalContext
from portal.cookies import Cookie, give
from portal.forms import FIELD, browsers_secret, key_for
from portal.matrix_cells import MatrixCells
from portal.texts import LANGUAGES, Wording, translations
from portal.visitor import PossibleVisitor, Visitor
from reports.beside.pdf import converter
from rules.access import Action
from rules.content.texts import VERDICTS
from rules.documents.signatures import VERDICTS as SIGNATURE_VERDICTS
from rules.office import Office
from rules.status import ANSWERED, EXEMPT, LATE, RETURNED, STEPS, UNANSWERED, OccurrenceStatus, Status, colour
from rules.steps import StepState
from services.views import worklist
from services.views.dashboard_projection import run_url

HERE = Path(__file__).parent
STATIC = HERE / "static"

# the sign beside the colour, for readers who do not see colours: a symbol of templates/_marks.svg
MARKS: Mapping[Status, str] = {
    Status.WAITING_FOR_TRIGGER: "trigger",
    Status.NOT_OPEN: "future",
    Status.OPEN: "open",
    Status.DUE_SOON: "soon",
    Status.OVERDUE: "overdue",
    Status.RETURNED: "returned",
    Status.RETURNED_OVERDUE: "overdue",
    Status.RECEIVED: "done",
    Status.RECEIVED_LATE: "late",
    Status.ACCEPTED: "done",
    Status.ACCEPTED_LATE: "late",
    Status.STEPS_WAITING: "steps",
    Status.STEPS_PAST_TARGET: "steps-late",
    Status.STEPS_OVERDUE: "overdue",
    Status.NIL_RETURN: "nil",
    Status.WAIVED: "exempt",
    Status.NOT_APPLICABLE: "exempt",
    Status.SUPERSEDED: "exempt",
}
OCCURRENCE_MARKS: Mapping[OccurrenceStatus, str] = {
    OccurrenceStatus.NOT_DUE: "future",
    OccurrenceStatus.SOON: "soon",
    OccurrenceStatus.WAITING: "open",
    OccurrenceStatus.OVERDUE: "overdue",
    OccurrenceStatus.STEPS_WAITING: "steps",
    OccurrenceStatus.STEPS_PAST_TARGET: "steps-late",
    OccurrenceStatus.DONE: "done",
    OccurrenceStatus.LATE_DONE: "late",
    OccurrenceStatus.WAIVED: "exempt",
    OccurrenceStatus.WAITING_FOR_TRIGGER: "trigger",
}


class Compiled(BytecodeCache):
    """A template is compiled once in a process for each language, however many renderers there are."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = {language: Compiled() for language in LANGUAGES}


class TranslatedEnvironment(Environment):
    """Words that hold no fact are put into the language as a template is compiled, not each time it is shown."""

    into_words: NodeTransformer

    def compile(self, source: Any, name: str | None = None, filename: str | None = None, *args: Any) -> Any:
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        return super().compile(self.into_words.visit(tree), name, filename, *args)


class IntoWords(NodeTransformer):
    """`_("words")` becomes its translation when the template is compiled; a call with arguments stays as it is."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Call(self, call: nodes.Call) -> nodes.Node:
        self.generic_visit(call)
        match call:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(words))], kwargs=[]):
                return nodes.Const(Markup(self._gettext(words)) % {}, lineno=call.lineno)
        return call


class Renderer:
    """One template environment per language, built once."""

    def __init__(self, context: PortalContext) -> None:
        self.versions = {
            path.relative_to(STATIC).as_posix(): sha256(path.read_bytes()).hexdigest()[:10]
            for path in STATIC.rglob("*")
            if path.is_file()
        }
        self._environments = {language: self._environment(language, context) for language in LANGUAGES}

    def asset(self, name: str) -> str:
        """Address of a static file; it changes with the content, so that it may be kept for a year."""
        return f"/static/{name}?v={self.versions[name]}"

    def page(self, language: str, template: str, facts: Mapping[str, object]) -> str:
        return self._environments[language].get_template(template).render(facts)

    def renew(self, office: Office) -> None:
        for environment in self._environments.values():
            environment.globals["office"] = office

    def _environment(self, language: str, context: PortalContext) -> Environment:
        catalogue = translations(language)
        environment = TranslatedEnvironment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            bytecode_cache=COMPILED[language],
        )
        environment.into_words = IntoWords(catalogue.gettext)
        environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
        wording = Wording(language)
        environment.filters["day"] = wording.day  # a filter is several times cheaper than a call, and days are many
        environment.filters["urlencode"] = lru_cache(10_000)(quote)  # of keys, which are few and often repeated
        environment.globals.update(
            asset=self.asset,
            MatrixCells=MatrixCells,
            say=wording,
            language=language,
            office=context.office,
            mails_shown=context.mail_folder is not None,
            marks=MARKS,
            verdict_words=VERDICTS,
            signature_verdicts=SIGNATURE_VERDICTS,
            occurrence_marks=OCCURRENCE_MARKS,
            colour=colour,
            pdf_possible=converter,
            answered=ANSWERED,
            late=LATE,
            settled=(ANSWERED - LATE) | EXEMPT,
            exempt=EXEMPT,
            with_steps=STEPS,
            returns=RETURNED,
            unanswered=UNANSWERED,
            StepState=StepState,
            Status=Status,
            Action=Action,
            form_field=FIELD,
            screen=partial(run_url, context.screen_url),
        )
        return environment


class FragmentCache:
    """Writes a piece of a page once and hands it out again: a list of a thousand lines has few different pieces."""

    def __init__(self) -> None:
        self._written: dict[Hashable, object] = {}

    def __call__(self, key: Hashable, write: Callable[..., object], *facts: object) -> object:
        if key not in self._written:
            self._written[key] = write(*facts)
        return self._written[key]


_encoded = lru_cache(4_096)(urlencode)  # a page asks for the same year and quarter again and again


@dataclass(frozen=True)
class Page:
    """One request: who asks nothing needs no more than a language and a moment."""

    context: PortalContext
    renderer: Renderer
    language: str
    now: datetime
    path: str
    query: Mapping[str, str]
    visitor: Visitor | None
    secret: str  # of this browser; its forms are bound to it
    new_secret: bool

    def render(self, template: str, *, status_code: int = 200, **facts: object) -> HTMLResponse:
        shared: dict[str, object] = {
            "now": self.now,
            "url": self.url,
            "tail": cache(self.tail),
            "once": FragmentCache(),
        }
        shared["work"] = cache(self.work)
        shared["zalo_verification"] = self.context.zalo_verification
        shared |= {"other_language": self.other_language(), "visitor": self.visitor, "form_key": key_for(self.secret)}
        response = HTMLResponse(self.renderer.page(self.language, template, {**shared, **facts}), status_code)
        if self.new_secret:
            give(self.context, response, Cookie.FORM, self.secret)
        return response

    def words(self, template: str, **facts: object) -> str:
        """A piece of plain text in the reader's language."""
        return unescape(" ".join(self.renderer.page(self.language, template, facts).split()))

    def url(self, path: str, **query: object) -> str:
        """A link that stays in the reader's language; an address that is passed on keeps its own query."""
        before, _, carried = path.partition("?")
        parameters = parse_qsl(carried, keep_blank_values=True) if carried else []
        parameters += [(key, str(value)) for key, value in query.items() if value is not None]
        if self.language != "vi" and all(key != "lang" for key, _ in parameters):
            parameters.append(("lang", self.language))
        return f"{before}?{_encoded(tuple(parameters))}" if parameters else before

    def work(self) -> Mapping[str, int]:
        """How much waits on each of the lists this visitor may act on; counted once a page at most."""
        if self.visitor is None or not self.visitor.may(Action.SEE_WORK):
            return {}
        with reading(self.context.engine) as session:
            waits = worklist.counts(session, self.context.office, self.now, self.context.tables)
        return {item.name: waits[item.name] for item in worklist.LISTS if self.visitor.may(item.action)}

    def tail(self, year: int) -> str:
        return self.url("", nam=year)

    def other_language(self) -> str:
        """This very page in the other language."""
        kept = {key: value for key, value in self.query.items() if key != "lang"}
        if self.language == "vi":
            kept["lang"] = "en"
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


def page_of(request: Request, visitor: Visitor | None) -> Page:
    context: PortalContext = request.app.state.context
    secret, new = browsers_secret(request)
    return Page(
        context=context,
        renderer=request.app.state.renderer,
        language="en" if request.query_params.get("lang") == "en" else "vi",
        now=context.clock(),
        path=request.url.path,
        query=dict(request.query_params),
        visitor=visitor,
        secret=secret,
        new_secret=new,
    )


async def page_for(request: Request, visitor: PossibleVisitor) -> Page:
    return page_of(request, visitor)


AnyPage = Annotated[Page, Depends(page_for)]

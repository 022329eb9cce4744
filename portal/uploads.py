"""Reads uploaded forms: files go to disk, are counted while they come, and are kept only when complete."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.routing import APIRoute
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from portal.context import PortalContext
from portal.visitor import SignInNeeded, possible_visitor
from rules.access import Action
from rules.intake import Intake
from rules.text.control_characters import without_controls
from services.files.hand_in_files import UploadedFile

MOST_PARTS = 200  # beyond the files that may be handed in at once they are counted, not kept
MOST_FIELDS = 20
LONGEST_FIELD = 16 << 10
LARGEST_PLAIN = 8 << 20  # bytes of a form without files: the largest table that is filled in on a page
MOST_CELLS = 200_000  # its fields
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
TOO_MUCH, BROKEN = 413, 400


class UploadRoute(APIRoute):
    """Checks the permission to hand in before the body is read."""

    action = Action.HAND_IN
    most_fields = MOST_FIELDS
    most_plain_fields = MOST_FIELDS

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def counted(request: Request) -> Response:
            if request.method == "POST":
                visitor = await run_in_threadpool(possible_visitor, request)
                if visitor is None:
                    filled_in = request.headers.get("Content-Type", "").startswith(FORMS)
                    raise SignInNeeded(form=request.url.path if filled_in else "")
                if not visitor.may(self.action):
                    raise HTTPException(403)
            taken = CountedRequest(request.scope, request.receive)
            taken.most_fields = self.most_fields
            taken.most_plain_fields = self.most_plain_fields
            return await handle(taken)

        return counted


class TableRoute(UploadRoute):
    """Of a table that is filled in on a page: many small fields, and no files."""

    most_plain_fields = MOST_CELLS


class CountedRequest(Request):
    most_fields = MOST_FIELDS
    most_plain_fields = MOST_FIELDS  # of a form that is not multipart

    @property
    def intake(self) -> Intake:
        context: PortalContext = self.app.state.context
        return context.office.intake

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """What comes with files is counted by its parser; anything else is held in memory as a whole."""
        kind, _ = parse_options_header(self.headers.get("Content-Type"))
        taken = 0
        async with aclosing(super().stream()) as chunks:
            async for chunk in chunks:
                taken += len(chunk)
                if taken > LARGEST_PLAIN and kind != b"multipart/form-data":
                    raise HTTPException(TOO_MUCH)
                yield chunk

    async def _get_form(
        self, *, max_files: float = MOST_PARTS, max_fields: float = MOST_FIELDS, max_part_size: int = LONGEST_FIELD
    ) -> FormData:
        kind, _ = parse_options_header(self.headers.get("Content-Type"))
        if self._form is None and kind == b"multipart/form-data":
            self._form = await self._counted_form()
        fields = max(max_fields, self.most_fields, self.most_plain_fields)
        return await super()._get_form(max_files=max_files, max_fields=fields, max_part_size=max_part_size)

    async def _counted_form(self) -> FormData:
        length = self.headers.get("Content-Length", "")
        intake = self.intake
        if length.isdigit() and int(length) > intake.most_bytes:
            raise HTTPException(TOO_MUCH)
        try:
            async with aclosing(self.stream()) as stream:
                parser = CountingParser(
                    intake,
                    self.headers,
                    stream,
                    max_files=MOST_PARTS,
                    max_fields=self.most_fields,
                    max_part_size=LONGEST_FIELD,
                )
                form = await parser.parse()
        except MultiPartException as error:
            raise HTTPException(BROKEN) from error
        if not parser.ended:  # the line was cut: what came is not what was sent
            await form.close()
            raise HTTPException(BROKEN)
        self.state.too_large = parser.too_large
        return FormData([(name, self.clean(value)) for name, value in form.multi_items()])

    def clean(self, value: UploadFile | str) -> UploadFile | str:
        return without_controls(value) if isinstance(value, str) else value


class CountingParser(MultiPartParser):
    """Skips the rest of a file that is too large, and files beyond the limit."""

    def __init__(self, intake: Intake, *args: Any, **limits: Any) -> None:
        super().__init__(*args, **limits)
        self._intake = intake
        self.ended = False
        self.too_large: set[int] = set()  # numbers of files, from 0
        self._all = self._of_this = 0

    def on_part_begin(self) -> None:
        super().on_part_begin()
        self._of_this = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._all += end - start
        self._of_this += end - start
        if self._all > self._intake.most_bytes:
            raise HTTPException(TOO_MUCH)
        if self._current_part.file is not None and self._of_this > self._intake.largest:
            self.too_large.add(self._current_files - 1)
        elif self._current_part.file is None or self._current_files <= self._intake.most_files:
            super().on_part_data(data, start, end)

    def on_end(self) -> None:
        self.ended = True


def uploads(request: Request, form: FormData) -> list[UploadedFile]:
    """The files of the form. Browsers send an empty field as a file without a name; those are left out."""
    too_large: set[int] = getattr(request.state, "too_large", set())
    files = [item for _, item in form.multi_items() if isinstance(item, UploadFile)]
    return [
        UploadedFile(item.filename or "", item.file, number in too_large)
        for number, item in enumerate(files)
        if item.filename or item.size
    ]


def word(form: FormData, name: str, longest: int) -> str:
    """A field of the form in one line; what is no text counts as empty."""
    given = form.get(name, "")
    return " ".join(given.split())[:longest] if isinstance(given, str) else ""

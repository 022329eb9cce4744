"""A file of the store, handed to a browser as something to keep and never to run."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from portal.headers import FOREIGN
from services.files.store import STORE, place_of


def attachment(folder: Path, name: str, sha256: str) -> FileResponse:
    """`folder`: the office's. Raises 404 where the file is gone."""
    path = place_of(folder / STORE, sha256)
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="application/octet-stream", headers=as_attachment(name))


def made_attachment(name: str, content: bytes) -> Response:
    """A file made for this answer, treated alike: what is in it came from outside."""
    return Response(content, media_type="application/octet-stream", headers=as_attachment(name))


def as_attachment(name: str) -> dict[str, str]:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition, "Content-Security-Policy": FOREIGN}

"""Named queries about the templates an office changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from models.tables.templates import TemplateVersion


def in_use(session: Session, family: str, name: str) -> TemplateVersion | None:
    query = select(TemplateVersion).where(col(TemplateVersion.family) == family, col(TemplateVersion.name) == name)
    return session.execute(query.where(col(TemplateVersion.in_use))).scalar_one_or_none()


def all_in_use(session: Session, family: str) -> Sequence[TemplateVersion]:
    query = select(TemplateVersion).where(col(TemplateVersion.family) == family, col(TemplateVersion.in_use))
    return session.execute(query.order_by(col(TemplateVersion.name))).scalars().all()


def versions(session: Session, family: str, name: str) -> Sequence[TemplateVersion]:
    """The newest first; their contents are read only where somebody looks at them."""
    query = select(TemplateVersion).where(col(TemplateVersion.family) == family, col(TemplateVersion.name) == name)
    contentless = query.options(defer(TemplateVersion.content))  # type: ignore[arg-type]
    return session.execute(contentless.order_by(col(TemplateVersion.number).desc())).scalars().all()


def all_versions(session: Session, family: str) -> Sequence[TemplateVersion]:
    """Of every name, the newest first; without their contents."""
    query = select(TemplateVersion).where(col(TemplateVersion.family) == family)
    contentless = query.options(defer(TemplateVersion.content))  # type: ignore[arg-type]
    return session.execute(contentless.order_by(col(TemplateVersion.number).desc())).scalars().all()


def version(session: Session, family: str, name: str, number: int) -> TemplateVersion | None:
    query = select(TemplateVersion).where(col(TemplateVersion.family) == family, col(TemplateVersion.name) == name)
    return session.execute(query.where(col(TemplateVersion.number) == number)).scalar_one_or_none()


def next_number(session: Session, family: str, name: str) -> int:
    query = select(func.max(col(TemplateVersion.number)))
    query = query.where(col(TemplateVersion.family) == family, col(TemplateVersion.name) == name)
    return (session.execute(query).scalar() or 0) + 1


def use_only(session: Session, family: str, name: str, number: int | None) -> None:
    """None: no version, so the shipped one."""
    of_name = (col(TemplateVersion.family) == family, col(TemplateVersion.name) == name)
    chosen = col(TemplateVersion.number) == number if number is not None else False
    session.execute(update(TemplateVersion).where(*of_name).values(in_use=chosen, fault=""))

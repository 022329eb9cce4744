"""Every table, imported in one place so that the metadata is whole."""

from sqlmodel import SQLModel

from models.tables import (
    access,
    answers,
    api,
    calendar,
    cases,
    channels,
    conversation,
    feeds,
    home_marks,
    inbound,
    log,
    messages,
    organisations,
    people,
    plan,
    portfolios,
    projection,
    staging,
    submissions,
    uploads,
    zalo,
)

MODULES = (
    access,
    answers,
    api,
    calendar,
    cases,
    channels,
    conversation,
    feeds,
    home_marks,
    inbound,
    log,
    messages,
    organisations,
    people,
    plan,
    portfolios,
    projection,
    staging,
    submissions,
    uploads,
    zalo,
)
metadata = SQLModel.metadata

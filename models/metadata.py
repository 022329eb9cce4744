"""The metadata of every table: each module of models/tables is imported, so that none can be forgotten."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

from models import tables

for module in iter_modules(tables.__path__):
    import_module(f"{tables.__name__}.{module.name}")

metadata = SQLModel.metadata

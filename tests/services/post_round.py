"""One round of the post in a process of its own, to be killed: database, folder, port, moment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from builders import an_office, by_mail

from models.database import connect
from services.dispatch import dispatch

if __name__ == "__main__":
    url, folder, port, moment = sys.argv[1:]
    dispatch(connect(url), an_office(Path(folder)), by_mail(int(port)), datetime.fromisoformat(moment))

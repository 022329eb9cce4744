"""J3: serve the board, a case and a unit's page, beside a bare Jinja2 page of the same size with its rows in memory.

The first request for a page renders it; while nothing changes, later requests get the same bytes. Both are shown. The
limit is held to by pages as people meet them who look again; growth by pages that are written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select
from sqlmodel import col

from cli.bench import bare
from cli.bench.province import Size, When, build
from cli.bench.timing import Check, Measure, Result, Tell, figures
from cli.bench.web import Server, serving
from config import clock
from models.database import connect, reading, writing
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.people import Person
from services.access.sessions import enter
from services.access.throttle import Caller

DUTIES, YEARS, MORE = 12, 3, 10
UNITS = 1_000
REQUESTS = {"board": 40, "case": 400, "unit": 400}
MUST, WISH = 1 / 0.5, 1 / 0.65  # of the bare page's seconds: half as many requests a second, and two thirds
GROWS = 1.25  # ten times the history may cost no more than the noise of the machine


@dataclass(frozen=True)
class BenchPage:
    """A page, and the cookie of whoever opens it."""

    name: str
    path: str
    cookie: str

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Cookie": f"kyhan_session={self.cookie}", "Accept-Encoding": "identity"}


def run(rounds: int, tell: Tell, units: int = UNITS, requests: Mapping[str, int] = REQUESTS) -> Result:
    title = f"các trang với {units:,} đơn vị × {DUTIES} nhiệm vụ × {YEARS} năm"
    result = Result("pages", title, rounds)
    with TemporaryDirectory(prefix="kyhan-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        homes = {years: _home(folder / f"{years}-years", units, years, tell) for years in (YEARS, YEARS * MORE)}
        few, many = (stack.enter_context(_portal(home)) for home, _ in homes.values())
        pages_of_few, pages_of_many = (pages for _, pages in homes.values())
        sizes = [few.size(page.path, page.headers) for page in pages_of_few]
        environment = {bare.SIZES: ",".join(map(str, sizes))}
        limit = stack.enter_context(serving("cli.bench.bare:create", environment, folder / "bare.log"))
        for number, (page, same) in enumerate(zip(pages_of_few, pages_of_many, strict=True)):
            bare_page = BenchPage("bare", f"/{number}", "")
            contenders = [
                PageServer(f"giới hạn: trang Jinja2 trần ({page.name})", limit, bare_page),
                PageServer(f"kyhan, {page.name}", few, page),
                PageServer(f"kyhan, {page.name}, lần đầu", few, page, anew=True),
                PageServer(f"kyhan, {page.name}, lần đầu, dữ liệu {MORE} lần", many, same, anew=True),
            ]
            _compare(result, page.name, contenders, requests[page.name], tell)
    return result


@dataclass(frozen=True)
class PageServer:
    name: str
    server: Server
    page: BenchPage
    anew: bool = False  # each look is the first

    def measure(self, requests: int) -> Measure:
        return self.server.measure(self.page.path, self.page.headers, requests, anew=self.anew)


def _compare(result: Result, name: str, contenders: list[PageServer], requests: int, tell: Tell) -> None:
    for contender in contenders:
        contender.server.size(contender.page.path, contender.page.headers)
    taken: list[list[Measure]] = []
    for number in range(result.rounds):
        tell(f"{name}, vòng {number + 1}/{result.rounds}")
        taken.append([contender.measure(requests) for contender in contenders])
    rows = figures([contender.name for contender in contenders], taken)
    result.rows += rows
    growth = sorted(turn[3].wall / turn[2].wall for turn in taken)[len(taken) // 2]
    result.checks += [
        Check(f"{name}: thời gian so với giới hạn", rows[1].ratio, MUST, WISH),
        Check(f"{name}: thời gian khi dữ liệu nhiều gấp {MORE} lần", growth, GROWS),
    ]


def _portal(home: Path) -> AbstractContextManager[Server]:
    environment = {"KYHAN_HOME": str(home), "KYHAN_DRY_RUN": "true"}
    return serving("portal.app:create_app", environment, home / "portal.log")


def _home(folder: Path, units: int, years: int, tell: Tell) -> tuple[Path, list[BenchPage]]:
    """Everything of past years is answered; of this year a twentieth is late."""
    tell(f"dựng dữ liệu {years} năm")
    folder.mkdir()
    now = clock.now()
    year = When(now).today.year
    url = f"sqlite:///{folder / 'kyhan.db'}"
    build(url, Size(units, DUTIES * years, 0), folder, When(now, late_since=date(year, 1, 1), years=years))
    engine = connect(url)
    try:
        with writing(engine) as session:
            coordinator = session.execute(select(Person).where(col(Person.email) == "dieu-phoi.ctk@example.vn"))
            own = session.execute(select(Person).where(col(Person.email) == "focal-point.1@example.vn"))
            caller = Caller("127.0.0.0/24", "bench")
            people = [one.scalar_one() for one in (coordinator, own)]
            for person in people:
                person.example = False  # the province is one of real people, who alone come in
            cookies = [enter(session, person, "link", caller, now) for person in people]
        with reading(engine) as session:
            unit = select(col(Organisation.id)).where(col(Organisation.key) == "DV-0001").scalar_subquery()
            case = session.execute(select(func.max(col(Case.id))).where(col(Case.organisation_id) == unit)).scalar_one()
    finally:
        engine.dispose()
    return folder, [
        BenchPage("board", f"/?nam={year}", cookies[0]),
        BenchPage("case", f"/ho-so/{case}", cookies[0]),
        BenchPage("unit", f"/don-vi/DV-0001?nam={year}", cookies[1]),
    ]

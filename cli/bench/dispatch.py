"""J2: deliver personal mails from the outbox, beside smtplib sending the same bytes ready-made."""

from __future__ import annotations

import smtplib
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from cli.bench.province import NOW, Size, build, copy_file, office, ready
from cli.bench.sink import sink
from cli.bench.timing import Check, Measure, Result, Row, Stopwatch, Tell, in_own_process, in_turn
from models.database import connect, writing
from notifications.email.smtp import SmtpAddress, SmtpChannel
from services.delivery.dispatch import Outgoing, dispatch
from services.reminders.remind import remind

FULL = Size(units=1_000, kept=0, due=8)
ONE_BY_ONE = 50  # mails of the Apprise row, which are then counted as if there were as many as in the others
SENDER = ("Kỳ Hạn", "nhacviec@example.vn")
DOMAIN = "example.vn"


def run(rounds: int, tell: Tell, size: Size = FULL, one_by_one: int = ONE_BY_ONE) -> Result:
    title = f"{size.units:,} thư riêng, mỗi thư {size.due} nhiệm vụ, văn bản và HTML"
    result = Result("dispatch", title, rounds)
    with TemporaryDirectory(prefix="kyhan-bench-") as name:
        folder = Path(name)
        pristine, work, mails = folder / "pristine.db", folder / "work.db", folder / "mails"
        mails.mkdir()
        tell("dựng dữ liệu")
        _queue(pristine, size, folder)
        with sink(mails) as port:
            in_own_process(ours, *_fresh(pristine, work, port))
        with sink() as port:
            rows = (
                Row("giới hạn: smtplib, thư dựng sẵn, một kết nối", plain, lambda: (port, mails)),
                Row("kyhan", ours, lambda: _fresh(pristine, work, port)),
                Row(f"Apprise, từng thư một ({one_by_one} thư, quy đổi)", apprise_one_by_one,
                    lambda: (port, mails, one_by_one)),
            )  # fmt: skip
            result.rows = in_turn(rows, rounds, tell)
        result.notes.append(f"Mỗi thư {_mean_size(mails):,} byte; giới hạn gửi đúng các byte mà Kyhan đã gửi.")
    limit, mine, _ = result.rows
    result.checks.append(Check("thời gian so với giới hạn", mine.ratio, 4.0, 3.0))
    result.checks.append(Check("thư chưa gửi", limit.count - mine.count, 0, unit=""))
    return result


def _queue(path: Path, size: Size, folder: Path) -> None:
    build(f"sqlite:///{path}", size, folder)
    engine = connect(f"sqlite:///{path}")
    with writing(engine) as session:
        remind(session, office(folder), NOW)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # a checkpoint cannot run inside a transaction
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _fresh(pristine: Path, work: Path, port: int) -> tuple[str, int]:
    return f"sqlite:///{copy_file(pristine, work)}", port


def _mean_size(mails: Path) -> int:
    sizes = [path.stat().st_size for path in mails.iterdir()]
    return sum(sizes) // max(len(sizes), 1)


def ours(url: str, port: int) -> Measure:
    bureau, engine = ready(url)
    channel = SmtpChannel(SmtpAddress("127.0.0.1", port), SENDER, DOMAIN)
    outgoing = Outgoing({"email": channel}, DOMAIN)
    with Stopwatch() as watch:
        done = dispatch(engine, bureau, outgoing, NOW)
    return watch.measure(done.sent)


def plain(port: int, mails: Path) -> Measure:
    ready = [path.read_bytes() for path in sorted(mails.iterdir())]
    with Stopwatch() as watch, smtplib.SMTP("127.0.0.1", port, DOMAIN) as smtp:
        for number, mail in enumerate(ready):
            smtp.sendmail(SENDER[1], [f"focal-point.{number}@example.vn"], mail)
    return watch.measure(len(ready))


def apprise_one_by_one(port: int, mails: Path, count: int) -> Measure:
    """An object a recipient, as Apprise's own documentation has it; one object for all would wait 5.5 s a mail."""
    from apprise import Apprise

    whole = len(list(mails.iterdir()))
    body = "Đơn vị chưa gửi kết quả thực hiện nhiệm vụ.\n" * 40
    sent = 0
    with Stopwatch() as watch:
        for number in range(count):
            target = quote(f"focal-point.{number}@example.vn")
            service = Apprise()
            service.add(f"mailto://127.0.0.1:{port}/?from={quote(SENDER[1])}&to={target}&mode=insecure")
            sent += bool(service.notify(body=body, title="Kỳ Hạn"))
    measure = watch.measure(sent)
    scale = whole / max(count, 1)
    return Measure(measure.wall * scale, measure.cpu * scale, measure.peak_mb, sent)

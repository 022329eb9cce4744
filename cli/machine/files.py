"""kyhan files: whether the register and the store of files agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, print_json, print_table, say
from config import clock
from models.database import reading
from services.files.verify import Difference, Fault, Unregistered, differences, unregistered

app = typer.Typer(no_args_is_help=True, help="Kho tệp. / The store of files.")
KINDS = {
    **{"submission": "văn bản đã nộp", "mail": "thư đến", "letter": "công văn", "report": "báo cáo"},
    **{"activity": "hoạt động", "trigger": "văn bản mà kế hoạch chờ", "form": "biểu mẫu"},
}
FAULTS = {
    Fault.MISSING: "không còn / missing",
    Fault.UNREADABLE: "không đọc được / unreadable",
    Fault.SIZE: "sai kích thước / another size",
    Fault.CONTENT: "sai SHA-256 / another content",
}


@app.callback()
def root() -> None:
    """Tệp đã vào sổ nằm trong kho, theo SHA-256 của nội dung. / Registered files, kept by their SHA-256."""


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Đối chiếu sổ với kho tệp: đủ, đúng kích thước, đúng SHA-256. / Compare the register with the store."""
    home = open_home(clock.now())
    with reading(home.engine) as session:
        wrong = list(differences(session, home.folder))
        beside = list(unregistered(session, home.folder))
    if as_json:
        print_json({"ok": not wrong, "wrong": [_flat(one) for one in wrong], "unregistered": list(map(asdict, beside))})
    else:
        _show(wrong, beside)
    raise typer.Exit(1 if wrong else 0)


def _flat(one: Difference) -> dict[str, object]:
    return {**asdict(one.file), "fault": one.fault.value, "actual": one.actual}


def _show(wrong: Sequence[Difference], beside: Sequence[Unregistered]) -> None:
    if wrong:
        heads = ("Loại", "Đơn vị", "Nhiệm vụ", "Kỳ", "Hồ sơ", "Lần nộp", "Số văn bản", "Tệp", "Sai gì", "Thực tế")
        print_table(heads, [_row(one) for one in wrong])
        say(
            f"{len(wrong)} tệp không đúng như sổ ghi; lấy lại từ bản sao lưu hoặc xin đơn vị gửi lại. / "
            f"{len(wrong)} files are not what the register says: take them from a backup, or ask the unit again."
        )
    if beside:
        print_table(("Tệp không có trong sổ", "Byte", "Giờ"), [(one.path, one.size, one.age_hours) for one in beside])
    if not wrong:
        OUT.print("Mọi tệp trong sổ đều còn và đúng. / Every registered file is there and right.", highlight=False)


def _row(one: Difference) -> tuple[object, ...]:
    file = one.file
    whose = (file.unit, file.obligation, file.period, file.case_id, file.version, file.document_number)
    return (KINDS[file.kind], *whose, file.name, FAULTS[one.fault], one.actual)

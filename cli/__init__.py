"""The `kyhan` command. The code of a command is imported only when it is called, so all start fast."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType

import typer

from bootstrap.private_files import keep_files_private

# name: (module that holds its Typer app, what it does)
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("cli.machine.up", "Chạy tất cả trên một máy. / Run everything on one machine."),
    "plan": (
        "cli.office.plan",
        "Kiểm tra, nạp, so sánh kế hoạch; liệt kê thời hạn. / Check, load, compare a plan; its dates.",
    ),
    "tick": ("cli.daily.tick", "Một lượt: mở kỳ, nhắc, đôn đốc. / One pass: open, remind, escalate."),
    "dispatch": ("cli.daily.dispatch", "Gửi các thư đang chờ. / Deliver what waits."),
    "pause": ("cli.daily.pause", "Giữ lại mọi tin đang chờ. / Hold all sending, keep what waits."),
    "resume": ("cli.daily.resume", "Gửi tiếp những tin đã giữ. / Send again what was held."),
    "watch": ("cli.daily.watch", "Trông chừng từ bên ngoài Prefect. / Watch from outside the engine."),
    "rehearse": (
        "cli.daily.rehearse",
        "Diễn tập: ai sẽ nhận gì, ngày nào. / Who would get what, when; writes nothing.",
    ),
    "submit": ("cli.daily.submit", "Đăng ký văn bản đã nhận. / Register what arrived on paper or by mail."),
    "stage": (
        "cli.daily.stage",
        "Ghi nhận bước phê duyệt, báo cáo, công bố. / Record an approval, report or publication.",
    ),
    "adjust": ("cli.daily.adjust", "Kết quả rà soát 6 tháng đầu năm. / Outcome of the mid-year review."),
    "activity": (
        "cli.office.activity",
        "Sổ hoạt động: hướng dẫn, kiểm tra, hội nghị. / The register of guidance, inspections, meetings.",
    ),
    "status": ("cli.daily.status", "Bốn con số và từng hồ sơ. / The four numbers and every case."),
    "messages": ("cli.daily.messages", "Sổ nhắc việc: ai, khi nào, kết quả. / The ledger of reminders."),
    "content": ("cli.office.content", "Mẫu bảng để điền. / The tables units fill in."),
    "document": ("cli.office.document", "Kiểm tra thể thức văn bản Word. / Check the form of a Word document."),
    "report": ("cli.daily.report", "Báo cáo định kỳ (.docx). / The periodic report."),
    "calendar": ("cli.office.calendar", "Ngày nghỉ, ngày làm bù, hoán đổi. / Days off, days worked, swaps."),
    "people": ("cli.office.people", "Nhập, xuất người giữ các vị trí. / Who holds which post, in and out."),
    "organisations": (
        "cli.office.organisations",
        "Nhập, xuất, đổi tên, sáp nhập, chia tách đơn vị. / The organisations.",
    ),
    "files": ("cli.machine.files", "Đối chiếu sổ với kho tệp. / Compare the register with the store of files."),
    "backup": ("cli.machine.backup", "Sao lưu cơ sở dữ liệu và tệp, khi đang chạy. / Back up, while running."),
    "restore": ("cli.machine.restore", "Khôi phục vào một thư mục trống. / Restore into an empty home."),
    "activate": ("cli.machine.activate", "Đưa bản sao đã khôi phục vào dùng. / Take a restored copy into use."),
    "channels": ("cli.machine.channels", "Thử một kênh gửi tin. / Try a channel."),
    "zalo": ("cli.machine.zalo", "Zalo: cấp quyền, biên nhận, bot. / Zalo: consent, receipts, bot."),
    "api": ("cli.machine.api", "Khóa của các hệ thống khác. / Tokens of other systems."),
    "log": ("cli.machine.log", "Kiểm tra nhật ký. / Walk the hash chain of the log."),
    "doctor": ("cli.machine.doctor", "Kiểm tra cài đặt, nói cần làm gì. / What is wrong and what to do."),
    "bench": ("cli.bench", "Đo tốc độ bên cạnh giới hạn. / Benchmarks beside their limits."),
}


def build(command: str | None) -> typer.Typer:
    """The whole list of commands, of which only this one is loaded, so that all start fast."""
    root = typer.Typer(
        name="kyhan",
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Kỳ Hạn: theo dõi thời hạn của kế hoạch, nhắc, đôn đốc, báo cáo. / Tracks the deadlines of a plan.",
    )
    for name, (module, about) in COMMANDS.items():
        if name == command:
            _add(root, name, import_module(module), about)
        else:
            root.command(name, help=about)(_not_loaded)
    return root


def _add(root: typer.Typer, name: str, module: ModuleType, about: str) -> None:
    if hasattr(module, "run"):
        root.command(name, help=about)(module.run)
    else:
        root.add_typer(module.app, name=name, help=about)


def _not_loaded() -> None:
    """Stands for a command that is not run now."""


def main() -> None:
    """The command's entry: expected refusals become one clear message and exit 1; wrong settings and use are exit 2."""
    keep_files_private()
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        commands = build(command)
        gc.freeze()  # what is loaded by now stays; the collector need not walk it again and again
        commands()
    except Exception as error:
        from cli.output import refusal, say

        notice = refusal(error)
        if notice is None:
            raise
        say(notice.message)
        sys.exit(notice.code)

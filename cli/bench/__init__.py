"""kyhan bench: what Kyhan needs beside what the plainest possible program needs, in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.console import Console

JOBS = {
    "tick": "quyết định ai cần nhắc giữa một triệu hồ sơ",
    "dispatch": "gửi 1.000 thư riêng",
    "pages": "phục vụ bảng điều hành, trang hồ sơ, trang đơn vị",
    "report": "viết báo cáo với phụ lục dài",
    "content": "đọc và kiểm tra danh mục 20.000 dòng",
    "replay": "chạy lại từ 23/10/2013 đến 31/12/2015, có chứng minh",
}
ROUNDS = 5

app = typer.Typer(
    name="bench",
    help="So sánh Kyhan với chương trình đơn giản nhất làm cùng việc. / Kyhan beside its limits, in one run.",
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)


def _known(name: str | None) -> str | None:
    if name is None or name in JOBS:
        return name
    raise typer.BadParameter(f"không có phép đo «{name}»; có: {', '.join(JOBS)} / no such benchmark")


@app.callback()
def bench(
    name: Annotated[str | None, typer.Argument(help=f"{', '.join(JOBS)}; bỏ trống: tất cả", callback=_known)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="một tài liệu JSON trên stdout")] = False,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="số vòng đo; các dòng lần lượt trong mỗi vòng")] = ROUNDS,
) -> None:
    """Exit 1 when a limit that must hold does not, or a proof fails."""
    results = [_run(job, rounds) for job in ([name] if name else JOBS)]
    if as_json:
        typer.echo(json.dumps(_document(results), ensure_ascii=False, indent=2))
    else:
        _show(results)
    raise typer.Exit(0 if all(result.holds for result in results) else 1)


def _run(job: str, rounds: int) -> Any:
    work: Callable[..., Any] = import_module(f"cli.bench.{job}").run  # only this job pays for its imports
    with Console(stderr=True).status(job) as status:
        return work(rounds, lambda text: status.update(f"{job}: {text}"))


def _document(results: list[Any]) -> dict[str, Any]:
    return {"jobs": [result.as_json() for result in results], "holds": all(result.holds for result in results)}


def _show(results: list[Any]) -> None:
    from cli.bench.show import show

    for result in results:
        show(Console(), result)

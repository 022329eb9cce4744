"""Shows the figures to a person."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from cli.bench.timing import Check, Figures, Result

COLUMNS = ("", "giây", "giây CPU", "bộ nhớ MB", "số lượng", "× giới hạn", "× CPU")


def show(console: Console, result: Result) -> None:
    table = Table(title=f"{result.job}: {result.title} ({result.rounds} vòng, trung vị)", title_justify="left")
    for number, name in enumerate(COLUMNS):
        table.add_column(name, justify="right" if number else "left")
    for row in result.rows:
        table.add_row(*_cells(row), style="dim" if row.limit else "")
    if result.rows:
        console.print(table)
    else:
        console.print(f"{result.job}: {result.title}")
    for check in result.checks:
        console.print(_line(check))
    for note in result.notes:
        console.print(f"  {note}", style="dim")
    console.print()


def _cells(row: Figures) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.wall:.4f}",
        f"{row.cpu:.4f}",
        f"{row.peak_mb:.0f}",
        f"{row.count:,}",
        f"{row.ratio:.2f}",
        f"{row.cpu_ratio:.2f}",
    )


def _line(check: Check) -> str:
    mark = "[green]đạt[/]" if check.holds else "[bold red]không đạt[/]"
    wish = "" if check.stretch is None else f", mong muốn ≤ {check.stretch:g}"
    return f"  {mark}  {check.name}: {check.value:.2f} {check.unit} (phải ≤ {check.must:g}{wish})"

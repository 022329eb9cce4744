"""Shows the figures to a person."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from cli.bench.timing import Check, Figures, Result

COLUMNS = ("", "giây", "CPU", "MB", "số", "×", "× CPU")


def show(console: Console, result: Result) -> None:
    table = Table(
        title=f"{result.job}: {result.title} ({result.rounds} vòng, trung vị)",
        title_justify="left",
        padding=0,
        box=SIMPLE,
    )
    for number, name in enumerate(COLUMNS):
        table.add_column(name, justify="right" if number else "left", no_wrap=number > 0)
    for row in result.rows:
        table.add_row(*_cells(row), style="dim" if row.limit else "")
    if result.rows:
        console.print(table)
    else:
        console.print(f"{result.job}: {result.title}")
    console.print("giây, CPU (giây): trung vị; MB: lớn nhất; ×: so với dòng giới hạn trong cùng vòng", style="dim")
    for check in result.checks:
        console.print(_line(check))
    for note in result.notes:
        console.print(f"  {note}", style="dim")
    console.print()


def _cells(row: Figures) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.wall:.3f}",
        f"{row.cpu:.3f}",
        f"{row.peak_mb:.0f}",
        f"{row.count:,}",
        f"{row.ratio:.2f}",
        f"{row.cpu_ratio:.2f}",
    )


def _line(check: Check) -> str:
    mark = "[green]đạt[/]" if check.holds else "[bold red]không đạt[/]"
    wish = "" if check.stretch is None else f", mong muốn ≤ {check.stretch:g}"
    return f"  {mark}  {check.name}: {check.value:.2f} {check.unit} (phải ≤ {check.must:g}{wish})"

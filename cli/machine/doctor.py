"""kyhan doctor: settings, database, engine, channels, fonts, holidays: what is wrong and what to do."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bootstrap.checks import all_checks
from bootstrap.home import open_home
from cli.output import OUT, AsJson, print_json, print_table
from config import clock
from services.checkup.subjects import subject_text


def run(as_json: AsJson = False) -> None:
    """Kiểm tra mọi phần và nói cần làm gì. / Check every part and say what to do."""
    now = clock.now()
    findings = all_checks(open_home(now), now)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        rows = [("✓" if f.ok else "✗", subject_text(f.subject).vi, f.vi, f.todo_vi) for f in findings]
        print_table(("", "Phần", "Tình trạng", "Cần làm"), rows)
        wrong = [finding for finding in findings if not finding.ok]
        for finding in wrong:
            OUT.print(f"✗ {subject_text(finding.subject).en}: {finding.en}", highlight=False, markup=False)
            if finding.todo_en:
                OUT.print(f"  → {finding.todo_en}", highlight=False, markup=False)
        bad = len(wrong)
        OUT.print("Mọi thứ ổn. / All well." if not bad else f"{bad} điều cần xem. / {bad} findings.", highlight=False)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)

"""Forms by command: those of the plan and those the office made, and the empty form as it is handed out."""

from __future__ import annotations

from pathlib import Path

from builders import at
from conftest import Kyhan

from bootstrap.home import open_home
from models.database import writing
from services.files.store import STORE, store_bytes
from services.plan import office_forms

WORKBOOK = (Path(__file__).parents[1] / "content" / "forms" / "monthly-indicators" / "form.xlsx").read_bytes()
DUTY, TODAY = "II1-GUIDE", "2014-02-03T09:00+07:00"


def test_forms_are_listed_and_handed_out_by_their_day(kyhan: Kyhan, tmp_path: Path) -> None:
    shipped = kyhan("content", "forms", "--at", TODAY, "--json").json
    assert "I5-CALENDAR" in {line["obligation"] for line in shipped}
    assert all(line["in_force"] and line["version"] == 0 for line in shipped)
    now = at("2014-02-03", "09:00")
    home = open_home(now)
    file = store_bytes(home.office.folder / STORE, "biểu.xlsx", WORKBOOK)
    with writing(home.engine) as session:
        row = office_forms.begin(session, home.office, file, office_forms.proposed(WORKBOOK), "Lan", now)
        office_forms.publish(session, home.office, row, DUTY, now.date(), "Lan", now)
    line = next(one for one in kyhan("content", "forms", "--at", TODAY, "--json").json if one["obligation"] == DUTY)
    assert (line["version"], line["shape"], line["from"], line["in_force"]) == (1, "fixed_rows", "2014-02-03", True)
    assert f"* {DUTY} 1: BÁO CÁO MỘT SỐ CHỈ TIÊU" in kyhan("content", "forms", "--at", TODAY).out
    out = tmp_path / "out.xlsx"
    assert kyhan("content", "template", DUTY, out, "--at", TODAY).code == 0
    assert out.read_bytes() == WORKBOOK
    assert kyhan("content", "template", DUTY, out, "--at", "2014-02-01T09:00+07:00").code == 1
    assert kyhan("files", "verify").code == 0

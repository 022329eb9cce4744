"""kyhan adjust: whether the mid-year review led to changes of the plan."""

from __future__ import annotations

from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, print_json
from models.database import writing
from rules.plan import Obligation, Plan
from services.cases.hand_in import hold
from services.cases.steps import Recorder, answer_review
from services.errors import Refused

OPERATOR = Recorder("kyhan adjust", on_behalf=True)


def run(
    period: Annotated[str, typer.Argument(help="Năm rà soát, ví dụ 2015. / Year of the review.")],
    adjusted: Annotated[bool, typer.Option("--yes/--no", help="Có / không có điều chỉnh. / Changed or not.")],
    unit: Annotated[
        str | None,
        typer.Option(help="Cơ quan rà soát; mặc định theo Kế hoạch. / Reviewing unit; by default the plan's."),
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Có điều chỉnh thì mở hai việc báo cáo và thông báo. / If changed, opens the two conditional duties."""
    now = moment_or_now(at)
    home = open_home(now)
    review = _review(home.office.plan)
    with writing(home.engine) as session:
        file = hold(session, home.office, unit or review.bound[0].units[0], review.id, period, now)
        codes = answer_review(session, home.office, file, adjusted=adjusted, by=OPERATOR, now=now)
    if as_json:
        print_json({"period": period, "adjusted": adjusted, "opened": codes})
    else:
        OUT.print(
            f"Đã mở: {', '.join(codes)}." if codes else "Không có điều chỉnh, không mở thêm việc.", highlight=False
        )


def _review(plan: Plan) -> Obligation:
    if plan.review is None:
        raise Refused(
            f"Kế hoạch {plan.number} không có nhiệm vụ rà soát (reviews trong plan.yaml). / There is no review."
        )
    return plan.review

"""How the other organisations stand to the body that runs the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.database import id_of
from models.queries.messages.urging_letters import UrgedCase
from models.queries.plan import occurrences as plan_queries
from rules.office import Office
from rules.organisations import superiors
from services.units import bodies_on


@dataclass(frozen=True)
class Standing:
    """By ids of organisations. `above`: whom the lead asks and never urges."""

    lead: int
    above: frozenset[int]

    @staticmethod
    def read(session: Session, office: Office, day: date) -> Standing:
        """Whoever goes on that day in the place of a superior is one as well."""
        units = plan_queries.organisations_by_key(session)
        parents = {key: unit.parent_key for key, unit in units.items()}
        above = superiors(office.plan.lead, office.plan.issuer, parents)
        going_on = (unit.id for unit in bodies_on(session, day, above & units.keys()).values())
        return Standing(id_of(units[office.plan.lead]), frozenset(going_on))

    def letter_of(self, row: UrgedCase) -> tuple[int, str, str, int]:
        """Rows with the same of these go into one letter; each superior gets its own."""
        superior = row.organisation_id if row.organisation_id in self.above else 0
        return row.occurrence_id, row.step, row.role, superior

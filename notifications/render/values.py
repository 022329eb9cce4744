"""What the texts are filled with besides the facts themselves."""

from __future__ import annotations

from notifications.facts import DigestFacts, Facts, ReceiptFacts, ReturnedFacts
from notifications.render import digest_list, words

ROOM = (160, 120, 90, 75, 60, 55, 50, 45, 40, 35, 30, 25, 20)  # for each long name, tried one after the other


def derived(facts: Facts) -> dict[str, object]:
    if isinstance(facts, DigestFacts):
        return digest_list.values_of(facts)
    if isinstance(facts, ReceiptFacts):
        return {"document": words.document(facts), "result": words.result(facts)}
    return {"document": words.document(facts)} if isinstance(facts, ReturnedFacts) else {}

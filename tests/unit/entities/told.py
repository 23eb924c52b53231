"""Claims in a form that tests can compare, with the names of the table and those that a test gives."""

from consumers.entities.attribution import find_claims
from monitor.messages import Claim
from monitor.text.languages import pack
from tests.unit.entities.recognised import entities_by_name


def english_claims(text: str, title: str = "", **labels: str) -> tuple[Claim, ...]:
    """Return the claims of an English article in which the model finds *labels* (see recognised.spans)."""
    rules = pack("en").attribution
    assert rules is not None
    return find_claims(title, text, tuple(entities_by_name(title, text, **labels).values()), rules)


def told(text: str, title: str = "", **labels: str) -> list[str]:
    """Return the claims of an article as "stance: who", sorted; "who through outlet" if an outlet carries it."""
    return sorted(describe(claim) for claim in english_claims(text, title, **labels))


def describe(claim: Claim) -> str:
    """Return "stance: who through outlet"."""
    return f"{claim.stance}: {claim.who}" + (f" through {claim.through}" if claim.through else "")

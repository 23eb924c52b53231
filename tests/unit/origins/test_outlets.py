"""Outlets: the names of one, and of one house."""

import pytest

from monitor.origins.outlets import same_outlet


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Meridian Newswire", "Meridian", True),
        ("The Harbour Courier", "Harbour Courier", True),
        ("BBC News", "bbc.co.uk", True),
        ("AFP", "Agence France-Presse", True),
        ("edition.harbourcourier.com", "harbourcourier.com", True),
        ("www.harbour-courier.co.uk", "The Harbour Courier", True),
        ("The Guardian", "The Observer", True),
        ("Harbour Courier", "Harbour Herald", False),
        ("The Times", "Times of Velm", False),
        ("example.org", "example.com", False),
        ("Reuters", "Associated Press", False),
        ("", "Meridian", False),
    ],
)
def test_names_of_one_outlet(one: str, other: str, *, same: bool) -> None:
    assert same_outlet(one, other) is same
    assert same_outlet(other, one) is same

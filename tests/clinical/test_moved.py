"""A scale beside the primary one: how it moved, by the thresholds of its data file."""

import pytest

from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.moved import moved
from tests.clinical.cases import case


@pytest.mark.parametrize(
    ("name", "first", "last", "words"),
    [
        case("an ISI eight points lower is a response", "isi", 20, 12,
             "8 points lower (40 %), moderate to subthreshold; reaches: response (8 points)"),
        case("below eight it is in remission too", "isi", 20, 7,
             "13 points lower (65 %), moderate to none; reaches: response (8 points) and remission (below 8)"),
        case("seven points are told, and reach nothing", "isi", 20, 13,
             "7 points lower (35 %), moderate to subthreshold; reaches no threshold"),
        case("who began below eight cannot come into remission", "isi", 7, 5, "2 points lower (29 %); reaches no threshold"),
        case("a WSAS eight points higher is worse", "wsas", 10, 18,
             "8 points higher (80 %); reaches: reliable change for the worse (8 points)"),
        case("an EPDS four points lower", "epds", 14, 10, "4 points lower (29 %), probable to possible; reaches: reliable change (4 points)"),
        case("a parent's SMFQ counts from six points, a child's from eight", "smfq_parent", 14, 8,
             "6 points lower (43 %); reaches: response (6 points)"),
        case("and here they are too few", "smfq_child", 14, 8, "6 points lower (43 %); reaches no threshold"),
        case("half of a Vanderbilt", "vanderbilt_parent", 20, 10, "10 points lower (50 %); reaches: response (50 %)"),
        case("an AUDIT in a lower zone", "audit", 17, 9, "8 points lower (47 %), harmful to hazardous; reaches: better (a lower band)"),
        case("an AUDIT lower in its zone", "audit", 15, 9, "6 points lower (40 %); reaches no threshold"),
        case("an AUDIT in a higher zone", "audit", 9, 17, "8 points higher (89 %), hazardous to harmful; reaches no threshold"),
        case("a DAST-10 in a lower band", "dast10", 5, 2,
             "3 points lower (60 %), moderate to low; reaches: better (a lower band)"),
        case("from nothing there is no percent", "wsas", 0, 9,
             "9 points higher; reaches: reliable change for the worse (8 points)"),
        case("unchanged", "isi", 9, 9, "unchanged; reaches no threshold"),
        case("a form without thresholds is not judged", "asrs", 12, 3, ""),
    ],
)  # fmt: skip
def test_moved(name: str, first: int, last: int, words: str) -> None:
    assert moved(INSTRUMENTS[name], first, last) == words

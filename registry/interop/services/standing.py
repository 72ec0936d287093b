"""Which orders a dose event tells of, and which of them still stand: more than one where they are of one day."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from registry.fhir.records import Origin
from registry.interop import queries
from registry.interop.services.ledger import Ledger

KIND = "Standing"
"""Not a resource type: the record that an order stands beside another of its day, or has ended."""
STANDS, OVER = "stands", "over"


class Standing:
    """The orders of some dose events: a statement a batch, and what this delivery tells."""

    def __init__(self, ledger: Ledger, events: Iterable[UUID]) -> None:
        self.ledger = ledger
        self.orders: dict[UUID, dict[str, bool]] = defaultdict(dict)
        self.event_of: dict[str, UUID] = {}
        self._kept: dict[str, UUID] = {}
        for row in queries.orders_of(ledger.session, ledger.target.org_id, ledger.target.source, events):
            if row.kind == KIND:
                self._kept[row.key] = row.id
            if row.kind == KIND or row.key not in self.event_of:
                self.event_of[row.key] = row.subject_id
                self.orders[row.subject_id][row.key] = row.digest != OVER

    def any_of(self, event_id: UUID, but: Collection[str] = ()) -> bool:
        """One of the orders of an event still stands."""
        return any(stands and key not in but for key, stands in self.orders.get(event_id, {}).items())

    def begin(self, origin: Origin, event_id: UUID, *, own: bool, stands: bool) -> None:
        """An order became an event, or stands beside the order of one."""
        self.event_of[origin.key], self.orders[event_id][origin.key] = event_id, stands
        if not (own and stands):
            self._keep(origin, event_id, stands)

    def settle(self, origin: Origin, stands: bool) -> bool:
        """Whether an order stands now; true where it was the last of its event to end."""
        event_id = self.event_of.get(origin.key)
        if event_id is None or self.orders[event_id][origin.key] is stands:
            return False
        self.orders[event_id][origin.key] = stands
        self._keep(origin, event_id, stands)
        return not self.any_of(event_id)

    def _keep(self, origin: Origin, event_id: UUID, stands: bool) -> None:
        told = STANDS if stands else OVER
        if kept := self._kept.get(origin.key):
            self.ledger.change("source_record", kept, {"digest": told, "read_at": self.ledger.target.now})
        else:
            mark = Origin(KIND, origin.key, told, origin.place)
            self._kept[origin.key] = self.ledger.remember(mark, "dose_event", event_id)

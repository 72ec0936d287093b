"""An import of FHIR resources: batch by batch, each whole or not at all, and the same again changes nothing.

What was read is remembered in `source_record` with a digest; a resource that has not changed is passed over, one
that has is written with a correction that keeps what stood before. Nobody is enrolled by an import.
"""

from registry.interop.services.ledger import Target
from registry.interop.services.run import Import

__all__ = ["Import", "Target"]

"""Attribution: who says what in an article, and how sure they are. See claims.py for the steps."""

from consumers.entities.attribution.claims import MAX_CLAIMS, all_claims, find_claims

__all__ = ["MAX_CLAIMS", "all_claims", "find_claims"]

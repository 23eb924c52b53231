"""Attribution in Chinese, Japanese and Korean, by patterns of letters. See claims.py for the steps."""

from consumers.entities.attribution.cjk.claims import all_claims

__all__ = ["all_claims"]

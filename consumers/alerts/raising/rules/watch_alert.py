"""An alert that tells of the watch itself, and not of a story."""

from datetime import datetime
from typing import Literal

from monitor.config import Watch, fingerprint
from monitor.messages import Alert, Stamps


def watch_alert(
    kind: Literal["burst", "silence"], watch: Watch, at: datetime, said: str, config_hash: str, stamps: Stamps
) -> Alert:
    """The alert for what was so at *at*; its id is the same however often that is worked out."""
    name = f"{kind}:{at:%Y%m%dT%H%M%SZ}"
    return Alert(
        id=f"{watch.id}:{name}",
        version=1,
        change=kind,
        watch=watch.id,
        watch_hash=fingerprint(watch),
        config_hash=config_hash,
        severity=watch.severity,
        to=watch.to,
        story=name,
        title=f"{kind.capitalize()}: {said}",
        url=None,
        raised=at,
        updated=at,
        certainty=said,
        reasons=(),
        article_count=0,
        articles=(),
        outlet_count=0,
        outlets=(),
        stances={},
        stamps=stamps,
    )

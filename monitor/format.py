"""Text for a terminal."""

from monitor.messages import Alert


def printable(text: str) -> str:
    """Return *text* with control characters escaped, so that it cannot control the terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def pluralize(count: int, noun: str) -> str:
    """Return *count* with *noun* in singular or plural: '1 alert', '1,200 alerts'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_alert(alert: Alert) -> str:
    """Return *alert* in a few lines: title, certainty, reasons and link."""
    head = f"{alert.updated:%Y-%m-%d %H:%M:%S}  [{alert.severity}] {alert.watch}: {printable(alert.title)}"
    version = f" (version {alert.version}: {alert.change})" if alert.version > 1 else ""
    reasons = ", ".join(f"{reason.clause} {printable(reason.words)!r}" for reason in alert.reasons[:3])
    because = f"\n    because of {reasons}" if reasons else ""
    link = f"\n    {alert.url}" if alert.url else ""
    return f"{head}{version}\n    {printable(alert.certainty)}{because}{link}"

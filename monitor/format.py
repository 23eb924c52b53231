"""Messages for a person to read on a terminal."""

from monitor.messages import Alert


def printable(text: str) -> str:
    """*text* for a terminal: what could command it is shown, not obeyed."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def pluralize(count: int, what: str) -> str:
    """*count* of *what*, as in '1 alert' and '1,200 alerts'."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def format_alert(alert: Alert) -> str:
    """*alert* for a person: what, how sure, why."""
    head = f"{alert.updated:%Y-%m-%d %H:%M:%S}  [{alert.severity}] {alert.watch}: {printable(alert.title)}"
    version = f" (version {alert.version}: {alert.change})" if alert.version > 1 else ""
    why = ", ".join(f"{reason.clause} {printable(reason.words)!r}" for reason in alert.reasons[:3])
    because = f"\n    because of {why}" if why else ""
    link = f"\n    {alert.url}" if alert.url else ""
    return f"{head}{version}\n    {printable(alert.certainty)}{because}{link}"

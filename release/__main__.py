"""`python -m release`: compare the schemas with those of all releases, keep those of a new one, write the generated docs."""

import sys
from pathlib import Path

import click

from release.released import keep, problems, releases, schemas_of, today
from release.schema_docs import settings_page, stream_page

DOCS = Path(__file__).parents[1] / "docs"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Prepare a release. CONTRIBUTING.md says how."""


@main.command()
def check() -> None:
    """Compare schemas/ with those of all releases. Exit code 1 if a change breaks what exists."""
    found = {problem: None for release in releases() for problem in problems(schemas_of(release), today(), release)}
    click.echo("\n".join(found) or f"the schemas agree with those of {', '.join(releases())}")
    sys.exit(1 if found else 0)


@main.command()
def docs() -> None:
    """Write docs/schemas.md and docs/settings.md."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


@main.command("keep")
@click.argument("release")
def keep_command(release: str) -> None:
    """Keep today's schemas as those of RELEASE, such as 0.2.0."""
    try:
        changed = keep(release)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"changed or new in {release}: {', '.join(changed) or 'none'}")


def pages() -> dict[str, str]:
    """Return the generated pages of the docs by name."""
    return {"schemas.md": stream_page(today()), "settings.md": settings_page(today())}


if __name__ == "__main__":
    main(prog_name="python -m release")

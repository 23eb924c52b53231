"""The plan of a trial: which articles the feeds serve in which round, and what must become of them.

Each story has a person of its own, and nouns that no other story has. So which articles belong together, whom they name and
which watches they match is certain without a look at the program.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

OUTLETS = ("Morning Post", "Evening Star", "Daily Ledger", "City Herald", "Coast Tribune", "Wire Desk")
"""The names of the feeds. A feed's number is its place in this list."""
FULL_TEXT_FEED = len(OUTLETS) - 1
"""The feed whose articles have pages."""
NO_FEED, OTHER_WRITER = -1, "Old Writer"
"""The number and the outlet of articles that another program publishes."""
PEOPLE = {
    "Kim Jong Un": "Q56226", "Vladimir Putin": "Q7747", "Xi Jinping": "Q15031", "Volodymyr Zelensky": "Q3874799",
    "Emmanuel Macron": "Q3052772", "Olaf Scholz": "Q61053", "Narendra Modi": "Q1058", "Recep Tayyip Erdogan": "Q39259",
    "Jair Bolsonaro": "Q10304982", "Fumio Kishida": "Q359480", "Pedro Sanchez": "Q6070218", "Viktor Orban": "Q57641",
    "Justin Trudeau": "Q3099714", "Anthony Albanese": "Q335697", "Mark Rutte": "Q57792", "Kaja Kallas": "Q11869065",
}  # fmt: skip
"""The person of each story, with its Wikidata id."""
NOUNS = """
harbour glacier orchestra vaccine drought satellite museum pension railway festival tariff bridge lighthouse orchard ferry
tunnel cathedral reactor vineyard aquarium copper wheat turbine locust quarry carnival dolphin marathon library sculpture
meadow lantern cement herring violin telescope canal dairy timber parachute beetle saffron granite opera windmill oyster
bakery compass reservoir falcon pottery tramway cinnamon elevator marble squirrel fountain tobacco gymnasium lemon zeppelin
walnut corridor ladder umbrella blanket pumpkin chimney hammock mustard piano kettle trumpet mattress pepper bicycle
compost skylight typewriter submarine carousel broccoli
""".split()  # noqa: SIM905  (a list of 80 literals would take 80 lines)
NOUNS_PER_STORY = 5
TITLES = (
    "{person} visits the {a} after the {b} dispute",
    "{person} speaks about the {a} and the {b}",
    "What {person} wants for the {a} and the {c}",
    "{person} and the long road to the {a}",
    "The {a} and the {d} as {person} sees them",
    "At the {a}, {person} looks beyond the {e}",
    "{person} returns to the {a} with the {c}",
)
LEADS = (
    "{person} spoke about the {a} and the {b} during the {c} week.",
    "The {a} and the {c} are part of the {b} plan that {person} described.",
    "{person} came to the {b} with a new plan for the {a} and the {c}.",
    "With the {c} and the {b} still closed, {person} stood at the {a}.",
)
DETAILS = (
    "People near the {d} asked about the {e} and the {a}.",
    "The {e} stays open, and the {d} follows the {a} in spring.",
    "Nobody at the {d} wanted the {e} so close to the {a}.",
)
STANCE_SENTENCES = {
    "reported": " The {e} was moved, according to a letter.",
    "denied": " {person} denied that the {e} was moved.",
    "confirmed": " {person} confirmed that the {e} was moved.",
    "declined": " {person} declined to comment on the {e}.",
}
"""The sentence with which an article shows each stance. Without one it asserts in the voice of its outlet."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an item as its feed serves it from round *round* on, and what is planned for it."""

    item: str
    number: int
    feed: int
    outlet: str
    round: int
    title: str
    text: str
    story: str = ""
    person: str = ""
    stances: frozenset[str] = frozenset()
    backfill: bool = False
    page: tuple[str, ...] = ()
    """What the page of the item has in addition to the text, in paragraphs."""

    @property
    def is_correction(self) -> bool:
        """Whether the title says that this version is a correction."""
        return self.title.startswith("Correction: ")


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch: its lines in monitor.toml, the targets it alerts, its severity, and the stories that it must match.

    An alert is raised once a story has *min_outlets*.
    """

    id: str
    toml: str
    targets: tuple[str, ...]
    stories: frozenset[str]
    min_outlets: int = 1
    severity: str = "normal"


@dataclass(frozen=True, slots=True)
class Plan:
    """The versions of all items in the order of their rounds, and the watches."""

    versions: tuple[Version, ...]
    watches: tuple[Watch, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The person and the nouns of each story."""
    by_key: Mapping[tuple[str, int], Version] = field(init=False)
    """The versions by item and number."""

    def __post_init__(self) -> None:
        """Index the versions."""
        object.__setattr__(self, "by_key", {(each.item, each.number): each for each in self.versions})


def make_plan(rng: random.Random, rounds: int, stories: int = len(PEOPLE)) -> Plan:
    """Return a plan of *stories* stories whose articles appear in the rounds 0 to *rounds*."""
    people = rng.sample(list(PEOPLE), stories)
    nouns = rng.sample(NOUNS, stories * NOUNS_PER_STORY)
    versions, words = [], {}
    for number, person in enumerate(people):
        story = f"story-{number}"
        words[story] = {"person": person, **dict(zip("abcde", nouns[number * NOUNS_PER_STORY :], strict=False))}
        versions += list(_story(rng, story, words[story], rounds))
    filled = {each.round for each in versions}
    versions += [
        _article(rng, words, f"more-{each}", each, rng.randrange(FULL_TEXT_FEED))
        for each in range(rounds + 1)
        if each not in filled
    ]
    versions.sort(key=lambda each: each.round)
    return Plan(tuple(versions), tuple(_watches(people, nouns)), words)


def with_record(rng: random.Random, plan: Plan, number: int, round_: int) -> tuple[Plan, Version]:
    """Return *plan* with one more article of a story, which no feed serves: another program publishes it. Return it too."""
    version = _article(rng, plan.words, f"record-{number}", round_, NO_FEED)
    return replace(plan, versions=(*plan.versions, version)), version


def _article(rng: random.Random, words: Mapping[str, Mapping[str, str]], name: str, round_: int, feed: int) -> Version:
    """Return one more article of a random story."""
    story = rng.choice(list(words))
    of_story = words[story]
    text = f"{rng.choice(LEADS)} {rng.choice(DETAILS)}".format(**of_story) + f" This is file {rng.randint(10_000, 99_999)}."
    source = f"{story}-{name}", 1, feed, OTHER_WRITER if feed == NO_FEED else OUTLETS[feed], round_
    return Version(*source, rng.choice(TITLES).format(**of_story), text, story, of_story["person"])


def after_loss(plan: Plan, shown: Mapping[int, int]) -> Plan:
    """Return what must be published once all is lost that the poller knew, and the feeds have *shown* their rounds so far.

    The version that a feed shows of an item becomes its first one. What no feed serves does not come again.
    """
    numbers, versions = dict[str, int](), list[Version]()
    for each in plan.versions:
        last = shown.get(each.feed, -1)
        later = [one for one in plan.versions if one.item == each.item and each.round < one.round <= last]
        if not later and each.feed != NO_FEED:
            number = numbers[each.item] = numbers.get(each.item, 0) + 1
            versions.append(replace(each, number=number, round=max(each.round, last)))
    return replace(plan, versions=tuple(versions))


def _story(rng: random.Random, story: str, words: Mapping[str, str], rounds: int) -> Iterator[Version]:
    """Yield the versions of the articles of one story. Its first article may be backfill; some articles are edited."""
    count = rng.randint(3, len(OUTLETS))
    first_rounds = sorted(rng.randint(0, rounds) for _ in range(count))
    titles = rng.sample(TITLES, count)
    page = tuple(each.format(**words) for each in (*LEADS, *DETAILS))
    for index, (feed, start) in enumerate(zip(rng.choices(range(len(OUTLETS)), k=count), first_rounds, strict=True)):
        stances = frozenset(rng.sample(list(STANCE_SENTENCES), rng.randint(0, 1)))
        text = f"{rng.choice(LEADS)} {rng.choice(DETAILS)}{''.join(STANCE_SENTENCES[each] for each in stances)}".format(**words)
        text += f" This is file {rng.randint(10_000, 99_999)}."
        title = titles[index].format(**words)
        backfill = index == 0 and start == 0 and rng.random() < 0.5
        source = f"{story}-{index}", 1, feed, OUTLETS[feed], start
        version = Version(*source, title, text, story, words["person"], stances, backfill, page)
        yield version
        if not backfill and feed != FULL_TEXT_FEED and rng.random() < 0.5:
            yield from _edits(rng, version, words, rounds)


def _edits(rng: random.Random, version: Version, words: Mapping[str, str], rounds: int) -> Iterator[Version]:
    """Yield up to two further versions of an item: one with a longer text, and a correction with another stance."""
    later = sorted(rng.sample(range(version.round + 1, rounds + 1), min(2, rounds - version.round)))
    for number, start in enumerate(later, start=2):
        version = replace(version, number=number, round=start, text=f"{version.text} Update {number} follows.")
        if number == 3 or rng.random() < 0.3:
            stance = rng.choice(["denied", "confirmed"])
            text = version.text + STANCE_SENTENCES[stance].format(**words)
            version = replace(version, title=f"Correction: {version.title}", text=text, stances=version.stances | {stance})
        yield version
        if version.is_correction:
            return


def _watches(people: Sequence[str], nouns: Sequence[str]) -> Iterator[Watch]:
    """Yield the watches: on phrases, on persons, with at_least, with an exception, and one that nothing matches.

    No target gets more than 20 alerts, so that only alerts of one story share a message.
    """
    ids = [f"story-{number}" for number in range(len(people))]

    def names(start: int, end: int) -> str:
        return ", ".join(f'"{person}"' for person in people[start:end])

    yield Watch("phrases", f"any = [{names(0, 8)}]", ("steady", "faulty"), frozenset(ids[0:8]))
    yield Watch("persons", f"person = [{names(6, 12)}]", ("steady",), frozenset(ids[6:12]), severity="critical")
    rule = 'at_least = {outlets = 2, within = "2d"}'
    yield Watch("outlets", f"any = [{names(8, 14)}]\n{rule}", ("faulty",), frozenset(ids[8:14]), min_outlets=2)
    without = f'any = [{names(12, 16)}]\nnone = ["{nouns[13 * NOUNS_PER_STORY]}"]'
    yield Watch("exception", without, ("steady",), frozenset(ids[12:13] + ids[14:16]))
    yield Watch("nothing", 'any = ["Zebulon Quartermaine"]', ("steady", "faulty"), frozenset())

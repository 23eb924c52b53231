"""The state of the stories service over any history of messages: it never fails, and a restart restores it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consumers.stories.assign import assign
from consumers.stories.features import Features, minhash
from consumers.stories.similarity import MAX_CANDIDATES, MAX_STORIES_OF_TERM, similarities
from consumers.stories.state import StoryState, memory
from monitor.config import Config, StoriesConfig
from monitor.messages import ArticleStories, Sketch, Story, StoryMembership, extend
from tests.make import START
from tests.unit.stories.service import DAY, RunningStories, contents, topics_message

WINDOW = 3 * DAY
SUBJECTS = (
    "armoured train carrying president left capital toward border summit",
    "armoured train carrying president reached border before summit",
    "storm floods harbour villages while rescuers search missing fishermen",
    "",
)
ANY_TIME = st.datetimes(timezones=st.just(UTC))
AGES = st.sampled_from([timedelta(0), -timedelta(minutes=1), timedelta(minutes=1), -DAY, -4 * DAY, -40 * DAY, 40 * DAY])
IDS = st.sampled_from(["a", "b", "c", "a.2", "d" * 64])
COUNTS = st.floats(allow_nan=False, allow_infinity=False)
TERMS = st.dictionaries(st.sampled_from("uvwxyz") | st.text(max_size=3), COUNTS, max_size=8)
ANY_STORY = st.builds(
    Story,
    id=IDS,
    title=st.text(max_size=5),
    first=ANY_TIME,
    last=ANY_TIME,
    count=st.integers(1, 2**60),
    articles=st.lists(IDS, max_size=3).map(tuple),
    outlet_count=st.integers(1, 2**60),
    outlets=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    entities=st.dictionaries(st.sampled_from("uvw"), st.integers(1, 2**60), max_size=3),
    terms=TERMS,
    sketches=st.lists(st.builds(Sketch, IDS, st.text(max_size=6) | st.just("AAAA") | st.just("AAECAw==")), max_size=3).map(
        tuple
    ),
    same_as=st.none() | IDS,
    opened=st.none() | ANY_TIME,
    main=st.none() | st.dictionaries(st.sampled_from("uvw"), st.integers(1, 2**60), max_size=3),
    days=st.lists(st.sampled_from(["2026-03-09", "2019-12-31", "", "2026-02-30"]), max_size=3).map(tuple),
)
ANY_MEMBERSHIP = st.builds(
    StoryMembership, id=IDS, first=st.booleans(), similarity=st.floats(0, 1), duplicate_of=st.none() | IDS
)


class StoriesHistory(RuleBasedStateMachine):
    """Articles of any age, order and version, the passage of time, and restarts."""

    def __init__(self) -> None:
        """Start with an empty log."""
        super().__init__()
        self.run = RunningStories()
        self.opened: dict[str, datetime] = {}
        self.first_seen: dict[str, datetime] = {}

    @rule(ident=st.sampled_from("abcdef"), subject=st.sampled_from(SUBJECTS), age=AGES, version=st.integers(1, 3))
    def publish(self, ident: str, subject: str, age: timedelta, version: int) -> None:
        """Process an article. A first version that was fetched just now is a new one, so it does not come again."""
        first_seen = self.first_seen.setdefault(ident, self.run.now)
        if version == 1 and abs(age) <= DAY and self.run.now - first_seen > memory(WINDOW):
            return
        story_before = self.run.state.find(topics_message(ident, subject, self.run.now).article, self.run.now, WINDOW)
        outputs = self.run.publish(ident, subject, self.run.now + age, version)
        (assigned,) = (each for each in outputs if isinstance(each, ArticleStories))
        if story_before:
            assert (assigned.story.id, assigned.story.first) == (story_before.story.id, False)
        if assigned.story.first:
            assert assigned.story.id not in self.opened
            self.opened[assigned.story.id] = self.run.now
        else:
            assert self.run.now - self.opened[assigned.story.id] <= memory(WINDOW)

    @rule(hours=st.sampled_from([0, 1, 30, 80, 100, 1000]))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.run.now += timedelta(hours=hours)

    @precondition(lambda self: self.run.log)
    @rule(compacted=st.booleans())
    def restart(self, compacted: bool) -> None:  # noqa: FBT001  (hypothesis passes it by name)
        """Restore the state from the log, and continue with it."""
        self.run.state = self.run.restored(compacted=compacted)

    @invariant()
    def nothing_opened_lately_is_closed(self) -> None:
        """Each story is in the state for as long as it may take articles."""
        remembered = {ident for ident, opened in self.opened.items() if self.run.now - opened <= memory(WINDOW)}
        assert remembered <= self.run.state.by_id.keys()

    @invariant()
    def a_restart_restores_the_state(self) -> None:
        """The state is what a restart would restore, apart from what the next message makes it forget."""
        state, restored = self.run.state, self.run.restored(compacted=True)
        if not state.by_age or self.run.now - state.by_age[0][0] <= memory(WINDOW):
            assert contents(restored) == contents(state)


TestStoriesHistory = StoriesHistory.TestCase
TestStoriesHistory.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@given(st.lists(st.tuples(ANY_STORY, ANY_MEMBERSHIP, ANY_TIME, ANY_TIME), max_size=8))
def test_no_valid_message_fails(messages: list[tuple[Story, StoryMembership, datetime, datetime]]) -> None:
    state = StoryState()
    for story, membership, fetched, now in messages:
        message = topics_message(membership.duplicate_of or "e", "u v w", fetched)
        features = Features({"u": 2, "v": 1, "w": 1}, {"u": 1}, minhash(("u", "v", "w")))
        for output in (story, extend(message, ArticleStories, story=membership)):
            state.apply(output, now, WINDOW)
        for output in list(assign(state, message, features, WINDOW, now)):
            state.apply(output, now, WINDOW)
            assert isinstance(output, Story) or 0 <= output.story.similarity <= 1
    assert sorted(state.added.values()) == sorted(state.by_id)


@given(st.lists(st.tuples(IDS, TERMS), max_size=20))
def test_the_index_has_the_terms_of_the_stories_and_no_others(updates: list[tuple[str, dict[str, float]]]) -> None:
    state, expected = StoryState(), dict[str, dict[str, float]]()
    for number, (ident, terms) in enumerate(updates):
        story = Story(ident, "", START, START, 1, (), 1, (), {}, terms, (), None, START + number * timedelta(minutes=1))
        state.apply(story, START + timedelta(hours=1), WINDOW)
        expected[ident] = terms
        assert state.story(state.by_id[ident]) == Story(
            ident, "", START, START, 1, (), 1, (), {}, terms, (), None, story.opened
        )
    index = state.by_term
    assert {term: {state.added[each] for each in index.newest(term, len(updates))} for term in index.numbers} == {
        term: {ident for ident, terms in expected.items() if term in terms} for terms in expected.values() for term in terms
    }
    assert sorted([*index.numbers.values(), *index.unused]) == list(range(len(index.terms)))
    state.apply(Story("last", "", START, START, 1, (), 1, (), {}, {}, (), None, None), START + 50 * DAY, WINDOW)
    assert (index.numbers, index.additions) == ({}, [[]] * len(index.terms))


def test_too_many_stories_are_forgotten_those_opened_first_and_a_restart_does_the_same() -> None:
    run = RunningStories(Config(stories=StoriesConfig(max_open=3)))
    told = []
    for number in range(6):
        run.now += timedelta(minutes=1)
        run.publish(f"a{number}", f"matter{number} of{number} today{number}")
        told.append(bool(run.service.trouble([run.state])))
        run.publish(f"b{number}", f"matter{max(0, number - 1)} of{max(0, number - 1)} today{max(0, number - 1)}")
    assert sorted(run.state.by_id) == ["a3", "a4", "a5"]
    assert told == [False, False, True, True, True, True]
    # Another process may have taken over.
    assert run.service.trouble([]) is None
    for compacted in (False, True):
        assert contents(run.restored(compacted=compacted)) == contents(run.state)


def test_the_number_of_stories_that_are_compared_is_bounded() -> None:
    state = StoryState()
    for number in range(MAX_STORIES_OF_TERM + 50):
        terms, opened = {"common": 1.0, f"own{number}": 1.0}, START + number * timedelta(seconds=1)
        state.apply(Story(f"s{number}", "", START, START, 1, (), 1, (), {"e": 1}, terms, (), None, opened), opened, WINDOW)
    features = Features({"common": 1, "own3": 1}, {"e": 1}, minhash(()))
    assert len(list(state.by_term.newest("common", MAX_STORIES_OF_TERM))) == MAX_STORIES_OF_TERM
    found = similarities(state, features, START, START, WINDOW)
    assert len(found) == MAX_CANDIDATES
    assert found[0].story_id == "s3"

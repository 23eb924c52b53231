"""When a publisher looks for what Kafka has left open."""

from monitor.bus.kafka.looks import FIRST_PAUSE, LONGEST_PAUSE, Looks


def test_a_publisher_looks_once_before_it_begins_and_once_after_each_outage() -> None:
    assert Looks().is_due(0, 0.0, is_new=True)
    looks = Looks(outages=0)
    assert not looks.is_due(0, 1.0, is_new=False)
    assert looks.is_due(1, 1.0, is_new=False)


def test_a_publisher_that_goes_on_under_another_name_looks() -> None:
    assert Looks(outages=0).is_due(0, 1.0, is_new=True)


def test_a_look_that_failed_is_made_again_after_pauses_that_double_up_to_a_limit() -> None:
    looks, now, pauses = Looks(), 100.0, []
    for _ in range(9):
        looks = looks.failed(0, now)
        pauses.append(looks.pause)
        assert not looks.is_due(0, now + looks.pause - 0.1, is_new=True)
        now += looks.pause
        assert looks.is_due(0, now, is_new=False)
    assert pauses == [FIRST_PAUSE * 2**each for each in range(6)] + [LONGEST_PAUSE] * 3


def test_a_new_outage_waits_for_no_pause_and_begins_with_the_shortest() -> None:
    looks = Looks().failed(0, 0.0).failed(0, 10.0)
    assert looks.is_due(1, 10.0, is_new=False)
    assert looks.failed(1, 10.0).pause == FIRST_PAUSE

"""How long to wait, and how long a queue goes on."""

import pytest

from dsnparse.judge.durations import find_durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("451 4.7.1 Greylisting in action, please come back in 00:05:00", 300),
        ("451 4.7.1 Greylisting in action, please come back later in 00:14:56", 896),
        ("450 4.2.0 <ines@dest.example>: Greylisted, see http://grey.example/help/dest.example.html for 300 seconds", 300),
        ("450 4.2.0 Greylisted for 5 minutes", 300),
        ("451 please try again in one hour", 3600),
        ("451 try again in 1.5 hours", 5400),
        ("451 throttled RETRY-AFTER=600", 600),
        ("451 retry after 1 hour 30 minutes", 5400),
        ("451 temporarily blocked for 1h30m", 5400),
        ("450 try again in 5 min", 300),
        ("451 retry in 299 seconds", 299),
        ("451 wait 2 minute(s)", 120),
        ("450 56 seconds remaining", 56),
        ("450 blocked for an hour for spam", 3600),
        ("451 Bitte versuchen Sie es in 10 Minuten erneut", 600),
        ("451 Bitte warten Sie 300 Sekunden", 300),
        ("451 veuillez réessayer dans 5 minutes", 300),
        ("451 Intente de nuevo en 5 minutos", 300),
        ("451 повторите попытку через 5 минут", 300),
        ("451 請於5分鐘後再試", 300),
        ("451 请300秒后重试", 300),
        ("451 5分後に再送信してください", 300),
        ("451 5분 후에 다시 시도", 300),
        ("451 try again in 7 days", 604_800),
        ("451 try again in 8 days", None),
        ("450 try again in 0 seconds", None),
        ("450 again in 99999999 seconds", None),
        ("421 100 messages per 1 hour are accepted, try again later", None),
        ("450 message delayed 24 hours", None),
        ("450 retry time not reached for 2 hours", None),
        ("450 retry timeout exceeded after 5 days", None),
        ("451 try again at 10:15:59", None),
        ("451 more than 5 человек, подождите", None),
        ("450 over quota", None),
    ],
)  # fmt: skip
def test_how_long_to_wait(text: str, seconds: int | None) -> None:
    assert find_durations(text) == (seconds, None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Message will be retried for 2 more day(s)", 172_800),
        ("Will keep trying for 3 days.", 259_200),
        ("The server will continue trying for the next 19 hours and 57 minutes", 71_820),
        ("The relay will retry for 46 more hours. You will hear of it.", 165_600),
        ("Delivery attempts will continue to be made for 5 day(s).", 432_000),
        ("Not delivered after 1 day. We continue to try for an additional 3 days.", 259_200),
        ("Warning: message still undelivered after 4 hours Will keep trying until message is 8 hours old", 14_400),
        ("Es wird noch 2 Tage lang versucht", 172_800),
        ("Will keep trying until message is 8 hours old", None),
        ("Will keep trying for 400 days", None),
        ("Could not deliver for the last 432000 seconds. Giving up.", None),
        ("Message could not be delivered for 8 hours Message will be deleted from queue", None),
    ],
)
def test_how_long_the_queue_goes_on(text: str, seconds: int | None) -> None:
    assert find_durations(text) == (None, seconds)


def test_both() -> None:
    text = "451 try again in 10 minutes; the relay will keep trying for 2 days"
    assert find_durations(text) == (600, 172_800)

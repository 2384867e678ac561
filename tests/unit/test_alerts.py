"""The outbox and its channels, against a webhook and a mail server on this machine that fail, hang and recover."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import alerts, findings
from orchestration.alerts import backfill, outbox, text, watch
from orchestration.alerts.channels import ChannelError, read_channels, without_secrets
from orchestration.alerts.messages import RunNews, messages_of
from orchestration.dimensions import DIMENSIONS
from tests.servers import Mailbox, Webhook, mail_server, webhook_server
from tests.spoken import AS_IT_IS
from tests.unit.test_findings import HEALED, RULE, Log, off

NOW = datetime(2025, 2, 2, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = date(2025, 2, 2)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with webhook_server() as hook:
        yield hook


class House(Log):
    def channels(self, *entries: dict[str, Any]) -> None:
        self.place.channels.write_text(yaml.safe_dump(list(entries)), "utf-8")

    def tell(self, **told: Any) -> list[dict[str, Any]]:
        """What the last night has to say, written into the outbox."""
        run = RunNews(f"run-{self.nights:03}", told.pop("day", DAY), **told)
        written = messages_of(self.place, run, NOW + self.nights * MINUTE)
        assert all(outbox.put(self.place, message) for message in written)
        return written

    def deliver(self, now: datetime = NOW, timeout: float = 5.0) -> list[str]:
        return outbox.deliver(self.place, now, timeout)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


class TestWhatIsTold:
    def test_one_message_of_all_that_changed_and_nothing_twice(self, house: House) -> None:
        house.night(off(1), off(2, category="women"))
        (message,) = house.tell()
        assert (message["kind"], message["owners"], len(message["changes"])) == ("alert", ["documentation"], 2)
        assert "(and 1 more)" in text.title(message, "en")
        house.night(off(1), off(2, category="women"))
        assert house.tell() == []

    def test_healing_is_one_line(self, house: House) -> None:
        house.night(off(1))
        house.tell()
        house.night(HEALED)
        (message,) = house.tell()
        assert text.title(message, "en").startswith("Healed: I51 Civilian deaths, children, January 2025: ")
        assert len([line for line in text.body(message, "en").splitlines() if line.startswith("- ")]) == 1

    def test_nothing_is_told_where_all_is_well(self, house: House) -> None:
        house.night(HEALED)
        assert house.tell() == []

    def test_each_owner_has_a_message_of_their_own(self, house: House) -> None:
        rules = [RULE, RULE | {"rule_id": "I56", "owner": "data engineering"}]
        house.night(off(1), off(1, rule_id="I56"), rules=rules)
        assert [message["owners"] for message in house.tell()] == [["data engineering"], ["documentation"]]

    def test_what_only_warns_comes_once_a_day(self, house: House) -> None:
        warning = [RULE | {"severity": "W"}]
        house.night(off(1), rules=warning)
        assert [message["kind"] for message in house.tell()] == ["digest"]
        house.night(off(1), off(1, category="women"), rules=warning)
        assert house.tell() == []
        (message,) = house.tell(day=DAY + timedelta(days=1))
        assert [change["category"] for change in message["changes"]] == ["women"]

    def test_a_cause_is_told_at_once_with_the_months_it_holds(self, house: House) -> None:
        rules = [
            RULE | {"rule_id": "I05", "severity": "Q"},
            RULE | {"rule_id": "I05.word", "severity": "W"},
        ]
        word = {
            "rule_id": "I05.word",
            "period_kind": "day",
            "subject": "parties: unknown word 1a2b3c",
            "category": "total",
        }
        months = [
            off(9, rule_id="I05", period_start=date(2024, month, 1), period_end=date(2024, month, 28), caused_by=causes)
            for month, causes in ((1, [word["subject"]]), (2, [word["subject"]]), (3, None))
        ]
        house.night(off(20, **word), *months, rules=rules)
        (message,) = house.tell()
        assert (message["kind"], len(message["changes"])) == ("alert", 4)
        assert text.title(message, "en").startswith("I05.word A word that the list of parties does not know (1a2b3c): ")
        body = text.body(message, "en")
        assert "; holds January 2024, February 2024\n" in body
        assert len([line for line in body.splitlines() if line.startswith("- ")]) == 1
        assert "؛ يحجز كانون الثاني 2024، شباط 2024" in text.body(message, "ar")
        house.night(off(20, **word), *months, rules=rules)
        assert house.tell() == []

    def test_one_cause_is_one_message_with_what_follows_from_it(self, house: House) -> None:
        rules = [
            RULE | {"rule_id": rule, "severity": grave} for rule, grave in (("I76", "A"), ("I74", "W"), ("I55", "W"))
        ]
        cause = ["1a2b3c is 2.0"]
        house.night(
            off(40, rule_id="I76", caused_by=cause), off(1, rule_id="I74", caused_by=cause), off(1, rule_id="I55"),
            rules=rules,
        )  # fmt: skip
        told = {message["kind"]: message for message in house.tell()}
        assert [change["rule_id"] for change in told["digest"]["changes"]] == ["I55"]
        message = told["alert"]
        assert text.title(message, "en").startswith("I74 ") and text.title(message, "en").endswith("; with it I76")
        for language, words in (("en", "follows from it · I76 (alert): "), ("ar", "يتبعه · \u2066I76\u2069 (تنبيه): ")):
            assert words in text.body(message, language).splitlines()[1]
        page = text.html(message, "ar")
        assert (
            page.count("<tr>") == 3 and "padding-right:32px" in page and "padding-left:32px" in text.html(message, "en")
        )
        # an amount of the table stands as a number does in either language, its sign before it
        assert page.count('dir="ltr"') == 6
        (head,) = text.data(message)["findings"]
        assert (head["severity"], head["told_as"]) == ("W", "A")
        assert [each["rule_id"] for each in head["consequences"]] == ["I76"]

    def test_what_came_and_went_before_anybody_could_be_told_is_not_told(self, house: House) -> None:
        house.night(off(1))
        house.night(HEALED)
        assert house.tell() == []

    def test_what_a_killed_run_could_not_tell_the_next_one_tells_under_the_same_number(self, house: House) -> None:
        house.night(off(1))
        killed = messages_of(house.place, RunNews("run-001", DAY), NOW)
        house.night(off(1))
        assert [message["message_id"] for message in house.tell()] == [message["message_id"] for message in killed]

    def test_a_backfill_is_reported_as_one_with_its_months(self, house: House) -> None:
        house.night(off(1), off(1, rule_id="I56"), rules=[RULE, RULE | {"rule_id": "I56", "severity": "W"}])
        months = [{"month": f"2024-{number:02}", "before": None, "after": number} for number in range(1, 13)] * 2
        (message,) = house.tell(is_backfill=True, first_month=date(2023, 1, 1), last_month=DAY, months=months)
        assert text.title(message, "en").startswith("Backfill of January 2023 – February 2025: I51 ")
        assert "March 2024  – → 3" in text.body(message, "en")
        assert "آذار 2024  3 ← –" in text.body(message, "ar")
        assert "and 4 more" in text.body(message, "en")
        assert house.tell() == []

    def test_a_backfill_that_changed_nothing_is_silent(self, house: House) -> None:
        house.night(HEALED)
        assert house.tell(is_backfill=True) == []

    def test_twenty_are_listed_and_the_rest_is_counted(self, house: House) -> None:
        house.night(*(off(1, subject=f"deaths by party, role {number}") for number in range(30)))
        (message,) = house.tell()
        lines = text.body(message, "en").splitlines()
        assert len([line for line in lines if line.startswith("- new")]) == 19
        assert "and 10 more: casebook findings --open" in lines

    @pytest.mark.parametrize(("language", "said"), [
        ("en", ("January 2025", "1 more", "2 February 2025", "found by 1 run", "documentation", "SYN-1, SYN-2")),
        ("ar", ("كانون الثاني 2025", "بزيادة 1", "2 شباط 2025", "تشغيل واحد", "فريق التوثيق", "SYN-1")),
    ])  # fmt: skip
    def test_it_says_what_since_when_which_rows_and_what_to_do(
        self, house: House, language: str, said: tuple[str, ...]
    ) -> None:
        house.night(off(1, record_ids=["SYN-1", "SYN-2"], document="002"), rules=[RULE | {"severity": "B"}])
        (message,) = house.tell(is_blocked=True, released_on="2025-02-01")
        told = text.body(message, language)
        (number,) = [change["finding_id"] for change in message["changes"]]
        for part in (
            *said, number, "243", "242", "http://127.0.0.1:3001/rules.html#i51", "/runs/run-001",
            "checkDetail=I51_parties_add_up",
            message["message_id"], "002",
        ):  # fmt: skip
            assert part in told

    def test_in_arabic_no_latin_letter_stands_but_set_apart(self, house: House) -> None:
        house.night(off(1, record_ids=["SYN-1"], document="002"), off(1, category="women"))
        held = {"ar": ["محجوز"]}
        (message,) = house.tell(is_blocked=True, held=held, is_backfill=True, first_month=DAY, last_month=DAY)
        for told in (text.title(message, "ar"), text.body(message, "ar"), *text.trial("ar", "2025-02-02")):
            assert not re.search("[A-Za-z]", AS_IT_IS.sub("", told))

    def test_a_release_that_is_held_back_is_told(self, house: House) -> None:
        house.night(off(1), rules=[RULE | {"severity": "B"}])
        (message,) = house.tell(is_blocked=True, released_on="2025-02-01")
        assert "readers keep the release of 1 February 2025" in text.body(message, "en")


class TestDelivery:
    def test_a_message_is_sent_once_with_its_number(self, house: House, webhook: Webhook) -> None:
        house.channels({"url": webhook.url})
        house.night(off(1))
        (message,) = house.tell()
        assert house.deliver() == []
        assert house.deliver() == []
        (taken,) = webhook.taken
        assert taken["header"] == taken["message_id"] == message["message_id"]
        assert taken["title"].startswith("I51 Civilian deaths, children, January 2025: ")
        (kept,) = outbox.messages(house.place)
        assert [(state["state"], state["sent_at"]) for state in kept["channels"].values()] == [
            ("sent", NOW.isoformat())
        ]

    def test_one_that_fails_is_tried_again_after_twice_as_long_until_it_is_taken(
        self, house: House, webhook: Webhook
    ) -> None:
        house.channels({"url": webhook.url, "name": "the desk"})
        house.night(off(1))
        house.tell()
        webhook.answer = 503
        assert "the desk" in house.deliver()[0]
        (waiting,) = outbox.undelivered(house.place)
        assert (waiting["attempts"], waiting["next_try"]) == (1, (NOW + MINUTE).isoformat())
        assert house.deliver(NOW + MINUTE / 2) == []
        assert len(house.deliver(NOW + MINUTE)) == 1
        (waiting,) = outbox.undelivered(house.place)
        assert (waiting["attempts"], waiting["next_try"]) == (2, (NOW + 3 * MINUTE).isoformat())
        webhook.answer = 200
        assert house.deliver(NOW + 3 * MINUTE) == []
        assert len(webhook.taken) == 1
        assert outbox.undelivered(house.place) == []

    def test_it_waits_twice_as_long_each_time_and_never_more_than_six_hours(self, house: House) -> None:
        house.channels({"url": "json://127.0.0.1:9/"})
        house.night(off(1))
        house.tell()
        waits, now = [], NOW
        for _ in range(12):
            house.deliver(now)
            (waiting,) = outbox.undelivered(house.place)
            then = datetime.fromisoformat(waiting["next_try"])
            waits.append((then - now) // MINUTE)
            now = then
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]

    def test_all_that_is_sent_at_once_takes_half_a_minute_at_most(self, house: House, webhook: Webhook) -> None:
        """Whatever is not begun by then waits for the next time."""
        house.channels({"url": webhook.url}, {"url": webhook.url + "/other"}, {"url": webhook.url + "/third"})
        house.night(off(1))
        house.tell()
        moments = iter([0.0, 29.9, 30.0, 30.1])
        assert outbox.deliver(house.place, NOW, 5.0, clock=lambda: next(moments)) == []
        assert len(webhook.taken) == 1
        assert len(outbox.undelivered(house.place)) == 2

    def test_one_that_hangs_is_left_and_holds_up_no_other(self, house: House, webhook: Webhook) -> None:
        webhook.answer = None
        house.channels({"url": webhook.url, "name": "hangs"}, {"url": "json://127.0.0.1:9/", "name": "refuses"})
        house.night(off(1))
        house.tell()
        wrong = house.deliver(timeout=0.4)
        assert [sentence.split(": ")[0].rsplit(" to ")[1] for sentence in wrong] == ["hangs", "refuses"]

    def test_nothing_secret_is_kept(self, house: House, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("A_SECRET", "hush-hush")
        webhook.answer = 500
        house.channels({"url": f"{webhook.url}/${{A_SECRET}}"})
        house.night(off(1))
        house.tell()
        said = " ".join(house.deliver())
        kept = "".join(path.read_text() for path in house.place.outbox.iterdir())
        assert not [word for word in ("a-password", "a-token", "hush-hush") if word in said + kept]
        assert "500" in said

    def test_a_secret_that_is_not_there_is_told_by_its_name(self, house: House, webhook: Webhook) -> None:
        house.channels({"url": f"{webhook.url}/${{NOBODY_SET_THIS}}"})
        house.night(off(1))
        house.tell()
        assert house.deliver()[0].endswith("the environment holds no NOBODY_SET_THIS")

    def test_who_was_killed_between_sending_and_noting_sends_again_under_the_same_number(
        self, house: House, webhook: Webhook
    ) -> None:
        house.channels({"url": webhook.url})
        house.night(off(1))
        house.tell()
        (before,) = [path for path in house.place.outbox.glob("*.json")]
        unsent = before.read_text()
        house.deliver()
        before.write_text(unsent)  # what the disk held when the process was killed
        house.deliver()
        assert [taken["message_id"] for taken in webhook.taken] == [before.stem] * 2

    def test_a_channel_has_what_it_asked_for(self, house: House, webhook: Webhook) -> None:
        house.channels(
            {"url": webhook.url, "severities": ["B"], "name": "blocking only"},
            {"url": webhook.url + "/other", "owners": ["data engineering"]},
            {"url": webhook.url + "/ar", "language": "ar"},
        )
        rules = [RULE, RULE | {"rule_id": "I56", "severity": "B"}]
        house.night(off(1), off(1, rule_id="I56"), rules=rules)
        house.tell()
        house.deliver()
        blocking, arabic = sorted(webhook.taken, key=lambda taken: "القاعدة" in taken["message"])
        assert "I51" not in blocking["message"] + blocking["title"]
        assert "I51" in arabic["message"]
        assert "القاعدة" in arabic["message"]

    def test_without_channels_messages_wait_for_nobody(self, house: House, webhook: Webhook) -> None:
        house.night(off(1))
        house.tell()
        house.deliver()
        assert outbox.undelivered(house.place) == []
        house.channels({"url": webhook.url})
        house.deliver()
        assert webhook.taken == []

    def test_channels_that_cannot_be_read_keep_messages_waiting(self, house: House, webhook: Webhook) -> None:
        house.night(off(1))
        house.tell()
        house.place.channels.write_text("- [", "utf-8")
        assert house.deliver() == ["channels.yml is no YAML in UTF-8; nothing is sent"]
        assert len(outbox.undelivered(house.place)) == 1
        house.channels({"url": webhook.url})
        house.deliver()
        assert len(webhook.taken) == 1


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({}, "the key url is missing"),
        ({"url": "json://x", "severity": "B"}, "there is no key severity"),
        ({"url": "json://x", "severities": ["X"]}, "severities X is none of B, Q, A, W"),
        ({"url": "json://x", "language": "fr"}, "language fr is none of en, ar"),
    ],
)
def test_a_channel_that_is_not_clear_is_told(house: House, entry: dict[str, Any], problem: str) -> None:
    house.channels({"url": "json://y"}, entry)
    with pytest.raises(ChannelError, match=f"channels.yml, channel 2: {problem}"):
        read_channels(house.place)


def test_an_error_is_told_without_the_url() -> None:
    url = "https://user:secret@host.example/token?key=value1"
    assert without_secrets(f"no {url}, not secret, token nor value1", url) == "no …, not …, … nor …"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_mail_carries_its_number_and_reads_as_it_should(house: House, language: str) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        url = f"mailto://127.0.0.1:{port}?from=casebook@example.org&to=desk@example.org"
        house.channels({"url": url, "language": language})
        house.night(off(1))
        (message,) = house.tell()
        assert house.deliver() == []
    mail = message_from_bytes(mailbox.mails[0], policy=default)
    assert mail["X-Casebook-Message"] == message["message_id"]
    assert mail["Subject"] == text.title(message, language)
    read = mail.get_body(("plain",)).get_content()
    assert text.body(message, language).splitlines()[0].removeprefix(text.RIGHT_TO_LEFT) in read
    page = mail.get_body(("html",)).get_content()
    words = findings.wording()["alerts"]
    assert f">{words['expected'][language]}<" in page and f">{words['difference'][language]}<" in page
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert '<a href="http://127.0.0.1:3001/rules.html#i51">http://127.0.0.1:3001/rules.html#i51</a>' in page


def test_html_shows_the_numbers_of_what_stands_and_quotes_what_was_written(house: House) -> None:
    house.night(off(1, subject="deaths <b>"), off(2, subject="massacres"))
    house.tell()
    house.night(off(1, subject="deaths <b>"))
    (message,) = house.tell()
    healed = text.html(message, "en")
    assert "<table" not in healed
    (first, *_) = sorted(outbox.messages(house.place), key=lambda each: each["written_at"])
    page = text.html(first, "en")
    assert page.count("<tr>") == 3
    assert "Deaths &lt;b&gt;" in page and "<b>" not in page


def test_a_program_is_told_each_change_as_data(house: House, webhook: Webhook) -> None:
    house.channels({"url": webhook.url})
    house.night(off(1))
    (message,) = house.tell()
    assert house.deliver() == []
    (taken,) = webhook.taken
    assert taken["message_id"] == message["message_id"]
    assert taken["alert"]["kind"] == "alert"
    (found,) = taken["alert"]["findings"]
    (change,) = message["changes"]
    days = ("period_start", "period_end", "first_seen", "last_seen")
    told = {name: change.get(name) for name in text.OF_CHANGE} | {name: str(change[name]) for name in days}
    assert found == told | {"consequences": []}
    assert isinstance(found["difference"], float)


class TestWhetherAnybodyIsReached:
    def test_each_channel_gets_a_test_and_nothing_is_kept(self, house: House, webhook: Webhook) -> None:
        house.channels(
            {"url": webhook.url, "name": "desk", "severities": ["B"]},
            {"url": webhook.url + "?a=b", "name": "Arabic", "language": "ar"},
        )
        assert outbox.try_out(house.place, date(2025, 2, 1)) == [("desk", None), ("Arabic", None)]
        assert [taken["title"] for taken in webhook.taken] == [
            "Casebook can reach this channel",
            "يصل كيسبوك إلى هذه القناة",
        ]
        assert "1 February 2025" in webhook.taken[0]["message"]
        assert outbox.messages(house.place) == []

    def test_what_was_not_taken_is_told(self, house: House, webhook: Webhook) -> None:
        webhook.answer = 500
        house.channels({"url": webhook.url, "name": "desk"}, {"url": "nowhere://x"})
        (desk, why), (other, unknown) = outbox.try_out(house.place, date(2025, 2, 1))
        assert (desk, other) == ("desk", "nowhere")
        assert "500" in str(why) and "a-password" not in str(why)
        assert unknown == "its url is none that Apprise knows"

    def test_faults_are_known_without_sending(self, house: House, webhook: Webhook) -> None:
        assert outbox.faults(house.place) == []
        house.channels({"url": webhook.url}, {"url": "nowhere://x"}, {"url": "json://${NOT_THERE}", "name": "hook"})
        assert outbox.faults(house.place) == [
            "channels.yml, nowhere: its url is none that Apprise knows",
            "channels.yml, hook: the environment holds no NOT_THERE",
        ]
        house.place.channels.write_text("- url")
        assert outbox.faults(house.place) == [
            "channels.yml, channel 1: a mapping with a url was expected; nothing is sent"
        ]
        assert webhook.taken == []


def test_a_message_that_is_in_the_outbox_is_not_put_there_again(house: House, webhook: Webhook) -> None:
    house.channels({"url": webhook.url})
    house.night(off(1))
    (message,) = house.tell()
    house.deliver()
    assert not outbox.put(house.place, message)
    house.deliver(NOW + timedelta(days=1))
    assert len(webhook.taken) == 1


def test_a_heartbeat_is_the_last_one(house: House) -> None:
    assert outbox.last_beat(house.place) is None
    outbox.beat(house.place, NOW)
    outbox.beat(house.place, NOW + MINUTE)
    assert outbox.last_beat(house.place) == NOW + MINUTE


class TestWhatNoNightCouldSay:
    NIGHT = datetime(2025, 2, 2, tzinfo=UTC)  # when the first night of a house is judged

    def changes(self, house: House) -> list[str]:
        return [row["change"] for row in findings.changes(house.place)]

    def test_no_night_for_more_than_a_day_is_told_once_and_healed_by_the_next(self, house: House) -> None:
        house.night(HEALED)
        assert not watch.note_silence(house.place, DAY, self.NIGHT + timedelta(hours=26) - MINUTE)
        assert watch.note_silence(house.place, DAY, self.NIGHT + timedelta(hours=26))
        assert not watch.note_silence(house.place, DAY, self.NIGHT + timedelta(hours=28))
        assert self.changes(house) == ["opened"]
        (found,) = findings.findings(house.place)
        assert found["message"] == "No night has been judged for more than a day"
        house.night(HEALED, after=3)
        assert self.changes(house) == ["opened", "resolved"]

    def test_where_no_night_ever_was_none_is_missing(self, house: House) -> None:
        assert not watch.note_silence(house.place, DAY, self.NIGHT)

    def run(self, will_be_retried: bool = False) -> alerts.FailedRun:
        return alerts.FailedRun("it-died", [date(2025, 1, 1), date(2025, 2, 1)], will_be_retried)

    def test_a_run_that_died_is_healed_by_one_of_its_months(self, house: House) -> None:
        house.night(HEALED)
        assert watch.note_death(house.place, self.run(), DAY, self.NIGHT + MINUTE)
        assert not watch.note_death(house.place, self.run(), DAY, self.NIGHT + MINUTE)
        house.night(HEALED, months=[date(2024, 12, 1), date(2025, 3, 1)])
        assert self.changes(house) == ["opened"]
        house.night(HEALED)
        assert self.changes(house) == ["opened", "resolved"]

    def test_a_run_that_is_tried_once_more_has_not_died_yet(self, house: House) -> None:
        assert not watch.note_death(house.place, self.run(will_be_retried=True), DAY, self.NIGHT)

    def test_a_run_its_rules_held_back_has_not_died(self, house: House) -> None:
        house.night(off(1), rules=[RULE | {"severity": "B", "holds": "everything"}], run_id="it-died")
        assert not watch.note_death(house.place, self.run(), DAY, self.NIGHT)


@pytest.mark.parametrize("severity", ["B", "Q", "A"])
def test_what_blocks_or_alerts_is_told_at_once(house: House, severity: str) -> None:
    house.night(off(1), rules=[RULE | {"severity": severity}])
    assert [message["kind"] for message in house.tell()] == ["alert"]


@pytest.mark.parametrize(
    ("is_backfill", "months", "is_reported_as_one"), [(False, 12, False), (False, 13, True), (True, 1, True)]
)
def test_a_run_over_more_than_a_year_or_asked_for_as_one_is_a_backfill(
    is_backfill: bool, months: int, is_reported_as_one: bool
) -> None:
    assert backfill.is_reported_as_one(is_backfill, months) == is_reported_as_one


def test_a_torn_release_keeps_no_backfill_from_replacing_it(house: House) -> None:
    def deaths(path: Path, value: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(path) as connection:
            connection.execute("create schema marts; create schema received")
            connection.execute("create table received.run as select date '2025-01-01' as month")
            connection.execute("create table received.held_months (month date)")
            nothing = ", ".join(f"null as {name}" for name in DIMENSIONS)
            connection.execute(
                "create table marts.fct_figures as select 'deaths' as measure, 'documented' as basis, 'month' as "
                f"period_kind, 'total' as category, date '2025-01-01' as period_start, {value} as value, {nothing}"
            )

    def news() -> list[dict[str, Any]]:
        return list(alerts.news_of_run(house.place, "a-run", DAY, False, {}, is_backfill=True).months)

    deaths(house.place.draft, 3)
    assert news() == [{"month": "2025-01", "before": None, "after": 3}]
    deaths(house.place.release, 2)
    assert news() == [{"month": "2025-01", "before": 2, "after": 3}]
    house.place.release.write_bytes(b"no database")
    assert news() == []


def test_how_the_alerts_stand_is_what_i98_is_judged_by(house: House) -> None:
    def stands(now: datetime) -> dict[str, Any]:
        return alerts.outbox_status(house.place, now).to_pylist()[0]

    assert stands(NOW) == {"hours_unattended": None, "waiting": 0, "has_channels": False}
    house.channels({"url": "json://127.0.0.1:9/"})
    house.night(off(1))
    house.tell()
    outbox.beat(house.place, NOW)
    assert stands(NOW + 61 * MINUTE) == {"hours_unattended": 2, "waiting": 0, "has_channels": True}
    assert stands(NOW + 62 * MINUTE)["waiting"] == 1


def test_a_message_somebody_damaged_is_told_and_stops_no_other(house: House, webhook: Webhook) -> None:
    house.channels({"url": webhook.url})
    house.place.outbox.mkdir()
    (house.place.outbox / "damaged.json").write_text("{")
    house.night(off(1))
    house.tell()
    assert house.deliver() == []
    (waiting,) = outbox.undelivered(house.place)
    assert (waiting["message_id"], waiting["last_error"]) == ("damaged", "its file cannot be read")

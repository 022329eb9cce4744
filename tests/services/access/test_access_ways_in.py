"""Links, sessions, posts and passwords, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pyotp
import pytest
from builders import UNIT, at, body, by_mail, headers, holder, messages, together
from mail_server import MailServer
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.metadata import metadata
from models.tables.access import SignInLink, WebSession
from models.tables.inbound import AddressHealth
from models.tables.log import LogEntry
from models.tables.messages import Message
from models.tables.people import Person, Post, Tenure
from rules.access import FREE_TRIES_OF_A_NETWORK, FREE_TRIES_OF_A_SOURCE, Role
from rules.office import Office
from services import log
from services.access.examples import add_examples_without_post, enter_as_example, example_people
from services.access.identity_provider import UnknownIdentity, enter_from_outside
from services.access.links import (
    LinkInvalid,
    Purpose,
    become_first_administrator,
    first_administrator_link,
    look_at,
    redeem,
    send_link,
)
from services.access.passwords import WeakPassword, WrongCode, WrongProof, offered_secret, set_password, sign_in
from services.access.sessions import (
    IDLE,
    LONGEST,
    enter,
    forget_old,
    held,
    leave,
    revoke,
    revoke_others,
    seen,
    sessions_of,
    who,
)
from services.access.throttle import Caller, TooSoon, count_try, network_of, succeeded
from services.delivery.dispatch import dispatch
from services.errors import Refused
from services.outbox import address_health
from services.people.correct_address import correct
from services.people.import_people import import_people
from services.people.people_table import COLUMNS, read_people
from services.people.posts import invite, withdraw
from services.seals import NoKey, kept

NOW = at("2014-01-08", "09:00")
OFFICE_PC = Caller("203.0.113.0/24", "Firefox")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
GOOD = "con ngựa trắng qua cầu"


@pytest.fixture
def keyed(office: Office) -> Office:
    return replace(office, key=b"only for tests, and long enough to seal")


def mailed_token(engine: Engine, office: Office, mail: MailServer, now=NOW) -> str:
    """As the reader of the mail finds it."""
    dispatch(engine, office, by_mail(mail.port), now, kinds=("sign_in", "invitation"))
    return next(line for line in body(mail.mails[-1]).split() if "/vao/" in line).rpartition("/")[2]


def asked(engine: Engine, office: Office, email: str = "dau-moi.skhdt@example.vn", now=NOW) -> bool:
    with writing(engine) as session:
        return send_link(session, office, email, now)


def entered(engine: Engine, token: str, now=NOW) -> str:
    with writing(engine) as session:
        return redeem(session, token, OFFICE_PC, now).token


def known(engine: Engine, token: str, now=NOW):
    with reading(engine) as session:
        return who(session, token, now)


def actions(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert log.verify(session).broken_at is None
        query = select(LogEntry.action).where(col(LogEntry.action).startswith("access.")).order_by(col(LogEntry.seq))
        return list(session.exec(query))


# --- a link by mail -------------------------------------------------------------------------------------------------


def test_a_link_sent_to_the_posts_address_lets_its_holder_in_once(engine: Engine, keyed: Office, mail: MailServer):
    assert asked(engine, keyed, "Dau-Moi.SKHDT@example.vn")
    token = mailed_token(engine, keyed, mail)
    assert headers(mail, "Subject") == ["[Đăng nhập] Liên kết vào hệ thống theo dõi Kỳ Hạn"]
    visitor = known(engine, entered(engine, token))
    assert [(item.role, visitor.email) for item in visitor.holdings] == [(Role.FOCAL_POINT, "dau-moi.skhdt@example.vn")]
    with pytest.raises(LinkInvalid):
        entered(engine, token)
    assert actions(engine) == ["access.link", "access.sign_in"]


def test_looking_at_a_link_does_not_spend_it(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    token = mailed_token(engine, keyed, mail)
    with reading(engine) as session:
        assert {look_at(session, token, NOW).purpose for _ in range(3)} == {Purpose.SIGN_IN}
    assert entered(engine, token)


def test_of_two_who_press_at_once_one_gets_in(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    token = mailed_token(engine, keyed, mail)

    def press() -> bool:
        try:
            return bool(entered(engine, token))
        except LinkInvalid:
            return False

    with together(press, press) as pressed:
        assert sorted(pressed) == [False, True]


def test_after_a_quarter_of_an_hour_the_link_is_closed(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    token = mailed_token(engine, keyed, mail)
    with pytest.raises(LinkInvalid):
        entered(engine, token, NOW + 15 * MINUTE)


def test_a_second_request_leaves_the_first_link_good(engine: Engine, keyed: Office, mail: MailServer):
    """Whoever knows an address could else spoil every link its owner waits for."""
    asked(engine, keyed)
    first = mailed_token(engine, keyed, mail)
    for _ in range(4):
        asked(engine, keyed)
    assert entered(engine, first)
    assert entered(engine, mailed_token(engine, keyed, mail))


def test_a_link_that_ran_out_before_it_could_be_mailed_is_not_mailed(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    assert dispatch(engine, keyed, by_mail(mail.port), NOW + 16 * MINUTE, kinds=("sign_in",)).expired == 1
    assert mail.mails == []


def test_only_letters_somebody_waits_for_leave_at_once(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    with writing(engine) as session:
        person = holder(session).id
        about = {"channel": "email", "kind": "digest", "on_day": NOW.date(), "created_at": NOW, "not_before": NOW}
        session.add(Message(key="digest:1", person_id=person, **about))
    assert dispatch(engine, keyed, by_mail(mail.port), NOW, kinds=("sign_in",)).sent == 1
    assert [item.state for item in messages(engine)] == ["sent", "pending"]


@pytest.mark.parametrize("email", ["ai-do@example.vn", "", "%", "dau-moi.skhdt@example.vn' --"])
def test_an_address_nobody_holds_gets_no_mail(engine: Engine, keyed: Office, email: str):
    assert not asked(engine, keyed, email)
    assert list(messages(engine)) == []


def test_who_left_the_post_gets_no_link_and_the_session_says_nobody(engine: Engine, keyed: Office):
    with writing(engine) as session:
        person = holder(session)
        token = enter(session, person, "link", OFFICE_PC, NOW)
        session.exec(select(Tenure).where(Tenure.person_id == person.id)).one().to_day = date(2014, 1, 9)
    assert known(engine, token) is not None
    assert known(engine, token, NOW + DAY / 2 + 7 * timedelta(hours=1)) is None
    assert not asked(engine, keyed, now=NOW + DAY)


def test_the_database_alone_lets_nobody_in(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    token = mailed_token(engine, keyed, mail)
    session_token = entered(engine, token)
    with reading(engine) as session:
        rows = [
            *session.exec(select(Message)),
            *session.exec(select(SignInLink)),
            *session.exec(select(WebSession)),
            *session.exec(select(LogEntry)),
        ]
        told = " ".join(row.model_dump_json() for row in rows)
    assert token not in told
    assert session_token not in told
    assert kept(token) in told


def test_an_office_without_a_key_sends_no_links(engine: Engine, office: Office):
    with pytest.raises(NoKey):
        asked(engine, office)


# --- sessions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(engine: Engine) -> Iterator[tuple[str, str]]:
    """Two sessions of one person."""
    with writing(engine) as session:
        person = holder(session)
        yield enter(session, person, "link", OFFICE_PC, NOW), enter(session, person, "password", OFFICE_PC, NOW)


def test_an_unseen_session_ends_after_half_a_day(engine: Engine):
    with writing(engine) as session:
        token = enter(session, holder(session), "link", OFFICE_PC, NOW)
    later = NOW + IDLE - MINUTE
    with writing(engine) as session:
        seen(session, who(session, token, later), later)
    assert known(engine, token, later + IDLE - MINUTE)
    assert known(engine, token, later + IDLE) is None


def test_a_session_in_use_ends_after_a_week(engine: Engine):
    with writing(engine) as session:
        token = enter(session, holder(session), "link", OFFICE_PC, NOW)
        session.exec(select(WebSession)).one().last_seen_at = NOW + LONGEST
    assert known(engine, token, NOW + LONGEST - MINUTE)
    assert known(engine, token, NOW + LONGEST) is None


def test_one_sees_and_ends_ones_own_sessions_only(engine: Engine):
    with writing(engine) as session:
        mine = enter(session, holder(session), "link", OFFICE_PC, NOW)
        other = enter(session, holder(session), "link", OFFICE_PC, NOW)
        foreign = enter(session, holder(session, "STC"), "link", OFFICE_PC, NOW)
    with writing(engine) as session:
        me, them = who(session, mine, NOW), who(session, foreign, NOW)
        assert len(sessions_of(session, me.person_id, NOW)) == 2
        assert not revoke(session, me, them.session_id, NOW)
        assert revoke_others(session, me, NOW) == 1
    assert [known(engine, token) is not None for token in (mine, other, foreign)] == [True, False, True]
    with writing(engine) as session:
        leave(session, who(session, mine, NOW), NOW)
    assert known(engine, mine) is None
    assert actions(engine)[-2:] == ["access.revoke", "access.sign_out"]


def test_old_tries_and_ended_sessions_are_forgotten(engine: Engine, keyed: Office):
    asked(engine, keyed)
    count_try(engine, "link", "x", OFFICE_PC, NOW)
    with writing(engine) as session:
        enter(session, holder(session), "link", OFFICE_PC, NOW)
    for now, left in ((NOW + DAY, 3), (NOW + 2 * DAY, 2), (NOW + 120 * DAY, 0)):
        with writing(engine) as session:
            forget_old(session, now)
            tables = ("sign_in_attempt", "sign_in_link", "web_session")
            assert sum(len(session.execute(metadata.tables[name].select()).all()) for name in tables) == left


# --- slowing down ---------------------------------------------------------------------------------------------------


def test_after_five_tries_the_next_must_wait_and_after_the_wait_may_come(engine: Engine):
    for _ in range(FREE_TRIES_OF_A_SOURCE):
        count_try(engine, "password", "A@example.vn", OFFICE_PC, NOW)
    with pytest.raises(TooSoon) as soon:
        count_try(engine, "password", "a@example.vn ", OFFICE_PC, NOW)
    count_try(engine, "password", "a@example.vn ", Caller("198.51.100.0/24"), NOW)
    count_try(engine, "password", "a@example.vn", OFFICE_PC, NOW + soon.value.wait)
    count_try(engine, "password", "b@example.vn", OFFICE_PC, NOW)


ATTACKERS = {"one": 1, "many": 50}  # networks


@pytest.mark.parametrize(("attackers", "most"), [("one", 45), ("many", 90)])
@pytest.mark.parametrize("kind", ["link", "password"])
@pytest.mark.parametrize("known", ["network", "browser"])
def test_three_hours_of_guessing_keep_no_owner_out_and_stay_few(
    engine: Engine, kind: str, known: str, attackers: str, most: int
):
    email = "dau-moi.skhdt@example.vn"
    with writing(engine) as session:
        token = enter(session, holder(session), "link", OFFICE_PC, NOW - DAY)
    owner = OFFICE_PC if known == "network" else Caller("192.0.2.0/24", "", kept(token))
    let_in = guesses = 0
    for second in range(0, 3 * 3600, 30):
        now, stranger = NOW + timedelta(seconds=second), second // 30 % ATTACKERS[attackers]
        guesses += tried(engine, kind, email, Caller(f"198.51.{stranger}.0/24"), now) is not None
        if second % 600 == 300:  # comes, and is right
            counted = tried(engine, kind, email, owner, now)
            let_in += counted is not None
            if counted is not None:
                with writing(engine) as session:
                    succeeded(session, counted)
    assert let_in == 18
    assert guesses <= most


def tried(engine: Engine, kind: str, email: str, caller: Caller, now) -> int | None:
    try:
        return count_try(engine, kind, email, caller, now)
    except TooSoon:
        return None


def test_one_network_cannot_try_a_thousand_addresses(engine: Engine):
    def tries() -> int:
        for number in range(1000):
            try:
                count_try(engine, "password", f"{number}@example.vn", OFFICE_PC, NOW)
            except TooSoon:
                return number
        return 1000

    assert tries() == 40
    count_try(engine, "password", "1@example.vn", Caller("198.51.100.0/24"), NOW)


def test_links_that_were_followed_do_not_hold_back_their_network(engine: Engine, keyed: Office, mail: MailServer):
    for number in range(2 * FREE_TRIES_OF_A_NETWORK):
        now = NOW + number * timedelta(seconds=40)
        count_try(engine, "link", "Dau-Moi.SKHDT@example.vn ", OFFICE_PC, now)
        asked(engine, keyed, now=now)
        entered(engine, mailed_token(engine, keyed, mail, now), now)
    for number in range(FREE_TRIES_OF_A_NETWORK):  # while guesses are as slow as ever
        count_try(engine, "link", f"{number}@example.vn", OFFICE_PC, now)
    with pytest.raises(TooSoon):
        count_try(engine, "link", "dau-moi.skhdt@example.vn", OFFICE_PC, now)


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("testclient", "")],
)
def test_only_the_beginning_of_an_address_is_kept(address: str, network: str):
    assert network_of(address) == network


# --- password and code ----------------------------------------------------------------------------------------------


def enrolled(engine: Engine, office: Office, now=NOW) -> pyotp.TOTP:
    with writing(engine) as session:
        token = enter(session, holder(session), "link", OFFICE_PC, now)
        secret, sealed = offered_secret(office)
        totp = pyotp.TOTP(secret)
        set_password(session, office, who(session, token, now), GOOD, sealed, totp.at(now), now)
    return totp


def by_password(engine: Engine, office: Office, code: str, password: str = GOOD, now=NOW, email="") -> str:
    return sign_in(engine, office, email or "dau-moi.skhdt@example.vn", password, code, OFFICE_PC, now)


def test_password_and_code_together_let_in(engine: Engine, keyed: Office):
    totp = enrolled(engine, keyed)
    later = NOW + MINUTE
    assert known(engine, by_password(engine, keyed, totp.at(later), now=later), later)


@pytest.mark.parametrize("wrong", ["password", "code", "email", "empty"])
def test_one_of_them_wrong_lets_nobody_in_and_does_not_say_which(engine: Engine, keyed: Office, wrong: str):
    totp, later = enrolled(engine, keyed), NOW + MINUTE
    given = {"code": totp.at(later), "now": later}
    given |= {"password": {"password": "khác hẳn"}, "code": {"code": "000000"}}.get(wrong, {})
    given |= {"email": {"email": "ai-do@example.vn"}, "empty": {"code": "", "password": ""}}.get(wrong, {})
    with pytest.raises(WrongProof):
        by_password(engine, keyed, **given)


def test_a_code_counts_once(engine: Engine, keyed: Office):
    totp, later = enrolled(engine, keyed), NOW + MINUTE
    by_password(engine, keyed, totp.at(later), now=later)
    with pytest.raises(WrongProof):
        by_password(engine, keyed, totp.at(later), now=later + timedelta(seconds=5))


def test_the_code_seen_at_enrolment_does_not_let_in(engine: Engine, keyed: Office):
    totp = enrolled(engine, keyed)
    with pytest.raises(WrongProof):
        by_password(engine, keyed, totp.at(NOW))


def test_a_right_password_after_too_many_wrong_ones_must_wait_too(engine: Engine, keyed: Office):
    totp, later = enrolled(engine, keyed), NOW + MINUTE
    for _ in range(FREE_TRIES_OF_A_SOURCE):
        with pytest.raises(WrongProof):
            by_password(engine, keyed, "000000", now=later)
    with pytest.raises(TooSoon) as soon:
        by_password(engine, keyed, totp.at(later), now=later)
    freed = later + soon.value.wait
    assert by_password(engine, keyed, totp.at(freed), now=freed)
    assert actions(engine).count("access.refuse") == FREE_TRIES_OF_A_SOURCE


def test_a_weak_password_or_a_code_that_does_not_fit_stores_nothing(engine: Engine, keyed: Office):
    secret, sealed = offered_secret(keyed)
    code = pyotp.TOTP(secret).at(NOW)

    def set_it(password: str, box: str, given: str) -> None:
        with writing(engine) as session:
            token = enter(session, holder(session), "link", OFFICE_PC, NOW)
            set_password(session, keyed, who(session, token, NOW), password, box, given, NOW)

    with pytest.raises(WeakPassword):
        set_it("ngắn", sealed, code)
    with pytest.raises(WrongCode):
        set_it(GOOD, sealed, "000000")
    with pytest.raises(WrongCode):
        set_it(GOOD, "made up", code)
    with pytest.raises(WrongProof):
        by_password(engine, keyed, code)


def test_setting_a_password_ends_the_other_sessions(engine: Engine, keyed: Office):
    with writing(engine) as session:
        before = enter(session, holder(session), "link", OFFICE_PC, NOW)
    enrolled(engine, keyed)
    assert known(engine, before) is None


# --- posts ----------------------------------------------------------------------------------------------------------


def invited(engine: Engine, office: Office, email: str = "moi@skhdt.example.vn", from_day=date(2014, 1, 8), now=NOW):
    with writing(engine) as session:
        post = session.exec(
            select(Post).join(Tenure, col(Tenure.post_id) == Post.id).where(Tenure.person_id == holder(session).id)
        ).one()
        return invite(session, office, post, "Trần Thị Mới", email, from_day, "Lan", now)


def focal_points(session: Session, day: date) -> list[str]:
    post = session.exec(
        select(Post).join(Tenure, col(Tenure.post_id) == Post.id).where(Tenure.person_id == holder(session).id)
    ).first()
    rows = session.exec(
        select(Person.email, Tenure.from_day, Tenure.to_day)
        .join(Tenure, col(Tenure.person_id) == Person.id)
        .where(Tenure.post_id == (post.id if post else 0))
    ).all()
    return [email for email, since, until in rows if since <= day and (until is None or until > day)]


def test_the_invited_takes_over_when_confirming_and_not_before(engine: Engine, keyed: Office, mail: MailServer):
    invited(engine, keyed)
    token = mailed_token(engine, keyed, mail)
    assert headers(mail, "To") == ["Trần Thị Mới <moi@skhdt.example.vn>"]
    with reading(engine) as session:
        assert focal_points(session, date(2014, 1, 8)) == ["dau-moi.skhdt@example.vn"]
        before = holder(session)
        opened = look_at(session, token, NOW)
        assert (opened.post_title, opened.unit_name) == ("Đầu mối thống kê", "Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng")
    with writing(engine) as session:
        old = enter(session, before, "link", OFFICE_PC, NOW)
    assert [item.role for item in known(engine, entered(engine, token)).holdings] == [Role.FOCAL_POINT]
    with reading(engine) as session:
        assert focal_points(session, date(2014, 1, 8)) == ["moi@skhdt.example.vn"]
        assert focal_points(session, date(2014, 1, 7)) == ["dau-moi.skhdt@example.vn"]
    assert known(engine, old) is None
    assert actions(engine)[-2:] == ["access.take_over", "access.sign_in"]


def test_a_hand_over_agreed_for_later_begins_that_day(engine: Engine, keyed: Office, mail: MailServer):
    invited(engine, keyed, from_day=date(2014, 2, 3))
    entered(engine, mailed_token(engine, keyed, mail))
    with reading(engine) as session:
        assert focal_points(session, date(2014, 2, 2)) == ["dau-moi.skhdt@example.vn"]
        assert focal_points(session, date(2014, 2, 3)) == ["moi@skhdt.example.vn"]


def test_two_hand_overs_on_one_day_leave_the_last(engine: Engine, keyed: Office, mail: MailServer):
    for email in ("mot@skhdt.example.vn", "hai@skhdt.example.vn"):
        invited(engine, keyed, email)
        entered(engine, mailed_token(engine, keyed, mail))
    with reading(engine) as session:
        assert focal_points(session, date(2014, 1, 8)) == ["hai@skhdt.example.vn"]


def test_a_withdrawn_or_replaced_invitation_is_closed(engine: Engine, keyed: Office, mail: MailServer):
    invited(engine, keyed)
    first = mailed_token(engine, keyed, mail)
    link = invited(engine, keyed)
    second = mailed_token(engine, keyed, mail)
    with writing(engine) as session:
        withdraw(session, session.get_one(Post, link.post_id), "Lan", NOW)
    for token in (first, second):
        with pytest.raises(LinkInvalid):
            entered(engine, token)


def test_an_invitation_to_yesterday_or_to_a_made_up_person_is_refused(engine: Engine, keyed: Office):
    with pytest.raises(Refused, match="trước hôm nay"):
        invited(engine, keyed, from_day=date(2014, 1, 7))
    with pytest.raises(Refused, match="người ví dụ"):
        invited(engine, keyed, "thu-truong.skhdt@example.vn")


# --- the first administrator, examples, the identity provider --------------------------------------------------------


def first_link(engine: Engine) -> str | None:
    link = first_administrator_link(engine, "http://127.0.0.1:8080/", NOW)
    return link and link.removeprefix("http://127.0.0.1:8080/vao/")


def become(engine: Engine, token: str, email: str = "an@soctrang.example.vn") -> str:
    with writing(engine) as session:
        return become_first_administrator(session, token, "Lê Thị An", email, OFFICE_PC, NOW)


def test_the_first_administrator_comes_in_by_the_newest_link_and_is_the_only_first(engine: Engine):
    old, token = first_link(engine), first_link(engine)
    with pytest.raises(LinkInvalid):
        become(engine, old or "")
    with pytest.raises(LinkInvalid):
        entered(engine, token or "")
    visitor = known(engine, become(engine, token or ""))
    assert [item.role for item in visitor.holdings] == [Role.ADMINISTRATOR]
    assert first_link(engine) is None
    assert "access.grant" in actions(engine)


def test_a_made_up_contact_cannot_become_the_first_administrator(engine: Engine):
    with pytest.raises(Refused, match="người ví dụ"):
        become(engine, first_link(engine) or "", "dau-moi.skhdt@example.vn")


def test_an_administrator_without_a_post_gets_a_link_too(engine: Engine, keyed: Office, mail: MailServer):
    become(engine, first_link(engine) or "")
    asked(engine, keyed, "an@soctrang.example.vn")
    assert known(engine, entered(engine, mailed_token(engine, keyed, mail)))


def test_examples_may_be_tried_on_until_a_real_person_holds_a_post(engine: Engine):
    with writing(engine) as session:
        add_examples_without_post(session, NOW)
        add_examples_without_post(session, NOW)
        people = example_people(session, NOW)
        assert [row.role for row in people[:2]] == ["administrator", "auditor"]
        assert enter_as_example(session, people[-1].person_id, OFFICE_PC, NOW)
        session.add(Person(name="Lê Thị An", email="an@soctrang.example.vn"))
    with writing(engine) as session:
        assert len(example_people(session, NOW)) == len(people)
        holder(session).example = False
    with writing(engine) as session:
        assert example_people(session, NOW) == ()
        with pytest.raises(Refused):
            enter_as_example(session, people[-1].person_id, OFFICE_PC, NOW)


def test_the_provider_is_believed_by_its_own_name_for_a_person_after_the_first_time(engine: Engine):
    email = "dau-moi.skhdt@example.vn"

    def come(subject: str, address: str, issuer: str = "https://id.example.vn") -> int:
        with writing(engine) as session:
            token = enter_from_outside(session, issuer, subject, address, OFFICE_PC, NOW)
            found = who(session, token, NOW)
            assert found is not None
            return found.person_id

    assert come("u-1", email) == come("u-1", "") == come("u-1", "thu-truong.skhdt@example.vn")
    for subject, address in (("u-2", ""), ("u-2", "ai-do@example.vn")):
        with pytest.raises(UnknownIdentity):
            come(subject, address)
    with pytest.raises(UnknownIdentity):
        come("u-1", "", "https://other.example.vn")


def test_every_role_of_the_register_is_one_the_rules_know(engine: Engine):
    with reading(engine) as session:
        roles = session.exec(select(Post.role).distinct()).all()
        assert set(roles) <= set(Role)
        assert held(session, holder(session, UNIT).id or 0, NOW)


def test_a_table_finds_who_was_invited_with_capitals_and_she_still_gets_in(
    engine: Engine, keyed: Office, mail: MailServer
):
    invited(engine, keyed, "Lan.Nguyen@skhdt.gov.vn")
    entered(engine, mailed_token(engine, keyed, mail))
    row = f"{UNIT},dau_moi,,Nguyễn Thị Lan,Lan.Nguyen@skhdt.gov.vn,"
    with writing(engine) as session:
        done = import_people(session, read_people(f"{','.join(COLUMNS)}\n{row}\n".encode()), "CTK", "Lan", NOW)
    assert (done.new_people, done.taken_over, done.handed_over) == (0, 1, 1)
    assert asked(engine, keyed, "Lan.Nguyen@skhdt.gov.vn")


def test_a_link_sent_to_an_address_that_was_wrong_opens_nothing(engine: Engine, keyed: Office, mail: MailServer):
    asked(engine, keyed)
    token = mailed_token(engine, keyed, mail)
    with writing(engine) as session:
        person = holder(session)
        person.confirmed_at = NOW
        address_health.mark(session, "email", person.email, address_health.DEAD, "550 5.1.1", NOW)
        health = session.exec(select(AddressHealth.id)).one() or 0
        coordinator = who(session, enter(session, holder(session, "CTK", "coordinator"), "link", OFFICE_PC, NOW), NOW)
        correct(session, coordinator, health, person.id or 0, "Lan@skhdt.gov.vn", "Hùng", NOW)
    with reading(engine) as session:
        [person] = session.exec(select(Person).where(Person.email == "lan@skhdt.gov.vn"))
        assert person.confirmed_at is None
    with pytest.raises(LinkInvalid):
        entered(engine, token)

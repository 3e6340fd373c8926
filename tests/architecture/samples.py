"""One registry of sample objects: what every parameter of an address can stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count

from engagement.accounts import service as accounts
from engagement.accounts.rules import Role
from engagement.ballots.queries import find_ballot, reasons_of
from engagement.contributions.importing import put_file
from engagement.contributions.rules import Channel
from engagement.conversations.maps import request_map
from engagement.conversations.overview import list_statements
from engagement.conversations.queries import find_conversation
from engagement.deliberation.service import draft
from engagement.files.service import keep_file
from engagement.insight.service import request_themes
from engagement.membership.records import AskRow, LotteryRow, asks_of, lotteries_of
from engagement.membership.rules import MemberRole
from engagement.messages.delivery import Envelope
from engagement.messages.errors import CannotDeliver
from engagement.messages.queries import list_messages
from engagement.messages.service import deliver_due, queue
from engagement.panels.desk import people_of
from engagement.panels.draw_queries import draws_of
from engagement.panels.feasibility import request_test_draw
from engagement.panels.first_stage import put_list
from engagement.panels.invitations import make_codes
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import seats_of
from engagement.people import service as people
from engagement.people.rules import ContactBy
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, add_activity
from engagement.prompts.rules import WordingFormat
from engagement.prompts.service import make_card, place_card
from engagement.prompts.wordings import Wording, set_activity_wording
from engagement.runs.service import cancel_run, request_run
from engagement.surveys.answering import begin_for
from engagement.surveys.service import publish_results
from tests.architecture.canaries import Values, canary
from tests.architecture.round_samples import ROUND_OBJECTS
from tests.architecture.routes import Route
from tests.architecture.session_samples import SESSION_OBJECTS
from tests.factories import PASSWORD, Partnership, Programme
from tests.factories.ballots import seated_panel, tallied_ballot
from tests.factories.cards import FACTS, published_card, words_of
from tests.factories.chain import chain, open_conversation, publish
from tests.factories.conversations import asks_to_be_told, conversed, mapped
from tests.factories.diaries import open_diary, write
from tests.factories.imports import take_good_rows
from tests.factories.members import full_membership, join
from tests.factories.moderation import HARM_SAID, NAMES_SAID, appealed, held, say
from tests.factories.panels import (
    draw_of,
    drawn_panel,
    letters_for,
    panel_of,
    register,
    take_seats,
)
from tests.factories.paper import differing_form, made_forms
from tests.factories.sessions import first_line, held_session
from tests.factories.surveys import questions, survey

_numbers = count(1)
VISITOR = "the token of a browser in which somebody has spoken"


class Refusing:
    """A mail server that refuses every address."""

    def deliver(self, envelope: Envelope) -> None:
        raise CannotDeliver("the mail server refused the address", for_good=True)


def _link(token: str) -> str:
    return f"https://engagement.test/link/{token}"


def _email(at: Partnership) -> str:
    return f"{canary(at)}{next(_numbers)}@{at.slug}.example"


def _resident(at: Partnership, programme: Programme, earlier: Values) -> str:
    return at.resident(f"Rae {canary(at)}", _email(at)).public_id


def _ballot(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        mark = f"{canary(at)} votes {next(_numbers)}"
        panel, residents = seated_panel(programme, 5, mark, published=True)
        return tallied_ballot(panel, residents, f"Nobody asked {canary(at)}")


def _recommendation(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return draft(None, earlier["panel_id"], f"Calls {canary(at)}", f"Call {canary(at)}")


def _reason(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        found = find_ballot(None, earlier["ballot_id"])
        assert found is not None
        return reasons_of(found.id)[0].public_id


def _staff(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        made = accounts.invite_staff(_email(at), f"Sal {canary(at)}", [(Role.OFFICER, None)], _link)
    return made.staff_public_id


def _message(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        made = queue("password_reset", _email(at), subject=canary(at), link=_link("none"))
        deliver_due(Refusing())
        found, _ = list_messages(1, 1)
    assert made == found[0].public_id
    assert found[0].can_send_again
    return made


def _ended_run(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        made = request_run("audit_check", {})
        cancel_run(made)
    return made


def _file(at: Partnership, programme: Programme, earlier: Values) -> str:
    content = f"place,{canary(at)}\n".encode()
    with at.inside():
        return keep_file(
            earlier["public_id"], f"{canary(at)}.csv", "text/csv", [content], timedelta(days=1)
        ).public_id


def _invitation(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        made = accounts.invite_staff(_email(at), f"Ivy {canary(at)}", [], lambda token: token)
    return made.link


def _reset(at: Partnership, programme: Programme, earlier: Values) -> str:
    tokens: list[str] = []
    email = at.staff(Role.BOARD_MEMBER).email
    with at.inside():
        accounts.send_password_reset(email, lambda token: tokens.append(token) or _link(token))
    return tokens[0]


def _resident_link(at: Partnership, programme: Programme, earlier: Values) -> str:
    tokens: list[str] = []
    email = _email(at)
    with at.inside():
        people.add_resident(f"Lin {canary(at)}", email=email, contact_by=ContactBy.EMAIL)
        people.send_link(email, lambda token: tokens.append(token) or _link(token))
    return tokens[0]


def _published(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        publish(programme)
    return programme.public_id


def _link_of_chain(name: str) -> Callable[[Partnership, Programme, Values], str]:
    def make(at: Partnership, programme: Programme, earlier: Values) -> str:
        with at.inside():
            return str(getattr(chain(programme, canary(at)), name))

    return make


def _activity(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        publish(programme)
        return open_conversation(programme, canary(at))


def _diary(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return open_diary(programme, canary(at))


def _entry(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return write(earlier["activity_id"], None, canary(at), browser=VISITOR)


def _conversation(at: Partnership, programme: Programme, earlier: Values) -> str:
    resident = at.resident(f"Con {canary(at)}")
    with at.inside():
        return conversed(programme, resident, f"{canary(at)} {next(_numbers)}")


def _survey(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        made = survey(programme, title=f"{canary(at)} {next(_numbers)}")
        publish_results(None, programme.public_id, made, shown=True)
        return made


def _survey_wording(at: Partnership, programme: Programme, earlier: Values) -> str:
    wording = Wording(WordingFormat.TRANSLATION, "ar", canary(at), canary(at), canary(at))
    with at.inside():
        return set_activity_wording(None, programme.public_id, earlier["activity_id"], wording)


def _survey_question(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return questions(programme, earlier["activity_id"])[-1].key


def _response(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return begin_for(earlier["activity_id"], Channel.PHONE, None)


def _statement(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        here = find_conversation(programme.public_id, earlier["activity_id"])
        assert here is not None
        return list_statements(here.id, 1, 1)[0][0].public_id


def _stop(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return asks_to_be_told(open_conversation(programme, canary(at)), _email(at))


def _map(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return mapped(earlier["activity_id"])


def _mapping(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return request_map(None, programme.public_id, earlier["activity_id"])


def _card(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return make_card(None, programme.public_id, words_of(canary(at)), FACTS)


def _shown_card(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        publish(programme)
        return published_card(programme, words_of(canary(at)))


def _placed_card(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        for _two in range(2):
            card = published_card(programme, words_of(canary(at)))
            place_card(None, programme.public_id, earlier["activity_id"], card)
        return card


def _wording(at: Partnership, programme: Programme, earlier: Values) -> str:
    wording = Wording(WordingFormat.EASY_READ, "en", canary(at), prompt=canary(at))
    with at.inside():
        return set_activity_wording(None, programme.public_id, earlier["activity_id"], wording)


def _waiting_file(at: Partnership, programme: Programme, earlier: Values) -> str:
    content = f"comment\nI waited, {canary(at)} {next(_numbers)}\n".encode()
    with at.inside():
        return put_file(None, programme.public_id, f"{canary(at)}.csv", content)


def _paper(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return made_forms(programme, f"Paper {canary(at)} {next(_numbers)}")[0]


def _form_to_decide(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return differing_form(programme, f"{canary(at)} {next(_numbers)}")


def _file_with_broken_rows(at: Partnership, programme: Programme, earlier: Values) -> str:
    content = f"comment,when\nIt was {canary(at)} {next(_numbers)},1/2/2026\nLate,soon\n".encode()
    with at.inside():
        return take_good_rows(programme, f"{canary(at)}.csv", content)


def _finding(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return request_themes(None, programme.public_id)


def _slug(at: Partnership, programme: Programme, earlier: Values) -> str:
    return at.slug


def _panel(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        panel = panel_of(programme, mark=f"{canary(at)} {next(_numbers)}", published=True)
        letters_for(panel, 1)
    return panel


def _activity_without_panel(at: Partnership, programme: Programme, earlier: Values) -> str:
    key = programme.public_id
    with at.inside():
        panel_of(programme, mark=f"{canary(at)} {next(_numbers)}")  # with who convenes it too
        return add_activity(
            None, key, ActivityPlan(ActivityKind.COMMUNITY_PANEL, f"Standing {canary(at)}")
        )


def _registration(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        panel = find_panel(None, earlier["panel_id"])
        assert panel is not None
        who = register(panel.public_id, letters_for(panel.public_id, 1)[0])
        people.change_own_details(
            who.resident_id, f"Reg {canary(at)}", "", "01632 960 001", "", ContactBy.PHONE
        )
        return people_of(panel.id)[0].public_id


def _draw(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        _drawn(earlier["panel_id"])
        found = find_panel(None, earlier["panel_id"])
        assert found is not None
        return draws_of(found.id)[0].public_id


def _draw_to_audit(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return drawn_panel(programme, f"{canary(at)} {next(_numbers)}")[1]


def _seat(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return _drawn(earlier["panel_id"])


def _drawn(panel: str) -> str:
    """The first seat of a panel, which is drawn where nobody has one yet."""
    found = find_panel(None, panel)
    assert found is not None
    if not seats_of(found.id):
        draw_of(panel)
    return seats_of(found.id)[0].public_id


def _payment_line(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        _drawn(earlier["panel_id"])
        held_session(earlier["panel_id"], take_seats(earlier["panel_id"]), f"Met {canary(at)}")
        return first_line(earlier["panel_id"])


def _test_draw(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return request_test_draw(None, earlier["panel_id"])


def _batch_of_codes(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return make_codes(None, earlier["panel_id"], 1, f"Shelter {canary(at)}")[0]


def _address_list(at: Partnership, programme: Programme, earlier: Values) -> str:
    content = f"address\r\n1 {canary(at)} Lane\r\n".encode()
    with at.inside():
        return put_list(None, earlier["panel_id"], f"{canary(at)}.csv", content)


def _standing_panel(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return full_membership(programme, f"{canary(at)} {next(_numbers)}")


def _member(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return join(earlier["panel_id"], name=f"Mem {canary(at)}").member


def _of_members(
    list_them: Callable[[int], Sequence[AskRow] | Sequence[LotteryRow]],
) -> Callable[[Partnership, Programme, Values], str]:
    def newest(at: Partnership, programme: Programme, earlier: Values) -> str:
        with at.inside():
            panel = find_panel(None, earlier["panel_id"])
            assert panel is not None
            return list_them(panel.id)[0].public_id

    return newest


def _waiting_for_moderator(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return say(programme, f"{NAMES_SAID} {canary(at)}", browser=str(next(_numbers)))


def _held_from_here(at: Partnership, programme: Programme, earlier: Values) -> str:
    """What somebody said from the browser of ``first_steps``, and a moderator held back."""
    with at.inside():
        said = say(programme, f"{NAMES_SAID} {canary(at)}", browser=VISITOR)
        held(programme, said)
        return said


def _harm(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return say(programme, f"{HARM_SAID} {canary(at)}", browser=str(next(_numbers)))


def _appeal(at: Partnership, programme: Programme, earlier: Values) -> str:
    resident = at.resident(f"App {canary(at)}", _email(at))
    with at.inside():
        said = say(programme, f"{NAMES_SAID} {canary(at)}", resident=resident)
        held(programme, said)
        return appealed(programme, said, resident, f"I did keep to it {canary(at)}")


# Each is in a state in which every route that takes it can do its work.
OBJECTS: Mapping[str, Callable[[Partnership, Programme, Values], str]] = {
    "/<short>": _slug,
    "residents/<public_id>": _resident,
    "programmes/<public_id>": _published,
    "say/<activity_id>": _activity,
    "diary/<activity_id>": _diary,
    "entries/<entry_id>": _entry,
    "telephone/<activity_id>": _activity,
    "conversation/<activity_id>": _conversation,
    "survey/<activity_id>": _survey,
    "wordings/<wording_id>": _survey_wording,
    "question/<question_id>": _survey_question,
    "entry/<response_id>": _response,
    "conversations/<activity_id>": _conversation,
    "statements/<statement_id>": _statement,
    "maps/<map_id>": _map,
    "stop/<token>": _stop,
    "map-runs/<run_id>": _mapping,
    "cards/<card_id>": _card,
    "data/<card_id>": _shown_card,
    "placed/<card_id>": _placed_card,
    "wording/<wording_id>": _wording,
    "words/<contribution_id>": _link_of_chain("contribution"),
    "one/<said_id>": _link_of_chain("contribution"),
    "moderation/<said_id>": _waiting_for_moderator,
    "what-became/<said_id>": _held_from_here,
    "safeguarding/<harm_id>": _harm,
    "appeals/<appeal_id>": _appeal,
    "themes/<theme_id>": _link_of_chain("theme"),
    "priorities/<priority_id>": _link_of_chain("priority"),
    "drafts/<draft_id>": _link_of_chain("draft"),
    "unlink/<paragraph_id>": _link_of_chain("paragraph"),
    "paragraphs/<paragraph_id>": _link_of_chain("paragraph"),
    "file/<import_id>": _waiting_file,
    "mend/<import_id>": _file_with_broken_rows,
    "print/<paper_id>": _paper,
    "compare/<form_id>": _form_to_decide,
    "runs/<run_id>": _finding,
    "panels/<panel_id>": _panel,
    "batches/<batch_id>": _batch_of_codes,
    "lists/<list_id>": _address_list,
    "open-panel/<activity_id>": _activity_without_panel,
    "standing-panels/<panel_id>": _standing_panel,
    "memberships/<panel_id>": _standing_panel,
    "members/<member_id>": _member,
    "asks/<ask_id>": _of_members(asks_of),
    "member-lotteries/<lottery_id>": _of_members(lotteries_of),
    "people/<registration_id>": _registration,
    "registrations/<registration_id>": _registration,
    "test-draw/<run_id>": _test_draw,
    "draws/<draw_id>": _draw,
    "audits/<draw_id>": _draw_to_audit,
    "seats/<seat_id>": _seat,
    "calls/<seat_id>": _seat,
    **SESSION_OBJECTS,
    "activities/<activity_id>": _activity,
    **ROUND_OBJECTS,
    "recommendations/<recommendation_id>": _recommendation,
    "ballots/<ballot_id>": _ballot,
    "votes/<ballot_id>": _ballot,
    "reasons/<reason_id>": _reason,
    "payments/<line_id>": _payment_line,
    "staff/<public_id>": _staff,
    "messages/<public_id>": _message,
    "runs/<public_id>": _ended_run,
    "files/<file_id>": _file,
    "invitation/<token>": _invitation,
    "reset/<token>": _reset,
    "link/<token>": _resident_link,
}
# What belongs to no partnership: the same everywhere.
SHARED: Mapping[str, str] = {
    "about/<key>": "sex",
    "page/<page>": "1",
    "questions/<key>": "sex",
    "targets/<feature>": "sex",
    "seat/<answer>": "accept",
    "/<answer>": "accept",
    "prints/<sheet>": "script",
    "scribes/<table>": "1",
    "/<act>": "close",
    "answers/<table>": "answers",
    "make-up/<moment>": "confirm",
    "/<file>": "commitment",
    "contributions/<form>": "csv",
    "files/<form>": "csv",
    "sample/<form>": "plain",
    "words/<language>": "en",
    "static/<name>": "build/app.css",
}
# What a form must hold for its route to do anything at all.
FORMS: Mapping[str, Mapping[str, str]] = {
    "admin.withdraw_role": {"role": Role.OFFICER.value},
    "admin.ask_for_run": {"kind": "audit_check"},
    "facilitators.take_member_role": {"role": MemberRole.CHAMPION.value},
}


def first_steps(at: Partnership) -> dict[str, str]:
    """What a browser holds that has taken the first step of signing in, of both kinds."""
    email = _email(at)
    with at.inside():
        made = accounts.invite_staff(email, f"Fay {canary(at)}", [], lambda token: token)
        step = accounts.accept_invitation(made.link, PASSWORD)
        (code,) = people.issue_letter_codes(1)
    return {"second_step": step, "account": email, "letter_code": code, "visitor": VISITOR}


class NoSample(AssertionError):
    """A parameter of an address that no sample stands for."""


class Samples:
    """The objects of one partnership."""

    def __init__(self, at: Partnership, programme: Programme) -> None:
        self._at, self._programme = at, programme
        self._kept: dict[tuple[str, ...], str] = {}

    def values(self, route: Route) -> Values:
        """Fresh values for the parameters of a route. Raises ``NoSample``."""
        self._kept.clear()
        return self.kept_values(route)

    def kept_values(self, route: Route) -> Values:
        """The same objects for every route, for who changes none. Raises ``NoSample``."""
        values: Values = {}
        for name, place in route.parameters.items():
            if place in SHARED:
                values[name] = SHARED[place]
            elif place in OBJECTS:
                key = (place, *values.values())
                if key not in self._kept:
                    self._kept[key] = OBJECTS[place](self._at, self._programme, values)
                values[name] = self._kept[key]
            else:
                raise NoSample(
                    f"{route.rule.rule}: nothing is known about “{place}”. Add to OBJECTS in"
                    f" {__name__} how one of a partnership is made, with the partnership's canary"
                    " word in every text of it; or to SHARED if it belongs to no partnership."
                )
        return values

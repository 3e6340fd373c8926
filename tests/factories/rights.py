"""People with a row in every table that can hold something about a resident, each with a word of
its own in every column, so that it can be looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import JSON, Column, Enum, Float, String, Table, func, select, update

from engagement.accounts.sessions import keep_interrupted_form
from engagement.audit.service import record
from engagement.ballots.models import Ballot, BallotEnvelope, BallotVoter, StrawVote
from engagement.ballots.rules import Kind
from engagement.contributions.models import (
    Appeal,
    Contribution,
    ModerationDecision,
    SafeguardingNote,
    TakenDown,
)
from engagement.contributions.rules import Decided, Telling
from engagement.contributions.service import Said, speak
from engagement.conversations.models import MapPlace, OpinionMap, Statement
from engagement.conversations.rules import Stance, Voter
from engagement.conversations.service import next_number
from engagement.conversations.voting import vote
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.transactions import transaction
from engagement.deliberation.models import (
    Evaluation,
    Recommendation,
    RecommendationSource,
    Round,
    RoundAnswer,
    RoundQuestion,
    RoundTask,
)
from engagement.deliberation.plans import RoundKind
from engagement.deliberation.rules import EvaluationPart
from engagement.extensions import Base, db
from engagement.membership.models import (
    LotteryMember,
    Member,
    MemberAsk,
    MemberContact,
    MemberInterest,
    MemberLottery,
    MemberRoleHeld,
)
from engagement.membership.rules import LotteryKind, LotteryState, MemberRole, MemberState
from engagement.panels.draw_queries import find_draw
from engagement.panels.draws import prepare_draw
from engagement.panels.invitations import Letter
from engagement.panels.models import Draw, DrawChance, Panel, Seat
from engagement.panels.models import Registration as RegistrationTable
from engagement.panels.rules import PayBy, SeatState
from engagement.people import consents
from engagement.people import service as people
from engagement.people.models import ParticipantLink
from engagement.people.participation import participate
from engagement.people.questions import ETHNIC_GROUP
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes.models import Activity
from engagement.programmes.rules import Topic
from engagement.rights.ties import SEALS
from engagement.sessions.models import (
    Attendance,
    Session,
    SessionHelper,
    SessionQuestion,
    TablePin,
    TablePinSeat,
    TablePlan,
    TableSeat,
)
from engagement.sessions.rules import HelperKind, Mode, PinKind
from tests.factories import Partnership, Programme, Resident
from tests.factories.chain import open_conversation, publish
from tests.factories.conversations import statements
from tests.factories.panels import drawn_panel, letters_for, register
from tests.factories.surveys import WAITS, answer, survey


@dataclass(frozen=True)
class Person:
    """A resident, and the canaries in what is held about them: where each was put."""

    resident: Resident
    canaries: Mapping[str, tuple[str, str]]
    rows: frozenset[tuple[str, int]]
    """The table and key of every row with something personal in it that came with them."""

    @property
    def words(self) -> set[str]:
        """The canaries that are words: databases write a number as they like."""
        return {canary for canary in self.canaries if canary.startswith("canary")}


@dataclass
class Stage:
    """A programme with a conversation and a panel that was drawn, for people to take part in."""

    place: Partnership
    programme: Programme = field(init=False)
    activity: str = field(init=False)
    survey: str = field(init=False)
    panel: str = field(init=False)
    draw: str = field(init=False)

    def __post_init__(self) -> None:
        self.programme = self.place.programme()
        with self.place.inside():
            publish(self.programme)
            self.activity = open_conversation(self.programme)
            self.survey = survey(self.programme, WAITS)
            self.panel, self.draw = drawn_panel(self.programme, f"of {self.place.slug}")

    def letter(self) -> Letter:
        """A letter for a household."""
        with self.place.inside():
            return letters_for(self.panel, 1)[0]

    def person(self, mark: str, letter: Letter) -> Person:
        """Somebody of whom everything is held."""
        with self.place.inside():
            before = dict(_newest())
            resident = self._take_part(mark, letter)
            public_id = db.session.scalars(
                select(people.Resident.public_id).where(people.Resident.id == resident)
            ).one()
        token = self.place.session(Resident(resident, public_id))
        with self.place.inside():
            assert keep_interrupted_form(token, "/p/x/me/contact", [("note", "typed")])
            rows = frozenset(_newer(before))
            canaries = dict(_plant(mark, rows))
        return Person(Resident(resident, public_id), canaries, rows)

    def _take_part(self, mark: str, letter: Letter) -> int:
        who = register(self.panel, letter, needs="A hearing loop").resident_id
        email = f"{mark}@example.net"
        people.change_own_details(who, mark, email, "01632 960 001", "1 Lane", ContactBy.EMAIL)
        people.issue_member_code(
            db.session.scalars(
                select(people.Resident.public_id).where(people.Resident.id == who)
            ).one()
        )
        people.send_link(email, lambda token: f"https://engagement.test/{token}")
        people.answer_question(who, ETHNIC_GROUP.key, "black", "the words", GivenHow.PHONE)
        said = Said(f"I waited for a long time, said {mark}", f"near {mark}", may_quote=True)
        spoken = speak(self.activity, said, "browser", resident_id=who)
        self._moderation(spoken, mark)
        self._converse(who, spoken)
        answer(self.programme, self.survey, resident=who)
        self._seat(who, mark)
        return who

    @transaction()
    def _converse(self, who: int, public_id: str) -> None:
        """What they said as a statement, votes on those of others too, and a place on a map."""
        said = db.session.scalars(
            select(Contribution).where(Contribution.public_id == public_id)
        ).one()
        key = db.session.scalars(
            select(Activity.id).where(Activity.public_id == self.activity)
        ).one()
        number = next_number(key)
        db.session.add(Statement(activity_id=key, number=number, contribution_id=said.id))
        db.session.flush()
        for statement in statements(key):
            vote(self.activity, statement, Stance.AGREE, Voter("", who))
        drawn = OpinionMap(
            activity_id=key,
            run_public_id=new_public_id(),
            method="by hand",
            version="1",
            fingerprint="f" * 64,
            people=1,
            statements=1,
            votes=1,
            groups=1,
            shown={},
            drawing="",
        )
        db.session.add(drawn)
        db.session.flush()
        place = MapPlace(
            opinion_map_id=drawn.id,
            participant_id=participate(who, self.programme.id),
            opinion_group=0,
        )
        db.session.add(place)

    @transaction()
    def _moderation(self, public_id: str, mark: str) -> None:
        """A decision about what they said, an appeal, a note, who wrote it down, what rests
        on it; it stays published."""
        said = select(Contribution.id).where(Contribution.public_id == public_id)
        key = db.session.scalars(said).one()
        decision = ModerationDecision(
            contribution_id=key, kind=Decided.PUBLISH, telling=Telling.NOBODY
        )
        db.session.add(decision)
        db.session.flush()
        db.session.add_all(
            [
                Appeal(contribution_id=key, decision_id=decision.id, words=mark, answer=mark),
                SafeguardingNote(contribution_id=key, note=mark),
                TakenDown(contribution_id=key, receipt_hash=f"{key:064}"),
            ]
        )
        panel = db.session.scalars(select(Panel.id).where(Panel.public_id == self.panel)).one()
        recommendation = Recommendation(panel_id=panel)
        db.session.add(recommendation)
        db.session.flush()
        source = RecommendationSource(recommendation_id=recommendation.id, contribution_id=key)
        db.session.add(source)

    @transaction()
    def _seat(self, who: int, mark: str) -> None:
        """A chance, a seat, a session attended and a record with sealed words."""
        panel = db.session.scalars(select(Panel).where(Panel.public_id == self.panel)).one()
        draw = db.session.scalars(select(Draw).where(Draw.public_id == self.draw)).one()
        registration = db.session.scalars(
            select(RegistrationTable).where(RegistrationTable.resident_id == who)
        ).one()
        db.session.add(
            DrawChance(draw_id=draw.id, registration_id=registration.id, number=0, chance=0.5)
        )
        seat = Seat(
            panel_id=panel.id,
            registration_id=registration.id,
            draw_id=draw.id,
            state=SeatState.ACCEPTED,
            deadline_at=clock.now(),
        )
        session = Session(
            activity_id=panel.activity_id,
            title="First session",
            starts_at=clock.now(),
            ends_at=clock.now(),
            mode=Mode.IN_PERSON,
            fee_pence=2500,
        )
        db.session.add_all([seat, session])
        db.session.flush()
        db.session.add(
            Attendance(
                session_id=session.id,
                seat_id=seat.id,
                pence=2500,
                pay_by=PayBy.VOUCHER,
                reference="V 17",
            )
        )
        self._sits(who, mark, seat, session)
        self._votes(mark, seat)
        self._membership(who, registration.id)
        record("seat.called about", "seat", seat.public_id, sealed=sealed(mark))

    def _sits(self, who: int, mark: str, seat: Seat, session: Session) -> None:
        """What is held about somebody who comes to a session."""
        pin = TablePin(session_id=session.id, kind=PinKind.TOGETHER)
        plan = TablePlan(
            session_id=session.id,
            tables=2,
            rounds=1,
            features=[],
            figures={},
            made_at=clock.now(),
        )
        db.session.add_all([pin, plan])
        db.session.flush()
        said = db.session.scalars(
            select(Contribution.id)
            .join(ParticipantLink, ParticipantLink.participant_id == Contribution.participant_id)
            .where(ParticipantLink.resident_id == who)
            .order_by(Contribution.id)
        ).first()
        assert said is not None
        db.session.add_all(
            [
                SessionHelper(
                    session_id=session.id, seat_id=seat.id, kind=HelperKind.BSL, words=f"Bo {mark}"
                ),
                TablePinSeat(pin_id=pin.id, seat_id=seat.id),
                TableSeat(plan_id=plan.id, seat_id=seat.id, round=1, table_number=1),
                SessionQuestion(
                    session_id=session.id, contribution_id=said, answer="Too few nurses"
                ),
            ]
        )
        self._takes_part(mark, seat.panel_id, said)

    def _takes_part(self, mark: str, panel_id: int, said: int) -> None:
        """What is held about somebody who takes part in a round from home."""
        of = Round(panel_id=panel_id, place=1, kind=RoundKind.LEARN, title="First round")
        db.session.add(of)
        db.session.flush()
        task = RoundTask(round_id=of.id, text="What is new to you?")
        participant = db.session.scalars(
            select(Contribution.participant_id).where(Contribution.id == said)
        ).one()
        db.session.add_all(
            [
                task,
                RoundQuestion(round_id=of.id, contribution_id=said, answer="Too few nurses"),
                Evaluation(
                    panel_id=panel_id,
                    part=EvaluationPart.BEFORE,
                    participant_id=participant,
                    marks={"trust": "4"},
                    words=f"Tired {mark}",
                    signed_as=f"Nobody {mark}",
                ),
            ]
        )
        db.session.flush()
        db.session.add(RoundAnswer(task_id=task.id, contribution_id=said, pseudonym="Amber Heron"))

    def _votes(self, mark: str, seat: Seat) -> None:
        """What is held about somebody who votes on a panel's ballots."""
        ballot = Ballot(panel_id=seat.panel_id, kind=Kind.CONSENT, question="Can you live with it?")
        db.session.add(ballot)
        db.session.flush()
        voter = BallotVoter(ballot_id=ballot.id, seat_id=seat.id, has_voted=True)
        db.session.add(voter)
        db.session.flush()
        db.session.add_all(
            [
                BallotEnvelope(voter_id=voter.id, sealed=f"sealed {mark}"),
                StrawVote(voter_id=voter.id, choice=f"Tea {mark}"),
            ]
        )

    def _membership(self, who: int, registration: int) -> None:
        """What is held about a member of a standing panel."""
        panel = db.session.scalars(select(Panel.id).where(Panel.public_id == self.panel)).one()
        member = Member(
            panel_id=panel,
            registration_id=registration,
            state=MemberState.MEMBER,
            paused_until=date(2026, 5, 1),
            paused_at=clock.now(),
        )
        number = db.session.scalars(select(func.count(MemberLottery.id))).one() + 1
        lottery = MemberLottery(
            panel_id=panel,
            number=number,
            kind=LotteryKind.SAMPLE,
            state=LotteryState.DRAWN,
            name="Twelve of us",
            seed_source="dice in the hall",
            seed_due="noon",
            seed="dice 4 2",
            places=12,
            rules={},
            facts={},
        )
        question = MemberAsk(panel_id=panel, title="Waiting", words="What helps?", left_out={})
        db.session.add_all([member, lottery, question])
        db.session.flush()
        consent = consents.give_consent(who, "ask", "interests/1", "the words", GivenHow.ONLINE)
        db.session.add_all(
            [
                MemberInterest(member_id=member.id, consent_id=consent, topic=Topic.WAITING),
                MemberRoleHeld(member_id=member.id, role=MemberRole.MENTOR),
                LotteryMember(lottery_id=lottery.id, member_id=member.id, probability="1/2"),
                MemberContact(ask_id=question.id, member_id=member.id, contact_by=ContactBy.EMAIL),
            ]
        )

    def draw_under_way(self) -> str:
        """A draw of the panel that waits to be worked out; its public id."""
        with self.place.inside():
            with transaction():
                db.session.execute(
                    update(Panel)
                    .where(Panel.public_id == self.panel)
                    .values(
                        registration_closes_at=clock.now() - timedelta(hours=1),
                        size=Panel.size + 20,  # seats to fill
                    )
                )
            made = prepare_draw(None, self.panel, "a beacon", "3 March, 14:00", tickets=10)
            assert find_draw(None, made) is not None
        return made


def sealed(mark: str) -> str:
    """The words of a record, whose digest stands in the chain: they are not changed afterwards."""
    return f"canary-{mark}-sealed"


def _personal() -> Iterator[tuple[Table, list[Column[object]]]]:
    for table in Base.metadata.tables.values():
        columns = [column for column in table.columns if column.info.get("personal")]
        if columns:
            yield table, columns


def _newest() -> Iterator[tuple[str, int]]:
    with db.engine.connect() as connection:
        for table, _ in _personal():
            yield table.name, connection.scalar(select(func.max(table.c.id))) or 0


def _newer(before: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The rows with something personal that came since ``before``."""
    with db.engine.connect() as connection:
        for table, _ in _personal():
            newer = select(table.c.id).where(table.c.id > before[table.name])
            yield from ((table.name, key) for key in connection.scalars(newer))


def _plant(mark: str, rows: Collection[tuple[str, int]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Put a canary into every personal column of these rows that can hold words."""
    with db.engine.begin() as connection:
        for table, columns in _personal():
            for key in sorted(key for name, key in rows if name == table.name):
                for column in columns:
                    if table.name == SEALS:
                        yield sealed(mark), (table.name, column.name)
                        continue
                    canary = f"canary-{mark}-{table.name}-{column.name}-{key}"[:60]
                    value: object = canary
                    if isinstance(column.type, JSON):
                        value = [["note", canary]]
                    elif isinstance(column.type, Float):
                        canary = f"0.1{key:05}{len(mark):03}7"
                        value = float(canary)
                    elif not isinstance(column.type, String) or isinstance(column.type, Enum):
                        continue  # a key to another row of theirs, a day, one of a few words
                    connection.execute(
                        update(table).where(table.c.id == key).values({column.name: value})
                    )
                    yield canary, (table.name, column.name)


def plant_address(place: Partnership, letter: Letter, canary: str) -> None:
    """Put a canary into the address of a letter."""
    table = Base.metadata.tables["invitation"]
    with place.inside(), db.engine.begin() as connection:
        done = connection.execute(
            update(table)
            .where(table.c.address == letter.address, table.c.partnership_id == place.id)
            .values(address=canary)
        )
        assert done.rowcount == 1

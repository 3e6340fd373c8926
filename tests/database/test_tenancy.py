"""Rows of one partnership while another is being served: in every table, by every kind of query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from engagement.audit.models import AuditHead
from engagement.audit.service import SYSTEM, acting_as
from engagement.database import prepared, tenancy
from engagement.database.tenancy import ForeignTenant, Partnered, TenantNotSet
from engagement.database.transactions import WriteOutsideTransaction, transaction
from engagement.extensions import Base, db
from engagement.partnerships.models import Partnership
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from tests.databases import counts, do, rows_of, undone
from tests.factories import World
from tests.factories.everything import Both

Model = type[Any]
TABLES: list[Model] = sorted(
    (m.class_ for m in Base.registry.mappers if issubclass(m.class_, Partnered)),
    key=lambda model: model.__tablename__,
)
every_table = pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__tablename__)


@pytest.fixture(autouse=True)
def in_shared_app(shared: Both) -> Iterator[None]:
    """Inside the shared application, where nothing is kept."""
    with shared.app.app_context(), acting_as(SYSTEM):
        yield
        db.session.rollback()


@pytest.fixture
def north(shared: Both) -> Iterator[int]:
    """While north is being served."""
    with tenancy.serving(shared.world.north.id):
        yield shared.world.north.id


def owners(model: Model) -> dict[int, int]:
    """How many rows of a table each partnership has, read past the filter."""
    rows = db.session.execute(
        text(f"SELECT partnership_id, count(*) FROM {model.__tablename__} GROUP BY 1")
    )
    return {row[0]: row[1] for row in rows}


def foreign_key(model: Model, shared: Both) -> int:
    """The key of a row of south's."""
    return db.session.execute(
        text(f"SELECT max(id) FROM {model.__tablename__} WHERE partnership_id = :south"),
        {"south": shared.world.south.id},
    ).scalar_one()


def test_every_table_has_rows_of_both(shared: Both) -> None:
    assert len(TABLES) > 15
    for model in TABLES:
        assert set(owners(model)) == {shared.world.north.id, shared.world.south.id}, model
    assert 0 not in counts(shared.url).values()


def in_a_subquery(model: Model) -> Select[Any]:
    inner = select(model.id, model.partnership_id).subquery()
    return select(inner.c.partnership_id)


def in_an_alias_of_a_subquery(model: Model) -> Select[Any]:
    return select(aliased(model, select(model).subquery()).partnership_id)


def in_a_common_table(model: Model) -> Select[Any]:
    inner = select(model.partnership_id).cte()
    return select(inner.c.partnership_id)


def in_a_union(model: Model) -> Select[Any]:
    inner = union_all(select(model.partnership_id), select(model.partnership_id)).subquery()
    return select(inner.c.partnership_id)


def among_keys(model: Model) -> Select[Any]:
    return select(model.partnership_id).where(model.id.in_(select(model.id)))


def among_keys_of_an_alias(model: Model) -> Select[Any]:
    other = aliased(model)
    return select(Partnership.id).where(Partnership.id.in_(select(other.partnership_id)))


def where_one_exists(model: Model) -> Select[Any]:
    return select(Partnership.id).where(exists().where(model.partnership_id == Partnership.id))


def where_an_alias_exists(model: Model) -> Select[Any]:
    other = aliased(model)
    return select(Partnership.id).where(
        select(other.id).where(other.partnership_id == Partnership.id).exists()
    )


def joined(model: Model) -> Select[Any]:
    return select(Partnership.id).join(model, model.partnership_id == Partnership.id)


def joined_alias(model: Model) -> Select[Any]:
    other = aliased(model)
    return select(Partnership.id).join(other, other.partnership_id == Partnership.id)


def joined_outside(model: Model) -> Select[Any]:
    return select(model.partnership_id).outerjoin(
        Partnership, model.partnership_id == Partnership.id
    )


def joined_to_itself(model: Model) -> Select[Any]:
    other = aliased(model)
    return select(other.partnership_id).join(model, literal(1) == 1)


def by_a_scalar(model: Model) -> Select[Any]:
    newest = select(func.max(model.partnership_id)).scalar_subquery()
    return select(newest)


READS: list[Callable[[Model], Select[Any]]] = [
    lambda model: select(model.partnership_id),
    lambda model: select(aliased(model).partnership_id),
    lambda model: select(model.partnership_id).where(literal(1) == 1).order_by(model.id.desc()),
    lambda model: select(func.max(model.partnership_id)),
    lambda model: select(model.partnership_id).group_by(model.partnership_id),
    in_a_subquery,
    in_an_alias_of_a_subquery,
    in_a_common_table,
    in_a_union,
    among_keys,
    among_keys_of_an_alias,
    where_one_exists,
    where_an_alias_exists,
    joined,
    joined_alias,
    joined_outside,
    joined_to_itself,
    by_a_scalar,
]


@every_table
def test_no_kind_of_query_sees_the_rows_of_another(model: Model, north: int) -> None:
    for read in READS:
        found = db.session.scalars(read(model)).all()
        assert set(found) == {north}, getattr(read, "__name__", read)


@every_table
def test_the_same_queries_everywhere_see_both(model: Model, shared: Both) -> None:
    both = {shared.world.north.id, shared.world.south.id}
    with tenancy.everywhere():
        seen = [set(db.session.scalars(read(model))) for read in READS]
    assert [one for one in seen if one != both] == [
        {shared.world.south.id},  # the greatest
        {shared.world.south.id},
    ]


@every_table
def test_objects_counts_and_keys_stop_at_the_border(model: Model, north: int, shared: Both) -> None:
    own = owners(model)[north]
    rows = db.session.scalars(select(model)).all()
    assert {row.partnership_id for row in rows} == {north}
    assert len(rows) == own
    assert db.session.scalar(select(func.count(model.id))) == own
    assert db.session.scalar(select(func.count()).select_from(model)) == own
    assert db.session.scalar(select(func.count()).select_from(aliased(model))) == own
    db.session.expunge_all()
    assert db.session.get(model, foreign_key(model, shared)) is None
    assert db.session.get(model, rows[0].id).partnership_id == north


@every_table
def test_changes_and_deletions_stop_at_the_border(model: Model, north: int, shared: Both) -> None:
    own, key = owners(model)[north], foreign_key(model, shared)
    with undone():
        same = {"partnership_id": model.partnership_id}
        assert db.session.execute(update(model).values(same)).rowcount == own
        assert db.session.execute(update(model).where(model.id == key).values(same)).rowcount == 0
        assert db.session.execute(delete(model).where(model.id == key)).rowcount == 0
        other = aliased(model)
        near = select(other.id).where(other.id == key)
        assert db.session.execute(delete(model).where(model.id.in_(near))).rowcount == 0


def one_of(model: Model, partnership_id: int) -> Any:
    """A row of a partnership, as an object."""
    with tenancy.everywhere():
        rows = select(model).where(model.partnership_id == partnership_id).limit(1)
        return db.session.scalars(rows).one()


@every_table
def test_a_row_of_another_is_not_written(model: Model, north: int, shared: Both) -> None:
    south, flush = shared.world.south.id, db.session.flush
    with pytest.raises(ForeignTenant):
        do(lambda: db.session.add(model(partnership_id=south)), flush)
    with pytest.raises(ForeignTenant):
        do(lambda: db.session.execute(insert(model).values(partnership_id=south)))
    held = one_of(model, south)
    with pytest.raises(ForeignTenant):
        do(lambda: db.session.delete(held), flush)
    held = one_of(model, south)
    with pytest.raises(ForeignTenant):
        do(lambda: setattr(held, "partnership_id", north), flush)


@every_table
def test_a_row_of_ones_own_is_not_given_away(model: Model, north: int, shared: Both) -> None:
    held = one_of(model, north)
    with pytest.raises(ForeignTenant):
        do(lambda: setattr(held, "partnership_id", shared.world.south.id), db.session.flush)


@every_table
def test_nothing_is_read_or_written_before_a_partnership_is_named(model: Model) -> None:
    for read in READS:
        with pytest.raises(TenantNotSet):
            db.session.execute(read(model))
    for statement in (
        select(model),
        select(func.count(model.id)),
        select(func.count()).select_from(model),
        update(model).values(partnership_id=model.partnership_id),
        delete(model),
    ):
        with pytest.raises(TenantNotSet), transaction():
            db.session.execute(statement)
    with pytest.raises(TenantNotSet):
        do(lambda: db.session.add(model(partnership_id=1)), db.session.flush)


def test_a_table_without_its_class_is_refused_unless_it_says_that_it_filters_itself(
    north: int,
) -> None:
    table = Resident.__table__
    sly = [
        select(table.c.name),
        select(func.count()).select_from(table),
        select(select(table.c.name).subquery()),
        select(Partnership.__table__.c.id).where(
            exists().where(table.c.partnership_id == Partnership.__table__.c.id)
        ),
        insert(table).values(name="Ada"),
        update(table).values(name="Ada"),
        delete(table),
    ]
    for statement in sly:
        with pytest.raises(ForeignTenant), transaction():
            db.session.execute(statement)
        with tenancy.serving(None), pytest.raises(ForeignTenant), transaction():  # type: ignore[arg-type]
            db.session.execute(statement)
    own = select(table.c.partnership_id).where(table.c.partnership_id == north)
    found = db.session.scalars(own, execution_options={tenancy.FILTERS_ITSELF: True})
    assert set(found) == {north}
    assert db.session.scalars(select(Partnership.__table__.c.slug)).all()


def test_a_new_row_gets_the_partnership_that_is_being_served(app: Any, world: World) -> None:
    with world.south.inside():
        with transaction():
            resident = Resident(name="Ada")
            db.session.add(resident)
        assert resident.partnership_id == world.south.id


def test_the_scope_ends_with_its_block_and_inner_ones_give_way(shared: Both) -> None:
    north, south = shared.world.north.id, shared.world.south.id
    with tenancy.serving(north):
        with tenancy.serving(south):
            assert tenancy.current_partnership_id() == south
        with pytest.raises(ZeroDivisionError), tenancy.everywhere():
            raise ZeroDivisionError
        assert tenancy.current_partnership_id() == north
    for nobody in (tenancy.everywhere, lambda: tenancy.serving(None)):  # type: ignore[arg-type]
        with nobody(), pytest.raises(TenantNotSet):
            tenancy.current_partnership_id()


def test_the_same_statement_is_filtered_anew_for_each_partnership(shared: Both) -> None:
    statement = select(AuditHead.partnership_id)
    for key in (shared.world.north.id, shared.world.south.id, shared.world.north.id):
        with tenancy.serving(key):
            assert db.session.scalars(statement).all() == [key]


def test_what_a_page_of_one_reads_holds_no_word_of_the_other(shared: Both) -> None:
    with tenancy.serving(shared.world.north.id):
        seen = "\n".join(
            str(tuple(getattr(row, column.key) for column in model.__mapper__.columns))
            for model in TABLES
            for row in db.session.scalars(select(model))
        )
    assert [word for word in shared.north.words if word not in seen] == []
    assert [word for word in shared.south.words if word in seen] == []
    assert [word for word in shared.south.words if word not in rows_of(shared.url)] == []


# What is prepared and sent past the session


@every_table
def test_prepared_queries_stop_at_the_border(model: Model, north: int) -> None:
    for read in READS:
        statement = read(model)
        for _ in range(2):  # made once, it is asked again and again
            found = {row[0] for row in prepared.read(statement)}
            assert found == {north}, getattr(read, "__name__", read)


@every_table
def test_prepared_queries_serve_each_partnership_in_turn_and_everywhere_both(
    model: Model, shared: Both
) -> None:
    statement = select(model.partnership_id).where(model.id > bindparam("least"))
    both = {shared.world.north.id, shared.world.south.id}
    for key in both:
        with tenancy.serving(key):
            assert {row[0] for row in prepared.read(statement, least=0)} == {key}
    with tenancy.everywhere():
        assert {row[0] for row in prepared.read(statement, least=0)} == both
    with pytest.raises(TenantNotSet):
        prepared.read(statement, least=0)


@every_table
def test_prepared_changes_and_deletions_stop_at_the_border(
    model: Model, north: int, shared: Both
) -> None:
    own, key = owners(model)[north], foreign_key(model, shared)
    same = update(model).values(partnership_id=model.partnership_id)
    gone = delete(model).where(model.id == bindparam("key"))
    with undone():
        assert prepared.write(same).rowcount == own
        assert prepared.write(gone, key=key).rowcount == 0
    for statement, values in ((same, {}), (gone, {"key": key})):
        for send in (prepared.write, prepared.read):
            with pytest.raises(WriteOutsideTransaction):
                send(statement, **values)
        with tenancy.serving(None), pytest.raises(TenantNotSet), transaction():  # type: ignore[arg-type]
            prepared.write(statement, **values)


def test_a_prepared_row_gets_the_partnership_that_is_being_served(shared: Both) -> None:
    values = {"name": "Ada", "contact_by": ContactBy.NOBODY}
    with tenancy.serving(shared.world.south.id), undone():
        key = prepared.add(Resident, **values)
        found = db.session.get(Resident, key)
        assert found is not None
        assert (found.name, found.partnership_id) == ("Ada", shared.world.south.id)
    with tenancy.serving(shared.world.south.id), pytest.raises(WriteOutsideTransaction):
        prepared.add(Resident, **values)
    for nowhere in (tenancy.serving(None), tenancy.everywhere()):  # type: ignore[arg-type]
        with nowhere, pytest.raises(TenantNotSet), transaction():
            prepared.add(Resident, **values)


def test_a_prepared_statement_names_classes_and_inserts_nothing(north: int) -> None:
    table = Resident.__table__
    for statement in (
        select(table.c.name),
        update(table).values(name="Ada"),
        delete(table),
        insert(table).values(name="Ada"),
        insert(Resident).values(name="Ada"),
    ):
        for send in (prepared.read, prepared.write):
            with pytest.raises(ForeignTenant), transaction():
                send(statement)


def test_a_prepared_query_finds_what_the_use_case_wrote_before(north: int) -> None:
    with undone():
        db.session.add(Resident(name="Ada Unwritten"))
        assert prepared.read(select(Resident.id).where(Resident.name == "Ada Unwritten"))

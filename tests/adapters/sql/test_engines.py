"""How a database is named."""

import sys
from pathlib import Path

import pytest

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import InvalidValue, MissingExtra
from webtidbok.model.ids import ClinicId
from webtidbok.testing.builders import THE_CLINIC, a_clinic
from webtidbok.testing.store_scenes import put


@pytest.mark.parametrize("name", ["plain.db", "å ä ö.db", "50% #1?.db", "no ending"])
def test_a_path_is_a_file(tmp_path: Path, name: str) -> None:
    engine = open_database(str(tmp_path / name), create=True)
    create_schema(engine)
    engine.dispose()

    assert (tmp_path / name).exists()


def test_a_url_is_a_url(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/x.db")
    create_schema(engine)
    engine.dispose()

    assert (tmp_path / "x.db").exists()


@pytest.mark.parametrize("text", ["", "://", "nonsense://somewhere", "not a url://"])
def test_what_names_no_database_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="database"):
        open_database(text)


def test_a_password_is_not_in_the_error() -> None:
    with pytest.raises(InvalidValue) as caught:
        open_database("nonsense://user:hemligt@host/db")

    assert "hemligt" not in str(caught.value)


def test_postgresql_is_spoken_to_through_psycopg() -> None:
    for url in ("postgresql://nobody@/nowhere", "postgresql+psycopg://nobody@/nowhere"):
        engine = open_database(url)
        assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")
        assert engine.hide_parameters


def test_a_missing_driver_is_named_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"webtidbok\[postgresql\]"):
        open_database("postgresql://nobody@/nowhere")


def test_another_engine_is_refused_for_now() -> None:
    engine = open_database("sqlite://")
    engine.dialect.name = "mysql"
    with pytest.raises(ValueError, match="mysql"):
        SqlStore.from_engine(engine)


def test_a_database_in_memory_serves_one_thread() -> None:
    engine = open_database("sqlite://")
    create_schema(engine)
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())

    assert store.clinic_ids() == (ClinicId(THE_CLINIC),)
    engine.dispose()

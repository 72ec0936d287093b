"""`among(column, name)`: the rows whose key is one of a list, sent as one value and so always the same statement."""

import json
from collections.abc import Collection
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine


def among(column: Any, name: str) -> ColumnElement[bool]:
    """The column is one of the keys that the statement is given under this name."""
    found: ColumnElement[bool] = column.bool_op("IN")(_Each(bindparam(name, type_=_Keys())))
    return found


class Keys(tuple[UUID, ...]):
    """The keys that a page's statements are asked about, one after the other: their JSON is written once."""

    @cached_property
    def json(self) -> str:
        """The stored digits of each."""
        return json.dumps([key.hex for key in self])


class _Keys(TypeDecorator[Collection[UUID]]):
    """A list of keys in one value: an array on PostgreSQL, JSON of the stored digits on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Uuid()))

    def process_bind_param(self, value: Collection[UUID] | None, dialect: Dialect) -> Any:
        keys = value if isinstance(value, Keys) else Keys(value or ())
        return keys.json if dialect.name == "sqlite" else list(keys)


class _Each(GenericFunction[UUID]):
    """The keys of the list, as rows."""

    name = "each_key"
    type = Uuid()
    inherit_cache = True


@compiles(_Each, "sqlite")
def _of_json(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kw)}))"  # noqa: S608 - a bound value


@compiles(_Each, "postgresql")
def _of_array(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **kw)}))"

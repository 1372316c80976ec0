"""Two small apps that are to become one document: one owns a shape, the other's view contains it."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Raw
from quart import Blueprint, Quart
from quart_schema import hide

from chassis.bodies import Body, accepts, answers, answers_nothing, asks, refuses
from chassis.openapi import shape


class Leaf(msgspec.Struct):
    color: str


class Tree(msgspec.Struct):
    """A tree as it stands."""

    id: UUID
    leaves: list[Leaf]
    version: int


class NewTree(Body):
    name: Annotated[str, Meta(min_length=1)]


class TreeQuery(Body):
    color: str
    limit: Annotated[int, Meta(ge=1, description="How many.")] = 50
    after: Annotated[str, Meta(max_length=512)] | None = None


class Forest(msgspec.Struct):
    """A view over another service's trees."""

    best: Annotated[Raw, shape("Tree")] | None


def make_app(name: str, *handlers: object) -> Quart:
    app = Quart(name, static_folder=None)
    blueprint = Blueprint(name, __name__)
    for handler in handlers:
        handler(blueprint)  # type: ignore[operator]
    app.register_blueprint(blueprint)
    return app


def owns_trees(blueprint: Blueprint) -> None:
    @blueprint.post("/v1/trees")
    @refuses(409, "There is one of that name.")
    @accepts(NewTree)
    @answers(Tree, 201)
    async def plant_tree(new: NewTree) -> None:
        """Plant a tree. It grows.

        In the end it falls.
        """

    @blueprint.get("/v1/trees/<uuid:tree_id>")
    @hide
    @answers(Tree)
    async def get_tree(tree_id: UUID) -> None: ...

    @blueprint.delete("/v1/trees/<uuid:tree_id>")
    @answers_nothing
    async def fell_tree(tree_id: UUID) -> None:
        """Fell a tree."""


def views_forest(blueprint: Blueprint) -> None:
    @blueprint.get("/v1/forest")
    @asks(TreeQuery)
    @answers(Forest)
    async def view_forest(query: TreeQuery) -> None:
        """View the forest."""

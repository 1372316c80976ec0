"""The routes of the tasks service, by what they are about."""

from tasks.routes import tasks

BLUEPRINTS = (tasks.blueprint,)

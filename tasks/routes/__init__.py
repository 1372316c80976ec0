"""The routes of the tasks service, by what they are about."""

from tasks.routes import assignees, comments, home, tasks, trash

BLUEPRINTS = (tasks.blueprint, trash.blueprint, assignees.blueprint, comments.blueprint, home.blueprint)

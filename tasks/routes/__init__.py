"""The routes of the tasks service, by what they are about."""

from tasks.routes import activity, assignees, batch, comments, home, tasks, trash, undo

BLUEPRINTS = (
    tasks.blueprint,
    trash.blueprint,
    assignees.blueprint,
    comments.blueprint,
    home.blueprint,
    activity.blueprint,
    batch.blueprint,
    undo.blueprint,
)

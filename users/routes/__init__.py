"""What this service answers to."""

from users.routes import account, auth, internal, undo

BLUEPRINTS = (auth.blueprint, account.blueprint, undo.blueprint, internal.blueprint)

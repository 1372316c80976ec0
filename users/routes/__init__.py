"""What this service answers to."""

from users.routes import account, auth, internal

BLUEPRINTS = (auth.blueprint, account.blueprint, internal.blueprint)

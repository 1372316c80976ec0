"""Accounts, sessions, tokens, signing keys, and what ends and limits them."""

from alembic import op

from keys.client.claims import MIGRATION as CLAIMS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(CLAIMS)
    # The collation is fixed, so that the same two addresses are equal on every server.
    op.execute("""
        CREATE TABLE accounts (
            id                uuid         PRIMARY KEY,
            email             text         NOT NULL,
            name              text         NOT NULL,
            password_hash     text         NOT NULL,
            created_at        timestamptz  NOT NULL DEFAULT now(),
            updated_at        timestamptz  NOT NULL DEFAULT now(),
            version           bigint       NOT NULL DEFAULT 1,
            name_version      bigint       NOT NULL DEFAULT 1,
            email_version     bigint       NOT NULL DEFAULT 1,
            password_version  bigint       NOT NULL DEFAULT 1
        );
        CREATE UNIQUE INDEX accounts_email ON accounts (lower(email COLLATE "C"));
    """)
    op.execute("""
        CREATE TABLE sessions (
            id             uuid         PRIMARY KEY,
            account_id     uuid         NOT NULL REFERENCES accounts ON DELETE CASCADE,
            device         text         NOT NULL,
            family_hash    bytea        NOT NULL UNIQUE,
            secret_hash    bytea        NOT NULL,
            previous_hash  bytea,
            nonce          bytea,
            signed_in_at   timestamptz  NOT NULL DEFAULT now(),
            used_at        timestamptz  NOT NULL DEFAULT now(),
            expires_at     timestamptz  NOT NULL
        );
        CREATE INDEX sessions_account ON sessions (account_id, id);
        CREATE INDEX sessions_expires ON sessions (expires_at);
    """)
    op.execute("""
        CREATE TABLE tokens (
            id           uuid         PRIMARY KEY,
            account_id   uuid         NOT NULL REFERENCES accounts ON DELETE CASCADE,
            name         text         NOT NULL,
            prefix       text         NOT NULL,
            secret_hash  bytea        NOT NULL UNIQUE,
            scopes       text[]       NOT NULL,
            rooms        uuid[],
            created_at   timestamptz  NOT NULL DEFAULT now(),
            used_at      timestamptz,
            expires_at   timestamptz  NOT NULL
        );
        CREATE INDEX tokens_account ON tokens (account_id, id);
        CREATE INDEX tokens_expires ON tokens (expires_at);
    """)
    op.execute("""
        CREATE TABLE signing_keys (
            id          uuid         PRIMARY KEY,
            public      jsonb        NOT NULL,
            sealed      text         NOT NULL,
            signs_from  timestamptz  NOT NULL
        );
    """)
    op.execute("""
        CREATE TABLE revocations (
            xid  xid8         NOT NULL DEFAULT pg_current_xact_id(),
            id   uuid         NOT NULL,
            at   timestamptz  NOT NULL DEFAULT now(),
            PRIMARY KEY (xid, id)
        );
        CREATE INDEX revocations_at ON revocations (at);
    """)
    op.execute("""
        CREATE TABLE attempts (
            policy     text         NOT NULL,
            subject    bytea        NOT NULL,
            hits       integer      NOT NULL,
            resets_at  timestamptz  NOT NULL,
            PRIMARY KEY (policy, subject)
        );
        CREATE INDEX attempts_resets ON attempts (resets_at);
    """)


def downgrade() -> None:
    raise RuntimeError("migrations run forward: restore a backup instead")

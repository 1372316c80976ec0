SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.claims (
    id uuid NOT NULL,
    landed boolean NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.followed (
    feed text NOT NULL,
    cursor text
);
CREATE TABLE public.idempotency_keys (
    caller uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint,
    headers jsonb,
    body bytea,
    at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.invites (
    code text NOT NULL,
    room_id uuid NOT NULL,
    role text NOT NULL,
    created_by uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    max_uses integer,
    uses integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invites_check CHECK ((uses <= max_uses))
);
CREATE TABLE public.rooms (
    id uuid NOT NULL,
    name text NOT NULL,
    name_version bigint DEFAULT 1 NOT NULL,
    description text NOT NULL,
    description_version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL
);
INSERT INTO public.alembic_version VALUES ('0003');
INSERT INTO public.claims VALUES ('01a20908-6f9e-720d-8e4f-d0b2bd56f53d', true, '2026-11-23 15:31:17.540392+00');
INSERT INTO public.claims VALUES ('01a20908-715b-742b-b237-dfb72e29ff1c', true, '2026-11-23 15:31:17.985774+00');
INSERT INTO public.claims VALUES ('01a20908-7281-742b-8ad6-7ce3e2ef1b7b', true, '2026-11-23 15:31:18.277038+00');
INSERT INTO public.followed VALUES ('keys', 'WzkzOSwxMl0');
INSERT INTO public.rooms VALUES ('01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'Web shop relaunch', 1, 'The new shop goes live before the season starts.', 1, '2026-11-23 15:31:17.540392+00', '2026-11-23 15:31:17.540392+00', 1);
INSERT INTO public.rooms VALUES ('01a20908-715b-742b-b237-dfb5a2641e81', 'Spring workshop week', 1, 'Five evenings on which people learn to mend their own bicycles.', 1, '2026-11-23 15:31:17.985774+00', '2026-11-23 15:31:17.985774+00', 1);
INSERT INTO public.rooms VALUES ('01a20908-7281-742b-8ad6-7ce1e660e558', 'Office and paperwork', 1, 'What nobody likes to do and somebody has to.', 1, '2026-11-23 15:31:18.277038+00', '2026-11-23 15:31:18.277038+00', 1);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.followed
    ADD CONSTRAINT followed_pkey PRIMARY KEY (feed);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, key);
ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (id);
CREATE INDEX claims_at ON public.claims USING btree (at);
CREATE INDEX idempotency_keys_at ON public.idempotency_keys USING btree (at);
CREATE INDEX invites_expire ON public.invites USING btree (expires_at);
CREATE INDEX invites_of_maker ON public.invites USING btree (created_by);
CREATE INDEX invites_of_room ON public.invites USING btree (room_id, created_at, code);
ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_room_id_fkey FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

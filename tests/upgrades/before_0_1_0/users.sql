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
CREATE TABLE public.accounts (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    name_version bigint DEFAULT 1 NOT NULL,
    email_version bigint DEFAULT 1 NOT NULL,
    password_version bigint DEFAULT 1 NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attempts (
    policy text NOT NULL,
    subject bytea NOT NULL,
    hits integer NOT NULL,
    resets_at timestamp with time zone NOT NULL
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
CREATE TABLE public.revocations (
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.sessions (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    device text NOT NULL,
    family_hash bytea NOT NULL,
    secret_hash bytea NOT NULL,
    previous_hash bytea,
    nonce bytea,
    signed_in_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.signing_keys (
    id uuid NOT NULL,
    public jsonb NOT NULL,
    sealed text NOT NULL,
    signs_from timestamp with time zone NOT NULL
);
CREATE TABLE public.tokens (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    rooms uuid[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL
);
INSERT INTO public.accounts VALUES ('01a20908-6eb9-7787-a0fb-bb737935e0f2', 'amara@linden-bikes.example', 'Amara Okafor', '$argon2id$v=19$m=19456,t=2,p=1$6Jf1hCqjcVdzuQQh+4w+Ow$Skp9ATsKsEAnysdCbYHmQN08IjjAHtMQEaEFTdd99cM', '2026-11-23 15:31:17.312498+00', '2026-11-23 15:31:17.312498+00', 1, 1, 1, 1);
INSERT INTO public.accounts VALUES ('01a20908-6eee-74b4-a997-295207ed5f84', 'jonas@linden-bikes.example', 'Jonas Lindqvist', '$argon2id$v=19$m=19456,t=2,p=1$NaBIMbXe3qD5IQzmlQgC+A$eIvFZ/Ivd9pW17p7Tj+T5o5Y3jBQ+aewEMkzsO7qKD4', '2026-11-23 15:31:17.362895+00', '2026-11-23 15:31:17.362895+00', 1, 1, 1, 1);
INSERT INTO public.accounts VALUES ('01a20908-6f1c-7772-8160-a230c2689f3f', 'priya@linden-bikes.example', 'Priya Raman', '$argon2id$v=19$m=19456,t=2,p=1$cxB1o6bpsfBwEckQI3P8Mw$WCDEpg6s0ZQ+nbwaVcKnO0bjJ8JllQQvAIMEUkEZwIM', '2026-11-23 15:31:17.408624+00', '2026-11-23 15:31:17.408624+00', 1, 1, 1, 1);
INSERT INTO public.accounts VALUES ('01a20908-6f43-75b2-ac6c-8f7da3874410', 'tomas@linden-bikes.example', 'Tomás Herrera', '$argon2id$v=19$m=19456,t=2,p=1$lP8NIDM62AWMGlC0qbfnmA$NQg9C5yDF4kBEouxIkDdGQZD4vSyoQXW1O8s25DY5iQ', '2026-11-23 15:31:17.45152+00', '2026-11-23 15:31:17.45152+00', 1, 1, 1, 1);
INSERT INTO public.accounts VALUES ('01a20908-6f85-758e-9ea6-92cd18546ccd', 'mei@linden-bikes.example', 'Mei Tanaka', '$argon2id$v=19$m=19456,t=2,p=1$C4Nax8NzctzoX3WPuFXlsw$DCqon+1RIpKQZXuDeIfY3XHDX42HRq1zFmikXb0ezbE', '2026-11-23 15:31:17.513498+00', '2026-11-23 15:31:17.513498+00', 1, 1, 1, 1);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.attempts VALUES ('login-account', '\x495d2f0780cb6fe8cd9332ce96864d315f770453216b84d7bc3cefd2450eeb30', 1, '2026-11-23 15:46:17.229776+00');
INSERT INTO public.attempts VALUES ('login-address', '\x12ca17b49af2289436f303e0166030a21e525d266e209267433801a8fd4071a0', 1, '2026-11-23 15:46:17.229776+00');
INSERT INTO public.attempts VALUES ('register-account', '\x495d2f0780cb6fe8cd9332ce96864d315f770453216b84d7bc3cefd2450eeb30', 1, '2026-11-23 16:31:17.278947+00');
INSERT INTO public.attempts VALUES ('register-account', '\x37cb2cadb3d9f9f536a1c86e9c1a4d43e16fcbb825365a345e0c28124e0d7ceb', 1, '2026-11-23 16:31:17.331337+00');
INSERT INTO public.attempts VALUES ('register-account', '\xd5a133c73f12cf299d463d5c2f954866dbfa0f59afefd32199501502beba2e5f', 1, '2026-11-23 16:31:17.378546+00');
INSERT INTO public.attempts VALUES ('register-account', '\x9869c76fdc08f93cabf2a259b8a5d63965ceaac55099c72db6b15632d9f1325b', 1, '2026-11-23 16:31:17.418852+00');
INSERT INTO public.attempts VALUES ('register-account', '\xace581066fcf859908195f0060b08935fe0b9a56f92508309d939ccb0368dc3d', 1, '2026-11-23 16:31:17.477291+00');
INSERT INTO public.attempts VALUES ('register-address', '\x12ca17b49af2289436f303e0166030a21e525d266e209267433801a8fd4071a0', 5, '2026-11-23 16:31:17.278947+00');
INSERT INTO public.attempts VALUES ('lookup-account', '\x54e04485e6c1e2d890c84882c7e0fad0d72857c30eeddfac86b2925a1610a721', 4, '2026-11-23 16:31:17.559654+00');
INSERT INTO public.attempts VALUES ('lookup-account', '\x3d48c7c3f0be3be43843f22432c58eae3d6bb25b082e25c272aec3ba55a5bd61', 3, '2026-11-23 16:31:18.005783+00');
INSERT INTO public.attempts VALUES ('lookup-account', '\xeaccd799df20f44da92058baa490f04348c53b4205e426aad32b6d6ec350bf55', 2, '2026-11-23 16:31:18.288738+00');
INSERT INTO public.claims VALUES ('01a20908-6eb9-7787-a0fb-bb7597ccc409', true, '2026-11-23 15:31:17.312498+00');
INSERT INTO public.claims VALUES ('01a20908-6eee-74b4-a997-2954b0ebd734', true, '2026-11-23 15:31:17.362895+00');
INSERT INTO public.claims VALUES ('01a20908-6f1c-7772-8160-a2327d1f15c8', true, '2026-11-23 15:31:17.408624+00');
INSERT INTO public.claims VALUES ('01a20908-6f43-75b2-ac6c-8f7f3708b53b', true, '2026-11-23 15:31:17.45152+00');
INSERT INTO public.claims VALUES ('01a20908-6f85-758e-9ea6-92cf4d00484c', true, '2026-11-23 15:31:17.513498+00');
INSERT INTO public.followed VALUES ('keys', 'WzkzOSwxMl0');
INSERT INTO public.sessions VALUES ('01a20908-6eb9-7787-a0fb-bb74ac019490', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'Python/3.11 aiohttp/3.14.5', '\xea2eeb217bbee550d8079564952e09a8b6be0959f1cb78ceff0ec7c2d8e5abad', '\x409cafcd706cbceebff48e94ede79ba8ad3b577d13970b6048bf5dd9e14eb3cf', NULL, NULL, '2026-11-23 15:31:17.312498+00', '2026-11-23 15:31:17.312498+00', '2026-12-23 15:31:17.312498+00');
INSERT INTO public.sessions VALUES ('01a20908-6eee-74b4-a997-2953fd78738f', '01a20908-6eee-74b4-a997-295207ed5f84', 'Python/3.11 aiohttp/3.14.5', '\x989681ea5f7c69d8f6923e6e390a4ba70a62511c023977d1c8c0c0c6d6a8ac6a', '\xc995c0f8b4beff55c5f6a94819119cd945a0a754108ca099daa0e575bc9cc7e0', NULL, NULL, '2026-11-23 15:31:17.362895+00', '2026-11-23 15:31:17.362895+00', '2026-12-23 15:31:17.362895+00');
INSERT INTO public.sessions VALUES ('01a20908-6f1c-7772-8160-a2311e2900fa', '01a20908-6f1c-7772-8160-a230c2689f3f', 'Python/3.11 aiohttp/3.14.5', '\x179c169e7a11722b88a4398c5744a051fb9d5852e960c3a5d6b4cd8277e84277', '\xa27aa2cff697632f27045c71698501af4e86fbdbf3105b2821d9a407a855e49c', NULL, NULL, '2026-11-23 15:31:17.408624+00', '2026-11-23 15:31:17.408624+00', '2026-12-23 15:31:17.408624+00');
INSERT INTO public.sessions VALUES ('01a20908-6f43-75b2-ac6c-8f7ed114168f', '01a20908-6f43-75b2-ac6c-8f7da3874410', 'Python/3.11 aiohttp/3.14.5', '\xa33d7c460d0abfe090e36a05b8f5bc1fdbcc2c8ea9ae0d921706ceaa0cb86429', '\xc922acb04a160078e154fbdcf52cd0a19a0c627a3dde5f7ab3b04163b8ea5dfe', NULL, NULL, '2026-11-23 15:31:17.45152+00', '2026-11-23 15:31:17.45152+00', '2026-12-23 15:31:17.45152+00');
INSERT INTO public.sessions VALUES ('01a20908-6f85-758e-9ea6-92ceaa6578af', '01a20908-6f85-758e-9ea6-92cd18546ccd', 'Python/3.11 aiohttp/3.14.5', '\xbf2371f3b45c23e850fa23229ddb45602f3fe16d808738da784b9a2b273a6696', '\x9af9d97888de243779091f47b2762d9f22a86125c26498d5939efe400dd66c7a', NULL, NULL, '2026-11-23 15:31:17.513498+00', '2026-11-23 15:31:17.513498+00', '2026-12-23 15:31:17.513498+00');
INSERT INTO public.signing_keys VALUES ('01a20908-4162-7417-b098-021461f6a849', '{"x": "FqxMJp2QjSlsanQvfiEgR2XE0D18g1KcYftEEe5rvzA", "alg": "Ed25519", "crv": "Ed25519", "kid": "01a20908-4162-7417-b098-021461f6a849", "kty": "OKP", "use": "sig"}', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..tbTLiqIiLze1A0H2.1y2FIrMDCRSFxPvDqYqJhmF4mtilBXky7AxIG0UAGYKGtEZzn1B4pFmW-LftPjhX2It2oBRRpIQBLxzQNuHjvkKxMdeuWj15JaZ8y9C18YfppXGB6Vq6kaZudJDMS6Cv1dz0oty4Lvh2gdo_2BkuCb5RtRTE1zZhbPw_IYV04aMchqOHovjm0GQH0jXNa_3vLS9xMytjq63anBZJfmDfABQr4JydvoR3J_hS3c_nt6UVLzEo5vjrlarQUtqoTB3qdCfjJzYg1HNjAw.ueLfk7W2Y7w1onyoDo3fIA', '2026-11-23 15:31:05.697418+00');
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (policy, subject);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.followed
    ADD CONSTRAINT followed_pkey PRIMARY KEY (feed);
ALTER TABLE ONLY public.revocations
    ADD CONSTRAINT revocations_pkey PRIMARY KEY (xid, id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_family_hash_key UNIQUE (family_hash);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_secret_hash_key UNIQUE (secret_hash);
CREATE UNIQUE INDEX accounts_email ON public.accounts USING btree (lower((email COLLATE "C")));
CREATE INDEX attempts_resets ON public.attempts USING btree (resets_at);
CREATE INDEX claims_at ON public.claims USING btree (at);
CREATE INDEX revocations_at ON public.revocations USING btree (at);
CREATE INDEX sessions_account ON public.sessions USING btree (account_id, id);
CREATE INDEX sessions_expires ON public.sessions USING btree (expires_at);
CREATE INDEX tokens_account ON public.tokens USING btree (account_id, id);
CREATE INDEX tokens_expires ON public.tokens USING btree (expires_at);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

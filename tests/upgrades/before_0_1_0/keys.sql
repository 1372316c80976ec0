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
CREATE TABLE public.changes (
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    room_id uuid,
    actor uuid,
    kind text NOT NULL,
    entity uuid NOT NULL,
    op text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    before jsonb,
    after jsonb,
    at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.claims (
    id uuid NOT NULL,
    owner text NOT NULL,
    expires_at timestamp with time zone NOT NULL
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
CREATE TABLE public.links (
    id uuid NOT NULL,
    relation text NOT NULL,
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    target_type text NOT NULL,
    target_id uuid NOT NULL,
    role text,
    via uuid,
    claim uuid,
    version bigint DEFAULT 1 NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    dropped_at timestamp with time zone,
    dropping uuid,
    CONSTRAINT links_check CHECK (((relation = 'member'::text) = (role IS NOT NULL)))
);
CREATE TABLE public.nodes (
    type text NOT NULL,
    id uuid NOT NULL,
    claim uuid,
    buried_at timestamp with time zone,
    drained_at timestamp with time zone
);
INSERT INTO public.alembic_version VALUES ('0003');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('795', 1, '01a20908-6f9e-720d-8e4f-d0b0955e6d23', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'member', '01a20908-6f9e-720d-8e4f-d0b1489806f8', 'created', 1, NULL, '{"role": "owner", "source": "01a20908-6eb9-7787-a0fb-bb737935e0f2", "target": "01a20908-6f9e-720d-8e4f-d0b0955e6d23"}', '2026-11-23 15:31:17.544051+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('797', 2, '01a20908-6f9e-720d-8e4f-d0b0955e6d23', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'member', '01a20908-6fc4-70b4-8619-2d1d6b86dd69', 'created', 1, NULL, '{"role": "admin", "source": "01a20908-6eee-74b4-a997-295207ed5f84", "target": "01a20908-6f9e-720d-8e4f-d0b0955e6d23"}', '2026-11-23 15:31:17.571983+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('799', 3, '01a20908-6f9e-720d-8e4f-d0b0955e6d23', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'member', '01a20908-6fd9-7706-9b54-c884e4be9912', 'created', 1, NULL, '{"role": "editor", "source": "01a20908-6f1c-7772-8160-a230c2689f3f", "target": "01a20908-6f9e-720d-8e4f-d0b0955e6d23"}', '2026-11-23 15:31:17.593042+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('801', 4, '01a20908-6f9e-720d-8e4f-d0b0955e6d23', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'member', '01a20908-6feb-73f4-bf32-5c5d78c8756f', 'created', 1, NULL, '{"role": "contributor", "source": "01a20908-6f43-75b2-ac6c-8f7da3874410", "target": "01a20908-6f9e-720d-8e4f-d0b0955e6d23"}', '2026-11-23 15:31:17.610622+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('805', 5, '01a20908-6f9e-720d-8e4f-d0b0955e6d23', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'member', '01a20908-7002-7345-b992-08d9ef16184f', 'created', 1, NULL, '{"role": "viewer", "source": "01a20908-6f85-758e-9ea6-92cd18546ccd", "target": "01a20908-6f9e-720d-8e4f-d0b0955e6d23"}', '2026-11-23 15:31:17.634422+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('874', 6, '01a20908-715b-742b-b237-dfb5a2641e81', '01a20908-6eee-74b4-a997-295207ed5f84', 'member', '01a20908-715b-742b-b237-dfb6cfc9866e', 'created', 1, NULL, '{"role": "owner", "source": "01a20908-6eee-74b4-a997-295207ed5f84", "target": "01a20908-715b-742b-b237-dfb5a2641e81"}', '2026-11-23 15:31:17.989203+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('876', 7, '01a20908-715b-742b-b237-dfb5a2641e81', '01a20908-6eee-74b4-a997-295207ed5f84', 'member', '01a20908-717b-7178-b849-107199a78836', 'created', 1, NULL, '{"role": "editor", "source": "01a20908-6f43-75b2-ac6c-8f7da3874410", "target": "01a20908-715b-742b-b237-dfb5a2641e81"}', '2026-11-23 15:31:18.011161+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('878', 8, '01a20908-715b-742b-b237-dfb5a2641e81', '01a20908-6eee-74b4-a997-295207ed5f84', 'member', '01a20908-7189-728a-b8b7-c7f3bd1b6d66', 'created', 1, NULL, '{"role": "editor", "source": "01a20908-6f85-758e-9ea6-92cd18546ccd", "target": "01a20908-715b-742b-b237-dfb5a2641e81"}', '2026-11-23 15:31:18.025116+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('881', 9, '01a20908-715b-742b-b237-dfb5a2641e81', '01a20908-6eee-74b4-a997-295207ed5f84', 'member', '01a20908-7196-7145-a3c5-a75f6b7291d6', 'created', 1, NULL, '{"role": "viewer", "source": "01a20908-6eb9-7787-a0fb-bb737935e0f2", "target": "01a20908-715b-742b-b237-dfb5a2641e81"}', '2026-11-23 15:31:18.038143+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('935', 10, '01a20908-7281-742b-8ad6-7ce1e660e558', '01a20908-6f1c-7772-8160-a230c2689f3f', 'member', '01a20908-7281-742b-8ad6-7ce204d4c01d', 'created', 1, NULL, '{"role": "owner", "source": "01a20908-6f1c-7772-8160-a230c2689f3f", "target": "01a20908-7281-742b-8ad6-7ce1e660e558"}', '2026-11-23 15:31:18.279025+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('937', 11, '01a20908-7281-742b-8ad6-7ce1e660e558', '01a20908-6f1c-7772-8160-a230c2689f3f', 'member', '01a20908-729b-75b2-aa31-4694c5134e56', 'created', 1, NULL, '{"role": "admin", "source": "01a20908-6eb9-7787-a0fb-bb737935e0f2", "target": "01a20908-7281-742b-8ad6-7ce1e660e558"}', '2026-11-23 15:31:18.298128+00');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES ('939', 12, '01a20908-7281-742b-8ad6-7ce1e660e558', '01a20908-6f1c-7772-8160-a230c2689f3f', 'member', '01a20908-72ab-7633-8861-50dec8a5a8ab', 'created', 1, NULL, '{"role": "contributor", "source": "01a20908-6f85-758e-9ea6-92cd18546ccd", "target": "01a20908-7281-742b-8ad6-7ce1e660e558"}', '2026-11-23 15:31:18.315505+00');
INSERT INTO public.links VALUES ('01a20908-6f9e-720d-8e4f-d0b1489806f8', 'member', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'owner', NULL, NULL, 1, '2026-11-23 15:31:17.544051+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-6fc4-70b4-8619-2d1d6b86dd69', 'member', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'admin', NULL, NULL, 1, '2026-11-23 15:31:17.571983+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-6fd9-7706-9b54-c884e4be9912', 'member', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'editor', NULL, NULL, 1, '2026-11-23 15:31:17.593042+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-6feb-73f4-bf32-5c5d78c8756f', 'member', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'contributor', NULL, NULL, 1, '2026-11-23 15:31:17.610622+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7002-7345-b992-08d9ef16184f', 'member', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', 'viewer', NULL, NULL, 1, '2026-11-23 15:31:17.634422+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-700b-76d6-9dc9-82113793ef9d', 'in_room', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.671545+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-700b-76d6-9dc9-821257a5fb7a', 'author', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.671545+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-700b-76d6-9dc9-821009a599ac', 'assignee', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-6fd9-7706-9b54-c884e4be9912', NULL, 1, '2026-11-23 15:31:17.671545+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7038-7422-a5cd-3fd490d8585b', 'on_task', 'comment', '01a20908-7038-7422-a5cd-3fd3dddd59bd', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.698457+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7038-7422-a5cd-3fd59586dff6', 'author', 'comment', '01a20908-7038-7422-a5cd-3fd3dddd59bd', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.698457+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-704a-7308-8787-8cbd34362007', 'on_task', 'comment', '01a20908-704a-7308-8787-8cbc8f32ca18', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.714886+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-704a-7308-8787-8cbedfa20a6d', 'author', 'comment', '01a20908-704a-7308-8787-8cbc8f32ca18', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.714886+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7059-76c5-8e8c-9d05d6c87d97', 'on_task', 'comment', '01a20908-7059-76c5-8e8c-9d04d6649e7f', 'task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.729735+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7059-76c5-8e8c-9d06286018b5', 'author', 'comment', '01a20908-7059-76c5-8e8c-9d04d6649e7f', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.729735+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-706b-7742-a73c-119b57a60447', 'in_room', 'task', '01a20908-706b-7742-a73c-1199912af53b', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.747371+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-706b-7742-a73c-119c59eb11a3', 'author', 'task', '01a20908-706b-7742-a73c-1199912af53b', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.747371+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-706b-7742-a73c-119a25329654', 'assignee', 'task', '01a20908-706b-7742-a73c-1199912af53b', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-6feb-73f4-bf32-5c5d78c8756f', NULL, 1, '2026-11-23 15:31:17.747371+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7079-7769-8010-2ea4fc88e624', 'in_room', 'task', '01a20908-7079-7769-8010-2ea1a1565494', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.763185+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7079-7769-8010-2ea5595fe361', 'author', 'task', '01a20908-7079-7769-8010-2ea1a1565494', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.763185+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7079-7769-8010-2ea280452044', 'assignee', 'task', '01a20908-7079-7769-8010-2ea1a1565494', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-6fc4-70b4-8619-2d1d6b86dd69', NULL, 1, '2026-11-23 15:31:17.763185+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7079-7769-8010-2ea3e2d853f0', 'assignee', 'task', '01a20908-7079-7769-8010-2ea1a1565494', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-6feb-73f4-bf32-5c5d78c8756f', NULL, 1, '2026-11-23 15:31:17.763185+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7089-7455-9213-8960f156978f', 'on_task', 'comment', '01a20908-7089-7455-9213-895f0fd249aa', 'task', '01a20908-7079-7769-8010-2ea1a1565494', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.775558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7089-7455-9213-8961faba02dd', 'author', 'comment', '01a20908-7089-7455-9213-895f0fd249aa', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.775558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7095-7520-8ef5-ade1a259031b', 'in_room', 'task', '01a20908-7095-7520-8ef5-addf8a7a4c9c', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.787436+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7095-7520-8ef5-ade2e10e37ed', 'author', 'task', '01a20908-7095-7520-8ef5-addf8a7a4c9c', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.787436+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7095-7520-8ef5-ade03a9441a7', 'assignee', 'task', '01a20908-7095-7520-8ef5-addf8a7a4c9c', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-6fc4-70b4-8619-2d1d6b86dd69', NULL, 1, '2026-11-23 15:31:17.787436+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70a0-7780-9a33-48cb66870ab2', 'in_room', 'task', '01a20908-70a0-7780-9a33-48c93fd29ce1', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.799357+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70a0-7780-9a33-48ccc894ae8c', 'author', 'task', '01a20908-70a0-7780-9a33-48c93fd29ce1', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.799357+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70a0-7780-9a33-48cabefc4505', 'assignee', 'task', '01a20908-70a0-7780-9a33-48c93fd29ce1', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-6feb-73f4-bf32-5c5d78c8756f', NULL, 1, '2026-11-23 15:31:17.799357+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70ad-7795-b229-afe816b12fd0', 'in_room', 'task', '01a20908-70ad-7795-b229-afe6a1d54324', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.812469+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70ad-7795-b229-afe989a6e351', 'author', 'task', '01a20908-70ad-7795-b229-afe6a1d54324', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.812469+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70ad-7795-b229-afe73d3e4743', 'assignee', 'task', '01a20908-70ad-7795-b229-afe6a1d54324', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-6fc4-70b4-8619-2d1d6b86dd69', NULL, 1, '2026-11-23 15:31:17.812469+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70ba-7381-ae81-4b2e2554d46b', 'on_task', 'comment', '01a20908-70ba-7381-ae81-4b2d780b958b', 'task', '01a20908-70ad-7795-b229-afe6a1d54324', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.824081+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70ba-7381-ae81-4b2f6c62f623', 'author', 'comment', '01a20908-70ba-7381-ae81-4b2d780b958b', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.824081+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70c5-721a-a720-8ee071661367', 'in_room', 'task', '01a20908-70c5-721a-a720-8edd4f08b772', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.837558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70c5-721a-a720-8ee12ddac38d', 'author', 'task', '01a20908-70c5-721a-a720-8edd4f08b772', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.837558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70c5-721a-a720-8ede0de77a0c', 'assignee', 'task', '01a20908-70c5-721a-a720-8edd4f08b772', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-6fd9-7706-9b54-c884e4be9912', NULL, 1, '2026-11-23 15:31:17.837558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70c5-721a-a720-8edf7d611a58', 'assignee', 'task', '01a20908-70c5-721a-a720-8edd4f08b772', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-6feb-73f4-bf32-5c5d78c8756f', NULL, 1, '2026-11-23 15:31:17.837558+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70d4-764f-84f4-a7a625bdf967', 'in_room', 'task', '01a20908-70d4-764f-84f4-a7a405c6fab7', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.854637+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70d4-764f-84f4-a7a7d48508f5', 'author', 'task', '01a20908-70d4-764f-84f4-a7a405c6fab7', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.854637+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70d4-764f-84f4-a7a5e8ae9bf8', 'assignee', 'task', '01a20908-70d4-764f-84f4-a7a405c6fab7', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-6f9e-720d-8e4f-d0b1489806f8', NULL, 1, '2026-11-23 15:31:17.854637+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70e7-70f8-926d-0bb6f028a0d4', 'in_room', 'task', '01a20908-70e7-70f8-926d-0bb472d6ce1b', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.87077+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70e7-70f8-926d-0bb7237aad12', 'author', 'task', '01a20908-70e7-70f8-926d-0bb472d6ce1b', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.87077+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70e7-70f8-926d-0bb5aa400020', 'assignee', 'task', '01a20908-70e7-70f8-926d-0bb472d6ce1b', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-6fd9-7706-9b54-c884e4be9912', NULL, 1, '2026-11-23 15:31:17.87077+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70f6-70b9-b99f-1f61c1c1c46b', 'in_room', 'task', '01a20908-70f6-70b9-b99f-1f600105f7c9', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.885802+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-70f6-70b9-b99f-1f62d985bc79', 'author', 'task', '01a20908-70f6-70b9-b99f-1f600105f7c9', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.885802+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7106-70bf-9fd4-bd674893bf86', 'in_room', 'task', '01a20908-7106-70bf-9fd4-bd655d0a01c6', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.900968+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7106-70bf-9fd4-bd68ffcdbe95', 'author', 'task', '01a20908-7106-70bf-9fd4-bd655d0a01c6', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.900968+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7106-70bf-9fd4-bd66f73e6bce', 'assignee', 'task', '01a20908-7106-70bf-9fd4-bd655d0a01c6', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-6fc4-70b4-8619-2d1d6b86dd69', NULL, 1, '2026-11-23 15:31:17.900968+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7113-72b0-af3b-31a37a7de6d9', 'in_room', 'task', '01a20908-7113-72b0-af3b-31a202eef535', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.912807+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7113-72b0-af3b-31a4e0284495', 'author', 'task', '01a20908-7113-72b0-af3b-31a202eef535', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.912807+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-711f-729f-85e3-caa379280168', 'in_room', 'task', '01a20908-711f-729f-85e3-caa1ad70148e', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.927812+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-711f-729f-85e3-caa4f2beee47', 'author', 'task', '01a20908-711f-729f-85e3-caa1ad70148e', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.927812+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-711f-729f-85e3-caa227ddbc47', 'assignee', 'task', '01a20908-711f-729f-85e3-caa1ad70148e', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7002-7345-b992-08d9ef16184f', NULL, 1, '2026-11-23 15:31:17.927812+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-712d-744c-a98f-17d6755b631d', 'in_room', 'task', '01a20908-712d-744c-a98f-17d5691ac91d', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.939415+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-712d-744c-a98f-17d72e9b4b9e', 'author', 'task', '01a20908-712d-744c-a98f-17d5691ac91d', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.939415+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-713b-7301-8a9b-9ab7d4f171cf', 'on_task', 'comment', '01a20908-713b-7301-8a9b-9ab62dfd6670', 'task', '01a20908-712d-744c-a98f-17d5691ac91d', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.959442+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-713b-7301-8a9b-9ab874021f5c', 'author', 'comment', '01a20908-713b-7301-8a9b-9ab62dfd6670', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.959442+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-714e-732c-869b-1b06e6e893f8', 'in_room', 'task', '01a20908-714e-732c-869b-1b035d503ad3', 'room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.972625+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-714e-732c-869b-1b07d8048d3d', 'author', 'task', '01a20908-714e-732c-869b-1b035d503ad3', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:17.972625+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-714e-732c-869b-1b041245c793', 'assignee', 'task', '01a20908-714e-732c-869b-1b035d503ad3', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-6f9e-720d-8e4f-d0b1489806f8', NULL, 1, '2026-11-23 15:31:17.972625+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-714e-732c-869b-1b052d455287', 'assignee', 'task', '01a20908-714e-732c-869b-1b035d503ad3', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-6fc4-70b4-8619-2d1d6b86dd69', NULL, 1, '2026-11-23 15:31:17.972625+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-715b-742b-b237-dfb6cfc9866e', 'member', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', 'owner', NULL, NULL, 1, '2026-11-23 15:31:17.989203+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-717b-7178-b849-107199a78836', 'member', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', 'editor', NULL, NULL, 1, '2026-11-23 15:31:18.011161+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7189-728a-b8b7-c7f3bd1b6d66', 'member', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', 'editor', NULL, NULL, 1, '2026-11-23 15:31:18.025116+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7196-7145-a3c5-a75f6b7291d6', 'member', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', 'viewer', NULL, NULL, 1, '2026-11-23 15:31:18.038143+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-719b-733c-8fad-400f440803b2', 'in_room', 'task', '01a20908-719b-733c-8fad-400db22f9047', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.050922+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-719b-733c-8fad-40100dea7c8b', 'author', 'task', '01a20908-719b-733c-8fad-400db22f9047', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.050922+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-719b-733c-8fad-400e25c13bba', 'assignee', 'task', '01a20908-719b-733c-8fad-400db22f9047', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7189-728a-b8b7-c7f3bd1b6d66', NULL, 1, '2026-11-23 15:31:18.050922+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71a9-7385-8950-f35657bc395b', 'in_room', 'task', '01a20908-71a9-7385-8950-f354b495b9bb', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.066484+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71a9-7385-8950-f3574c79825b', 'author', 'task', '01a20908-71a9-7385-8950-f354b495b9bb', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.066484+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71a9-7385-8950-f3557687d17a', 'assignee', 'task', '01a20908-71a9-7385-8950-f354b495b9bb', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-717b-7178-b849-107199a78836', NULL, 1, '2026-11-23 15:31:18.066484+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7200-73a7-bfcc-f352494ea0d4', 'on_task', 'comment', '01a20908-7200-73a7-bfcc-f351a6d66f1d', 'task', '01a20908-71f1-72be-9def-8bb0ad50b96a', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.151985+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7200-73a7-bfcc-f353744a18ef', 'author', 'comment', '01a20908-7200-73a7-bfcc-f351a6d66f1d', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.151985+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-720d-742b-8cb8-a819087081d1', 'on_task', 'comment', '01a20908-720d-742b-8cb8-a8189386c24e', 'task', '01a20908-71f1-72be-9def-8bb0ad50b96a', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.162763+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-720d-742b-8cb8-a81a0c04bd78', 'author', 'comment', '01a20908-720d-742b-8cb8-a8189386c24e', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.162763+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7218-77ef-b836-9e5c18933c52', 'in_room', 'task', '01a20908-7218-77ef-b836-9e5966a7809f', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.177301+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7218-77ef-b836-9e5d5cdddd71', 'author', 'task', '01a20908-7218-77ef-b836-9e5966a7809f', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.177301+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7218-77ef-b836-9e5a81c5caf8', 'assignee', 'task', '01a20908-7218-77ef-b836-9e5966a7809f', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-717b-7178-b849-107199a78836', NULL, 1, '2026-11-23 15:31:18.177301+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7218-77ef-b836-9e5b92dd027a', 'assignee', 'task', '01a20908-7218-77ef-b836-9e5966a7809f', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-715b-742b-b237-dfb6cfc9866e', NULL, 1, '2026-11-23 15:31:18.177301+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7227-76f7-9e84-6d1c5ae813bf', 'in_room', 'task', '01a20908-7227-76f7-9e84-6d1af182f438', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.188593+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7227-76f7-9e84-6d1dbf4dab58', 'author', 'task', '01a20908-7227-76f7-9e84-6d1af182f438', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.188593+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7227-76f7-9e84-6d1b102022c5', 'assignee', 'task', '01a20908-7227-76f7-9e84-6d1af182f438', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7189-728a-b8b7-c7f3bd1b6d66', NULL, 1, '2026-11-23 15:31:18.188593+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7232-7270-b326-25bc62f371e6', 'in_room', 'task', '01a20908-7232-7270-b326-25ba3bb83e3b', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.199993+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7232-7270-b326-25bdaf9e95bb', 'author', 'task', '01a20908-7232-7270-b326-25ba3bb83e3b', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.199993+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7232-7270-b326-25bb6ae6eb51', 'assignee', 'task', '01a20908-7232-7270-b326-25ba3bb83e3b', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-715b-742b-b237-dfb6cfc9866e', NULL, 1, '2026-11-23 15:31:18.199993+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-723e-73fe-ac33-6206f65f5716', 'in_room', 'task', '01a20908-723e-73fe-ac33-62050c8532b8', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.212757+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-723e-73fe-ac33-62077364ebb5', 'author', 'task', '01a20908-723e-73fe-ac33-62050c8532b8', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.212757+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-724a-7328-83ee-14dfc23ef140', 'in_room', 'task', '01a20908-724a-7328-83ee-14ddd3ff1b1a', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.223504+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-724a-7328-83ee-14e07ec8939c', 'author', 'task', '01a20908-724a-7328-83ee-14ddd3ff1b1a', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.223504+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-724a-7328-83ee-14de277b76b8', 'assignee', 'task', '01a20908-724a-7328-83ee-14ddd3ff1b1a', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-717b-7178-b849-107199a78836', NULL, 1, '2026-11-23 15:31:18.223504+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7255-7349-90dd-ad64137b8fe3', 'in_room', 'task', '01a20908-7255-7349-90dd-ad62a95b9fab', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.238022+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7255-7349-90dd-ad65c39f7661', 'author', 'task', '01a20908-7255-7349-90dd-ad62a95b9fab', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.238022+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7255-7349-90dd-ad6323365eb4', 'assignee', 'task', '01a20908-7255-7349-90dd-ad62a95b9fab', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7189-728a-b8b7-c7f3bd1b6d66', NULL, 1, '2026-11-23 15:31:18.238022+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7263-7385-84e0-45076e81a4d4', 'in_room', 'task', '01a20908-7263-7385-84e0-45067520ea9a', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.253818+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7263-7385-84e0-4508df86c95b', 'author', 'task', '01a20908-7263-7385-84e0-45067520ea9a', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.253818+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7274-73cf-b07b-4162c66402a5', 'in_room', 'task', '01a20908-7274-73cf-b07b-415efac85da0', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.267565+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7274-73cf-b07b-416324987d9d', 'author', 'task', '01a20908-7274-73cf-b07b-415efac85da0', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.267565+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7274-73cf-b07b-415f48babe69', 'assignee', 'task', '01a20908-7274-73cf-b07b-415efac85da0', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-715b-742b-b237-dfb6cfc9866e', NULL, 1, '2026-11-23 15:31:18.267565+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7274-73cf-b07b-41608ba5d929', 'assignee', 'task', '01a20908-7274-73cf-b07b-415efac85da0', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-717b-7178-b849-107199a78836', NULL, 1, '2026-11-23 15:31:18.267565+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7274-73cf-b07b-4161e0e42e18', 'assignee', 'task', '01a20908-7274-73cf-b07b-415efac85da0', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7189-728a-b8b7-c7f3bd1b6d66', NULL, 1, '2026-11-23 15:31:18.267565+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7281-742b-8ad6-7ce204d4c01d', 'member', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', 'owner', NULL, NULL, 1, '2026-11-23 15:31:18.279025+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-729b-75b2-aa31-4694c5134e56', 'member', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', 'admin', NULL, NULL, 1, '2026-11-23 15:31:18.298128+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72ab-7633-8861-50dec8a5a8ab', 'member', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', 'contributor', NULL, NULL, 1, '2026-11-23 15:31:18.315505+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72b2-7679-840d-d2af72444901', 'in_room', 'task', '01a20908-72b2-7679-840d-d2ad7968e4bc', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.329759+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72b2-7679-840d-d2b052f07118', 'author', 'task', '01a20908-72b2-7679-840d-d2ad7968e4bc', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.329759+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72b2-7679-840d-d2aeb2ecbd31', 'assignee', 'task', '01a20908-72b2-7679-840d-d2ad7968e4bc', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-7281-742b-8ad6-7ce204d4c01d', NULL, 1, '2026-11-23 15:31:18.329759+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72c3-7785-a033-5dbcffc5ed19', 'on_task', 'comment', '01a20908-72c3-7785-a033-5dbbe593b794', 'task', '01a20908-72b2-7679-840d-d2ad7968e4bc', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.345599+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72c3-7785-a033-5dbde7c4a026', 'author', 'comment', '01a20908-72c3-7785-a033-5dbbe593b794', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.345599+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72d1-713d-a2b9-98af8158418d', 'in_room', 'task', '01a20908-72d1-713d-a2b9-98ad61e13957', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.360736+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72d1-713d-a2b9-98b04b7b5526', 'author', 'task', '01a20908-72d1-713d-a2b9-98ad61e13957', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.360736+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72d1-713d-a2b9-98ae15ba1676', 'assignee', 'task', '01a20908-72d1-713d-a2b9-98ad61e13957', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-729b-75b2-aa31-4694c5134e56', NULL, 1, '2026-11-23 15:31:18.360736+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72df-71c5-9f37-e00fc4051935', 'in_room', 'task', '01a20908-72df-71c5-9f37-e00c8baad14f', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.373924+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72df-71c5-9f37-e01039e6d3f3', 'author', 'task', '01a20908-72df-71c5-9f37-e00c8baad14f', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.373924+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72df-71c5-9f37-e00d1de8e758', 'assignee', 'task', '01a20908-72df-71c5-9f37-e00c8baad14f', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-7281-742b-8ad6-7ce204d4c01d', NULL, 1, '2026-11-23 15:31:18.373924+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71b9-7750-a263-d337b2e69a4b', 'in_room', 'task', '01a20908-71b9-7750-a263-d3357c58048e', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.086858+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71b9-7750-a263-d33826dbbff2', 'author', 'task', '01a20908-71b9-7750-a263-d3357c58048e', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.086858+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71b9-7750-a263-d33619843f1e', 'assignee', 'task', '01a20908-71b9-7750-a263-d3357c58048e', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-7189-728a-b8b7-c7f3bd1b6d66', NULL, 1, '2026-11-23 15:31:18.086858+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71cf-711c-94e3-5c277a310ea1', 'on_task', 'comment', '01a20908-71cf-711c-94e3-5c26b2bb648b', 'task', '01a20908-71b9-7750-a263-d3357c58048e', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.102214+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71cf-711c-94e3-5c283fe9df8e', 'author', 'comment', '01a20908-71cf-711c-94e3-5c26b2bb648b', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.102214+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71dc-7454-95ea-599c658b70d7', 'in_room', 'task', '01a20908-71dc-7454-95ea-599aec52ca0d', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.123045+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71dc-7454-95ea-599d984b42f5', 'author', 'task', '01a20908-71dc-7454-95ea-599aec52ca0d', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.123045+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71dc-7454-95ea-599b0f9f0acc', 'assignee', 'task', '01a20908-71dc-7454-95ea-599aec52ca0d', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, '01a20908-715b-742b-b237-dfb6cfc9866e', NULL, 1, '2026-11-23 15:31:18.123045+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71f1-72be-9def-8bb24ee0e6f8', 'in_room', 'task', '01a20908-71f1-72be-9def-8bb0ad50b96a', 'room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.136405+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71f1-72be-9def-8bb35c336dff', 'author', 'task', '01a20908-71f1-72be-9def-8bb0ad50b96a', 'user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.136405+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-71f1-72be-9def-8bb14837f62d', 'assignee', 'task', '01a20908-71f1-72be-9def-8bb0ad50b96a', 'user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, '01a20908-717b-7178-b849-107199a78836', NULL, 1, '2026-11-23 15:31:18.136405+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72df-71c5-9f37-e00ebac8b3d6', 'assignee', 'task', '01a20908-72df-71c5-9f37-e00c8baad14f', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-729b-75b2-aa31-4694c5134e56', NULL, 1, '2026-11-23 15:31:18.373924+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72eb-756e-a4f8-2b954b09bdd0', 'in_room', 'task', '01a20908-72eb-756e-a4f8-2b93694a7554', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.385524+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72eb-756e-a4f8-2b96da4e1858', 'author', 'task', '01a20908-72eb-756e-a4f8-2b93694a7554', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.385524+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72eb-756e-a4f8-2b945d528136', 'assignee', 'task', '01a20908-72eb-756e-a4f8-2b93694a7554', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-72ab-7633-8861-50dec8a5a8ab', NULL, 1, '2026-11-23 15:31:18.385524+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72f9-73dd-b7f9-7795e488f3d4', 'in_room', 'task', '01a20908-72f9-73dd-b7f9-779359d4dcb7', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.401118+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72f9-73dd-b7f9-779693c1c0c7', 'author', 'task', '01a20908-72f9-73dd-b7f9-779359d4dcb7', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.401118+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-72f9-73dd-b7f9-77946e1d1b4a', 'assignee', 'task', '01a20908-72f9-73dd-b7f9-779359d4dcb7', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-72ab-7633-8861-50dec8a5a8ab', NULL, 1, '2026-11-23 15:31:18.401118+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7307-752f-abb8-35bec46b1665', 'in_room', 'task', '01a20908-7306-75b4-9336-d42d19e257b1', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.416332+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7307-752f-abb8-35bf04e1103e', 'author', 'task', '01a20908-7306-75b4-9336-d42d19e257b1', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.416332+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7307-752f-abb8-35bd498ebd52', 'assignee', 'task', '01a20908-7306-75b4-9336-d42d19e257b1', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, '01a20908-72ab-7633-8861-50dec8a5a8ab', NULL, 1, '2026-11-23 15:31:18.416332+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7316-748f-bceb-6b420006900d', 'on_task', 'comment', '01a20908-7316-748f-bceb-6b41f8069178', 'task', '01a20908-7306-75b4-9336-d42d19e257b1', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.427311+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7316-748f-bceb-6b4340331f85', 'author', 'comment', '01a20908-7316-748f-bceb-6b41f8069178', 'user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.427311+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7320-7189-9c0b-f44641467639', 'in_room', 'task', '01a20908-7320-7189-9c0b-f444b50817c6', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.438363+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7320-7189-9c0b-f447a8b7173c', 'author', 'task', '01a20908-7320-7189-9c0b-f444b50817c6', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.438363+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7320-7189-9c0b-f44530626f33', 'assignee', 'task', '01a20908-7320-7189-9c0b-f444b50817c6', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-729b-75b2-aa31-4694c5134e56', NULL, 1, '2026-11-23 15:31:18.438363+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-732c-74fe-abad-ed6abdf66a9e', 'in_room', 'task', '01a20908-732c-74fe-abad-ed69d22d9d6a', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.449351+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-732c-74fe-abad-ed6b67eecf8c', 'author', 'task', '01a20908-732c-74fe-abad-ed69d22d9d6a', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.449351+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7337-77ff-89a9-eeeb82e59ea7', 'in_room', 'task', '01a20908-7337-77ff-89a9-eee9db4fbc90', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.465907+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7337-77ff-89a9-eeeca3b3f204', 'author', 'task', '01a20908-7337-77ff-89a9-eee9db4fbc90', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.465907+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7337-77ff-89a9-eeeafa3766eb', 'assignee', 'task', '01a20908-7337-77ff-89a9-eee9db4fbc90', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-7281-742b-8ad6-7ce204d4c01d', NULL, 1, '2026-11-23 15:31:18.465907+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7347-75c1-91e5-2c5f337fd2ed', 'in_room', 'task', '01a20908-7347-75c1-91e5-2c5ebd14387c', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.477094+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7347-75c1-91e5-2c60fec4a042', 'author', 'task', '01a20908-7347-75c1-91e5-2c5ebd14387c', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.477094+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7353-71e0-b0fd-825e35644330', 'in_room', 'task', '01a20908-7352-7558-8e5d-ce98bf48f92f', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.488336+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7353-71e0-b0fd-825fbc5974ef', 'author', 'task', '01a20908-7352-7558-8e5d-ce98bf48f92f', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.488336+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7353-71e0-b0fd-825df6db04c9', 'assignee', 'task', '01a20908-7352-7558-8e5d-ce98bf48f92f', 'user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, '01a20908-729b-75b2-aa31-4694c5134e56', NULL, 1, '2026-11-23 15:31:18.488336+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7362-7737-a87a-079f2ea24c60', 'in_room', 'task', '01a20908-7362-7737-a87a-079d9e3667c2', 'room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.505099+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7362-7737-a87a-07a0c7af1464', 'author', 'task', '01a20908-7362-7737-a87a-079d9e3667c2', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL, 1, '2026-11-23 15:31:18.505099+00', NULL, NULL);
INSERT INTO public.links VALUES ('01a20908-7362-7737-a87a-079eb511b8f2', 'assignee', 'task', '01a20908-7362-7737-a87a-079d9e3667c2', 'user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, '01a20908-7281-742b-8ad6-7ce204d4c01d', NULL, 1, '2026-11-23 15:31:18.505099+00', NULL, NULL);
INSERT INTO public.nodes VALUES ('user', '01a20908-6eb9-7787-a0fb-bb737935e0f2', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('user', '01a20908-6eee-74b4-a997-295207ed5f84', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('user', '01a20908-6f1c-7772-8160-a230c2689f3f', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('user', '01a20908-6f43-75b2-ac6c-8f7da3874410', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('user', '01a20908-6f85-758e-9ea6-92cd18546ccd', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('room', '01a20908-6f9e-720d-8e4f-d0b0955e6d23', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-700b-76d6-9dc9-820f3a2bbfa2', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-7038-7422-a5cd-3fd3dddd59bd', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-704a-7308-8787-8cbc8f32ca18', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-7059-76c5-8e8c-9d04d6649e7f', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-706b-7742-a73c-1199912af53b', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7079-7769-8010-2ea1a1565494', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-7089-7455-9213-895f0fd249aa', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7095-7520-8ef5-addf8a7a4c9c', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70a0-7780-9a33-48c93fd29ce1', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70ad-7795-b229-afe6a1d54324', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-70ba-7381-ae81-4b2d780b958b', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70c5-721a-a720-8edd4f08b772', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70d4-764f-84f4-a7a405c6fab7', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70e7-70f8-926d-0bb472d6ce1b', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-70f6-70b9-b99f-1f600105f7c9', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7106-70bf-9fd4-bd655d0a01c6', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7113-72b0-af3b-31a202eef535', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-711f-729f-85e3-caa1ad70148e', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-712d-744c-a98f-17d5691ac91d', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-713b-7301-8a9b-9ab62dfd6670', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-714e-732c-869b-1b035d503ad3', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('room', '01a20908-715b-742b-b237-dfb5a2641e81', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-719b-733c-8fad-400db22f9047', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-71a9-7385-8950-f354b495b9bb', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-71b9-7750-a263-d3357c58048e', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-71cf-711c-94e3-5c26b2bb648b', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-71dc-7454-95ea-599aec52ca0d', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-71f1-72be-9def-8bb0ad50b96a', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-7200-73a7-bfcc-f351a6d66f1d', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-720d-742b-8cb8-a8189386c24e', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7218-77ef-b836-9e5966a7809f', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7227-76f7-9e84-6d1af182f438', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7232-7270-b326-25ba3bb83e3b', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-723e-73fe-ac33-62050c8532b8', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-724a-7328-83ee-14ddd3ff1b1a', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7255-7349-90dd-ad62a95b9fab', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7263-7385-84e0-45067520ea9a', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7274-73cf-b07b-415efac85da0', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('room', '01a20908-7281-742b-8ad6-7ce1e660e558', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-72b2-7679-840d-d2ad7968e4bc', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-72c3-7785-a033-5dbbe593b794', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-72d1-713d-a2b9-98ad61e13957', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-72df-71c5-9f37-e00c8baad14f', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-72eb-756e-a4f8-2b93694a7554', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-72f9-73dd-b7f9-779359d4dcb7', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7306-75b4-9336-d42d19e257b1', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('comment', '01a20908-7316-748f-bceb-6b41f8069178', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7320-7189-9c0b-f444b50817c6', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-732c-74fe-abad-ed69d22d9d6a', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7337-77ff-89a9-eee9db4fbc90', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7347-75c1-91e5-2c5ebd14387c', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7352-7558-8e5d-ce98bf48f92f', NULL, NULL, NULL);
INSERT INTO public.nodes VALUES ('task', '01a20908-7362-7737-a87a-079d9e3667c2', NULL, NULL, NULL);
SELECT pg_catalog.setval('public.changes_id_seq', 12, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (xid, id);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, key);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (type, id);
CREATE INDEX changes_at ON public.changes USING btree (at);
CREATE INDEX claims_expired ON public.claims USING btree (owner, expires_at);
CREATE INDEX idempotency_keys_at ON public.idempotency_keys USING btree (at);
CREATE INDEX links_by_source ON public.links USING btree (source_type, source_id, relation, id);
CREATE INDEX links_by_target ON public.links USING btree (target_type, target_id, relation, id);
CREATE INDEX links_by_via ON public.links USING btree (via) WHERE (via IS NOT NULL);
CREATE INDEX links_claimed ON public.links USING btree (claim) WHERE (claim IS NOT NULL);
CREATE INDEX links_draining ON public.links USING btree (dropped_at) WHERE (dropped_at IS NOT NULL);
CREATE INDEX links_dropping ON public.links USING btree (dropping) WHERE (dropping IS NOT NULL);
CREATE UNIQUE INDEX links_once ON public.links USING btree (relation, source_type, source_id, target_type, target_id) WHERE (dropped_at IS NULL);
CREATE INDEX links_owners ON public.links USING btree (target_id) WHERE ((relation = 'member'::text) AND (role = 'owner'::text) AND (dropped_at IS NULL));
CREATE INDEX nodes_claimed ON public.nodes USING btree (claim) WHERE (claim IS NOT NULL);
CREATE INDEX nodes_drained ON public.nodes USING btree (drained_at) WHERE (drained_at IS NOT NULL);
CREATE INDEX nodes_draining ON public.nodes USING btree (buried_at) WHERE ((buried_at IS NOT NULL) AND (drained_at IS NULL));
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_claim_fkey FOREIGN KEY (claim) REFERENCES public.claims(id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_dropping_fkey FOREIGN KEY (dropping) REFERENCES public.claims(id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_source_type_source_id_fkey FOREIGN KEY (source_type, source_id) REFERENCES public.nodes(type, id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_target_type_target_id_fkey FOREIGN KEY (target_type, target_id) REFERENCES public.nodes(type, id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_via_fkey FOREIGN KEY (via) REFERENCES public.links(id);
ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_claim_fkey FOREIGN KEY (claim) REFERENCES public.claims(id);

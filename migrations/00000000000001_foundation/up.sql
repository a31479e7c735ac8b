-- One dialect for PostgreSQL and SQLite: TEXT, BIGINT, BOOLEAN, TIMESTAMP (UTC, microseconds).
-- grants and access_tokens carry no foreign keys: each insert would lock and write the client's row.

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE roles (
    name TEXT PRIMARY KEY NOT NULL,
    id BIGINT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    staff BOOLEAN NOT NULL,
    permissions TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
    id BIGINT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_verified_at TIMESTAMP,
    name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    family_key TEXT NOT NULL,
    phone TEXT UNIQUE,
    birthday TEXT,
    gender TEXT,
    country TEXT,
    country_id BIGINT,
    address TEXT,
    bio TEXT,
    avatar_file TEXT,
    avatar_url TEXT,
    isp_id BIGINT,
    branch_id BIGINT,
    password_hash TEXT,
    role TEXT NOT NULL REFERENCES roles (name),
    status TEXT NOT NULL,
    locale TEXT,
    last_login_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX users_role ON users (role, created_at, id);
CREATE INDEX users_status ON users (status, created_at, id);
CREATE INDEX users_age ON users (created_at, id);
CREATE INDEX users_last_login ON users (last_login_at, id);
CREATE INDEX users_avatar_file ON users (avatar_file) WHERE avatar_file IS NOT NULL;

CREATE TABLE reserved_names (
    id TEXT PRIMARY KEY NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    sid TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    auth_time TIMESTAMP NOT NULL,
    amr TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_open ON sessions (kind, expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_sid ON sessions (sid) WHERE ended_at IS NULL;

CREATE TABLE known_devices (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, device)
);
CREATE INDEX known_devices_age ON known_devices (last_seen_at);

CREATE TABLE second_factors (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT,
    code_hash TEXT,
    code_tries_left BIGINT NOT NULL,
    code_expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    PRIMARY KEY (user_id, kind)
);

CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE passkeys (
    id TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP
);
CREATE INDEX passkeys_user ON passkeys (user_id);

CREATE TABLE passkey_ceremonies (
    id TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX passkey_ceremonies_user ON passkey_ceremonies (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX passkey_ceremonies_expiry ON passkey_ceremonies (expires_at);

CREATE TABLE sign_in_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT,
    tries_left BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX sign_in_attempts_user ON sign_in_attempts (user_id);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);

CREATE TABLE one_time_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    email TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

-- No foreign key: rows of nobody are kept too, under negative identifiers, so that asking takes as long for all.
CREATE TABLE one_time_passwords (
    user_id BIGINT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL,
    tries_left BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX one_time_passwords_expiry ON one_time_passwords (expires_at);

CREATE TABLE throttles (
    id TEXT PRIMARY KEY NOT NULL,
    attempts BIGINT NOT NULL,
    resets_at TIMESTAMP NOT NULL
);
CREATE INDEX throttles_expiry ON throttles (resets_at);

CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    owner_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    metadata TEXT NOT NULL,
    policy TEXT NOT NULL,
    logo_file TEXT,
    verified_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    disabled_at TIMESTAMP,
    -- Copies of what is in name, metadata and policy, by which lists are searched and sorted.
    -- Bytes, which every database orders alike.
    name_key BYTEA NOT NULL,
    is_public BOOLEAN NOT NULL,
    first_party BOOLEAN NOT NULL,
    hears_logout BOOLEAN NOT NULL,
    tokens_ended_at TIMESTAMP,
    -- When its owner deleted it; it is disabled since then.
    deleted_at TIMESTAMP,
    -- When it last came to send people to a place where it did not before: what they allowed until then is asked anew.
    redirects_changed_at TIMESTAMP
);
CREATE INDEX clients_name ON clients (name_key, id);
CREATE INDEX clients_age ON clients (created_at, id);
CREATE INDEX clients_owner ON clients (owner_id, id);
CREATE INDEX clients_verified ON clients (name_key, id) WHERE verified_at IS NOT NULL;
CREATE INDEX clients_disabled ON clients (name_key, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX clients_logo_file ON clients (logo_file) WHERE logo_file IS NOT NULL;

CREATE TABLE client_secrets (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP
);
CREATE INDEX client_secrets_client ON client_secrets (client_id);

CREATE TABLE scopes (
    name TEXT PRIMARY KEY NOT NULL,
    description TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    optional BOOLEAN NOT NULL,
    sensitive BOOLEAN NOT NULL
);

CREATE TABLE consents (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    sensitive_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    -- When the person was last asked: taking a scope back does not touch it.
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, client_id)
);

CREATE TABLE grants (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    session_id TEXT,
    name TEXT,
    scope TEXT NOT NULL,
    auth_time TIMESTAMP,
    amr TEXT,
    acr TEXT,
    sid TEXT,
    nonce TEXT,
    claims TEXT,
    code_hash TEXT,
    redirect_uri TEXT,
    redirect_uri_sent BOOLEAN NOT NULL,
    code_challenge TEXT,
    code_expires_at TIMESTAMP,
    code_used_at TIMESTAMP,
    refresh_hash TEXT,
    refresh_generation BIGINT NOT NULL,
    refresh_rotated_at TIMESTAMP,
    refresh_expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    purge_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_reason TEXT
);
CREATE INDEX grants_user ON grants (user_id, client_id);
CREATE INDEX grants_purge ON grants (purge_at);

CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL,
    grant_id TEXT,
    client_id TEXT NOT NULL,
    user_id BIGINT,
    scope TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX access_tokens_user ON access_tokens (user_id, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    private_key TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    activates_at TIMESTAMP NOT NULL,
    retires_at TIMESTAMP
);

-- Of each algorithm, one key has no successor.
CREATE UNIQUE INDEX signing_keys_newest ON signing_keys (algorithm) WHERE retires_at IS NULL;

CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at TIMESTAMP,
    sent_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    busy_until TIMESTAMP
);
CREATE INDEX messages_age ON messages (created_at, id);
CREATE INDEX messages_due ON messages (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX messages_expiry ON messages (expires_at);
CREATE INDEX messages_recipient ON messages (recipient, channel, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX messages_busy ON messages (recipient, busy_until) WHERE busy_until IS NOT NULL;
CREATE INDEX messages_waiting ON messages (created_at, id) WHERE sent_at IS NULL AND next_attempt_at IS NOT NULL;
CREATE INDEX messages_lost ON messages (created_at, id) WHERE sent_at IS NULL AND next_attempt_at IS NULL;

CREATE TABLE files (
    id TEXT PRIMARY KEY NOT NULL,
    content_type TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- No foreign keys: what was done is told after those who did it are gone.
CREATE TABLE audit_events (
    id TEXT PRIMARY KEY NOT NULL,
    created_at TIMESTAMP NOT NULL,
    request_id TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    act TEXT NOT NULL,
    object_kind TEXT,
    object_id TEXT,
    outcome TEXT NOT NULL,
    ip_address TEXT,
    details TEXT NOT NULL
);
CREATE INDEX audit_events_age ON audit_events (created_at, id);
CREATE INDEX audit_events_actor ON audit_events (actor_kind, actor_id, created_at, id);
CREATE INDEX audit_events_object ON audit_events (object_kind, object_id, created_at, id);
CREATE INDEX audit_events_act ON audit_events (act, created_at, id);
CREATE INDEX audit_events_request ON audit_events (request_id, created_at, id) WHERE request_id IS NOT NULL;

CREATE TABLE failures (
    id TEXT PRIMARY KEY NOT NULL,
    created_at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT,
    user_id BIGINT,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    details TEXT NOT NULL,
    ip_address TEXT
);
CREATE INDEX failures_age ON failures (created_at, id);
CREATE INDEX failures_kind ON failures (kind, created_at, id);
CREATE INDEX failures_client ON failures (client_id, created_at, id) WHERE client_id IS NOT NULL;
CREATE INDEX failures_user ON failures (user_id, created_at, id) WHERE user_id IS NOT NULL;

CREATE TABLE statistics (
    name TEXT NOT NULL,
    hour TIMESTAMP NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (name, hour)
);
CREATE INDEX statistics_age ON statistics (hour);

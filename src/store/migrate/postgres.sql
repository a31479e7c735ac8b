-- COLLATE "C": the order of bytes, whatever that of the database. The last one is looked for before this is run.
CREATE INDEX IF NOT EXISTS users_email_prefix ON users (email_key COLLATE "C");
CREATE INDEX IF NOT EXISTS users_username_prefix ON users (username_key COLLATE "C");
CREATE INDEX IF NOT EXISTS users_name_prefix ON users (name_key COLLATE "C");
CREATE INDEX IF NOT EXISTS users_family_prefix ON users (family_key COLLATE "C");

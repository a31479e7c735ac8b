-- SQLite compares bytes by itself, and finds addresses and usernames by the indexes that keep them unique.
CREATE INDEX IF NOT EXISTS users_name_prefix ON users (name_key);
CREATE INDEX IF NOT EXISTS users_family_prefix ON users (family_key);

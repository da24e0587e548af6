-- Takes a lock with the next token, then gives it back.
\set n random(1, 10000)
INSERT INTO raw_lock AS held (name, owner, token, expires_at)
VALUES ('lock' || :n, 'c' || :client_id, 1, now() + interval '30 seconds')
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = held.token + 1, expires_at = excluded.expires_at
WHERE held.expires_at <= now() OR held.owner IS NULL RETURNING token;
UPDATE raw_lock SET owner = NULL, expires_at = now() WHERE name = 'lock' || :n AND owner = 'c' || :client_id;

extension PostgresSchema {
    /// Takes a free or expired lock, or repeats what the same request was granted.
    ///
    /// The clock is read while the row is locked: the request may have waited for it.
    static func takeLock(name: String, holder: String, request: String, lease: String) -> String {
        """
        INSERT INTO distributed_locks AS held (name, holder, request_id, token, acquired_at, expires_at)
        VALUES (\(name), \(holder), \(request), 1, clock_timestamp(), clock_timestamp() + \(lease))
        ON CONFLICT (name) DO UPDATE SET
            token = held.token + (held.expires_at IS NULL OR held.expires_at <= clock_timestamp())::int,
            acquired_at = CASE WHEN held.expires_at > clock_timestamp() THEN held.acquired_at
                ELSE clock_timestamp() END,
            holder = excluded.holder,
            request_id = excluded.request_id,
            expires_at = clock_timestamp() + \(lease)
        WHERE held.expires_at IS NULL OR held.expires_at <= clock_timestamp()
            OR (held.holder = excluded.holder AND held.request_id = excluded.request_id)
        RETURNING token
        """
    }

    static let locks = [
        """
        CREATE TABLE distributed_locks (
            name text COLLATE "C" PRIMARY KEY,
            holder text COLLATE "C",
            token bigint NOT NULL DEFAULT 0,
            request_id text COLLATE "C",
            acquired_at timestamptz,
            expires_at timestamptz
        ) WITH (fillfactor = 70)
        """,
        """
        CREATE VIEW deployment_locks AS
            SELECT substr(name, 12) AS owner, holder, token, acquired_at, expires_at
            FROM distributed_locks WHERE name >= 'deployment:' AND name < 'deployment;'
        """,
        """
        CREATE FUNCTION acquire_distributed_lock(
            lock_name text, lock_holder text, ttl_seconds double precision DEFAULT 60, request text DEFAULT NULL
        ) RETURNS bigint LANGUAGE sql AS $$
            \(takeLock(
                name: "lock_name",
                holder: "lock_holder",
                request: "coalesce(request, lock_holder)",
                lease: "ttl_seconds * interval '1 second'"
            ))
        $$
        """,
        """
        CREATE FUNCTION release_distributed_lock(lock_name text, lock_holder text)
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE distributed_locks SET expires_at = NULL
            WHERE name = lock_name AND holder = lock_holder AND expires_at > clock_timestamp();
            IF NOT FOUND THEN RETURN false; END IF;
            PERFORM pg_notify('switchyard_signals', 'lock:' || lock_name);
            RETURN true;
        END $$
        """,
        """
        CREATE FUNCTION acquire_deployment_lock(
            lock_owner text, lock_holder text, ttl_seconds double precision DEFAULT 900
        ) RETURNS bigint LANGUAGE sql AS $$
            SELECT acquire_distributed_lock('deployment:' || lock_owner, lock_holder, ttl_seconds)
        $$
        """,
        """
        CREATE FUNCTION release_deployment_lock(lock_owner text, lock_holder text) RETURNS boolean LANGUAGE sql AS $$
            SELECT release_distributed_lock('deployment:' || lock_owner, lock_holder)
        $$
        """,
        // All or none: the inner block is undone when one of them is held.
        """
        CREATE OR REPLACE FUNCTION switchyard_acquire_locks(names text[], lock_holder text, request text, lease interval)
        RETURNS TABLE (lock_token bigint, held_name text, held_by text, remaining bigint)
        LANGUAGE plpgsql AS $$
        DECLARE
            wanted text;
            granted bigint;
            tokens bigint[] := '{}';
        BEGIN
            BEGIN
                FOREACH wanted IN ARRAY names LOOP
                    granted := NULL;
                    \(takeLock(name: "wanted", holder: "lock_holder", request: "request", lease: "lease"))
                    INTO granted;
                    IF granted IS NULL THEN RAISE EXCEPTION 'held' USING ERRCODE = 'SY001'; END IF;
                    tokens := tokens || granted;
                END LOOP;
                RETURN QUERY SELECT token, NULL::text, NULL::text, NULL::bigint
                    FROM unnest(tokens) WITH ORDINALITY AS given (token, place) ORDER BY place;
                RETURN;
            EXCEPTION WHEN SQLSTATE 'SY001' THEN NULL;
            END;
            RETURN QUERY SELECT NULL::bigint, held.name, held.holder,
                \(microseconds("held.expires_at - clock_timestamp()"))
                FROM distributed_locks AS held
                WHERE held.name = ANY (names) AND held.expires_at > clock_timestamp()
                    AND NOT (held.holder = lock_holder AND held.request_id = request)
                ORDER BY held.name LIMIT 1;
        END $$
        """,
    ]
}

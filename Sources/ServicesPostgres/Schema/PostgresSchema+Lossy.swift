extension PostgresSchema {
    private static let stored = """
        INSERT INTO cache_entries AS entry (
            namespace, key, version, fresh_until, usable_until, load_microseconds, value, tags
        ) VALUES (
            in_namespace, in_key, nextval('cache_version'), moment + fresh_for, moment + usable_for, load_time, content,
            labels
        ) ON CONFLICT (namespace, key) DO UPDATE SET
            version = excluded.version, fresh_until = excluded.fresh_until, usable_until = excluded.usable_until,
            load_microseconds = excluded.load_microseconds, value = excluded.value, tags = excluded.tags
        """

    /// Tables that may be lost in a crash of the server are not logged, which halves their cost.
    static let lossy = [
        "CREATE SEQUENCE cache_version CACHE 1",
        """
        CREATE UNLOGGED TABLE cache_entries (
            namespace text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            fresh_until timestamptz NOT NULL,
            usable_until timestamptz NOT NULL,
            load_microseconds bigint NOT NULL DEFAULT 0,
            value bytea,
            tags text[] COLLATE "C" NOT NULL DEFAULT '{}',
            PRIMARY KEY (namespace, key)
        )
        """,
        "CREATE INDEX cache_entries_usable ON cache_entries (usable_until)",
        "CREATE INDEX cache_entries_tags ON cache_entries USING gin (tags)",
        """
        CREATE UNLOGGED TABLE cache_loads (
            namespace text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            holder text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            lease_until timestamptz NOT NULL,
            PRIMARY KEY (namespace, key)
        )
        """,
        // A load's version is the right to store: whoever invalidates, or stores, takes it away by deleting the row,
        // and whoever deletes it first wins.
        """
        CREATE OR REPLACE FUNCTION switchyard_cache_store(
            in_namespace text, in_key text, content bytea, fresh_for interval, usable_for interval, load_time bigint,
            labels text[], if_version bigint
        ) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            moment timestamptz := clock_timestamp();
            new_version bigint;
        BEGIN
            IF if_version IS NOT NULL THEN
                DELETE FROM cache_loads WHERE namespace = in_namespace AND key = in_key AND version = if_version;
            END IF;
            IF if_version IS NULL OR FOUND THEN
                \(stored) RETURNING version INTO new_version;
            ELSIF if_version = 0 THEN
                \(stored) WHERE entry.usable_until <= moment RETURNING version INTO new_version;
            ELSE
                UPDATE cache_entries SET version = nextval('cache_version'), fresh_until = moment + fresh_for,
                    usable_until = moment + usable_for, load_microseconds = load_time, value = content, tags = labels
                WHERE namespace = in_namespace AND key = in_key AND version = if_version AND usable_until > moment
                RETURNING version INTO new_version;
            END IF;
            IF new_version IS NOT NULL THEN
                DELETE FROM cache_loads WHERE namespace = in_namespace AND key = in_key;
            END IF;
            RETURN new_version;
        END $$
        """,
        """
        CREATE UNLOGGED TABLE rate_limits (
            key text COLLATE "C" NOT NULL,
            slot text COLLATE "C" NOT NULL,
            anchor bigint NOT NULL,
            current bigint NOT NULL,
            previous bigint NOT NULL,
            expires_at bigint NOT NULL,
            PRIMARY KEY (key, slot)
        ) WITH (fillfactor = 70)
        """,
        "CREATE INDEX rate_limits_expires ON rate_limits (expires_at)",
        """
        CREATE UNLOGGED TABLE pubsub_payloads (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            payload bytea NOT NULL,
            published_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """,
        "CREATE INDEX pubsub_payloads_published ON pubsub_payloads (published_at)",
    ]
}

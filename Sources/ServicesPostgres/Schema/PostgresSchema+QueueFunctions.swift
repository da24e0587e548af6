extension PostgresSchema {
    static let queueFunctions = [
        enqueue, unblock, settle, claim, exchange, cancel, retire, forget, upkeep, redrive,
    ]

    /// Stores jobs in order, all in one statement; unique keys are claimed before, one after the other.
    private static let enqueue = """
        CREATE OR REPLACE FUNCTION switchyard_enqueue(
            queues text[], kinds text[], payloads bytea[], priorities bigint[], delays bigint[], moments bigint[],
            lives bigint[], most_attempts bigint[], unique_keys text[], windows bigint[], concurrency_keys text[]
        ) RETURNS TABLE (job bigint, is_new boolean) \(indexed) AS $$
        DECLARE
            moment timestamptz := clock_timestamp();
            numbers regclass := pg_get_serial_sequence('work_queue', 'id');
            ids bigint[] := ARRAY (SELECT nextval(numbers) FROM generate_series(1, cardinality(queues)));
            owners bigint[] := ids;
            wanted record;
            owner record;
        BEGIN
            FOR wanted IN
                SELECT given.*, moment + \(interval("given.time_window")) AS reserved_until
                FROM unnest(ids, queues, unique_keys, windows) WITH ORDINALITY
                    AS given (id, queue, key, time_window, place)
                WHERE given.key IS NOT NULL ORDER BY given.place
            LOOP
                LOOP
                    INSERT INTO work_unique (queue, key, job, until)
                    VALUES (wanted.queue, wanted.key, wanted.id, wanted.reserved_until) ON CONFLICT DO NOTHING;
                    EXIT WHEN FOUND;
                    -- The lock makes the next statement see what the owner's transaction did.
                    SELECT taken.job, taken.until INTO owner FROM work_unique AS taken
                    WHERE taken.queue = wanted.queue AND taken.key = wanted.key FOR UPDATE;
                    CONTINUE WHEN NOT FOUND;
                    -- Jobs of this call count as well, although they are stored only below.
                    IF owner.until > moment OR owner.job = ANY (ids) OR EXISTS (
                        SELECT FROM work_queue WHERE work_queue.id = owner.job
                            AND state IN ('ready', 'scheduled', 'running')
                    ) THEN
                        owners[wanted.place] := owner.job;
                    ELSE
                        UPDATE work_unique AS taken SET job = wanted.id, until = wanted.reserved_until
                        WHERE taken.queue = wanted.queue AND taken.key = wanted.key;
                    END IF;
                    EXIT;
                END LOOP;
            END LOOP;
            INSERT INTO work_queue (
                id, queue, kind, payload, state, priority, max_attempts, enqueued_at, run_at, expires_at,
                concurrency_key, unique_key
            )
            SELECT given.id, given.queue, given.kind, given.payload,
                CASE WHEN given.due > moment THEN 'scheduled' ELSE 'ready' END,
                given.priority, given.most, moment, given.due, moment + \(interval("given.life")),
                given.concurrency_key, given.unique_key
            FROM (
                SELECT entry.*, greatest(moment, coalesce(
                    timestamptz 'epoch' + \(interval("entry.at_time")),
                    moment + \(interval("greatest(entry.delay, 0)")),
                    moment
                )) AS due
                FROM unnest(
                    ids, owners, queues, kinds, payloads, priorities, delays, moments, lives, most_attempts,
                    unique_keys, concurrency_keys
                ) AS entry (
                    id, owner, queue, kind, payload, priority, delay, at_time, life, most, unique_key,
                    concurrency_key
                )
            ) AS given WHERE given.id = given.owner;
            RETURN QUERY SELECT entry.owner, entry.owner = entry.id FROM unnest(ids, owners) AS entry (id, owner);
        END $$
        """

    /// Lets as many jobs of keys be claimed as the keys have places, the first of each priority.
    ///
    /// The advisory lock of a key is held by whoever counts its running jobs and decides that others must wait: so no
    /// job is marked as waiting by somebody who did not see that a place became free.
    private static let unblock = """
        CREATE OR REPLACE FUNCTION switchyard_unblock(queues text[], keys text[]) RETURNS void \(indexed) AS $$
        DECLARE
            freed record;
            places bigint;
        BEGIN
            FOR freed IN
                SELECT DISTINCT given.queue, given.key, coalesce(rules.running_per_key, 1) AS most
                FROM unnest(queues, keys) AS given (queue, key)
                LEFT JOIN queue_settings AS rules ON rules.queue = given.queue
                WHERE given.key IS NOT NULL ORDER BY 1, 2
            LOOP
                PERFORM pg_advisory_xact_lock(hashtextextended(freed.queue || chr(31) || freed.key, 0));
                places := freed.most - (
                    SELECT count(*) FROM work_queue
                    WHERE state = 'running' AND queue = freed.queue AND concurrency_key = freed.key
                );
                CONTINUE WHEN places <= 0;
                UPDATE work_queue SET is_blocked = false WHERE id IN (
                    SELECT first.id FROM generate_series(0, 9) AS urgency (priority) CROSS JOIN LATERAL (
                        SELECT id FROM work_queue
                        WHERE state = 'ready' AND is_blocked AND queue = freed.queue
                            AND concurrency_key = freed.key AND priority = urgency.priority
                        ORDER BY run_at, id LIMIT places
                    ) AS first
                );
            END LOOP;
        END $$
        """

    /// Ends hand-outs whose receipt is the newest; returns the places of those that took effect.
    private static let settle = """
        CREATE OR REPLACE FUNCTION switchyard_settle(
            jobs bigint[], starts bigint[], workers bigint[], endings text[], texts text[], delays bigint[],
            moment timestamptz
        ) RETURNS bigint[] \(indexed) AS $$
        DECLARE
            -- Not a constant: that would let the planner take the index of running jobs, which it believes to be empty
            -- after an ANALYZE without any, and look through all of them for each job.
            running text := 'running';
            places bigint[];
            queues text[];
            keys text[];
        BEGIN
            WITH given AS (
                SELECT DISTINCT ON (job, start, worker) * FROM unnest(jobs, starts, workers, endings, texts, delays)
                WITH ORDINALITY AS given (job, start, worker, ending, error, delay, place)
                ORDER BY job, start, worker, place
            ), ended AS (
                UPDATE work_queue AS job SET
                    state = CASE
                        WHEN given.ending = 'completed' THEN 'completed'
                        WHEN given.ending = 'cancelled' THEN 'cancelled'
                        WHEN given.ending = 'undecodable' OR given.delay IS NULL
                            OR (given.ending = 'failed' AND job.attempts >= job.max_attempts) THEN 'dead'
                        WHEN given.delay > 0 THEN 'scheduled' ELSE 'ready' END,
                    ended_at = CASE
                        WHEN given.ending IN ('completed', 'cancelled', 'undecodable') OR given.delay IS NULL
                            OR (given.ending = 'failed' AND job.attempts >= job.max_attempts) THEN moment END,
                    run_at = CASE WHEN given.ending IN ('failed', 'snoozed') AND given.delay IS NOT NULL
                        THEN moment + \(interval("greatest(given.delay, 0)")) ELSE job.run_at END,
                    attempts = job.attempts - (given.ending = 'snoozed')::int,
                    worker = NULL,
                    errors = CASE WHEN given.error IS NULL THEN job.errors
                        ELSE \(errors("job", "given.error", at: "moment")) END
                FROM given
                WHERE job.id = given.job AND job.state = running AND job.attempts = given.start
                    AND job.worker = given.worker
                RETURNING given.place, job.queue, job.concurrency_key
            )
            SELECT array_agg(place), array_agg(queue) FILTER (WHERE concurrency_key IS NOT NULL),
                array_agg(concurrency_key) FILTER (WHERE concurrency_key IS NOT NULL)
            INTO places, queues, keys FROM ended;
            IF keys IS NOT NULL THEN PERFORM switchyard_unblock(queues, keys); END IF;
            RETURN coalesce(places, '{}');
        END $$
        """

    private static let cancel = """
        CREATE OR REPLACE FUNCTION switchyard_cancel(jobs bigint[]) RETURNS SETOF bigint \(indexed) AS $$
        DECLARE
            ids bigint[];
            queues text[];
            keys text[];
        BEGIN
            PERFORM 1 FROM work_queue WHERE id = ANY (jobs) ORDER BY id FOR UPDATE;
            WITH ended AS (
                UPDATE work_queue
                SET state = 'cancelled', ended_at = clock_timestamp(), worker = NULL, is_blocked = false
                WHERE id = ANY (jobs) AND state IN ('ready', 'scheduled', 'running')
                RETURNING id, queue, concurrency_key
            )
            SELECT array_agg(id), array_agg(queue), array_agg(concurrency_key) INTO ids, queues, keys FROM ended;
            PERFORM switchyard_unblock(queues, keys);
            RETURN QUERY SELECT unnest(ids);
        END $$
        """

    private static let retire = """
        CREATE OR REPLACE FUNCTION switchyard_retire(leaver bigint) RETURNS SETOF text \(indexed) AS $$
        DECLARE
            queues text[];
            keys text[];
        BEGIN
            DELETE FROM queue_workers WHERE generation = leaver;
            WITH returned AS (
                UPDATE work_queue
                SET state = 'ready', attempts = attempts - 1, worker = NULL, is_blocked = false
                WHERE state = 'running' AND worker = leaver RETURNING queue, concurrency_key
            )
            SELECT array_agg(queue), array_agg(concurrency_key) INTO queues, keys FROM returned;
            PERFORM switchyard_unblock(queues, keys);
            RETURN QUERY SELECT DISTINCT name FROM unnest(queues) AS name;
        END $$
        """

}

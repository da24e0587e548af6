extension PostgresSchema {
    static let redrive = """
        CREATE OR REPLACE FUNCTION switchyard_redrive(wanted_queue text, jobs bigint[], most bigint)
        RETURNS bigint \(indexed) AS $$
        DECLARE
            moment timestamptz := clock_timestamp();
            done bigint := 0;
            dead record;
            owner record;
        BEGIN
            FOR dead IN
                SELECT id, unique_key FROM work_queue
                WHERE state = 'dead' AND queue = wanted_queue AND ended_at IS NOT NULL
                    AND (jobs IS NULL OR id = ANY (jobs))
                ORDER BY coalesce(array_position(jobs, id), 0), id FOR UPDATE SKIP LOCKED
            LOOP
                EXIT WHEN done >= most;
                IF dead.unique_key IS NOT NULL THEN
                    INSERT INTO work_unique (queue, key, job) VALUES (wanted_queue, dead.unique_key, dead.id)
                    ON CONFLICT DO NOTHING;
                    IF NOT FOUND THEN
                        SELECT taken.job, taken.until INTO owner FROM work_unique AS taken
                        WHERE taken.queue = wanted_queue AND taken.key = dead.unique_key FOR UPDATE;
                        CONTINUE WHEN owner.job <> dead.id AND (owner.until > moment OR EXISTS (
                            SELECT FROM work_queue WHERE id = owner.job
                                AND state IN ('ready', 'scheduled', 'running')
                        ));
                        UPDATE work_unique AS taken
                        SET until = CASE WHEN taken.job = dead.id THEN taken.until END, job = dead.id
                        WHERE taken.queue = wanted_queue AND taken.key = dead.unique_key;
                    END IF;
                END IF;
                UPDATE work_queue SET state = 'ready', attempts = 0, ended_at = NULL, run_at = moment,
                    is_blocked = false WHERE id = dead.id;
                done := done + 1;
            END LOOP;
            RETURN done;
        END $$
        """

    /// Deletes jobs with what belongs to them; a unique window that lasts stays.
    static let forget = """
        CREATE OR REPLACE FUNCTION switchyard_forget(jobs bigint[]) RETURNS bigint \(indexed) AS $$
        DECLARE
            done bigint;
        BEGIN
            DELETE FROM work_unique AS taken USING work_queue AS job
            WHERE job.id = ANY (jobs) AND job.unique_key IS NOT NULL AND taken.queue = job.queue
                AND taken.key = job.unique_key AND taken.job = job.id
                AND (taken.until IS NULL OR taken.until <= clock_timestamp());
            DELETE FROM work_queue WHERE id = ANY (jobs) AND state <> 'running';
            GET DIAGNOSTICS done = ROW_COUNT;
            RETURN done;
        END $$
        """

    /// One bounded step of housekeeping, in the order orphans, expired, due, finished.
    static let upkeep = """
        CREATE OR REPLACE FUNCTION switchyard_upkeep(most bigint, retention interval, dead_retention interval)
        RETURNS TABLE (orphans bigint, expired bigint, promoted bigint, pruned bigint, woken text[])
        \(indexed) AS $$
        DECLARE
            moment timestamptz := clock_timestamp();
            queues text[];
            keys text[];
            old bigint[];
        BEGIN
            WITH returned AS (
                UPDATE work_queue AS job SET
                    state = CASE WHEN job.attempts >= job.max_attempts THEN 'dead' ELSE 'ready' END,
                    ended_at = CASE WHEN job.attempts >= job.max_attempts THEN moment END,
                    worker = NULL, is_blocked = false,
                    errors = \(errors("job", "'interrupted: its worker''s lease ended'::text", at: "moment"))
                WHERE job.id IN (
                    SELECT held.id FROM work_queue AS held
                    LEFT JOIN queue_workers AS owner ON owner.generation = held.worker
                    WHERE held.state = 'running' AND (owner.generation IS NULL OR owner.lease_until <= moment)
                    LIMIT most FOR UPDATE OF held SKIP LOCKED
                ) RETURNING job.queue, job.concurrency_key
            )
            SELECT count(*), array_agg(queue), array_agg(concurrency_key) INTO orphans, queues, keys FROM returned;
            PERFORM switchyard_unblock(queues, keys);
            woken := queues;
            DELETE FROM queue_workers AS gone WHERE gone.lease_until <= moment AND NOT EXISTS (
                SELECT FROM work_queue WHERE state = 'running' AND worker = gone.generation
            );
            WITH ended AS (
                UPDATE work_queue SET state = 'expired', ended_at = moment, is_blocked = false WHERE id IN (
                    SELECT id FROM work_queue
                    WHERE expires_at IS NOT NULL AND state IN ('ready', 'scheduled') AND expires_at <= moment
                    ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED
                ) RETURNING queue, concurrency_key
            )
            SELECT count(*), array_agg(queue), array_agg(concurrency_key) INTO expired, queues, keys FROM ended;
            PERFORM switchyard_unblock(queues, keys);
            WITH due AS (
                UPDATE work_queue SET state = 'ready', is_blocked = false WHERE id IN (
                    SELECT id FROM work_queue WHERE state = 'scheduled' AND run_at <= moment
                    ORDER BY run_at LIMIT most FOR UPDATE SKIP LOCKED
                ) RETURNING queue
            )
            SELECT count(*), coalesce(woken, '{}') || coalesce(array_agg(queue), '{}') INTO promoted, woken FROM due;
            -- What waits for a place that no one holds, whatever else happened to the rows or to the limit. Keys are
            -- stepped through one by one, however many jobs wait under each; those behind the first are left to endings.
            WITH RECURSIVE waiting AS (
                (SELECT queue, concurrency_key AS key FROM work_queue WHERE state = 'ready' AND is_blocked
                    ORDER BY queue, concurrency_key LIMIT 1)
                UNION ALL
                SELECT next.queue, next.key FROM waiting CROSS JOIN LATERAL (
                    SELECT queue, concurrency_key AS key FROM work_queue
                    WHERE state = 'ready' AND is_blocked AND (queue, concurrency_key) > (waiting.queue, waiting.key)
                    ORDER BY queue, concurrency_key LIMIT 1
                ) AS next
            )
            SELECT array_agg(stuck.queue), array_agg(stuck.key) INTO queues, keys FROM (
                SELECT first.queue, first.key FROM (SELECT * FROM waiting LIMIT most) AS first
                LEFT JOIN queue_settings AS rules ON rules.queue = first.queue
                WHERE coalesce(rules.running_per_key, 1) > (
                    SELECT count(*) FROM work_queue AS held WHERE held.state = 'running'
                        AND held.queue = first.queue AND held.concurrency_key = first.key
                )
            ) AS stuck;
            PERFORM switchyard_unblock(queues, keys);
            SELECT array_agg(id) INTO old FROM (
                (SELECT id FROM work_queue WHERE ended_at IS NOT NULL AND state = 'completed'
                    AND ended_at <= moment - retention ORDER BY ended_at LIMIT most)
                UNION ALL
                (SELECT id FROM work_queue WHERE ended_at IS NOT NULL AND state = 'expired'
                    AND ended_at <= moment - retention ORDER BY ended_at LIMIT most)
                UNION ALL
                (SELECT id FROM work_queue WHERE ended_at IS NOT NULL AND state = 'cancelled'
                    AND ended_at <= moment - retention ORDER BY ended_at LIMIT most)
                UNION ALL
                (SELECT id FROM work_queue WHERE ended_at IS NOT NULL AND state = 'dead'
                    AND ended_at <= moment - dead_retention ORDER BY ended_at LIMIT most)
                LIMIT most
            ) AS finished;
            pruned := switchyard_forget(old);
            DELETE FROM work_unique WHERE (queue, key) IN (
                SELECT taken.queue, taken.key FROM work_unique AS taken
                WHERE taken.until IS NOT NULL AND taken.until <= moment AND NOT EXISTS (
                    SELECT FROM work_queue WHERE id = taken.job AND state IN ('ready', 'scheduled', 'running')
                ) ORDER BY taken.until LIMIT most FOR UPDATE SKIP LOCKED
            );
            RETURN NEXT;
        END $$
        """
}

extension PostgresSchema {
    /// Claims from one queue, in order; returns the ids.
    ///
    /// The marks are, by priority, the last jobs known to be gone: the index is read from there.
    static let claim = """
        CREATE OR REPLACE FUNCTION switchyard_claim(
            claimer bigint, wanted_queue text, most bigint, moment timestamptz, mark_times bigint[],
            mark_jobs bigint[]
        ) RETURNS bigint[] \(indexed) AS $$
        DECLARE
            rules queue_settings;
            room bigint := most;
            chosen bigint[] := '{}';
            ids bigint[];
            keys text[];
            taken bigint[];
            blocked bigint[];
            known text[] := '{}';
            places bigint[] := '{}';
            full_keys text[] := '{}';
            passed text[] := '{}';
            slot int;
            span bigint;
            done bigint;
            wanted bigint;
            width bigint;
            reach bigint := 1;
        BEGIN
            SELECT * INTO rules FROM queue_settings WHERE queue = wanted_queue;
            IF NOT FOUND THEN
                rules.running_per_key := 1;
                rules.ageing_microseconds := 300000000;
            END IF;
            IF rules.is_paused THEN RETURN chosen; END IF;
            IF rules.running_limit IS NOT NULL THEN
                room := least(room, rules.running_limit - (
                    SELECT count(*) FROM work_queue WHERE state = 'running' AND queue = wanted_queue
                ));
            END IF;
            IF EXISTS (
                SELECT FROM work_queue WHERE state = 'scheduled' AND queue = wanted_queue AND run_at <= moment
            ) THEN
                UPDATE work_queue SET state = 'ready', is_blocked = false WHERE id IN (
                    SELECT id FROM work_queue WHERE state = 'scheduled' AND queue = wanted_queue AND run_at <= moment
                    ORDER BY run_at LIMIT 1000 FOR UPDATE SKIP LOCKED
                );
            END IF;
            FOR step IN 1..12 LOOP
                wanted := room - cardinality(chosen);
                EXIT WHEN wanted <= 0;
                -- Where keys are full, several jobs may have to be looked at to find one; others pass by them meanwhile.
                width := CASE WHEN full_keys = '{}' THEN wanted ELSE greatest(wanted, least(64, 4 << step)) END;
                SELECT array_agg(found.id), array_agg(found.key) INTO ids, keys FROM (
                    SELECT job.id, job.concurrency_key AS key FROM (
                        SELECT seen.id, seen.run_at, urgency.priority - CASE
                            WHEN rules.ageing_microseconds > 0 AND moment > seen.run_at
                            THEN (date_part('epoch', moment - seen.run_at) * 1000000)::int8
                                / rules.ageing_microseconds
                            ELSE 0 END AS rank
                        FROM generate_series(0, 9) AS urgency (priority) CROSS JOIN LATERAL (
                            SELECT id, run_at FROM work_queue
                            WHERE state = 'ready' AND NOT is_blocked AND queue = wanted_queue
                                AND priority = urgency.priority
                                AND (run_at, id) > (
                                    timestamptz 'epoch' + \(interval("mark_times[urgency.priority + 1]")),
                                    mark_jobs[urgency.priority + 1]
                                )
                                AND (expires_at IS NULL OR expires_at > moment)
                                AND (concurrency_key IS NULL OR concurrency_key <> ALL (passed))
                            ORDER BY run_at, id LIMIT reach * width + 64
                        ) AS seen
                        ORDER BY rank, seen.run_at, seen.id
                    ) AS seen
                    JOIN work_queue AS job ON job.id = seen.id AND job.state = 'ready' AND NOT job.is_blocked
                    ORDER BY seen.rank, seen.run_at, seen.id
                    LIMIT width FOR UPDATE OF job SKIP LOCKED
                ) AS found;
                IF ids IS NULL THEN
                    EXIT WHEN reach > 1;
                    reach := 4;
                    CONTINUE;
                END IF;
                taken := ids[1:wanted];
                blocked := '{}';
                IF cardinality(array_remove(keys, NULL)) > 0 THEN
                    taken := '{}';
                    FOR n IN 1..cardinality(ids) LOOP
                        EXIT WHEN cardinality(taken) >= wanted;
                        IF keys[n] IS NULL THEN
                            taken := taken || ids[n];
                            CONTINUE;
                        END IF;
                        slot := array_position(known, keys[n]);
                        CONTINUE WHEN slot IS NULL AND keys[n] = ANY (passed);
                        IF slot IS NULL THEN
                            IF NOT pg_try_advisory_xact_lock(
                                hashtextextended(wanted_queue || chr(31) || keys[n], 0)
                            ) THEN
                                -- Whoever holds it decides on the key's jobs.
                                passed := passed || keys[n];
                                CONTINUE;
                            END IF;
                            known := known || keys[n];
                            slot := cardinality(known);
                            places := places || (rules.running_per_key - (
                                SELECT count(*) FROM work_queue
                                WHERE state = 'running' AND queue = wanted_queue AND concurrency_key = keys[n]
                            ));
                        END IF;
                        IF places[slot] > 0 THEN
                            places[slot] := places[slot] - 1;
                            taken := taken || ids[n];
                        ELSE
                            blocked := blocked || ids[n];
                            IF NOT keys[n] = ANY (full_keys) THEN full_keys := full_keys || keys[n]; END IF;
                        END IF;
                    END LOOP;
                    UPDATE work_queue SET is_blocked = true WHERE id = ANY (blocked);
                    passed := passed || full_keys;
                END IF;
                UPDATE work_queue SET state = 'running', attempts = attempts + 1, worker = claimer
                WHERE id = ANY (taken);
                chosen := chosen || taken;
                IF cardinality(ids) < wanted THEN
                    EXIT WHEN reach > 1 AND cardinality(taken) >= least(wanted, cardinality(ids));
                    -- More may lie behind what other claimers hold at the moment: look further, once.
                    reach := 4;
                END IF;
            END LOOP;
            -- What stands before the others and cannot run is taken out of their way, not met again by every claim.
            FOREACH span IN ARRAY CASE WHEN full_keys = '{}' THEN '{}'::bigint[] ELSE '{64, 5000}' END LOOP
                UPDATE work_queue SET is_blocked = true WHERE id IN (
                    SELECT job.id FROM generate_series(0, 9) AS urgency (priority) CROSS JOIN LATERAL (
                        SELECT id, concurrency_key FROM work_queue
                        WHERE state = 'ready' AND NOT is_blocked AND queue = wanted_queue
                            AND priority = urgency.priority
                            AND (run_at, id) > (
                                timestamptz 'epoch' + \(interval("mark_times[urgency.priority + 1]")),
                                mark_jobs[urgency.priority + 1]
                            )
                        ORDER BY run_at, id LIMIT span
                    ) AS seen
                    JOIN work_queue AS job ON job.id = seen.id AND job.state = 'ready' AND NOT job.is_blocked
                    WHERE seen.concurrency_key = ANY (full_keys) FOR UPDATE OF job SKIP LOCKED
                );
                GET DIAGNOSTICS done = ROW_COUNT;
                EXIT WHEN done < span / 2;
            END LOOP;
            RETURN chosen;
        END $$
        """

    /// One round trip of a worker: settles, then claims in turn from its queues.
    ///
    /// Each queue gets an equal share first, then who has more gets what the others left.
    static let exchange = """
        CREATE OR REPLACE FUNCTION switchyard_exchange(
            claimer bigint, jobs bigint[], starts bigint[], workers bigint[], endings text[], texts text[],
            delays bigint[], queues text[], most bigint, mark_times bigint[], mark_jobs bigint[]
        ) RETURNS TABLE (
            place bigint, job bigint, queue text, kind text, payload bytea, priority smallint, attempts integer,
            max_attempts integer, enqueued_at timestamptz, concurrency_key text, run_at timestamptz
        ) \(indexed) AS $$
        DECLARE
            moment timestamptz := clock_timestamp();
            chosen bigint[] := '{}';
            part bigint[];
            hungry int[] := '{}';
            portion bigint;
            total int := cardinality(queues);
        BEGIN
            IF cardinality(jobs) > 0 THEN
                FOREACH place IN ARRAY switchyard_settle(jobs, starts, workers, endings, texts, delays, moment) LOOP
                    RETURN NEXT;
                END LOOP;
                place := NULL;
            END IF;
            IF most <= 0 OR NOT EXISTS (
                SELECT FROM queue_workers WHERE generation = claimer AND lease_until > moment
            ) THEN RETURN; END IF;
            -- Claimers of a queue with a limit take turns; in one order, so that none waits for another in a circle.
            PERFORM 1 FROM queue_settings AS rules
            WHERE rules.queue = ANY (queues) AND rules.running_limit IS NOT NULL ORDER BY rules.queue FOR UPDATE;
            FOR n IN 1..total LOOP
                portion := (most - cardinality(chosen) + total - n) / (total - n + 1);
                EXIT WHEN portion <= 0;
                part := switchyard_claim(
                    claimer, queues[n], portion, moment, mark_times[n * 10 - 9 : n * 10],
                    mark_jobs[n * 10 - 9 : n * 10]
                );
                IF cardinality(part) = portion THEN hungry := hungry || n; END IF;
                chosen := chosen || part;
            END LOOP;
            IF total > 1 THEN
                FOR n IN 1..total LOOP
                    portion := most - cardinality(chosen);
                    EXIT WHEN portion <= 0;
                    CONTINUE WHEN NOT n = ANY (hungry);
                    chosen := chosen || switchyard_claim(
                        claimer, queues[n], portion, moment, mark_times[n * 10 - 9 : n * 10],
                        mark_jobs[n * 10 - 9 : n * 10]
                    );
                END LOOP;
            END IF;
            RETURN QUERY SELECT NULL::bigint, job.id, job.queue::text, job.kind::text, job.payload, job.priority,
                job.attempts, job.max_attempts, job.enqueued_at, job.concurrency_key::text, job.run_at
                FROM unnest(chosen) WITH ORDINALITY AS handed (id, turn)
                JOIN work_queue AS job ON job.id = handed.id ORDER BY handed.turn;
        END $$
        """
}

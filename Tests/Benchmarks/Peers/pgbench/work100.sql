-- Claims 100 jobs, then completes them.
WITH chosen AS (
    SELECT id FROM raw_job WHERE state = 'ready' AND queue = 'bench' AND scheduled_at <= now()
    ORDER BY priority, scheduled_at, id LIMIT 100 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE raw_job SET state = 'running', attempt = attempt + 1, attempted_at = now()
    FROM chosen WHERE raw_job.id = chosen.id RETURNING raw_job.id
)
SELECT coalesce(array_agg(id), '{}') AS ids FROM claimed \gset
UPDATE raw_job SET state = 'completed', finalized_at = now() WHERE id = ANY (:ids::bigint[]) AND state = 'running';

-- Claims one job, then completes it.
WITH chosen AS (
    SELECT id FROM raw_job WHERE state = 'ready' AND queue = 'bench' AND scheduled_at <= now()
    ORDER BY priority, scheduled_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE raw_job SET state = 'running', attempt = attempt + 1, attempted_at = now()
    FROM chosen WHERE raw_job.id = chosen.id RETURNING raw_job.id
)
SELECT coalesce(min(id), 0) AS id FROM claimed \gset
UPDATE raw_job SET state = 'completed', finalized_at = now() WHERE id = :id AND state = 'running';

"""Jobs in a SQLite file without a queue around them: work FILE SYNC BATCH JOBS, or litequeue FILE JOBS."""
import sqlite3
import sys

from measured import Measured

TABLE = """
CREATE TABLE job (
    id INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0, queue TEXT NOT NULL, kind TEXT NOT NULL,
    payload BLOB NOT NULL, priority INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL,
    ended INTEGER
);
CREATE INDEX job_ready ON job (queue, priority, due, id) WHERE state = 0;
"""
CLAIM = """
UPDATE job SET state = 1, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM job WHERE state = 0 AND queue = 'bench' ORDER BY priority, due, id LIMIT ?
) RETURNING id, kind, payload
"""


def work(path, sync, batch, jobs):
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA synchronous = {sync}")
    database.executescript(TABLE)
    database.execute("BEGIN IMMEDIATE")
    database.executemany(
        "INSERT INTO job (queue, kind, payload, priority, due) VALUES ('bench', 'noop', ?, 5, ?)",
        ((b'{"n": 1}', number) for number in range(jobs)),
    )
    database.execute("COMMIT")
    done = 0
    measured = Measured()
    while True:
        database.execute("BEGIN IMMEDIATE")
        rows = database.execute(CLAIM, (batch,)).fetchall()
        database.execute("COMMIT")
        if not rows:
            break
        database.execute("BEGIN IMMEDIATE")
        database.executemany("UPDATE job SET state = 2, ended = 1 WHERE id = ? AND state = 1", [(row[0],) for row in rows])
        database.execute("COMMIT")
        done += len(rows)
    measured.touch()
    measured.report(done)


def litequeue(path, jobs):
    from litequeue import LiteQueue

    queue = LiteQueue(path)
    for _ in range(jobs):
        queue.put('{"n": 1}')
    done = 0
    measured = Measured()
    while (task := queue.pop()) is not None:
        queue.done(task.message_id)
        done += 1
    measured.touch()
    measured.report(done)


verb, path, *rest = sys.argv[1:]
if verb == "work":
    work(path, rest[0], int(rest[1]), int(rest[2]))
else:
    litequeue(path, int(rest[0]))

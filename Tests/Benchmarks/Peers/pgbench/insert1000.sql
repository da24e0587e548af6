INSERT INTO raw_job (queue, kind, args) SELECT 'bench', 'noop', '{"n": 1}' FROM generate_series(1, 1000);

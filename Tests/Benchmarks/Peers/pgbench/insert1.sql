INSERT INTO raw_job (queue, kind, args) VALUES ('bench', 'noop', '{"n": 1}');

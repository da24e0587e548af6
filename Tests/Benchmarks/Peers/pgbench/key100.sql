INSERT INTO raw_key (scope, key, owner)
SELECT 'bench', nextval('raw_key_number')::text, 'me' FROM generate_series(1, 100)
ON CONFLICT DO NOTHING RETURNING key;

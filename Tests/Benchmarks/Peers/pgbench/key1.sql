INSERT INTO raw_key (scope, key, owner) VALUES ('bench', nextval('raw_key_number')::text, 'me')
ON CONFLICT DO NOTHING RETURNING key;

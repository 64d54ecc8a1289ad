-- On PostgreSQL who writes locks this table first, so that writers take turns
-- (decision 0021). Nothing is kept in it.
CREATE TABLE writing (
	id BIGINT PRIMARY KEY
);

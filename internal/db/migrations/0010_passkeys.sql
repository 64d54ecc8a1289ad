-- Passkeys: what a person's phone, computer or key proves with that it is they.
CREATE TABLE passkeys (
	id         TEXT        PRIMARY KEY, -- the credential's own, in base64url
	person_id  TEXT        NOT NULL REFERENCES people (id),
	name       TEXT        NOT NULL CHECK (length(name) > 0),
	record     BYTEA       NOT NULL, -- public key, counter and flags, as the WebAuthn library writes them (JSON); no secret
	added_at   TIMESTAMPTZ NOT NULL,
	used_at    TIMESTAMPTZ,
	doubted_at TIMESTAMPTZ -- when its counter went back, as a copy's would: it opens nothing any more
);

CREATE INDEX passkeys_by_person ON passkeys (person_id);

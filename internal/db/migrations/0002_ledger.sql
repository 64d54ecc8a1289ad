-- The ledger: an entry is a set of postings that sum to nothing. A book is an
-- area's or a programme's. Each posting keeps the balance that it made, so that
-- any past day's is one look-up.
CREATE TABLE ledger_entries (
	book        TEXT        NOT NULL,
	id          TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0), -- counts on within the book
	day         DATE        NOT NULL,
	kind        TEXT        NOT NULL,
	about       TEXT        NOT NULL, -- the payment, spend or allocation it records
	description TEXT        NOT NULL,
	reverses    TEXT,
	made_by     TEXT        NOT NULL,
	made_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (book, id),
	UNIQUE (book, number),
	UNIQUE (book, reverses),
	UNIQUE (book, kind, about),
	FOREIGN KEY (book, reverses) REFERENCES ledger_entries (book, id)
);

CREATE TABLE ledger_postings (
	book         TEXT   NOT NULL, -- the account's
	account      TEXT   NOT NULL,
	number       BIGINT NOT NULL CHECK (number > 0), -- counts on within the account
	entry_book   TEXT   NOT NULL,
	entry_id     TEXT   NOT NULL,
	entry_number BIGINT NOT NULL,
	line         BIGINT NOT NULL,
	day          DATE   NOT NULL,
	minor        BIGINT NOT NULL CHECK (minor <> 0), -- + into the account, - out of it
	currency     TEXT   NOT NULL CHECK (length(currency) = 3),
	balance      BIGINT NOT NULL,                    -- of the account, after this
	PRIMARY KEY (book, account, number),
	UNIQUE (entry_book, entry_id, line),
	FOREIGN KEY (entry_book, entry_id) REFERENCES ledger_entries (book, id)
);

CREATE INDEX ledger_postings_by_day ON ledger_postings (book, account, day, number);

CREATE TABLE ledger_balances (
	book     TEXT   NOT NULL,
	account  TEXT   NOT NULL,
	currency TEXT   NOT NULL,
	postings BIGINT NOT NULL,
	minor    BIGINT NOT NULL,
	PRIMARY KEY (book, account)
);

CREATE TABLE ledger_books (
	book    TEXT   PRIMARY KEY,
	entries BIGINT NOT NULL
);

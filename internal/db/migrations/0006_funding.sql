-- The money that comes to an area: allocation, who holds it, offer letter and
-- payment schedule, payments, and what was spent.
CREATE TABLE allocations (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	id           TEXT        NOT NULL,
	minor        BIGINT      NOT NULL CHECK (minor > 0),
	allocated_on DATE        NOT NULL,
	note         TEXT        NOT NULL,
	entry_id     TEXT        NOT NULL,
	made_by      TEXT        NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

-- That an organisation holds an area's money, from a day to a day (P24).
CREATE TABLE holdings (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	organisation_id TEXT        NOT NULL REFERENCES organisations (id),
	from_on         DATE        NOT NULL,
	until_on        DATE,
	functions       TEXT        NOT NULL,
	decision        TEXT        NOT NULL,
	agreed_by       TEXT        NOT NULL,
	agreed_at       TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, organisation_id, from_on)
);

CREATE INDEX holdings_by_organisation ON holdings (organisation_id);

-- An offer letter. A new version supersedes; nothing is edited (P25).
CREATE TABLE offers (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	number          BIGINT      NOT NULL CHECK (number > 0),
	organisation_id TEXT        NOT NULL REFERENCES organisations (id),
	plan_version    BIGINT      NOT NULL,
	supersedes      BIGINT,
	chain           BIGINT      NOT NULL, -- the number of the letter that its versions began with
	offered_on      DATE        NOT NULL,
	offered_by      TEXT        NOT NULL,
	offered_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number),
	UNIQUE (area_id, supersedes),
	FOREIGN KEY (area_id, plan_version) REFERENCES plan_versions (area_id, number),
	FOREIGN KEY (area_id, supersedes) REFERENCES offers (area_id, number)
);

CREATE TABLE instalments (
	area_id TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	offer   BIGINT NOT NULL,
	number  BIGINT NOT NULL,
	due_on  DATE   NOT NULL,
	line_id TEXT   NOT NULL,
	minor   BIGINT NOT NULL CHECK (minor > 0),
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, offer, number),
	FOREIGN KEY (area_id, offer) REFERENCES offers (area_id, number),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

CREATE TABLE offer_acceptances (
	area_id     TEXT        NOT NULL,
	offer       BIGINT      NOT NULL,
	accepted_on DATE        NOT NULL,
	accepted_by TEXT        NOT NULL,
	accepted_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, offer),
	FOREIGN KEY (area_id, offer) REFERENCES offers (area_id, number)
);

-- A payment as it was prepared. digest is the hash of all that its approvers
-- approve (funding.Payment.Digest).
CREATE TABLE payments (
	area_id            TEXT        NOT NULL,
	id                 TEXT        NOT NULL,
	instalment_id      TEXT        NOT NULL,
	attempt            BIGINT      NOT NULL, -- an instalment whose payment was called off or reversed may be paid again
	organisation_id    TEXT        NOT NULL REFERENCES organisations (id),
	line_id            TEXT        NOT NULL,
	minor              BIGINT      NOT NULL CHECK (minor > 0),
	contribution_minor BIGINT      NOT NULL CHECK (contribution_minor >= 0),
	decision           TEXT        NOT NULL, -- why it may go over the budget; '' where it does not
	approvals_needed   BIGINT      NOT NULL CHECK (approvals_needed > 0), -- as the rule book said then
	digest             BYTEA       NOT NULL,
	prepared_by        TEXT        NOT NULL,
	prepared_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, id, prepared_by),
	UNIQUE (area_id, instalment_id, attempt),
	FOREIGN KEY (area_id, instalment_id) REFERENCES instalments (area_id, id),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

CREATE INDEX payments_by_line ON payments (area_id, line_id);

CREATE TABLE payment_cancellations (
	area_id      TEXT        NOT NULL,
	payment_id   TEXT        NOT NULL,
	reason       TEXT        NOT NULL,
	cancelled_by TEXT        NOT NULL,
	cancelled_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id),
	FOREIGN KEY (area_id, payment_id) REFERENCES payments (area_id, id)
);

-- Nobody approves what they prepared: the database says so too.
CREATE TABLE payment_approvals (
	area_id     TEXT        NOT NULL,
	payment_id  TEXT        NOT NULL,
	prepared_by TEXT        NOT NULL,
	approved_by TEXT        NOT NULL CHECK (approved_by <> prepared_by),
	digest      BYTEA       NOT NULL,
	approved_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id, approved_by),
	FOREIGN KEY (area_id, payment_id, prepared_by) REFERENCES payments (area_id, id, prepared_by)
);

CREATE TABLE payment_releases (
	area_id               TEXT        NOT NULL,
	payment_id            TEXT        NOT NULL,
	prepared_by           TEXT        NOT NULL,
	released_by           TEXT        NOT NULL CHECK (released_by <> prepared_by),
	paid_on               DATE        NOT NULL,
	reference             TEXT        NOT NULL,
	entry_id              TEXT        NOT NULL,
	released_at           TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id),
	FOREIGN KEY (area_id, payment_id, prepared_by) REFERENCES payments (area_id, id, prepared_by)
);

-- Underspend handed back, with its contribution.
CREATE TABLE payment_returns (
	area_id            TEXT        NOT NULL,
	id                 TEXT        NOT NULL,
	payment_id         TEXT        NOT NULL,
	minor              BIGINT      NOT NULL CHECK (minor > 0),
	contribution_minor BIGINT      NOT NULL CHECK (contribution_minor >= 0),
	returned_on        DATE        NOT NULL,
	reason             TEXT        NOT NULL,
	entry_id           TEXT        NOT NULL,
	recorded_by        TEXT        NOT NULL,
	recorded_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, payment_id) REFERENCES payment_releases (area_id, payment_id)
);

CREATE INDEX payment_returns_by_payment ON payment_returns (area_id, payment_id);

CREATE TABLE payment_reversals (
	area_id     TEXT        NOT NULL,
	payment_id  TEXT        NOT NULL,
	reason      TEXT        NOT NULL,
	entry_id    TEXT        NOT NULL,
	reversed_by TEXT        NOT NULL,
	reversed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id),
	FOREIGN KEY (area_id, payment_id) REFERENCES payment_releases (area_id, payment_id)
);

-- What the money was spent on, as one person at the LTO provided it.
CREATE TABLE spends (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	organisation_id TEXT        NOT NULL REFERENCES organisations (id),
	line_id         TEXT        NOT NULL,
	minor           BIGINT      NOT NULL CHECK (minor > 0),
	spent_on        DATE        NOT NULL,
	heading         TEXT        NOT NULL CHECK (length(heading) > 0), -- the local heading: what it was
	theme           TEXT        NOT NULL,
	payee_kind      TEXT        NOT NULL CHECK (payee_kind IN ('organisation', 'individual', 'pay')),
	payee           TEXT        NOT NULL, -- never shown in public unless an organisation
	decision        TEXT        NOT NULL,
	provided_by     TEXT        NOT NULL,
	provided_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, id, provided_by),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

CREATE INDEX spends_by_line ON spends (area_id, line_id, spent_on);
CREATE INDEX spends_by_organisation ON spends (organisation_id, area_id);

CREATE TABLE spend_certifications (
	area_id      TEXT        NOT NULL,
	spend_id     TEXT        NOT NULL,
	provided_by  TEXT        NOT NULL,
	certified_by TEXT        NOT NULL CHECK (certified_by <> provided_by),
	entry_id     TEXT        NOT NULL,
	certified_on DATE        NOT NULL,
	certified_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, spend_id),
	FOREIGN KEY (area_id, spend_id, provided_by) REFERENCES spends (area_id, id, provided_by)
);

-- A spend sent back before it was certified: a mistake in what was provided.
CREATE TABLE spend_refusals (
	area_id    TEXT        NOT NULL,
	spend_id   TEXT        NOT NULL,
	reason     TEXT        NOT NULL,
	refused_by TEXT        NOT NULL,
	refused_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, spend_id),
	FOREIGN KEY (area_id, spend_id) REFERENCES spends (area_id, id)
);

CREATE TABLE spend_reversals (
	area_id     TEXT        NOT NULL,
	spend_id    TEXT        NOT NULL,
	reason      TEXT        NOT NULL,
	entry_id    TEXT        NOT NULL,
	reversed_by TEXT        NOT NULL,
	reversed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, spend_id),
	FOREIGN KEY (area_id, spend_id) REFERENCES spend_certifications (area_id, spend_id)
);

-- Running totals, kept in the transaction that changes them and checked by
-- verify, so that a page costs the same after ten entries and ten million.
CREATE TABLE area_money (
	area_id      TEXT   PRIMARY KEY REFERENCES areas (id),
	programme_id TEXT   NOT NULL,
	allocated    BIGINT NOT NULL,
	promised     BIGINT NOT NULL, -- on schedules accepted, not yet paid
	paid         BIGINT NOT NULL, -- to LTOs, less what came back
	contribution BIGINT NOT NULL, -- beside it, less what came back
	spent        BIGINT NOT NULL
);

CREATE INDEX area_money_by_programme ON area_money (programme_id);

CREATE TABLE line_money (
	area_id  TEXT   NOT NULL,
	line_id  TEXT   NOT NULL,
	promised BIGINT NOT NULL,
	paid     BIGINT NOT NULL,
	spent    BIGINT NOT NULL,
	PRIMARY KEY (area_id, line_id),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

package partnership

import (
	"context"
	"errors"
	"maps"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

const agreementColumns = `area_id, id, kind, organisation_id, version, text, review_on, why, written_by, written_at`

func scanAgreement(r db.Row) (a Agreement, err error) {
	return a, r.Scan(&a.Area, &a.ID, &a.Kind, &a.Organisation, &a.Version, &a.Text, &a.ReviewOn, &a.Why, &a.WrittenBy, &a.WrittenAt)
}

// AgreementOf is one version of an area’s agreements, or fault.NotFound.
func AgreementOf(ctx context.Context, tx *db.Tx, a area.ID, aid AgreementID) (Agreement, error) {
	one, err := db.One(ctx, tx, scanAgreement, `
		SELECT `+agreementColumns+` FROM agreements WHERE area_id = $1 AND id = $2`, a, aid)
	if err != nil {
		return one, err
	}
	signed, err := withSignatures(ctx, tx, []Agreement{one})
	return signed[0], err
}

// Agreements lists every version of every agreement of an area: the memorandum
// first, of each agreement the last version first.
func Agreements(ctx context.Context, tx *db.Tx, a area.ID) ([]Agreement, error) {
	all, err := db.All(ctx, tx, scanAgreement, `
		SELECT `+agreementColumns+` FROM agreements WHERE area_id = $1
		ORDER BY CASE kind WHEN 'memorandum' THEN 1 WHEN 'funder and lto' THEN 2 ELSE 3 END, organisation_id, version DESC`, a)
	if err != nil {
		return nil, err
	}
	return withSignatures(ctx, tx, all)
}

// latestOf lists the versions of an agreement, the last first.
func latestOf(ctx context.Context, tx *db.Tx, a Agreement) ([]Agreement, error) {
	return db.All(ctx, tx, scanAgreement, `
		SELECT `+agreementColumns+` FROM agreements WHERE area_id = $1 AND kind = $2 AND organisation_id = $3 ORDER BY version DESC`, a.Area, a.Kind, a.Organisation)
}

// withSignatures gives versions of one area’s agreements their signatures and
// readings.
func withSignatures(ctx context.Context, tx *db.Tx, all []Agreement) ([]Agreement, error) {
	if len(all) == 0 {
		return all, nil
	}
	at := map[AgreementID]int{}
	for i, a := range all {
		at[a.ID] = i
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var aid AgreementID
		var x Signature
		err := r.Scan(&aid, &x.Side, &x.Digest, &x.Role, &x.Hat, &x.By, &x.On, &x.At)
		if i, ok := at[aid]; ok {
			all[i].Signatures = append(all[i].Signatures, x)
		}
		return err
	}, `
		SELECT agreement_id, side, digest, role, hat_id, signed_by, signed_on, signed_at FROM agreement_signatures
		WHERE area_id = $1 ORDER BY signed_at, side`, all[0].Area); err != nil {
		return nil, err
	}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var aid AgreementID
		var x Reading
		err := r.Scan(&aid, &x.By, &x.At)
		if i, ok := at[aid]; ok {
			all[i].Readings = append(all[i].Readings, x)
		}
		return err
	}, `
		SELECT agreement_id, read_by, read_at FROM agreement_readings WHERE area_id = $1 ORDER BY read_at, read_by`, all[0].Area)
}

// A Bond is one agreement as it stands: which version is in force, and which one,
// if any, waits to be signed.
type Bond struct {
	Kind         AgreementKind
	Organisation organisation.ID
	Holder       Holder      // of an agreement with an LTO
	InForce      Agreement   // the last that both signed; zero before one is
	Waits        Agreement   // a later one, which a side has yet to sign; zero where none is
	Versions     []Agreement // all, the last first
}

// Ended reports whether the organisation does not hold the money any more, so that
// nobody signs anything with it.
func (b Bond) Ended(today date.Date) bool {
	return b.Kind != Memorandum && !b.Holder.Until.IsZero() && !today.Before(b.Holder.Until)
}

// Relations is all that ties the three sides of an area: the partnership, the
// funder and each LTO.
type Relations struct {
	Area        area.Area
	Programme   area.Programme
	Endorsement Endorsement // zero before it is endorsed
	Bonds       []Bond      // the memorandum, then two for each LTO
}

// Endorsed reports whether the partnership is.
func (r Relations) Endorsed() bool { return !r.Endorsement.On.IsZero() }

// Memorandum is the agreement of the partnership and the funder.
func (r Relations) Memorandum() Bond { return r.Bonds[0] }

// RelationsOf reads how the three sides of an area stand to one another.
func (p *Partnerships) RelationsOf(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (r Relations, err error) {
	r.Area = a
	if r.Programme, err = area.ProgrammeByID(ctx, tx, a.Programme); err != nil {
		return r, err
	}
	if r.Endorsement, err = EndorsementOf(ctx, tx, a.ID); err != nil && !errors.Is(err, fault.NotFound) {
		return r, err
	}
	all, err := Agreements(ctx, tx, a.ID)
	if err != nil {
		return r, err
	}
	r.Bonds = []Bond{bondOf(all, Memorandum, r.Programme.Funder)}
	holders, err := p.holdersOf(ctx, tx, []area.ID{a.ID})
	if err != nil {
		return r, err
	}
	seen := map[organisation.ID]bool{}
	for _, h := range slices.Backward(holders[a.ID]) { // the last first: it is the time that counts of one that came back
		if seen[h.Organisation] {
			continue
		}
		seen[h.Organisation] = true
		for _, k := range []AgreementKind{FunderAndLTO, PartnershipAndLTO} {
			b := bondOf(all, k, h.Organisation)
			b.Holder = h
			if len(b.Versions) > 0 || !b.Ended(today) {
				r.Bonds = append(r.Bonds, b)
			}
		}
	}
	return r, nil
}

func bondOf(all []Agreement, k AgreementKind, o organisation.ID) Bond {
	b := Bond{Kind: k, Organisation: o}
	for _, a := range all {
		if a.Kind != k || a.Organisation != o {
			continue
		}
		if len(b.Versions) == 0 && !a.Signed() {
			b.Waits = a
		}
		if b.InForce.ID == "" && a.Signed() {
			b.InForce = a
		}
		b.Versions = append(b.Versions, a)
	}
	return b
}

// A Turn is a step that waits, and whose it is.
type Turn string

// The turns, in the order in which a partnership comes to them.
const (
	ToEndorse     Turn = "endorse"     // the programme’s
	ToWrite       Turn = "write"       // of an agreement that has no version yet
	ToSignFirst   Turn = "sign"        // the chair’s, of the memorandum
	ToCountersign Turn = "countersign" // the funder’s, of the memorandum
	ToSign        Turn = "sign too"    // of an agreement with an LTO
)

// An AreaTurn is what waits in one area of a programme.
type AreaTurn struct {
	Area      area.Area
	Turn      Turn
	Agreement Agreement // of ToSignFirst, ToCountersign and ToSign, without its text
	Since     date.Date // from which it waits, where that is known
}

// TurnsIn lists, of all areas of a programme, those that wait to be endorsed, for
// a memorandum to be written or signed, and agreements with LTOs that a side has
// not signed, in the order of the areas’ names. An area that is forming may take
// its time: it is listed, and nothing hangs on it.
func (p *Partnerships) TurnsIn(ctx context.Context, tx *db.Tx, programme area.ProgrammeID) ([]AreaTurn, error) {
	areas, err := area.All(ctx, tx, programme)
	if err != nil {
		return nil, err
	}
	endorsed, err := endorsedOn(ctx, tx)
	if err != nil {
		return nil, err
	}
	open, holders, err := p.unsigned(ctx, tx)
	if err != nil {
		return nil, err
	}
	of := map[area.ID][]unsigned{}
	for _, one := range open {
		of[one.Area] = append(of[one.Area], one)
	}
	unwritten, err := withoutMemorandum(ctx, tx)
	if err != nil {
		return nil, err
	}
	today := date.InLondon(p.Now())
	var turns []AreaTurn
	for _, a := range areas {
		on, is := endorsed[a.ID]
		switch {
		case !is:
			turns = append(turns, AreaTurn{Area: a, Turn: ToEndorse})
		case unwritten[a.ID]:
			turns = append(turns, AreaTurn{Area: a, Turn: ToWrite, Since: on})
		}
		for _, one := range of[a.ID] {
			turn, since := one.turn(holders[a.ID], today)
			if turn != "" {
				turns = append(turns, AreaTurn{Area: a, Agreement: one.Agreement, Turn: turn, Since: since})
			}
		}
	}
	return turns, nil
}

// A Waits counts what waits for a programme officer in all of a programme.
type Waits struct {
	ToEndorse int // partnerships that can be
	ToSign    int // agreements to write or to sign
}

// mostLookedAt bounds how many partnerships are counted each time that the
// programme’s page is drawn.
const mostLookedAt = 100

// WaitsIn counts what waits for a programme officer: in as many statements for one
// area as for all.
func (p *Partnerships) WaitsIn(ctx context.Context, tx *db.Tx, programme area.Programme, today date.Date) (w Waits, err error) {
	open, holders, err := p.unsigned(ctx, tx)
	if err != nil {
		return w, err
	}
	unwritten, err := withoutMemorandum(ctx, tx)
	if err != nil {
		return w, err
	}
	forming, err := db.All(ctx, tx, db.Value[area.ID], `
		SELECT DISTINCT m.area_id FROM memberships m
		WHERE NOT EXISTS (SELECT 1 FROM endorsements e WHERE e.area_id = m.area_id) ORDER BY m.area_id LIMIT $1`, mostLookedAt)
	if err != nil {
		return w, err
	}
	ids := slices.AppendSeq(slices.Clone(forming), maps.Keys(unwritten))
	for _, one := range open {
		ids = append(ids, one.Area)
	}
	areas, err := area.ByIDs(ctx, tx, ids)
	if err != nil {
		return w, err
	}
	here := func(a area.ID) bool { return areas[a].Programme == programme.ID }
	for a := range unwritten {
		if here(a) {
			w.ToSign++
		}
	}
	for _, one := range open {
		turn, _ := one.turn(holders[one.Area], today)
		if here(one.Area) && (turn == ToCountersign || turn == ToSign && one.Kind == FunderAndLTO && one.signedByLTO()) {
			w.ToSign++
		}
	}
	compositions, err := CompositionsOn(ctx, tx, slices.DeleteFunc(forming, func(a area.ID) bool { return !here(a) }), programme.Rules, today)
	for _, c := range compositions {
		if c.Valid() {
			w.ToEndorse++
		}
	}
	return w, err
}

func endorsedOn(ctx context.Context, tx *db.Tx) (map[area.ID]date.Date, error) {
	on := map[area.ID]date.Date{}
	return on, db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var day date.Date
		err := r.Scan(&a, &day)
		on[a] = day
		return err
	}, `SELECT area_id, endorsed_on FROM endorsements`)
}

// unsigned is the last version of an agreement, where a side has not signed it. It
// has the signature of the other, where there is one.
type unsigned struct {
	Agreement

	endorsed bool // the partnership is
}

// turn is whose step it is and since when; "" where there is none.
func (u unsigned) turn(holders []Holder, today date.Date) (Turn, date.Date) {
	x, signed := u.SignedFor(ForPartnership)
	switch {
	case u.Kind != Memorandum && u.isHeld(holders, today):
		return ToSign, date.InLondon(u.WrittenAt)
	case u.Kind != Memorandum || !u.endorsed: // it does not hold the money any more; endorsing comes first
		return "", date.Date{}
	case signed:
		return ToCountersign, x.On
	}
	return ToSignFirst, date.InLondon(u.WrittenAt)
}

func (u unsigned) signedByLTO() bool { return len(u.Signatures) > 0 && u.Signatures[0].Side == ForLTO }

// unsigned lists the last versions of agreements that a side has not signed, with
// who holds the money of the areas whose they are.
func (p *Partnerships) unsigned(ctx context.Context, tx *db.Tx) ([]unsigned, map[area.ID][]Holder, error) {
	open, err := db.All(ctx, tx, func(r db.Row) (u unsigned, err error) {
		var on date.Date
		var side Side
		err = r.Scan(&u.Area, &u.ID, &u.Kind, &u.Organisation, &u.Version, &u.WrittenAt, &side, &on, &u.endorsed)
		if side != "" {
			u.Signatures = []Signature{{Side: side, On: on}}
		}
		return u, err
	}, `
		SELECT a.area_id, a.id, a.kind, a.organisation_id, a.version, a.written_at, COALESCE(s.side, ''), s.signed_on, e.area_id IS NOT NULL
		FROM agreements a LEFT JOIN agreement_signatures s ON s.area_id = a.area_id AND s.agreement_id = a.id
		LEFT JOIN endorsements e ON e.area_id = a.area_id
		WHERE NOT EXISTS (SELECT 1 FROM agreements l WHERE l.area_id = a.area_id AND l.kind = a.kind AND l.organisation_id = a.organisation_id AND l.version > a.version)
			AND (SELECT COUNT(*) FROM agreement_signatures c WHERE c.area_id = a.area_id AND c.agreement_id = a.id) < 2
		ORDER BY a.area_id, a.written_at, a.id`)
	if err != nil {
		return nil, nil, err
	}
	var with []area.ID
	for _, u := range open {
		if u.Kind != Memorandum {
			with = append(with, u.Area)
		}
	}
	holders, err := p.holdersOf(ctx, tx, with)
	return open, holders, err
}

// withoutMemorandum are the areas whose partnership is endorsed, and for whose
// memorandum there is no text yet.
func withoutMemorandum(ctx context.Context, tx *db.Tx) (map[area.ID]bool, error) {
	all := map[area.ID]bool{}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		a, err := db.Value[area.ID](r)
		all[a] = true
		return err
	}, `
		SELECT e.area_id FROM endorsements e
		WHERE NOT EXISTS (SELECT 1 FROM agreements a WHERE a.area_id = e.area_id AND a.kind = 'memorandum')`)
}

// Whose is who takes a step that waits: the role, and "" where it is nobody’s alone.
func (t AreaTurn) Whose() []access.Role {
	switch t.Turn {
	case ToEndorse, ToWrite, ToCountersign:
		return []access.Role{access.ProgrammeOfficer}
	case ToSignFirst:
		return []access.Role{access.Chair}
	case ToSign:
		var roles []access.Role
		for _, s := range t.Agreement.Next() {
			roles = append(roles, signer[s])
		}
		return roles
	}
	return nil
}

// MaySee reports whether an actor may read the text of an agreement: those of the
// two sides, and those who read the partnership’s papers.
func (a Agreement) MaySee(by access.Actor, in area.Area) bool {
	place := in.Place()
	if by.May(access.SeePapers, place) {
		return true
	}
	place.Organisation = string(a.Organisation)
	if a.Kind != Memorandum && by.May(access.SeeMoneyDesk, place) {
		return true
	}
	_, err := a.MaySignFor(by, in)
	return err == nil
}

// SeenAt lists who was seen when a partnership was endorsed, without their names.
func SeenAt(ctx context.Context, tx *db.Tx, a area.ID) ([]Elector, error) {
	return db.All(ctx, tx, func(r db.Row) (e Elector, err error) {
		return e, r.Scan(&e.Person, &e.Kind, &e.Resident, &e.Share)
	}, `SELECT person_id, kind, resident, share FROM endorsement_members WHERE area_id = $1 ORDER BY position`, a)
}

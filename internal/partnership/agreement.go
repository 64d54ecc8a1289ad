package partnership

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// An AgreementID names a version of an agreement.
type AgreementID string

// An AgreementKind is between whom an agreement is. There are three sides, and an
// agreement between each two of them.
type AgreementKind string

// The kinds.
const (
	Memorandum        AgreementKind = "memorandum"          // funder and partnership
	FunderAndLTO      AgreementKind = "funder and lto"      // for each LTO
	PartnershipAndLTO AgreementKind = "partnership and lto" // for each LTO
)

// AgreementKinds lists every kind.
func AgreementKinds() []AgreementKind {
	return []AgreementKind{Memorandum, FunderAndLTO, PartnershipAndLTO}
}

// A Side is one of the two that an agreement is between.
type Side string

// The sides.
const (
	ForPartnership Side = "partnership"
	ForFunder      Side = "funder"
	ForLTO         Side = "lto"
)

// Sides are the two sides of an agreement, in the order in which they are listed.
func (k AgreementKind) Sides() []Side {
	switch k {
	case Memorandum:
		return []Side{ForPartnership, ForFunder}
	case FunderAndLTO:
		return []Side{ForLTO, ForFunder}
	case PartnershipAndLTO:
		return []Side{ForPartnership, ForLTO}
	}
	return nil
}

// signer is the role that signs for a side: one, and no other.
var signer = map[Side]access.Role{ForPartnership: access.Chair, ForFunder: access.ProgrammeOfficer, ForLTO: access.LTOApprover}

// An Agreement is a version of one. Its text is never changed: another text is
// another version, and the one before stays in force until both sides have signed it.
type Agreement struct {
	ID           AgreementID
	Area         area.ID
	Kind         AgreementKind
	Organisation organisation.ID // the funder of a memorandum, the LTO of the others
	Version      int64
	Text         string
	ReviewOn     date.Date // when both look at it again; zero where they said nothing
	Why          string    // why there is another version; "" of the first
	WrittenBy    access.PersonID
	WrittenAt    time.Time
	Signatures   []Signature
	Readings     []Reading
}

// A Signature is that somebody signed for a side: the text with that digest.
type Signature struct {
	Side   Side
	Digest string
	Role   access.Role
	Hat    access.HatID
	By     access.PersonID
	On     date.Date
	At     time.Time
}

// A Reading is that somebody read a version that others had signed.
type Reading struct {
	By access.PersonID
	At time.Time
}

// Digest is of all that is signed: between whom, which version, what it says.
func (a Agreement) Digest() string {
	text, err := json.Marshal([]string{string(a.Area), string(a.Kind), string(a.Organisation), strconv.FormatInt(a.Version, 10), a.ReviewOn.String(), a.Text})
	if err != nil {
		panic(err) // text is always written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// SignedFor is the signature of a side, if there is one.
func (a Agreement) SignedFor(s Side) (Signature, bool) {
	for _, x := range a.Signatures {
		if x.Side == s {
			return x, true
		}
	}
	return Signature{}, false
}

// Signed reports whether both sides have signed.
func (a Agreement) Signed() bool { return len(a.Next()) == 0 }

// SignedOn is the day from which both sides have signed; zero while one has not.
func (a Agreement) SignedOn() (on date.Date) {
	if !a.Signed() {
		return on
	}
	for _, x := range a.Signatures {
		if on.Before(x.On) {
			on = x.On
		}
	}
	return on
}

// Next are the sides that may sign next: of a memorandum the chair first, of the
// others whoever has not.
func (a Agreement) Next() []Side {
	var next []Side
	for _, s := range a.Kind.Sides() {
		if _, ok := a.SignedFor(s); ok {
			continue
		}
		next = append(next, s)
		if a.Kind == Memorandum {
			break
		}
	}
	return next
}

// ReadBy reports whether somebody signed this version, or read it since.
func (a Agreement) ReadBy(who access.PersonID) bool {
	for _, x := range a.Signatures {
		if x.By == who {
			return true
		}
	}
	for _, x := range a.Readings {
		if x.By == who {
			return true
		}
	}
	return false
}

// A Holder is an organisation that holds an area’s money, from a day to a day.
type Holder struct {
	Organisation organisation.ID
	From, Until  date.Date // Until: the first day on which it does not any more; zero while none is known
	Functions    string    // what it does for the partnership, in the partnership’s words
}

// NewAgreement is a version as somebody writes it.
type NewAgreement struct {
	Form         string
	Kind         AgreementKind
	Organisation organisation.ID // the LTO; of a memorandum it is the funder, and not asked
	Text         string
	ReviewOn     date.Date
	Why          string // asked where there is a version already
}

const longestAgreement = 30_000 // letters

// Check says what is wrong with n, if anything.
func (n NewAgreement) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	switch {
	case n.Kind.Sides() == nil:
		wrong.Add("kind", "Choose which agreement it is")
	case n.Kind != Memorandum && n.Organisation == "":
		wrong.Add("organisation", "Choose the organisation that it is with")
	}
	if strings.TrimSpace(n.Text) == "" {
		wrong.Add("text", "Write what is agreed")
	}
	if got := utf8.RuneCountInString(n.Text); got > longestAgreement {
		wrong.Add("text", fmt.Sprintf("Say it in up to 30,000 letters: it has %d", got))
	}
	if !n.ReviewOn.IsZero() && !n.ReviewOn.After(today) {
		wrong.Add("review_on", "Enter a day that is still to come, or leave it empty")
	}
	checkSaid(&wrong, "why", n.Why)
	return wrong
}

// WriteAgreement adds a version of an agreement, for both sides to sign. Sent
// twice, it counts once.
func (p *Partnerships) WriteAgreement(ctx context.Context, by access.Actor, a area.Area, n NewAgreement) (AgreementID, error) {
	content := []any{"agreement", a.ID, n.Kind, n.Organisation, n.Text, n.ReviewOn.String(), n.Why}
	subject, err := p.once(ctx, by, "write agreement", n.Form, content, func(tx *db.Tx) (string, error) {
		one, err := p.WriteAgreementIn(ctx, tx, by, a, n)
		return string(one.ID), err
	})
	return AgreementID(subject), err
}

// WriteAgreementIn is WriteAgreement as part of a transaction. Either side writes.
func (p *Partnerships) WriteAgreementIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewAgreement) (Agreement, error) {
	today := date.InLondon(p.Now())
	if !by.Holds(access.SignAgreement) {
		return Agreement{}, by.Must(access.SignAgreement, a.Place())
	}
	if err := n.Check(today).OrNil(); err != nil {
		return Agreement{}, err
	}
	if n.Kind == Memorandum {
		programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
		if err != nil {
			return Agreement{}, err
		}
		n.Organisation = programme.Funder
	}
	one := Agreement{
		ID: id.New[AgreementID](p.IDs), Area: a.ID, Kind: n.Kind, Organisation: n.Organisation, Version: 1, Text: plainLines(n.Text), ReviewOn: n.ReviewOn,
		Why: strings.TrimSpace(n.Why), WrittenBy: by.Person, WrittenAt: p.Now(),
	}
	if _, err := one.MaySignFor(by, a); err != nil {
		return Agreement{}, err
	}
	if err := p.mustHold(ctx, tx, one, today); err != nil {
		return Agreement{}, err
	}
	before, err := latestOf(ctx, tx, one)
	if err != nil {
		return Agreement{}, err
	}
	if len(before) > 0 {
		one.Version = before[0].Version + 1
		if one.Why == "" {
			return Agreement{}, fault.Invalid{{Field: "why", Words: "Say why there is another version, so that both sides know what to look at"}}
		}
		if before[0].Text == one.Text && before[0].ReviewOn == one.ReviewOn {
			return Agreement{}, fault.Invalid{{Field: "text", Words: "This is what version " + strconv.FormatInt(before[0].Version, 10) + " says already. Change it, or sign that one"}}
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agreements (area_id, id, kind, organisation_id, version, text, review_on, why, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		one.Area, one.ID, one.Kind, one.Organisation, one.Version, one.Text, one.ReviewOn, one.Why, one.WrittenBy, one.WrittenAt); err != nil {
		return Agreement{}, fmt.Errorf("insert agreement: %w", err)
	}
	return one, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "agreement written", Subject: string(one.ID), By: by, At: one.WrittenAt,
		Facts: wholeFacts(one.facts()), Private: one.whole(),
	})
}

// whole is all that an agreement says that is committed to, why it was written too.
func (a Agreement) whole() string { return a.Digest() + "\n" + a.Why }

// wholeFacts are facts of an event that tells all of its row.
func wholeFacts(facts map[string]string) map[string]string {
	facts[audit.Whole] = "yes"
	return facts
}

// plainLines ends lines as they end here, whatever browser sent them.
func plainLines(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

func (a Agreement) facts() map[string]string {
	return map[string]string{"kind": string(a.Kind), "organisation": string(a.Organisation), "version": strconv.FormatInt(a.Version, 10)}
}

// mustHold asks, of an agreement with an LTO, whether it holds the area’s money or
// is to.
func (p *Partnerships) mustHold(ctx context.Context, tx *db.Tx, a Agreement, today date.Date) error {
	if a.Kind == Memorandum {
		return nil
	}
	holders, err := p.holdersOf(ctx, tx, []area.ID{a.Area})
	if err != nil || a.isHeld(holders[a.Area], today) {
		return err
	}
	return fault.New(fault.Conflict, "That organisation does not hold this area’s money. An agreement is with one that does.")
}

// isHeld reports whether one of those who hold an area’s money, or are to, is the
// organisation that an agreement is with.
func (a Agreement) isHeld(holders []Holder, today date.Date) bool {
	return slices.ContainsFunc(holders, func(h Holder) bool {
		return h.Organisation == a.Organisation && (h.Until.IsZero() || today.Before(h.Until))
	})
}

func (p *Partnerships) holdersOf(ctx context.Context, tx *db.Tx, areas []area.ID) (map[area.ID][]Holder, error) {
	if p.Holders == nil || len(areas) == 0 {
		return nil, nil
	}
	return p.Holders(ctx, tx, areas)
}

// MaySignFor is the side for which an actor signs this agreement, in the hat that
// is on: the chair of that area for the partnership, the programme’s officer for
// the funder, the approver of that organisation for the LTO. Another hat of the
// same person does not count, and the program signs for nobody.
func (a Agreement) MaySignFor(by access.Actor, in area.Area) (Side, error) {
	place := in.Place()
	if a.Kind != Memorandum {
		place.Organisation = string(a.Organisation)
	}
	if by.System {
		return "", fault.New(fault.Forbidden, "An agreement is signed by people, not by the program.")
	}
	if err := by.Must(access.SignAgreement, place); err != nil {
		return "", err
	}
	for _, s := range a.Kind.Sides() {
		if signer[s] == by.Hat.Role {
			return s, nil
		}
	}
	return "", fault.New(fault.Forbidden, "As "+by.Hat.Role.Title()+" you are on neither side of this agreement.")
}

// MaySign says why an actor may not sign the version now, or nothing. Like all
// that pages ask, it is held against the data once more when it is done.
func (a Agreement) MaySign(by access.Actor, in area.Area, endorsed, latest bool) error {
	side, err := a.MaySignFor(by, in)
	if err != nil {
		return err
	}
	if x, ok := a.SignedFor(side); ok {
		return fault.New(fault.Conflict, "This was signed for "+sideWords[side]+" already, on "+x.On.Long()+".")
	}
	switch {
	case !latest:
		return fault.New(fault.Conflict, "There is a later version of this agreement. Read that one, and sign it.")
	case a.Kind == Memorandum && !endorsed:
		return fault.New(fault.Conflict, "The partnership is not endorsed yet. The memorandum is signed after that, never before.")
	case a.Next()[0] != side && a.Kind == Memorandum:
		return fault.New(fault.Conflict, "The chair signs first. Then it is the funder’s turn.")
	}
	for _, x := range a.Signatures {
		if x.By == by.Person {
			return fault.New(fault.Forbidden, "You signed this for "+sideWords[x.Side]+", so somebody else signs it for "+sideWords[side]+".")
		}
	}
	return nil
}

var sideWords = map[Side]string{ForPartnership: "the partnership", ForFunder: "the funder", ForLTO: "the organisation that holds the money"}

// Words are the side as people say it.
func (s Side) Words() string { return sideWords[s] }

// NewSignature is that somebody signs a version that they have read.
type NewSignature struct {
	Form   string
	Digest string // of the text that they had before them
	Read   bool   // they say that they have read it
}

// Sign signs a version of an agreement, for the side whose hat is on. Sent twice,
// it counts once.
func (p *Partnerships) Sign(ctx context.Context, by access.Actor, a area.Area, aid AgreementID, n NewSignature) error {
	_, err := p.once(ctx, by, "sign agreement", n.Form, []any{"sign", a.ID, aid, n.Digest, n.Read}, func(tx *db.Tx) (string, error) {
		_, err := p.SignIn(ctx, tx, by, a, aid, n)
		return string(aid), err
	})
	return err
}

// SignIn is Sign as part of a transaction.
func (p *Partnerships) SignIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, aid AgreementID, n NewSignature) (Agreement, error) {
	one, err := AgreementOf(ctx, tx, a.ID, aid)
	if err != nil {
		return Agreement{}, err
	}
	side, err := one.MaySignFor(by, a)
	if err != nil {
		return Agreement{}, err
	}
	if !n.Read {
		return Agreement{}, fault.Invalid{{Field: "read", Words: "Read it first, then tick that you have"}}
	}
	today := date.InLondon(p.Now())
	latest, endorsed, err := whereItStands(ctx, tx, one, today)
	if err != nil {
		return Agreement{}, err
	}
	if err := one.MaySign(by, a, endorsed, latest); err != nil {
		return Agreement{}, err
	}
	if n.Digest != one.Digest() {
		return Agreement{}, fault.New(fault.Conflict, "This is not the text that you had before you. Open the agreement again and read it.")
	}
	if err := mustWear(ctx, tx, by, side, a, today); err != nil {
		return Agreement{}, err
	}
	if err := p.mustHold(ctx, tx, one, today); err != nil {
		return Agreement{}, err
	}
	x := Signature{Side: side, Digest: n.Digest, Role: by.Hat.Role, Hat: by.Hat.ID, By: by.Person, On: today, At: p.Now()}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agreement_signatures (area_id, agreement_id, side, digest, role, hat_id, signed_by, signed_on, signed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, aid, x.Side, x.Digest, x.Role, x.Hat, x.By, x.On, x.At); err != nil {
		if db.IsDuplicate(err) {
			return Agreement{}, fault.New(fault.Conflict, "This was signed for "+sideWords[side]+" already.")
		}
		return Agreement{}, fmt.Errorf("insert signature: %w", err)
	}
	one.Signatures = append(one.Signatures, x)
	return one, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "agreement signed", Subject: string(aid), By: by, At: x.At, Facts: wholeFacts(x.facts(one)), Private: x.whole(),
	})
}

// whole is what was signed, and in which hat.
func (x Signature) whole() string { return x.Digest + "\n" + string(x.Hat) }

func (x Signature) facts(a Agreement) map[string]string {
	facts := a.facts()
	facts["side"], facts["on"] = string(x.Side), x.On.String()
	return facts
}

// whereItStands is whether a version is the latest of its agreement, and whether
// the partnership is endorsed.
func whereItStands(ctx context.Context, tx *db.Tx, a Agreement, today date.Date) (latest, endorsed bool, err error) {
	all, err := latestOf(ctx, tx, a)
	if err != nil {
		return false, false, err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `SELECT COUNT(*) FROM endorsements WHERE area_id = $1 AND endorsed_on <= $2`, a.Area, today)
	return len(all) > 0 && all[0].ID == a.ID, n > 0, err
}

// mustWear asks whether the hat in which somebody signs is theirs, and on that
// day. Whoever signs as the chair is also who holds that office, where one does:
// of two with the hat, at a change of chairs, it is the one.
func mustWear(ctx context.Context, tx *db.Tx, by access.Actor, side Side, a area.Area, day date.Date) error {
	refused := fault.New(fault.Forbidden, "Only who is "+by.Hat.Role.Title()+" on the day may sign this. By our records that is not you.")
	hat, who, err := person.HatByID(ctx, tx, by.Hat.ID)
	if errors.Is(err, fault.NotFound) {
		return refused
	}
	if err != nil {
		return err
	}
	if who != by.Person || hat.Role != by.Hat.Role || !hat.WornOn(day) {
		return refused
	}
	if side != ForPartnership {
		return nil
	}
	if hat.Scope != access.InArea || hat.Place != string(a.ID) {
		return refused
	}
	offices, err := OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	held := false
	for _, o := range offices {
		if o.Office == Chair && o.On(day) {
			if o.Person == by.Person {
				return nil
			}
			held = true
		}
	}
	if held {
		return refused
	}
	return nil
}

// NoteReading records that somebody read a version that others signed: a new chair
// is asked to, and nothing lapses while they have not (P03).
func (p *Partnerships) NoteReading(ctx context.Context, by access.Actor, a area.Area, aid AgreementID, form string) error {
	_, err := p.once(ctx, by, "note reading", form, []any{"reading", a.ID, aid}, func(tx *db.Tx) (string, error) {
		return string(aid), p.NoteReadingIn(ctx, tx, by, a, aid)
	})
	return err
}

// NoteReadingIn is NoteReading as part of a transaction.
func (p *Partnerships) NoteReadingIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, aid AgreementID) error {
	one, err := AgreementOf(ctx, tx, a.ID, aid)
	if err != nil {
		return err
	}
	side, err := one.MaySignFor(by, a)
	if err != nil {
		return err
	}
	if err := mustWear(ctx, tx, by, side, a, date.InLondon(p.Now())); err != nil {
		return err
	}
	switch {
	case !one.Signed():
		return fault.New(fault.Conflict, "This waits to be signed.")
	case one.ReadBy(by.Person):
		return fault.New(fault.Conflict, "You signed this, or have read it already.")
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agreement_readings (area_id, agreement_id, read_by, read_at) VALUES ($1, $2, $3, $4)`, a.ID, aid, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert reading: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "agreement read again", Subject: string(aid), By: by, At: p.Now(), Facts: one.facts(),
	})
}

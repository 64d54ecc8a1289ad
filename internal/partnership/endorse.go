package partnership

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// An Endorsement is that the programme looked at who a partnership is, and
// recognised it. The memorandum is signed after it, never before (P03, R3).
type Endorsement struct {
	Area          area.ID
	On            date.Date
	People        int // who had a say that day, as was seen
	Residents     int
	Votes         int
	ResidentVotes int
	Words         string // what the programme said with it
	By            access.PersonID
	At            time.Time
}

// NewEndorsement is an endorsement as somebody records it.
type NewEndorsement struct {
	Form  string
	On    date.Date // the day on which the partnership was what it is endorsed as; today or earlier
	Words string
}

const longestSaid = 2000 // letters of what people say in their own words

// Check says what is wrong with n on the day that it is recorded, if anything.
func (n NewEndorsement) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day from which the partnership is endorsed: today or earlier")
	}
	checkSaid(&wrong, "words", n.Words)
	return wrong
}

func checkSaid(wrong *fault.Invalid, field, words string) {
	if n := utf8.RuneCountInString(words); n > longestSaid {
		wrong.Add(field, fmt.Sprintf("Say it in up to 2,000 letters: it has %d", n))
	}
}

// Endorse records that the programme endorses a partnership. Sent twice, it
// counts once.
func (p *Partnerships) Endorse(ctx context.Context, by access.Actor, a area.Area, n NewEndorsement) error {
	_, err := p.once(ctx, by, "endorse partnership", n.Form, []any{"endorse", a.ID, n.On.String(), n.Words}, func(tx *db.Tx) (string, error) {
		_, err := p.EndorseIn(ctx, tx, by, a, n)
		return string(a.ID), err
	})
	return err
}

// EndorseIn is Endorse as part of a transaction. The partnership is held against
// the rule book as it was on the day (R1, R2), and that the area is endorsed is
// noted with it.
func (p *Partnerships) EndorseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewEndorsement) (Endorsement, error) {
	if err := by.Must(access.Endorse, a.Place()); err != nil {
		return Endorsement{}, err
	}
	if err := n.Check(date.InLondon(p.Now())).OrNil(); err != nil {
		return Endorsement{}, err
	}
	if before, err := EndorsementOf(ctx, tx, a.ID); err == nil {
		return Endorsement{}, fault.New(fault.Conflict, "This partnership was endorsed already, on "+before.On.Long()+".")
	} else if !errors.Is(err, fault.NotFound) {
		return Endorsement{}, err
	}
	c, err := CompositionOn(ctx, tx, a, n.On)
	if err != nil {
		return Endorsement{}, err
	}
	if missing := Missing(c); len(missing) > 0 {
		return Endorsement{}, fault.New(fault.Conflict, "The partnership cannot be endorsed as it was on "+n.On.Long()+". "+strings.Join(missing, " "))
	}
	e := Endorsement{
		Area: a.ID, On: n.On, People: c.People, Residents: c.Residents, Votes: c.Votes, ResidentVotes: c.ResidentVotes,
		Words: strings.TrimSpace(n.Words), By: by.Person, At: p.Now(),
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO endorsements (area_id, endorsed_on, people, residents, votes, resident_votes, words, endorsed_by, endorsed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Area, e.On, e.People, e.Residents, e.Votes, e.ResidentVotes, e.Words, e.By, e.At); err != nil {
		if db.IsDuplicate(err) {
			return Endorsement{}, fault.New(fault.Conflict, "This partnership was endorsed already.")
		}
		return Endorsement{}, fmt.Errorf("insert endorsement: %w", err)
	}
	with, err := ElectorsOn(ctx, tx, a.ID, n.On)
	if err != nil {
		return Endorsement{}, err
	}
	for i, one := range with {
		if _, err := tx.Exec(ctx, `
			INSERT INTO endorsement_members (area_id, position, person_id, kind, resident, share) VALUES ($1, $2, $3, $4, $5, $6)`,
			a.ID, i+1, one.Person, one.Kind, one.Resident, one.Share); err != nil {
			return Endorsement{}, fmt.Errorf("insert endorsed member: %w", err)
		}
	}
	facts := e.facts()
	facts[endorsedWith] = membersDigest(with)
	if err := audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "partnership endorsed", Subject: string(a.ID), By: by, At: e.At, Facts: facts, Private: e.Words,
	}); err != nil {
		return Endorsement{}, err
	}
	return e, p.noteEndorsed(ctx, tx, by, a, n.On)
}

func (e Endorsement) facts() map[string]string {
	return map[string]string{
		"on": e.On.String(), "people": fmt.Sprint(e.People), "residents": fmt.Sprint(e.Residents), "votes": fmt.Sprint(e.Votes), "resident votes": fmt.Sprint(e.ResidentVotes),
	}
}

// endorsedWith is the fact that says by a digest who had a say on the day.
const endorsedWith = "with"

// membersDigest is the SHA-256 of who had a say, and in which way, in their order.
func membersDigest(with []Elector) string {
	var b strings.Builder
	for _, e := range with {
		fmt.Fprintf(&b, "%s|%s|%t|%s\n", e.Person, e.Kind, e.Resident, e.Share)
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
}

// noteEndorsed notes how far the area has come, unless it has come further.
func (p *Partnerships) noteEndorsed(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, on date.Date) error {
	state, err := area.StateOn(ctx, tx, a.ID, on)
	if err != nil || (state != "" && state != area.Selected) {
		return err
	}
	return (&area.Areas{DB: p.DB, IDs: p.IDs, Now: p.Now}).NoteStateIn(ctx, tx, by, a.ID, area.Endorsed, on)
}

// Missing says, in words for everybody, what a partnership lacks to be endorsed
// by its programme’s rule book: nothing where it lacks nothing.
func Missing(c Composition) []string {
	var missing []string
	if !c.Enough() {
		missing = append(missing, fmt.Sprintf("%s: the programme asks for at least %d, so %d more.", thereAre(c.People), c.Least, c.Least-c.People))
	}
	if !c.ByPeople() {
		missing = append(missing, fmt.Sprintf("Of the %d people who have a say, %d live in the area: it has to be %s.", c.People, c.Residents, c.Share.Code))
	}
	if !c.ByVotes() {
		missing = append(missing, fmt.Sprintf("Of the %d votes, %d are residents’: it has to be %s.", c.Votes, c.ResidentVotes, c.Share.Code))
	}
	return missing
}

func thereAre(people int) string {
	switch people {
	case 0:
		return "Nobody has a say in it yet"
	case 1:
		return "One person has a say in it"
	}
	return fmt.Sprintf("%d people have a say in it", people)
}

const endorsementColumns = `area_id, endorsed_on, people, residents, votes, resident_votes, words, endorsed_by, endorsed_at`

func scanEndorsement(r db.Row) (e Endorsement, err error) {
	return e, r.Scan(&e.Area, &e.On, &e.People, &e.Residents, &e.Votes, &e.ResidentVotes, &e.Words, &e.By, &e.At)
}

// EndorsementOf is the endorsement of an area’s partnership, or fault.NotFound.
func EndorsementOf(ctx context.Context, tx *db.Tx, a area.ID) (Endorsement, error) {
	return db.One(ctx, tx, scanEndorsement, `
		SELECT `+endorsementColumns+` FROM endorsements WHERE area_id = $1`, a)
}

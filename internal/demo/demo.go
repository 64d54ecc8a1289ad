// Package demo plays a whole programme: invented places and people, over the
// years, through the same functions that real ones use. The same seed gives the
// same database. Nothing in it is real, and a database that it founds is a
// demonstration for ever.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/meeting"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/relationship"
	"commontable/internal/share"
)

// What says how large a demonstration is.
type What struct {
	Areas int
	Years int
	Seed  uint64
	Today date.Date // the last day that is played
}

// DefaultDay is the day on which demonstrations end unless told otherwise.
func DefaultDay() date.Date { return date.Must("2026-10-14") }

// Check says what is wrong with w, if anything.
func (w What) Check() fault.Invalid {
	var wrong fault.Invalid
	if w.Areas < 1 || w.Areas > len(firsts)*len(seconds) {
		wrong.Add("areas", fmt.Sprintf("Ask for 1 to %d areas", len(firsts)*len(seconds)))
	}
	if w.Years < 1 || w.Years > 20 {
		wrong.Add("years", "Ask for 1 to 20 years")
	}
	if w.Today.Year() < 2020 || w.Today.Year() > 2100 {
		wrong.Add("today", "Ask for a last day from 2020 on")
	}
	return wrong
}

// Play fills an empty, migrated database, telling done how many areas are
// played. A database that holds anything already is refused.
func Play(ctx context.Context, d *db.DB, w What, done func(areas int)) error {
	if err := w.Check().OrNil(); err != nil {
		return err
	}
	p := newPlayer(d, w)
	if err := d.Write(ctx, func(tx *db.Tx) error { return p.found(ctx, tx) }); err != nil {
		return fmt.Errorf("play the programme’s beginning: %w", err)
	}
	// One transaction an area. It is played with a copy of the player's clock and
	// chance, so that where the database runs it twice it is the same twice.
	for i := range w.Areas {
		if err := d.Write(ctx, func(tx *db.Tx) error { return p.playArea(ctx, tx, i) }); err != nil {
			return fmt.Errorf("play %s: %w", p.names[i].name, err)
		}
		done(i + 1)
	}
	err := d.Write(ctx, func(tx *db.Tx) error { return p.end(ctx, tx) })
	if err != nil {
		return fmt.Errorf("play the programme’s last day: %w", err)
	}
	return nil
}

// A player plays. Its clock stands where the story is.
type player struct {
	what  What
	now   time.Time
	rules area.RuleBook
	names []place

	areas         *area.Areas
	organisations *organisation.Organisations
	people        *person.People
	partnerships  *partnership.Partnerships
	plans         *plan.Plans
	funding       *funding.Funding
	projects      *project.Projects
	shares        *share.Shares
	meetings      *meeting.Meetings
	decisions     *decision.Decisions
	dropIn        int64                               // the number of the decision that the guides walk through
	nextWeek      func(context.Context, *db.Tx) error // puts on the next agenda what is about it
	agencies      *agency.Agencies
	relationships *relationship.Relationships

	programme area.Programme
	officers  []access.Actor // Chris, who prepares, is the first
	finance   []access.Actor
	auditor   access.Actor
	rep       access.Actor
	ltos      []lto
	star      star
	source    *rand.ChaCha8
}

// An lto is an organisation that holds money, and its people.
type lto struct {
	organisation.Organisation
	finance, approver access.Actor
	names             []string // theirs, in that order
}

// star is what the personas need of the area that is shown most richly.
type star struct {
	area                    area.Area
	lto                     lto
	chair, worker, resident access.Actor
	member                  access.Actor
	hub                     project.ID
	officer, colleague      access.Actor // of the council
	council                 string       // its slug
	doings                  *doings      // what was done there
}

func newPlayer(d *db.DB, w What) *player {
	p := &player{what: w, now: w.Today.AddMonths(-12*w.Years).At(9, 0)}
	clock := func() time.Time { return p.now }
	p.reseed(0)
	ids := id.NewMaker(clock, chance{p})
	p.areas = &area.Areas{DB: d, IDs: ids, Now: clock}
	p.organisations = &organisation.Organisations{DB: d, IDs: ids, Now: clock}
	p.people = &person.People{DB: d, IDs: ids, Now: clock}
	p.partnerships = &partnership.Partnerships{DB: d, IDs: ids, Now: clock, People: p.people, Holders: funding.HoldersFor}
	p.plans = &plan.Plans{DB: d, IDs: ids, Now: clock}
	p.meetings = &meeting.Meetings{DB: d, IDs: ids, Now: clock, Touched: decision.TouchedBy}
	p.decisions = &decision.Decisions{DB: d, IDs: ids, Now: clock}
	p.agencies = &agency.Agencies{DB: d, IDs: ids, Now: clock, Organisations: p.organisations, Holders: funding.HoldersIn}
	p.relationships = &relationship.Relationships{DB: d, IDs: ids, Now: clock, Agencies: p.agencies}
	p.funding = &funding.Funding{DB: d, IDs: ids, Now: clock}
	p.plans.Coded = p.funding.FollowLine
	p.projects = &project.Projects{DB: d, IDs: ids, Now: clock}
	p.shares = &share.Shares{DB: d, IDs: ids, Now: clock, Sharer: person.ActorIn}
	p.relationships.Shares = p.shares
	p.names = places(w.Areas, rand.New(rand.NewPCG(w.Seed, 1))) //nolint:gosec // a story, not a secret
	p.settle()
	return p
}

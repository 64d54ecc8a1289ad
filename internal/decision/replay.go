package decision

import (
	"context"
	"slices"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// A Replay is a decision from a minute book: put forward, asked about and agreed
// before it was kept here.
type Replay struct {
	Proposal NewProposal
	PutBy    access.Actor
	Chair    access.Actor // who recorded that it was agreed
	Asked    time.Time    // when it was put forward; the answers came by now
	Said     []ReplayedPosition
	Words    string // of how it went
	// What was done about interests that touch it. Who had one says nothing, whatever
	// the minute book has of them.
	Handled partnership.How
}

// A ReplayedPosition is what somebody said by the minute book.
type ReplayedPosition struct {
	Person access.PersonID
	Stand  Stand
	Reason string
}

// ReplayIn keeps a decision from a minute book whole, in few statements. It is for
// the program itself alone: to bring in what was decided before, and to play a
// demonstration. All rules of an agreement hold: who has a say, interests, quorum.
func (d *Decisions) ReplayIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n Replay) (Decision, error) {
	if !by.System {
		return Decision{}, fault.New(fault.Forbidden, "Only the program itself brings in what was decided before.")
	}
	if err := n.Chair.Must(access.RunDecisions, a.Place()); err != nil {
		return Decision{}, err
	}
	if err := n.PutBy.Must(access.PutForward, a.Place()); err != nil {
		return Decision{}, err
	}
	if err := n.Proposal.Check().OrNil(); err != nil {
		return Decision{}, err
	}
	of, err := (&Decisions{DB: d.DB, IDs: d.IDs, Now: func() time.Time { return n.Asked }, BaseURL: d.BaseURL}).draft(ctx, tx, n.PutBy, a, n.Proposal)
	if err != nil {
		return of, err
	}
	of.Opened = Opening{n.PutBy.Person, n.Asked}
	if err := insertOpening(ctx, tx, of, of.Opened); err != nil {
		return of, wrap("insert opening", err)
	}
	if err := d.recordPut(ctx, tx, n.PutBy, of); err != nil {
		return of, err
	}
	if err := d.replayHandlings(ctx, tx, by, a, of, n); err != nil {
		return of, err
	}
	electors, err := d.electorsNow(ctx, tx, of)
	if err != nil {
		return of, err
	}
	if electors, err = d.barIn(ctx, tx, of, electors, nil); err != nil {
		return of, err
	}
	if err := d.replayPositions(ctx, tx, &of, electors, n); err != nil {
		return of, err
	}
	if err := d.mustBeHandled(ctx, tx, of); err != nil {
		return of, err
	}
	return of, d.replayAgreement(ctx, tx, a, &of, electors, n)
}

// replayHandlings records what was done about interests: by the chair, or where
// the chair has one, by the program itself.
func (d *Decisions) replayHandlings(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of Decision, n Replay) error {
	if n.Handled == "" {
		return nil
	}
	touches, err := partnership.UnhandledIn(ctx, tx, a.ID, of.MatterOn(d.today()))
	if err != nil || len(touches) == 0 {
		return err
	}
	bar, err := partnership.BarIn(ctx, tx, a.ID, of.MatterOn(d.today()), n.Chair.Person)
	if err != nil {
		return err
	}
	handler := n.Chair
	if bar.Approve {
		handler = by
	}
	partnerships := &partnership.Partnerships{DB: d.DB, IDs: d.IDs, Now: d.Now}
	for _, t := range touches {
		if _, err := partnerships.HandleIn(ctx, tx, handler, a, partnership.NewHandling{
			About: of.about(), Interest: t.Interest, How: n.Handled, Parties: of.Touched(),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (d *Decisions) replayPositions(ctx context.Context, tx *db.Tx, of *Decision, electors []Elector, n Replay) error {
	for _, said := range n.Said {
		at := slices.IndexFunc(electors, func(e Elector) bool { return e.Person == said.Person })
		if at < 0 {
			return errNoSay
		}
		e := electors[at]
		if e.Barred {
			continue
		}
		p := Position{
			Turn: int64(len(of.Positions)) + 1, Person: said.Person, Holder: e.Holder, Kind: e.Kind, Version: 1, Hash: of.Text().Hash, Stand: said.Stand, Reason: plain(said.Reason),
			Via: AtMeeting, EnteredBy: n.Chair.Person, EnteredAt: d.Now(), Salt: d.salt(),
		}
		p.Seal = sealOf(p.Salt, string(p.Stand), p.Reason)
		if err := insertPosition(ctx, tx, *of, p); err != nil {
			return wrap("insert position", err)
		}
		of.Positions = append(of.Positions, p)
	}
	return nil
}

func (d *Decisions) replayAgreement(ctx context.Context, tx *db.Tx, a area.Area, of *Decision, electors []Elector, n Replay) error {
	rules, err := partnership.RulesOn(ctx, tx, of.Area, d.today())
	if err != nil {
		return err
	}
	var said []saying
	for _, p := range of.Positions {
		said = append(said, saying{p.Person, p.Turn, string(p.Stand), true})
	}
	t, _ := count(electors, said)
	tried := Attempt{
		Number: 1, Version: 1, Hash: of.Text().Hash, Agreed: true, Support: t.Said[string(Support)], Worry: t.Said[string(Worry)], Aside: t.Said[string(Aside)],
		Cannot: t.Said[string(Cannot)], Unanswered: t.Unused, Residents: t.Residents, Quorum: quorumOf(rules, electors), Words: plain(n.Words), By: n.Chair.Person, At: d.Now(),
		Electors: electors, Electorate: electorateOf(electors),
	}
	if tried.Cannot > 0 || tried.Residents < tried.Quorum {
		return fault.New(fault.Conflict, "This was not agreed: "+strconv.Itoa(tried.Residents)+" residents of "+strconv.Itoa(tried.Quorum)+" that it takes.")
	}
	if err := insertAttempt(ctx, tx, *of, tried); err != nil {
		return wrap("insert attempt", err)
	}
	of.Attempts = append(of.Attempts, tried)
	r := Result{
		Outcome: IsAgreed, Way: ByAgreement, Yes: tried.Support + tried.Worry, Aside: tried.Aside, Unused: tried.Unanswered,
		Residents: tried.Residents, Quorum: tried.Quorum, Words: tried.Words,
	}
	for _, e := range electors {
		if e.Barred {
			r.Excluded = append(r.Excluded, e.Person)
		}
	}
	return d.keepResult(ctx, tx, n.Chair, a, of, r)
}

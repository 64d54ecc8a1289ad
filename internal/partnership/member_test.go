package partnership_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// A room is a world with a partnership: Grace chairs Tanners Reach, and Wanda
// is its worker.
type room struct {
	*testing.T
	*fundingtest.World

	p     *partnership.Partnerships
	area  area.Area
	chair access.Actor
	wanda access.Actor
}

func newRoom(t *testing.T, d *db.DB) *room {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := &room{T: t, World: w, p: w.Partnerships, area: w.Tanners.Area, chair: w.Tanners.Chair}
	r.check(d.Write(t.Context(), func(tx *db.Tx) error {
		r.wanda, err = w.PersonIn(t.Context(), tx, "Wanda", access.Worker, access.InArea, string(r.area.ID))
		return err
	}))
	return r
}

func (r *room) check(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *room) refused(err, kind error, words string) {
	r.Helper()
	if _, ok := errors.AsType[fault.Invalid](err); kind == nil && ok && strings.Contains(err.Error(), words) {
		return // nil stands for what was filled in wrongly
	}
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), words) {
		r.Errorf("got %v, want it refused (%v) because of “%s”", err, kind, words)
	}
}

func (r *room) form() string { return string(r.Form()) }

// joins adds somebody new.
func (r *room) joins(by access.Actor, name string, as partnership.In, from date.Date) access.PersonID {
	r.Helper()
	m, err := r.p.Join(r.Context(), by, r.area, partnership.NewMember{Form: r.form(), Name: name, As: as, From: from})
	r.check(err)
	var who access.PersonID
	r.read(func(tx *db.Tx) error {
		one, err := partnership.MemberOf(r.Context(), tx, r.area.ID, m)
		who = one.Person
		return err
	})
	return who
}

func (r *room) read(f func(tx *db.Tx) error) {
	r.Helper()
	r.check(r.DB.Read(r.Context(), f))
}

// hats are those that a person wears today in the area, as "member".
func (r *room) hats(who access.PersonID) (worn string) {
	r.Helper()
	r.read(func(tx *db.Tx) error {
		hats, err := person.HatsOf(r.Context(), tx, who)
		for _, h := range hats {
			if h.WornOn(r.Today()) && h.Place == string(r.area.ID) {
				worn = strings.TrimSpace(worn + " " + string(h.Role))
			}
		}
		return err
	})
	return worn
}

func (r *room) said(day date.Date) string {
	r.Helper()
	var b strings.Builder
	r.read(func(tx *db.Tx) error {
		all, err := partnership.MembersOn(r.Context(), tx, r.area.ID, day)
		for _, m := range all {
			fmt.Fprintf(&b, "%s %s", m.Name, m.Kind)
			for _, o := range m.Offices {
				fmt.Fprintf(&b, " (%s)", o.Office)
			}
			b.WriteString("; ")
		}
		return err
	})
	return strings.TrimSuffix(b.String(), "; ")
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

var (
	resident = partnership.In{Kind: partnership.Resident}
	friend   = partnership.In{Kind: partnership.Friend}
)

// Who joins has the hat that goes with it, and who leaves has none at once.
func TestWhoJoinsHasAHatAndWhoLeavesHasNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		tom := r.joins(r.chair, "Tom Pearce", resident, r.Today().AddMonths(-2))
		same(t, "Tom’s hats", r.hats(tom), "member")
		fay := r.joins(r.wanda, "Fay", friend, r.Today())
		same(t, "Fay’s hats", r.hats(fay), "friend")
		_, err := r.p.Join(ctx, r.chair, r.area, partnership.NewMember{Form: r.form(), Person: tom, As: resident, From: r.Today()})
		r.refused(err, fault.Conflict, "on the list already")

		// From friend to resident member and back: the history stays.
		r.check(r.p.Move(ctx, r.chair, r.area, fay, partnership.Move{Form: r.form(), As: resident, From: r.Today().AddDays(1)}))
		same(t, "today", r.said(r.Today()), "Fay friend; Tom Pearce resident")
		same(t, "tomorrow", r.said(r.Today().AddDays(1)), "Fay resident; Tom Pearce resident")
		same(t, "Fay’s hats today", r.hats(fay), "friend")
		r.Clock.Pass(24 * 3600 * 1e9)
		same(t, "Fay’s hats tomorrow", r.hats(fay), "member")
		r.refused(r.p.Move(ctx, r.chair, r.area, fay, partnership.Move{Form: r.form(), As: friend, From: r.Today()}), nil, "later day")

		// Offices have days of their own, and end with the member.
		r.check(r.p.TakeOffice(ctx, r.chair, r.area, tom, partnership.NewOffice{Form: r.form(), Office: partnership.Treasurer, From: r.Today()}))
		r.refused(r.p.TakeOffice(ctx, r.chair, r.area, tom, partnership.NewOffice{Form: r.form(), Office: partnership.Treasurer, From: r.Today()}), fault.Conflict, "already")
		same(t, "with offices", r.said(r.Today()), "Tom Pearce resident (treasurer); Fay resident")
		leaving := partnership.Leaving{Form: r.form(), From: r.Today(), Why: "Moved to Leeds"}
		r.check(r.p.Leave(ctx, r.chair, r.area, tom, leaving))
		r.check(r.p.Leave(ctx, r.chair, r.area, tom, leaving)) // sent twice
		same(t, "Tom’s hats", r.hats(tom), "")
		same(t, "after he left", r.said(r.Today()), "Fay resident")
		same(t, "the day before", r.said(r.Today().AddDays(-1)), "Fay friend; Tom Pearce resident")
		r.refused(r.p.Leave(ctx, r.chair, r.area, tom, partnership.Leaving{Form: r.form(), From: r.Today()}), fault.NotFound, "")

		// Who said they would leave may stay; and who left may come back.
		r.check(r.p.Leave(ctx, r.chair, r.area, fay, partnership.Leaving{Form: r.form(), From: r.Today().AddMonths(2)}))
		same(t, "Fay’s hats while she is there", r.hats(fay), "member")
		same(t, "in two months", r.said(r.Today().AddMonths(2)), "")
		r.check(r.p.Stay(ctx, r.chair, r.area, fay, partnership.Staying{Form: r.form()}))
		same(t, "in two months", r.said(r.Today().AddMonths(2)), "Fay resident")
		r.Clock.Pass(62 * 24 * 3600 * 1e9)
		same(t, "Fay’s hats then", r.hats(fay), "member")
		_, err = r.p.Join(ctx, r.chair, r.area, partnership.NewMember{Form: r.form(), Person: tom, As: resident, From: r.Today()})
		r.check(err)
		same(t, "Tom’s hats, back", r.hats(tom), "member")
		r.verified()
	})
}

func (r *room) verified() {
	r.Helper()
	r.read(func(tx *db.Tx) error {
		return verified(r.Context(), tx, func(bad string) { r.Errorf("verify: %s", bad) })
	})
}

// Keeping the list is no way round anything: nobody adds, changes or raises
// themselves, a chair’s hat is the programme’s, another area’s list is not there.
func TestNobodyGivesThemselvesAnything(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		join := func(by access.Actor, n partnership.NewMember) error {
			n.Form, n.From = r.form(), r.Today()
			_, err := r.p.Join(ctx, by, r.area, n)
			return err
		}
		r.refused(join(r.chair, partnership.NewMember{Person: r.chair.Person, As: resident}), fault.Forbidden, "Nobody puts themselves")
		r.check(join(r.wanda, partnership.NewMember{Person: r.chair.Person, As: resident}))
		same(t, "the chair’s hats", r.hats(r.chair.Person), "chair")
		r.refused(join(r.Kit, partnership.NewMember{Name: "Lee", As: resident}), fault.Forbidden, "may not")
		r.refused(join(r.Millbrook.Chair, partnership.NewMember{Name: "Lee", As: resident}), fault.Forbidden, "may not")
		// Somebody of another area is not theirs to put on a list; the officer may.
		r.refused(join(r.chair, partnership.NewMember{Person: r.Millbrook.Chair.Person, As: resident}), fault.NotFound, "")
		r.check(join(r.Farah, partnership.NewMember{Person: r.Millbrook.Chair.Person, As: partnership.In{Kind: partnership.Councillor}}))

		r.refused(r.p.Move(ctx, r.chair, r.area, r.chair.Person, partnership.Move{Form: r.form(), As: friend, From: r.Today().AddDays(1)}), fault.Forbidden, "themselves")
		r.refused(r.p.TakeOffice(ctx, r.chair, r.area, r.chair.Person, partnership.NewOffice{Form: r.form(), Office: partnership.Chair, From: r.Today()}), fault.Forbidden, "themselves")
		r.refused(r.p.SetTerm(ctx, r.chair, r.area, r.chair.Person, partnership.NewTerm{Form: r.form()}), fault.Forbidden, "themselves")

		// The worker does not end the chair; the chair may leave.
		r.refused(r.p.Leave(ctx, r.wanda, r.area, r.chair.Person, partnership.Leaving{Form: r.form(), From: r.Today()}), fault.Conflict, "programme")
		same(t, "the chair’s hats", r.hats(r.chair.Person), "chair")
		r.check(r.p.Leave(ctx, r.chair, r.area, r.chair.Person, partnership.Leaving{Form: r.form(), From: r.Today()}))
		same(t, "the chair’s hats", r.hats(r.chair.Person), "")
		r.verified()
	})
}

// What was recorded wrongly is put right by a further record, hats and all.
func TestWhatWasRecordedWronglyIsPutRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		tom := r.joins(r.chair, "Tom", resident, r.Today().AddMonths(-2))
		var mid partnership.MemberID
		r.read(func(tx *db.Tx) error {
			all, err := partnership.MembersOn(ctx, tx, r.area.ID, r.Today())
			mid = all[0].ID
			return err
		})
		n := partnership.Correction{As: friend, From: r.Today().AddMonths(-3), Why: "He only watches"}
		n.Form = r.form()
		r.check(r.p.Correct(ctx, r.chair, r.area, mid, n))
		same(t, "put right", r.said(r.Today().AddMonths(-3)), "Tom friend")
		same(t, "Tom’s hats", r.hats(tom), "friend")
		n.Form, n.WasNever = r.form(), true
		r.check(r.p.Correct(ctx, r.chair, r.area, mid, n))
		same(t, "taken back", r.said(r.Today()), "")
		same(t, "Tom’s hats", r.hats(tom), "")
		r.read(func(tx *db.Tx) error {
			all, err := partnership.RecordsOf(ctx, tx, r.area.ID, tom)
			if len(all) != 3 || !all[0].WasNever || all[2].Kind != partnership.Resident {
				t.Errorf("records are %+v, want three: all stay to be read", all)
			}
			return err
		})
		for _, query := range []string{`UPDATE membership_records SET kind = 'resident'`, `DELETE FROM memberships`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v, want that it is refused", query, err)
			}
		}
		r.verified()
	})
}

// A name stands where everybody sees it only while its owner says so.
func TestANameIsPublicByConsentAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		tom := r.joins(r.chair, "Tom", resident, r.Today())
		r.joins(r.chair, "Maggie", resident, r.Today())
		public := func() (said string) {
			r.read(func(tx *db.Tx) error {
				all, err := partnership.PublicMembersOn(ctx, tx, r.area.ID, r.Today())
				for _, m := range all {
					if !m.Named && (m.Person != "" || m.Name != "" || m.ID != "") {
						t.Errorf("%+v is told of somebody who is not named", m)
					}
					said += m.Called() + "," + m.Line + ";"
				}
				return err
			})
			return said
		}
		same(t, "before anybody was asked", public(), "A resident,;A resident,;")
		by := access.Actor{Person: tom, Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(r.area.ID)}}
		r.check(r.p.SayNamed(ctx, by, r.area, tom, partnership.NewNaming{Form: r.form(), Named: true, Line: " I run the  allotments "}))
		same(t, "with Tom’s consent", public(), "Tom,I run the allotments;A resident,;")
		r.check(r.p.SayNamed(ctx, r.chair, r.area, tom, partnership.NewNaming{Form: r.form(), Line: "gone"}))
		same(t, "withdrawn", public(), "A resident,;A resident,;")
		other := access.Actor{Person: "other", Hat: by.Hat}
		r.refused(r.p.SayNamed(ctx, other, r.area, tom, partnership.NewNaming{Form: r.form(), Named: true}), fault.Forbidden, "may not")
		r.verified()
	})
}

func TestRulesHoldFromTheirDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		n := partnership.NewRules{Form: r.form(), From: r.Today().AddDays(-7), MayVote: true, Majority: partnership.TwoThirds, ResidentQuorum: 5, Councillors: partnership.CouncillorsShareOne, DecidedAt: "Meeting of 13 October"}
		r.check(r.p.SetRules(ctx, r.chair, r.area, n))
		n.Form, n.From, n.MayVote = r.form(), r.Today().AddDays(-8), false
		r.refused(r.p.SetRules(ctx, r.chair, r.area, n), nil, "later one")
		n.From = r.Today().AddDays(7)
		r.check(r.p.SetRules(ctx, r.chair, r.area, n))
		n.Form = r.form()
		r.refused(r.p.SetRules(ctx, r.wanda, r.area, n), fault.Forbidden, "may not")
		for day, want := range map[int]string{-8: "0 false", -7: "1 true", 6: "1 true", 7: "2 false"} {
			r.read(func(tx *db.Tx) error {
				rules, err := partnership.RulesOn(ctx, tx, r.area.ID, r.Today().AddDays(day))
				same(t, fmt.Sprint(day, " days on"), fmt.Sprint(rules.Version, rules.MayVote), want)
				return err
			})
		}
		e, err := r.p.NoteElection(ctx, r.wanda, r.area, partnership.NewElection{Form: r.form(), On: r.Today().AddMonths(6), Name: "Council elections"})
		r.check(err)
		in := func(until date.Date) (n int) {
			r.read(func(tx *db.Tx) error {
				all, err := partnership.ElectionsIn(ctx, tx, r.area.ID, r.Today(), until)
				n = len(all)
				return err
			})
			return n
		}
		same(t, "elections", fmt.Sprint(in(r.Today().AddMonths(6)), in(r.Today().AddMonths(5))), "1 0")
		r.check(r.p.WithdrawElection(ctx, r.wanda, r.area, e, r.form()))
		same(t, "after it was taken back", fmt.Sprint(in(r.Today().AddMonths(6))), "0")
		r.verified()
	})
}

// verified holds all of the partnership's records against history, as commontable
// verify does.
func verified(ctx context.Context, tx *db.Tx, report func(string)) error {
	readers, err := partnership.Readers(ctx, tx, report)
	if err != nil {
		return err
	}
	return errors.Join(audit.Tell(ctx, tx, readers...), partnership.Verify(ctx, tx, report))
}

package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/demo"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/id"
	"commontable/internal/partnership"
)

// fillMembers names an entry, an office and an election of an area. The entry is
// that of the person who is named already, and the office somebody else’s.
func fillMembers(ctx context.Context, tx *db.Tx, a area.Area, parts map[string]string) error {
	members, err := partnership.MembersOn(ctx, tx, a.ID, demo.DefaultDay())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(members, func(m partnership.Member) bool { return string(m.Person) == parts["person"] })
	offices, err := partnership.OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	elections, err := partnership.ElectionsIn(ctx, tx, a.ID, demo.DefaultDay(), date.Must("2100-01-01"))
	if err != nil {
		return err
	}
	parts["member"], parts["office"], parts["election"] = string(members[i].ID), string(offices[0].ID), string(elections[0].ID)
	return nil
}

// noElection takes back the election that is named: to do that needs nothing filled
// in, so that it has to be done before each role is asked.
func noElection(t *testing.T, d *db.DB, election string) {
	t.Helper()
	p := &partnership.Partnerships{DB: d, IDs: id.Real(time.Now), Now: time.Now}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		return p.WithdrawElectionIn(t.Context(), tx, access.System("the matrix"), a, partnership.ElectionID(election))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seesNames are those who see the names of all in a partnership: those of it, who
// helps it, and who looks after people for the programme.
var seesNames = may(access.SeePapers, access.KeepMembers, access.ManagePeople, access.SeeHats)

var memberCanaries = []canary{
	{"Qxunnamed", "the name of a member who did not say that it may be public", seesNames},
	{"Qxwhyleft", "why somebody left a partnership", may(access.SeePapers, access.KeepMembers, access.ManagePeople)},
	{"Qxlineofold", "what somebody said of themselves before they took their name back", noOne},
}

// plantMembers puts a member into a partnership who is not named in public, and
// says that they will leave.
func plantMembers(t *testing.T, w *fundingtest.World) map[string][]string {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, p, a, chair := t.Context(), w.Partnerships, w.Tanners.Area, w.Tanners.Chair
	mid, err := p.Join(ctx, chair, a, partnership.NewMember{Form: string(w.Form()), Name: "Una Qxunnamed", As: partnership.In{Kind: partnership.Resident}, From: w.Today()})
	check(err)
	var who access.PersonID
	check(w.DB.Read(ctx, func(tx *db.Tx) error {
		m, err := partnership.MemberOf(ctx, tx, a.ID, mid)
		who = m.Person
		return err
	}))
	check(p.SayNamed(ctx, chair, a, who, partnership.NewNaming{Form: string(w.Form()), Named: true, Line: "Qxlineofold"}))
	check(p.SayNamed(ctx, chair, a, who, partnership.NewNaming{Form: string(w.Form())}))
	check(p.TakeOffice(ctx, chair, a, who, partnership.NewOffice{Form: string(w.Form()), Office: partnership.Secretary, From: w.Today()}))
	check(p.Leave(ctx, chair, a, who, partnership.Leaving{Form: string(w.Form()), From: w.Today().AddDays(30), Why: "Qxwhyleft"}))
	election, err := p.NoteElection(ctx, chair, a, partnership.NewElection{Form: string(w.Form()), On: w.Today().AddMonths(6), Name: "Council elections"})
	check(err)
	return map[string][]string{"person": {string(who)}, "member": {string(mid)}, "election": {string(election)}}
}

package access

import (
	"errors"
	"slices"
	"testing"

	"commontable/internal/date"
	"commontable/internal/fault"
)

func TestAHatReachesAsFarAsItsPlace(t *testing.T) {
	t.Parallel()
	here, elsewhere := Place{Programme: "p1", Area: "a1"}, Place{Programme: "p2", Area: "a2"}
	for _, test := range []struct {
		hat           Hat
		here, further bool
	}{
		{Hat{Role: Chair, Scope: InArea, Place: "a1"}, true, false},
		{Hat{Role: Chair, Scope: InArea, Place: "a2"}, false, true},
		{Hat{Role: ProgrammeOfficer, Scope: InProgramme, Place: "p1"}, true, false},
		{Hat{Role: ProgrammeOfficer, Scope: InInstallation}, true, true},
		{Hat{Role: Chair, Scope: InArea, Place: ""}, false, false},
		{Hat{Role: Resident, Scope: InArea, Place: "a1"}, false, false},
		{Hat{}, false, false},
	} {
		a := Actor{Person: "x", Hat: test.hat}
		if got := a.May(WritePlan, here); got != test.here {
			t.Errorf("%+v here: %v", test.hat, got)
		}
		if got := a.May(WritePlan, elsewhere); got != test.further {
			t.Errorf("%+v elsewhere: %v", test.hat, got)
		}
	}
	if (Actor{Person: "x", Hat: Hat{Role: Chair, Scope: InArea}}).May(WritePlan, Place{}) {
		t.Error("a hat without a place covers a place without a name")
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	t.Parallel()
	err := Actor{Person: "x", Hat: Hat{Role: Chair, Scope: InArea, Place: "a1"}}.Must(ApprovePayment, Place{Area: "a1"})
	if !errors.Is(err, fault.Forbidden) || fault.Public(err) != "As chair you may not approve a payment here." {
		t.Errorf("got %v", err)
	}
	if err := (Actor{}).MustSee(SeePayments, Place{}); !errors.Is(err, fault.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestEveryRoleHasATitleAndGrants(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		if _, ok := grants[r]; !ok || r.Title() == "" {
			t.Errorf("%q is incomplete", r)
		}
	}
	if len(grants) != len(Roles()) {
		t.Errorf("%d roles in the table, %d in the list", len(grants), len(Roles()))
	}
}

func TestAHatIsWornFromADayToADay(t *testing.T) {
	t.Parallel()
	h := Hat{From: date.Must("2026-01-10"), Until: date.Must("2026-02-10")}
	for day, want := range map[string]bool{"2026-01-09": false, "2026-01-10": true, "2026-02-09": true, "2026-02-10": false} {
		if got := h.WornOn(date.Must(day)); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}

// The hats with which money could be moved alone, or the second person made up,
// take two people to give.
func TestWhichHatsNeedTwo(t *testing.T) {
	t.Parallel()
	need := map[Role]bool{LTOFinance: true, LTOApprover: true, ProgrammeFinance: true, ProgrammeOfficer: true, Operator: true}
	for _, r := range Roles() {
		if got := r.NeedsTwo(); got != need[r] {
			t.Errorf("%s: %v", r, got)
		}
	}
}

// A worker helps members, an officer chairs, and nobody those who move money or
// give hats.
func TestWhoPrintsACodeForWhom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role, other Role
		want        bool
	}{
		{Worker, Resident, true},
		{Worker, Member, true},
		{Worker, Worker, true},
		{Worker, Chair, false},
		{Chair, Worker, true},
		{Chair, Chair, true},
		{ProgrammeOfficer, Chair, true},
		{ProgrammeOfficer, Member, true},
		{ProgrammeOfficer, Rep, false},
		{ProgrammeOfficer, ProgrammeOfficer, false},
		{Member, Resident, false},
		{Rep, Resident, false},
		{Operator, Resident, false},
	} {
		if got := c.role.LetsIn(c.other); got != c.want {
			t.Errorf("%s prints a code for %s: %v", c.role, c.other, got)
		}
	}
	for _, role := range Roles() {
		for _, other := range Roles() {
			if role.LetsIn(other) && (other.NeedsTwo() || other.MovesMoney() || !slices.Contains(Grants(role), HelpSignIn)) {
				t.Errorf("%s prints a code for %s", role, other)
			}
		}
	}
}

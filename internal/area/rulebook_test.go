package area

import (
	"fmt"
	"regexp"
	"testing"

	"commontable/internal/date"
)

func TestRuleBooksRead(t *testing.T) {
	t.Parallel()
	all := RuleBooks()
	if len(all) != 2 {
		t.Fatalf("%d rule books, want 2", len(all))
	}
	for i, wanted := range []string{
		"big-local v2: £1,150,000.00, 8 members, more than half, 5%, 1 approval, every 6 months, 10 days, FRG050, partnership, locally trusted organisation",
		"pride-in-place v2: £20,000,000.00, 0 members, more than half, 0%, 1 approval, every 6 months, 0 days, FRG050, board, accountable body",
	} {
		b := all[i]
		want(t, b.Code, fmt.Sprintf("%s v%d: %s, %d members, %s, %s, %d approval, every %d months, %d days, %s, %s, %s", b.Code, b.Version, b.Allocation,
			b.MinimumMembers, b.ResidentShare.Code, b.ContributionRate, b.ApprovalsNeeded, b.ReportingMonths, b.PackageDays, b.RegrantType,
			b.Words[WordPartnership].Singular, b.Words[WordLTO].Singular), wanted)
		for fact, source := range b.Sources {
			if source == "" {
				t.Errorf("%s: %s has no source", b.Code, fact)
			}
		}
		if n := len(b.Themes); n < 12 || n > 19 {
			t.Errorf("%s has %d themes, want 12 to 19", b.Code, n)
		}
		seen := map[string]bool{}
		for _, theme := range b.Themes {
			if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(theme.Code) || theme.Name == "" || seen[theme.Code] || seen[theme.Name] {
				t.Errorf("%s: theme %+v", b.Code, theme)
			}
			seen[theme.Code], seen[theme.Name] = true, true
			if found, ok := b.Theme(theme.Code); !ok || found != theme {
				t.Errorf("%s: theme %s is not found", b.Code, theme.Code)
			}
		}
	}
	if got := all[0].PhasesOn(date.Must("2021-06-01")); len(got) != 2 {
		t.Errorf("in June 2021 Big Local was in %v, want two phases", got)
	}
	if _, ok := all[0].Theme("nothing"); ok {
		t.Error("a theme nobody has was found")
	}
	if _, err := RuleBookByCode("../rulebook"); err == nil {
		t.Error("a rule book nobody has was found")
	}
}

func TestResidentShare(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		share              string
		residents, members int
		want               bool
	}{
		{MoreThanHalf, 4, 8, false},
		{MoreThanHalf, 5, 8, true},
		{MoreThanHalf, 5, 9, true},
		{AtLeastHalf, 4, 8, true},
		{AtLeastHalf, 4, 9, false},
		{MoreThanHalf, 0, 0, true},
	} {
		if got := residentShares[test.share].Kept(test.residents, test.members); got != test.want {
			t.Errorf("%d residents of %d members as %s: got %v, want %v", test.residents, test.members, test.share, got, test.want)
		}
	}
}

package fundingweb

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/organisation"
)

// What is paid on top is told where the rule book pays it, and nowhere else.
func TestOnTopFollowsTheRuleBook(t *testing.T) {
	t.Parallel()
	oak := []organisation.Organisation{{ID: "oak", Name: "Oak Trust"}}
	for code, want := range map[string]string{area.BigLocal: "5% on top.", area.PrideInPlace: ""} {
		rules, err := area.RuleBookByCode(code)
		if err != nil {
			t.Fatal(err)
		}
		acc := account{programme: area.Programme{Rules: rules}, holders: oak, now: oak}
		if got := acc.onTop().Heading; got != want {
			t.Errorf("%s: got the heading %q, want %q", code, got, want)
		}
	}
}

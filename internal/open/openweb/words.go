package openweb

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/web"
)

// A meaning says what this site means by a word.
type meaning struct{ word, means string }

// meanings are the words that every programme has in common. What a programme
// has its own word for is in its rule book; docs/glossary.md has them all, with
// their sources.
var meanings = []meaning{
	{"Allocation", "Money that the programme sets aside for an area. It is a dated entry; there can be more than one."},
	{"Area", "A neighbourhood in the programme."},
	{"Budget line", "A part of the plan with a name and an amount: “Youth drop-in, £70,000”."},
	{"Certified", "Checked and confirmed by a second person. Only then does spending count."},
	{"Contribution", "What an organisation gets for looking after an area’s money. It is paid beside the area’s money, never out of it."},
	{"Decision", "What a partnership settled, with a number of its own: “Decision 18”. Its page says what was asked, how many agreed, and what it allows. Offer letters, and what goes over a budget, name the decision that allows them. What was settled before it was kept here is named by where it was noted, such as “Meeting of 20 October, item 4”."},
	{"Entry", "One movement of money in the books. Entries are only added; a mistake is undone by a further entry."},
	{"Handed back", "Money that was paid, was not needed, and came back to the programme for the area."},
	{"Held", "Paid to the organisation that holds our money, and not spent yet."},
	{"Left to plan", "Neither paid nor promised."},
	{"Offer letter", "What the programme offers the organisation that holds an area’s money, with the payment schedule."},
	{"Payment schedule", "On which day how much will be paid, and for which part of the plan."},
	{"Promised", "On an accepted payment schedule, and not paid yet."},
	{"Recorded", "Entered by one person. Spending counts when a second person has certified it."},
	{"Reversed", "Undone, because it was a mistake. Both the mistake and its reversal stay in the books."},
}

// words says what this site means by its words, those of its programmes among
// them.
func (p pages) words(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var programmes []area.Programme
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		programmes, err = area.Programmes(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	table := web.Table{Caption: "Our words, and what we mean by them", CaptionHidden: true, Columns: []web.Column{{Text: "Word"}, {Text: "What we mean", Bare: true}}}
	for _, m := range meaningsOf(programmes) {
		table.Rows = append(table.Rows, web.Row{Cells: []web.Cell{{Text: m.word, RowHeader: true, Strong: true}, {Text: m.means}}})
	}
	return p.site.Show(w, r, http.StatusOK, wordsPage(p.site.Shell(r, by, "Words we use"), table))
}

// meaningsOf are all words, from A to Z, with those of the programmes' rule
// books.
func meaningsOf(programmes []area.Programme) []meaning {
	all := slices.Clone(meanings)
	for _, one := range programmes {
		for key, own := range one.Rules.Words {
			m := meaning{strings.ToUpper(own.Singular[:1]) + own.Singular[1:], own.Explanation + "."}
			if key == area.WordLTO && own.Singular == "locally trusted organisation" {
				m.word += " (LTO)"
			}
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b meaning) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.word), strings.ToLower(b.word)), cmp.Compare(a.means, b.means))
	})
	return slices.Compact(all)
}

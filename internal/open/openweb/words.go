package openweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/web"
)

// words says what this site means by its words. docs/glossary.md has them all,
// with their sources.
func (p pages) words(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.site.Show(w, r, http.StatusOK, wordsPage(p.site.Shell(r, by, "Words we use"), []web.Fact{
		{Term: "Allocation", Value: "Money that the programme sets aside for an area. It is a dated entry; there can be more than one."},
		{Term: "Area", Value: "A neighbourhood in the programme."},
		{Term: "Budget line", Value: "A part of the plan with a name and an amount: “Youth drop-in, £70,000”."},
		{Term: "Certified", Value: "Checked and confirmed by a second person. Only then does spending count."},
		{Term: "Contribution", Value: "What an organisation gets for looking after an area’s money. It is paid beside the area’s money, never out of it."},
		{Term: "Decision’s reference", Value: "Where the partnership’s decision is noted, such as “Meeting of 20 October, item 4”."},
		{Term: "Entry", Value: "One movement of money in the books. Entries are only added; a mistake is undone by a further entry."},
		{Term: "Handed back", Value: "Money that was paid, was not needed, and came back to the programme for the area."},
		{Term: "Held", Value: "Paid to the organisation that holds our money, and not spent yet."},
		{Term: "Left to plan", Value: "Neither paid nor promised."},
		{Term: "Locally trusted organisation (LTO)", Value: "The organisation that a partnership chose to hold and account for the area’s money."},
		{Term: "Offer letter", Value: "What the programme offers an LTO for an area, with the payment schedule."},
		{Term: "Partnership", Value: "The people, most of them residents, who decide together what an area’s money is for."},
		{Term: "Payment schedule", Value: "On which day how much will be paid, and for which part of the plan."},
		{Term: "Plan", Value: "What a partnership wants for its area, its priorities, and what each will cost. It has versions; the last one adopted is in force."},
		{Term: "Promised", Value: "On an accepted payment schedule, and not paid yet."},
		{Term: "Recorded", Value: "Entered by one person. Spending counts when a second person has certified it."},
		{Term: "Reversed", Value: "Undone, because it was a mistake. Both the mistake and its reversal stay in the books."},
	}))
}

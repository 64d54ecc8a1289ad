package web

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func TestTitleOfTheBrowsersTab(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shell Shell
		want  string
	}{
		{Shell{Title: "Our money", Service: Link{Text: "Tanners Reach"}}, "Our money – Tanners Reach – Common Table"},
		{Shell{Title: "Tanners Reach", Service: Link{Text: "Tanners Reach"}}, "Tanners Reach – Common Table"},
		{Shell{Title: "Sign in"}, "Sign in – Common Table"},
		{Shell{}, "Common Table"},
	} {
		if got := c.shell.headTitle(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestLayoutSaysWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	nobody := written(t, Layout(Shell{Title: "Areas"}))
	contains(t, nobody, `<a href="/sign-in">Sign in</a>`, `<main id="main">`, `<html lang="en-GB" class="govuk-template">`)
	lacks(t, nobody, "sign-out", "demonstration", `role="alert"`, "<nav", "noindex")

	amina := written(t, Layout(Shell{
		Title: "Our money", Service: Link{"Tanners Reach", "/areas/tanners-reach"}, Nav: []NavItem{{Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money", Current: true}},
		Who: &Who{Name: "Amina Khan", Initials: "AK", Role: "treasurer, Tanners Reach"}, Crumbs: []Link{{"Money", "/money"}, {"Young people", ""}},
		Notice: "The payment is recorded.", Demonstration: true, Day: "Wednesday 14 October 2026", NoIndex: true,
	}))
	contains(t, amina, "Amina Khan, treasurer, Tanners Reach", `<form method="post" action="/sign-out">`, `aria-current="true"`,
		`<li class="govuk-breadcrumbs__list-item" aria-current="page">Young people</li>`, `role="alert"`, "The payment is recorded.",
		"Every place and person here is invented.", `<a href="/look-around">`, "Today is Wednesday 14 October 2026.", "noindex")
	lacks(t, amina, "Sign in")
}

func TestTableSaysItsRolesAndLabels(t *testing.T) {
	t.Parallel()
	got := written(t, Table{
		Caption: "Money in and out", CaptionHidden: true, Class: "tbl--money",
		Columns: []Column{{Text: "Date", Bare: true}, {Text: "What", SortHref: "/money?sort=what", Sort: "ascending"}, {Text: "Paid in", Short: "In", Numeric: true}, {Text: "Balance", Numeric: true}},
		Rows:    []Row{{ID: "e1", Cells: []Cell{{Text: "6 July"}, {Text: "Van <hire>", Href: "/entries/1", Small: "Young people", RowHeader: true}, {}, {Text: "£68,182.40", Strong: true}}}},
		Foot:    []Cell{{Text: "All together", RowHeader: true, Span: 2}, {Text: "£1"}, {Text: "£2"}},
	})
	contains(t, got,
		`<table class="tbl tbl--stack tbl--money" role="table">`, `<caption class="govuk-visually-hidden">Money in and out</caption>`,
		`<th role="columnheader" scope="col" aria-sort="ascending"><a href="/money?sort=what">What</a>`,
		`<tr role="row" id="e1"><td role="cell">6 July</td>`,
		`<th role="rowheader" scope="row"><span><a class="a" href="/entries/1">Van &lt;hire&gt;</a> <br><span class="small">Young people</span></span></th>`,
		`<td role="cell" class="n skip" data-l="In"></td><td role="cell" class="n" data-l="Balance"><b>£68,182.40</b>`,
		`<tfoot role="rowgroup"><tr role="row"><th role="rowheader" scope="row" colspan="2">All together</th><td role="cell" class="n" data-l="In">£1</td><td role="cell" class="n" data-l="Balance">£2</td>`)
}

func TestFieldsNameTheirHintAndError(t *testing.T) {
	t.Parallel()
	contains(t, written(t, TextField{Name: "amount", Label: "How much?", Hint: "In pounds", Value: `4"5`, Error: "Enter an amount", InputMode: "decimal", Prefix: "£", Width: "10"}),
		`govuk-form-group--error`, `<label class="govuk-label" for="amount">How much?</label>`, `<div id="amount-hint" class="govuk-hint">In pounds</div>`,
		`<p id="amount-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> Enter an amount</p>`,
		`value="4&#34;5"`, `inputmode="decimal"`, `aria-describedby="amount-hint amount-error"`, `govuk-input--width-10 govuk-input--error`)
	lacks(t, written(t, TextField{Name: "name", Label: "Name"}), "aria-describedby", "govuk-form-group--error", "inputmode", "spellcheck")

	date := written(t, DateField{Name: "due", Label: "When?", Error: "Enter the day", Day: "31", Month: "x"})
	contains(t, date, `<div class="govuk-date-input" id="due" tabindex="-1">`, `id="due-day" name="due-day" type="text" inputmode="numeric" value="31"`, `name="due-month"`, `value="x"`, `name="due-year"`, `aria-describedby="due-error"`)

	contains(t, written(t, Radios{Name: "how", Label: "How?", Value: "b", Options: []Option{{Value: "a", Text: "By bank"}, {Value: "b", Text: "Another way", Hint: "Say how", Inside: TextField{Name: "other", Label: "Which?"}}}}),
		`id="how" name="how" type="radio" value="a">`, `id="how-2" name="how" type="radio" value="b" checked aria-describedby="how-2-item-hint" data-aria-controls="conditional-how-2"`, `<div class="govuk-radios__conditional" id="conditional-how-2">`)
	contains(t, written(t, Checkboxes{Name: "seen", Label: "Seen?", Values: []string{"a"}, Options: []Option{{Value: "a", Text: "The report"}, {Value: "b", Text: "The account"}}}),
		`id="seen" name="seen" type="checkbox" value="a" checked>`, `id="seen-2" name="seen" type="checkbox" value="b">`)
	contains(t, written(t, TextArea{Name: "note", Label: "A note", Hint: "If you like", Max: 500}),
		`data-maxlength="500"`, `aria-describedby="note-hint note-info"`, `id="note-info"`)
	contains(t, written(t, Select{Name: "for", Label: "For?", Value: "b", Options: []Option{{Value: "", Text: "Choose"}, {Value: "b", Text: "Young people"}}}),
		`<option value="">Choose</option>`, `<option value="b" selected>Young people</option>`)
	contains(t, written(t, ErrorSummary([]FieldError{{Field: "due", Words: "Enter the day"}})), `<a href="#due">Enter the day</a>`)
	contains(t, written(t, ErrorSummary([]FieldError{{Field: "day", Words: "Enter the day"}, {Field: "who-1", Words: "Say who"}, {Field: "who-4", Words: "Say who"}})),
		`<a href="#day">Enter the day</a>`, `<a href="#who-1">Say who (1 of 2)</a>`, `<a href="#who-4">Say who (2 of 2)</a>`)
	if got := written(t, ErrorSummary(nil)); got != "" {
		t.Errorf("nothing is wrong, and the summary says %q", got)
	}
}

func TestPaginateLeavesOutTheMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		current, total int
		want           string
	}{
		{1, 1, ""},
		{1, 3, "[1] 2 3"},
		{1, 13, "[1] 2 … 13"},
		{7, 13, "1 … 6 [7] 8 … 13"},
		{13, 13, "1 … 12 [13]"},
	} {
		p := Paginate("Pages", c.current, c.total, func(n int) string { return "/areas?page=" + strings.Repeat("i", n) })
		var words []string
		for _, l := range p.Pages {
			switch {
			case l.Gap:
				words = append(words, "…")
			case l.Current:
				words = append(words, "["+l.Text+"]")
			default:
				words = append(words, l.Text)
			}
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("page %d of %d: got %q, want %q", c.current, c.total, got, c.want)
		}
		if (p.Prev == "") != (c.current == 1) || (p.Next == "") != (c.current == c.total) {
			t.Errorf("page %d of %d: got back %q and on %q", c.current, c.total, p.Prev, p.Next)
		}
	}
}

func TestStatusIsNeverColourAlone(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Plain, Good, Watch, Act, Info, Pine, Quiet, OneHas, Out} {
		contains(t, written(t, Tag(kind, "Paid & done")), "<svg", "Paid &amp; done")
	}
}

func TestAScriptIsNoAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]templ.Component{
		"link": TextLink("Evidence", "javascript:alert(1)"), "button": ButtonLink("Evidence", "javascript:alert(1)"),
		"cell":   Table{Columns: []Column{{Text: "What"}}, Rows: []Row{{Cells: []Cell{{Text: "Evidence", Href: "javascript:alert(1)"}}}}},
		"figure": Figures([]Figure{{"£1", "spent", "javascript:alert(1)"}}),
	} {
		if got := written(t, c); strings.Contains(got, "javascript:") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestNothingNeedsInlineStyle keeps the content security policy strict.
func TestNothingNeedsInlineStyle(t *testing.T) {
	t.Parallel()
	page := written(t, Layout(Shell{Title: "All", Who: &Who{Name: "Ben", Initials: "B"}, Demonstration: true, Notice: "Done"})) +
		written(t, Hero("Tanners Reach", "Hello")) + written(t, Face("AK", "sky")) + written(t, Icon("tick")) + written(t, Shape("health")) +
		written(t, Empty{Heading: "No grants", Words: "They will be here.", Action: Link{"Promise a grant", "/grants/new"}}) +
		written(t, Steps("Where", []Step{{Words: "Asked", Done: true}, {Words: "Paid", Now: true}})) +
		written(t, Timeline([]TimelineItem{{Date: "May", Words: "Late", Low: true}})) +
		written(t, Filter{Action: "/areas", Fields: []FilterField{{Name: "q", Label: "Name"}}})
	if bad := regexp.MustCompile(`<[^>]*\s(style|on\w+)=|<style|<script>`).FindString(page); bad != "" {
		t.Errorf("found %s", bad)
	}
}

func written(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), io.Writer(&b)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func contains(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("no %s in\n%s", w, page)
		}
	}
}

func lacks(t *testing.T, page string, bad ...string) {
	t.Helper()
	for _, b := range bad {
		if strings.Contains(page, b) {
			t.Errorf("found %s in\n%s", b, page)
		}
	}
}

// Two organisations may go by one name: who types is offered it once.
func TestANameIsOfferedOnce(t *testing.T) {
	t.Parallel()
	got := written(t, TextField{Name: "organisation", Label: "Which organisation?", Suggest: []string{"Corner House", "Corner House", "Oak Trust", "Corner House"}})
	if n := strings.Count(got, `<option value="Corner House">`); n != 1 || !strings.Contains(got, `<option value="Oak Trust">`) {
		t.Errorf("offered %d times: %s", n, got)
	}
}

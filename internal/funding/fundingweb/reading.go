package fundingweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// readingRoutes are what anyone may read of an area's money.
func (p pages) readingRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/money", Policy: web.Public(), Do: p.site.Keep(p.money)},
		{Pattern: "GET /areas/{area}/money/forecast.csv", Policy: web.Public(), Do: p.forecastCSV},
		{Pattern: "GET /areas/{area}/money/years.csv", Policy: web.Public(), Do: p.yearsCSV},
		{Pattern: "GET /areas/{area}/money.csv", Policy: web.Public(), Do: p.moneyCSV},
		{Pattern: "GET /areas/{area}/money/schedule.csv", Policy: web.Public(), Do: p.scheduleCSV},
		{Pattern: "GET /areas/{area}/money/statement.csv", Policy: web.Public(), Do: p.statementCSV},

		{Pattern: "GET /areas/{area}/money/allocated", Policy: web.Public(), Do: p.list(allocatedList)},
		{Pattern: "GET /areas/{area}/money/allocated.csv", Policy: web.Public(), Do: p.listCSV(allocatedList)},
		{Pattern: "GET /areas/{area}/money/paid", Policy: web.Public(), Do: p.list(paidList)},
		{Pattern: "GET /areas/{area}/money/paid.csv", Policy: web.Public(), Do: p.listCSV(paidList)},
		{Pattern: "GET /areas/{area}/money/spent", Policy: web.Public(), Do: p.list(spentList)},
		{Pattern: "GET /areas/{area}/money/spent.csv", Policy: web.Public(), Do: p.listCSV(spentList)},
		{Pattern: "GET /areas/{area}/money/promised", Policy: web.Public(), Do: p.list(promisedList)},
		{Pattern: "GET /areas/{area}/money/promised.csv", Policy: web.Public(), Do: p.listCSV(promisedList)},
		{Pattern: "GET /areas/{area}/money/contribution", Policy: web.Public(), Do: p.list(contributionList)},
		{Pattern: "GET /areas/{area}/money/contribution.csv", Policy: web.Public(), Do: p.listCSV(contributionList)},
		{Pattern: "GET /areas/{area}/money/left", Policy: web.Public(), Do: p.list(leftList)},
		{Pattern: "GET /areas/{area}/money/left.csv", Policy: web.Public(), Do: p.listCSV(leftList)},

		{Pattern: "GET /areas/{area}/money/lines/{line}", Policy: web.Public(), Do: p.line},
		{Pattern: "GET /areas/{area}/money/lines/{line}/years.csv", Policy: web.Public(), Do: p.lineYearsCSV},
		{Pattern: "GET /areas/{area}/money/lines/{line}/plans.csv", Policy: web.Public(), Do: p.linePlansCSV},
		{Pattern: "GET /areas/{area}/money/priorities/{priority}", Policy: web.Public(), Do: p.priority},
		{Pattern: "GET /areas/{area}/money/entries/{entry}", Policy: web.Public(), Do: p.entry},
	}
}

// Addresses of what is read, beside those that all pages share.
func planHref(a area.Area) string { return home(a) + "/plan" }

func programmeHref(p area.Programme) string { return "/programmes/" + p.Slug }

func priorityHref(a area.Area, pr plan.PriorityID) string {
	return moneyHref(a) + "/priorities/" + string(pr)
}

// Days before and after all that is in a book.
var firstDay, lastDay = date.New(1900, 1, 1), date.New(9999, 12, 31)

// account is what most pages of an area's money are made from.
type account struct {
	area      area.Area
	programme area.Programme
	money     funding.Money
	lines     []funding.BudgetLine
	line      map[plan.LineID]funding.BudgetLine
	holders   []organisation.Organisation // who holds or held the money, the latest first
	holder    map[organisation.ID]organisation.Organisation
	now       []organisation.Organisation // who holds it today
}

func (p pages) account(ctx context.Context, tx *db.Tx, a area.Area) (acc account, err error) {
	acc = account{area: a, line: map[plan.LineID]funding.BudgetLine{}, holder: map[organisation.ID]organisation.Organisation{}}
	if acc.programme, err = area.ProgrammeByID(ctx, tx, a.Programme); err != nil {
		return acc, err
	}
	if acc.money, err = funding.AreaMoney(ctx, tx, a); err != nil {
		return acc, err
	}
	if acc.lines, err = funding.Lines(ctx, tx, a.ID); err != nil {
		return acc, err
	}
	for _, l := range acc.lines {
		acc.line[l.ID] = l
	}
	return acc, acc.findHolders(ctx, tx, p.site.Today())
}

func (acc *account) findHolders(ctx context.Context, tx *db.Tx, today date.Date) error {
	holdings, err := funding.Holdings(ctx, tx, acc.area.ID)
	if err != nil {
		return err
	}
	ids := make([]organisation.ID, len(holdings))
	for i, h := range holdings {
		ids[i] = h.Organisation
	}
	names, err := organisation.Named(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, h := range slices.Backward(holdings) {
		o := names[h.Organisation]
		if _, known := acc.holder[o.ID]; !known {
			acc.holder[o.ID] = o
			acc.holders = append(acc.holders, o)
		}
		if !today.Before(h.From) && (h.Until.IsZero() || today.Before(h.Until)) {
			acc.now = append(acc.now, o)
		}
	}
	return nil
}

// holderWords names who holds the money: "Brightwell Homes", or several.
func (acc account) holderWords() string {
	switch len(acc.now) {
	case 0:
		return "the organisation that holds our money"
	case 1:
		return acc.now[0].Name
	}
	names := make([]string, len(acc.now))
	for i, o := range acc.now {
		names[i] = o.Name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// holds is the verb for holderWords.
func (acc account) holds() string {
	if len(acc.now) > 1 {
		return "hold"
	}
	return "holds"
}

// in reads an account of the area that a request names, and whatever else a
// page needs, on one view of the data.
func (p pages) in(r *http.Request, and func(tx *db.Tx, acc account) error) error {
	return p.read(r.Context(), func(tx *db.Tx) error {
		a, err := areaOf(r, tx)
		if err != nil {
			return err
		}
		acc, err := p.account(r.Context(), tx, a)
		if err != nil {
			return err
		}
		return and(tx, acc)
	})
}

// financialYear is a financial year in words: "2026 to 2027".
func financialYear(year int) string { return strconv.Itoa(year) + " to " + strconv.Itoa(year+1) }

// quarterWords is a quarter in words: "July to September 2026".
func quarterWords(q date.Date) string {
	last := q.AddMonths(2)
	return q.Month().String() + " to " + last.Month().String() + " " + strconv.Itoa(last.Year())
}

// with is an address with a question added: pairs of names and values, of
// which those without a value are left out.
func with(href string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return href
	}
	return href + "?" + q.Encode()
}

// accountWords names an account of the ledger as a treasurer would, and says
// where it leads.
func (acc account) accountWords(of ledger.Account) web.Link {
	kind, holder, line := funding.AboutAccount(of)
	switch kind {
	case funding.EndowmentAccount:
		return web.Link{Text: "The programme’s endowment", Href: programmeHref(acc.programme)}
	case funding.AllocatedAccount:
		return web.Link{Text: "Kept for us by the programme", Href: moneyHref(acc.area) + "/left"}
	case funding.HeldAccount:
		o := acc.holder[holder]
		return web.Link{Text: "Held by " + o.Name, Href: with(moneyHref(acc.area), "lto", o.Slug) + "#statement"}
	case funding.SpentAccount:
		return web.Link{Text: "Spent: " + acc.line[line].Name, Href: lineHref(acc.area, string(line))}
	case funding.ContributionAccount:
		return web.Link{Text: acc.holder[holder].Name + ", for looking after our money", Href: moneyHref(acc.area) + "/contribution"}
	case funding.ContributionFundAccount:
		return web.Link{Text: "The programme’s fund for looking after money"}
	}
	return web.Link{Text: of.Path}
}

// upper begins a sentence.
func upper(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

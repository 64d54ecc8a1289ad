package fundingweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A figure is a sum on the money page and the list that it is made of: the rows
// of the list add up to the sum, to the penny.
type figure struct {
	path  string // the end of its address
	title func(acc account) string
	lead  func(acc account) string
	empty string                                          // what will be here
	sum   func(m funding.Money) money.Amount              // of the area
	of    func(m funding.BudgetLine) money.Amount         // of a budget line; nil where the list is not by line
	told  bool                                            // whether it can be chosen by theme, and by the year of the spending
	rows  func(l *lister, only wanted) ([]listRow, error) // newest first
}

// A listRow is a line of a list, and leads to what it is about.
type listRow struct {
	Day    date.Date
	What   string
	Href   string
	Small  string
	Amount money.Amount
	Line   plan.LineID
	LTO    string
	Theme  string
	Payee  string
	Entry  ledger.EntryID
	Spent  date.Date // of spending: its day
}

// wanted is what someone asked to see of a list.
type wanted struct {
	line     plan.LineID
	priority plan.PriorityID
	theme    string // the programme's code; "" for no choice
	spent    int    // the financial year of the spending; 0 for no choice
	year     int    // of the books; 0 for no choice
	page     int
}

// address is where a list shows what is wanted of it, and more.
func (want wanted) address(href string, more ...string) string {
	spent := ""
	if want.spent != 0 {
		spent = strconv.Itoa(want.spent)
	}
	return with(href, append([]string{"line", string(want.line), "priority", string(want.priority), "theme", want.theme, "spent", spent}, more...)...)
}

func wantedBy(r *http.Request) wanted {
	q := r.URL.Query()
	year, _ := strconv.Atoi(q.Get("year"))
	spent, _ := strconv.Atoi(q.Get("spent"))
	page, _ := strconv.Atoi(q.Get("page"))
	return wanted{line: plan.LineID(q.Get("line")), priority: plan.PriorityID(q.Get("priority")), theme: q.Get("theme"), spent: spent, year: year, page: max(1, page)}
}

// A lister gathers the rows of a list.
type lister struct {
	ctx context.Context //nolint:containedctx // it lives as long as one request
	tx  *db.Tx
	acc account
	day date.Date
}

var allocatedList = figure{
	path:  "allocated",
	title: func(account) string { return "Our share" },
	lead: func(acc account) string {
		return "What " + acc.programme.Name + " has set aside for " + acc.area.Name + "."
	},
	empty: "When the programme sets money aside for us, each sum will be here with its day.",
	sum:   func(m funding.Money) money.Amount { return m.Allocated },
	rows: func(l *lister, _ wanted) ([]listRow, error) {
		return l.entries(funding.Allocated(l.acc.area.ID), 1, funding.KindAllocation)
	},
}

var paidList = figure{
	path:  "paid",
	title: func(account) string { return "Paid to those who hold our money" },
	lead: func(acc account) string {
		return "What the programme has paid for us, less what came back. " + upper(acc.holderWords()) + " " + acc.holds() + " " + acc.money.Held().Whole() + " of it that is not spent yet."
	},
	empty: "Each payment for us will be here, on the day it is made.",
	sum:   func(m funding.Money) money.Amount { return m.Paid },
	of:    func(l funding.BudgetLine) money.Amount { return l.Money.Paid },
	rows: func(l *lister, _ wanted) ([]listRow, error) {
		return l.entries(funding.Allocated(l.acc.area.ID), -1, funding.KindPayment, funding.KindReturn, funding.KindPaymentReversal)
	},
}

var spentList = figure{
	path:  "spent",
	title: func(account) string { return "What our money was spent on" },
	lead: func(account) string {
		return "What was spent and certified by two people, less what was put right. No person is named here: what was paid to one says so, and no more."
	},
	empty: "What is spent of our money will be here once two people have certified it.",
	sum:   func(m funding.Money) money.Amount { return m.Spent },
	of:    func(l funding.BudgetLine) money.Amount { return l.Money.Spent },
	told:  true,
	rows: func(l *lister, only wanted) ([]listRow, error) {
		if only.line != "" {
			return l.entries(funding.Spent(l.acc.area.ID, only.line), 1)
		}
		var all []listRow
		for _, o := range l.acc.holders {
			rows, err := l.entries(funding.Held(l.acc.area.ID, o.ID), -1, funding.KindSpend, funding.KindSpendReversal)
			if err != nil {
				return nil, err
			}
			all = append(all, rows...)
		}
		return all, nil
	},
}

var contributionList = figure{
	path:  "contribution",
	title: func(account) string { return "Paid for looking after our money" },
	lead: func(acc account) string {
		if acc.programme.Rules.ContributionRate <= 0 {
			return "This programme pays nothing on top of our share for looking after it."
		}
		return "On top of our share, the programme pays " + acc.programme.Rules.ContributionRate.String() + " of each payment to who holds our money. It does not come out of our share."
	},
	empty: "What the programme pays for looking after our money will be here, beside each payment.",
	sum:   func(m funding.Money) money.Amount { return m.Contribution },
	rows: func(l *lister, _ wanted) ([]listRow, error) {
		var all []listRow
		for _, o := range l.acc.holders {
			rows, err := l.entries(funding.ContributionPaid(l.acc.area.ID, o.ID), 1)
			if err != nil {
				return nil, err
			}
			for i := range rows {
				rows[i].What = "To " + o.Name + ": " + rows[i].What
			}
			all = append(all, rows...)
		}
		return all, nil
	},
}

var promisedList = figure{
	path:  "promised",
	title: func(account) string { return "Promised, not paid yet" },
	lead: func(account) string {
		return "What the offer letters in force say will be paid for us, by the day on which it is due."
	},
	empty: "When an offer letter is accepted, each payment that it promises will be here until it is paid.",
	sum:   func(m funding.Money) money.Amount { return m.Promised },
	of:    func(l funding.BudgetLine) money.Amount { return l.Money.Promised },
	rows:  (*lister).promised,
}

var leftList = figure{
	path:  "left",
	title: func(account) string { return "Left to plan" },
	lead: func(account) string {
		return "What is left of our share when all that was paid, and all that is promised, is taken off. The programme keeps it for us."
	},
	empty: "What is left of our share will be worked out here.",
	sum:   funding.Money.Left,
	rows: func(l *lister, _ wanted) ([]listRow, error) {
		m, at := l.acc.money, moneyHref(l.acc.area)
		if m == (funding.Money{}) || m.Allocated.IsZero() && m.Paid.IsZero() && m.Promised.IsZero() {
			return nil, nil
		}
		return []listRow{
			{What: "Our share", Href: at + "/allocated", Amount: m.Allocated},
			{What: "Paid to those who hold our money", Href: at + "/paid", Amount: m.Paid.Neg()},
			{What: "Promised, not paid yet", Href: at + "/promised", Amount: m.Promised.Neg()},
		}, nil
	},
}

// entries are the ledger's lines of an account that are of the given kinds, or
// of any: newest first, and turned round where the account loses what the list
// counts.
func (l *lister) entries(of ledger.Account, sign int, kinds ...string) ([]listRow, error) {
	lines, err := ledger.Statement(l.ctx, l.tx, of, firstDay, lastDay)
	if err != nil {
		return nil, err
	}
	records, err := funding.Records(l.ctx, l.tx, l.acc.area.ID, firstDay, lastDay)
	if err != nil {
		return nil, err
	}
	var rows []listRow
	for _, line := range slices.Backward(lines) {
		if len(kinds) > 0 && !slices.Contains(kinds, line.Entry.Kind) {
			continue
		}
		rec := records[line.Entry.ID]
		row := listRow{
			Day: line.Entry.Day, What: line.Entry.Description, Href: entryHref(l.acc.area, string(line.Entry.ID)), Amount: line.Amount,
			Line: rec.Line, LTO: l.acc.holder[rec.Organisation].Name, Theme: rec.Theme, Payee: rec.Payee, Entry: line.Entry.ID, Spent: rec.SpentOn,
		}
		if sign < 0 {
			row.Amount = row.Amount.Neg()
		}
		if line.Entry.Kind == funding.KindReturn || line.Entry.Kind == funding.KindPaymentReversal {
			row.What += ": " + l.acc.line[rec.Line].Name
		}
		if !rec.On.IsZero() && rec.On != line.Entry.Day {
			row.Small = happenedOn(line.Entry.Kind, rec.On)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// happenedOn says on which day something was done that was written into the
// books on a later one.
func happenedOn(kind string, day date.Date) string {
	switch kind {
	case funding.KindAllocation:
		return "Set aside on " + day.Long()
	case funding.KindSpend:
		return "Spent on " + day.Long()
	case funding.KindReturn:
		return "Handed back on " + day.Long()
	}
	return "Paid on " + day.Long()
}

// promised are the instalments in force that are not paid, soonest first.
func (l *lister) promised(wanted) ([]listRow, error) {
	offers, err := funding.Schedule(l.ctx, l.tx, l.acc.area.ID)
	if err != nil {
		return nil, err
	}
	var rows []listRow
	for _, o := range offers {
		if !o.InForce() {
			continue
		}
		for _, in := range o.Instalments {
			if in.State == funding.PaymentReleased {
				continue
			}
			rows = append(rows, listRow{
				Day: in.DueOn, What: "To " + l.acc.holder[o.Organisation].Name + " for " + l.acc.line[in.Line].Name, Href: instalmentHref(l.acc.area, in),
				Small: stageWords(in.Stage(o, l.day)), Amount: in.Amount, Line: in.Line, LTO: l.acc.holder[o.Organisation].Name,
			})
		}
	}
	slices.SortStableFunc(rows, func(x, y listRow) int { return cmp.Compare(x.Day.String(), y.Day.String()) })
	return rows, nil
}

// mostRows is how many rows a list shows before it is shown year by year, and
// how many then stand on one page.
const mostRows = 60

// listData is a page of a list.
type listData struct {
	Shell   web.Shell
	Title   string
	Lead    string
	CSV     string
	Filter  *web.Filter
	Total   string
	Label   string
	Years   *web.Table // where the list is long
	Other   []web.Link // to them
	Rows    web.Table
	Pages   web.Pagination
	Empty   web.Empty
	Heading string
}

// chosen gathers a figure's rows that someone wants to see, and what they must
// add up to: a sum that is kept, where one part was chosen, and not one of these rows.
func (p pages) chosen(r *http.Request, tx *db.Tx, acc account, f figure, want wanted) ([]listRow, money.Amount, error) {
	l := &lister{ctx: r.Context(), tx: tx, acc: acc, day: p.site.Today()}
	if f.of == nil {
		want.line, want.priority = "", ""
	}
	if !f.told {
		want.theme, want.spent = "", 0
	}
	if want.line != "" {
		if _, err := plan.LineByID(r.Context(), tx, acc.area.ID, want.line); err != nil {
			return nil, money.Amount{}, err
		}
	}
	rows, err := f.rows(l, want)
	if err != nil {
		return nil, money.Amount{}, err
	}
	rows = slices.DeleteFunc(rows, func(row listRow) bool { return !acc.includes(want, row) })
	byPlan, byTheme, byYear := want.line != "" || want.priority != "", want.theme != "", want.spent != 0
	var total money.Amount
	switch {
	case !byPlan && !byTheme && !byYear:
		return rows, f.sum(acc.money), nil
	case byPlan && !byTheme && !byYear:
		total, err = acc.partTotal(f, want)
	case byTheme && !byPlan && !byYear:
		total, err = themeTotal(l, want.theme)
	case byYear && !byPlan && !byTheme:
		total, err = yearTotal(l, want.spent)
	default:
		total = sumOf(rows)
	}
	return rows, total, err
}

// partTotal is a figure of one part of the plan.
func (acc account) partTotal(f figure, want wanted) (money.Amount, error) {
	total := money.Pence(0)
	known := want.line != ""
	for _, line := range acc.lines {
		if acc.isPart(want, line.ID) {
			total, known = total.Add(f.of(line)), true
		}
	}
	if !known {
		return total, fault.NotFound
	}
	return total, nil
}

// themeTotal is what was spent under a theme, as it is told now.
func themeTotal(l *lister, theme string) (money.Amount, error) {
	all, err := funding.SpentByTheme(l.ctx, l.tx, l.acc.area.ID)
	if err != nil {
		return money.Amount{}, err
	}
	if at := slices.IndexFunc(all, func(t funding.ThemeSpent) bool { return themeCode(t.Theme) == theme }); at >= 0 {
		return all[at].Spent, nil
	}
	if _, known := l.acc.programme.Rules.Theme(theme); !known && theme != noTheme {
		return money.Amount{}, fault.NotFound
	}
	return money.Pence(0), nil
}

// yearTotal is what was spent in a financial year, by the days of the spending.
func yearTotal(l *lister, year int) (money.Amount, error) {
	all, err := funding.SpentByQuarter(l.ctx, l.tx, l.acc.area.ID)
	total := money.Pence(0)
	for _, q := range all {
		if q.Quarter.First().FinancialYear() == year {
			total = total.Add(q.Spent)
		}
	}
	return total, err
}

// includes reports whether a row is among those wanted.
func (acc account) includes(want wanted, row listRow) bool {
	return acc.isPart(want, row.Line) && (want.theme == "" || themeCode(row.Theme) == want.theme) && (want.spent == 0 || row.Spent.FinancialYear() == want.spent)
}

// isPart reports whether a line is in the part of the plan that is wanted.
func (acc account) isPart(want wanted, line plan.LineID) bool {
	return (want.line == "" || line == want.line) && (want.priority == "" || acc.line[line].Priority == want.priority)
}

func (p pages) list(f figure) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		var d listData
		err := p.in(r, func(tx *db.Tx, acc account) error {
			want := wantedBy(r)
			rows, total, err := p.chosen(r, tx, acc, f, want)
			if err != nil {
				return err
			}
			d = listOf(acc, f, want, rows, total, p.site.Today())
			d.Shell = p.shell(r, by, acc.area, d.Title, web.Link{Text: d.Title})
			return nil
		})
		if err != nil {
			return err
		}
		return p.site.Show(w, r, http.StatusOK, listPage(d))
	}
}

func listOf(acc account, f figure, want wanted, rows []listRow, total money.Amount, today date.Date) listData {
	href := moneyHref(acc.area) + "/" + f.path
	d := listData{
		Title: f.title(acc), Lead: f.lead(acc), CSV: want.address(href + ".csv"),
		Total: total.String(), Label: "in all", Empty: web.Empty{Heading: "Nothing here yet", Words: f.empty},
	}
	if f.of != nil {
		d.Filter = acc.partFilter(f, href, want)
		d.Label += acc.partWords(want)
	}
	shown := rows
	if len(rows) > mostRows {
		year := shownYear(rows, want.year, today)
		d.Years = yearTable(rows, year, total, func(y int) string {
			return want.address(href, "year", strconv.Itoa(y))
		})
		shown = slices.DeleteFunc(slices.Clone(rows), func(row listRow) bool { return row.Day.FinancialYear() != year })
		d.Other = []web.Link{{Text: "Other years", Href: "#years"}}
		d.Heading = "April " + strconv.Itoa(year) + " to March " + strconv.Itoa(year+1)
		pages := (len(shown) + mostRows - 1) / mostRows
		page := min(want.page, pages)
		d.Pages = web.Paginate("Pages of this year", page, pages, func(n int) string {
			return want.address(href, "year", strconv.Itoa(year), "page", strconv.Itoa(n))
		})
		subtotal := sumOf(shown)
		shown = shown[(page-1)*mostRows : min(page*mostRows, len(shown))]
		d.Rows = rowTable(acc, f, shown, subtotal, "All of "+financialYear(year))
	} else {
		d.Heading = "Each sum"
		d.Rows = rowTable(acc, f, shown, total, "All together")
	}
	d.Rows.Caption = d.Title
	if d.Years != nil {
		d.Rows.Caption += ", " + financialYear(shownYear(rows, want.year, today))
	}
	return d
}

// shownYear is the financial year asked for, or this one, or the newest of the rows.
func shownYear(rows []listRow, asked int, today date.Date) int {
	newest, has := rows[0].Day.FinancialYear(), map[int]bool{}
	for _, row := range rows {
		has[row.Day.FinancialYear()] = true
		newest = max(newest, row.Day.FinancialYear())
	}
	switch {
	case has[asked]:
		return asked
	case has[today.FinancialYear()]:
		return today.FinancialYear()
	}
	return newest
}

func sumOf(rows []listRow) money.Amount {
	total := money.Pence(0)
	for _, row := range rows {
		total = total.Add(row.Amount)
	}
	return total
}

// yearTable adds a long list up by financial years, each of which leads to its rows.
func yearTable(rows []listRow, shown int, total money.Amount, href func(year int) string) *web.Table {
	byYear := map[int][]listRow{}
	for _, row := range rows {
		y := row.Day.FinancialYear()
		byYear[y] = append(byYear[y], row)
	}
	t := &web.Table{
		Caption: "Year by year", CaptionHidden: true,
		Columns: []web.Column{{Text: "Financial year"}, {Text: "How many", Numeric: true}, {Text: "Together", Numeric: true}},
		Foot:    []web.Cell{{Text: "All together", RowHeader: true}, {Text: strconv.Itoa(len(rows))}, {Text: total.String()}},
	}
	years := make([]int, 0, len(byYear))
	for y := range byYear {
		years = append(years, y)
	}
	slices.Sort(years)
	for _, y := range slices.Backward(years) {
		first := web.Cell{Text: financialYear(y), Href: href(y), RowHeader: true}
		if y == shown {
			first.Href, first.Strong = "", true
			first.Small = "shown above"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{first, {Text: strconv.Itoa(len(byYear[y]))}, {Text: sumOf(byYear[y]).String()}}})
	}
	return t
}

func rowTable(acc account, f figure, rows []listRow, total money.Amount, totalWords string) web.Table {
	t := web.Table{CaptionHidden: true}
	dated := f.path != leftList.path
	if dated {
		t.Columns = append(t.Columns, web.Column{Text: "Date", Bare: true})
		t.Foot = append(t.Foot, web.Cell{Skip: true})
	}
	t.Columns = append(t.Columns, web.Column{Text: "What"})
	t.Foot = append(t.Foot, web.Cell{Text: totalWords, RowHeader: true})
	if f.of != nil {
		t.Columns = append(t.Columns, web.Column{Text: "Part of the plan"})
		t.Foot = append(t.Foot, web.Cell{Skip: true})
	}
	t.Columns = append(t.Columns, web.Column{Text: "Amount", Numeric: true})
	t.Foot = append(t.Foot, web.Cell{Text: total.String()})
	for _, row := range rows {
		var cells []web.Cell
		if dated {
			cells = append(cells, web.Cell{Text: row.Day.Long()})
		}
		cells = append(cells, web.Cell{Text: row.What, Href: row.Href, Small: row.Small, RowHeader: true})
		if f.of != nil {
			line := acc.line[row.Line]
			cells = append(cells, web.Cell{Text: line.Name, Href: lineHref(acc.area, string(row.Line)), Small: line.PriorityName})
		}
		t.Rows = append(t.Rows, web.Row{Cells: append(cells, web.Cell{Text: row.Amount.String()})})
	}
	return t
}

// partFilter chooses a priority, where there are several.
func (acc account) partFilter(f figure, href string, want wanted) *web.Filter {
	options := acc.priorityOptions()
	if len(options) < 3 && want.line == "" && want.theme == "" && want.spent == 0 {
		return nil
	}
	chosen := want.priority
	if want.line != "" {
		chosen = acc.line[want.line].Priority
	}
	by := &web.Filter{
		Action: href, Button: "Show",
		Fields: []web.FilterField{{Name: "priority", Label: "Part of the plan", Value: string(chosen), Options: options}},
	}
	if f.told {
		by.Fields = append(by.Fields, web.FilterField{Name: "theme", Label: "Theme", Value: want.theme, Options: acc.themeOptions()})
	}
	if want.line != "" || want.priority != "" || want.theme != "" || want.spent != 0 {
		by.Clear = href
	}
	return by
}

func (acc account) themeOptions() []web.Option {
	options := []web.Option{{Value: "", Text: "All"}}
	for _, t := range acc.programme.Rules.Themes {
		options = append(options, web.Option{Value: t.Code, Text: t.Name})
	}
	return append(options, web.Option{Value: noTheme, Text: plan.NotCoded})
}

func (acc account) priorityOptions() []web.Option {
	options := []web.Option{{Value: "", Text: "All"}}
	for _, pr := range funding.Priorities(acc.lines) {
		options = append(options, web.Option{Value: string(pr.ID), Text: pr.Name})
	}
	return options
}

func (acc account) partWords(want wanted) string {
	words := ""
	if want.line != "" {
		words = " for " + acc.line[want.line].Name
	} else if at := slices.IndexFunc(acc.lines, func(l funding.BudgetLine) bool { return l.Priority == want.priority }); at >= 0 {
		words = " for " + acc.lines[at].PriorityName
	}
	if want.theme != "" {
		words += " under " + themeName(acc.programme.Rules, want.theme)
	}
	if want.spent != 0 {
		words += " spent from April " + strconv.Itoa(want.spent) + " to March " + strconv.Itoa(want.spent+1)
	}
	return words
}

func (p pages) listCSV(f figure) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		var rows []listRow
		var acc account
		if err := p.in(r, func(tx *db.Tx, found account) (err error) {
			acc = found
			rows, _, err = p.chosen(r, tx, acc, f, wantedBy(r))
			return err
		}); err != nil {
			return err
		}
		head := []string{"date", "what", "amount", "priority", "budget line", "theme", "held by", "paid to", "entry"}
		lines := make([][]string, 0, len(rows))
		for _, row := range rows {
			line := acc.line[row.Line]
			theme := ""
			if f.told {
				theme = themeName(acc.programme.Rules, row.Theme)
			}
			lines = append(lines, []string{
				row.Day.String(), row.What, row.Amount.Decimal(), line.PriorityName, line.Name, theme, row.LTO, row.Payee, string(row.Entry),
			})
		}
		return web.CSV(w, acc.area.Slug+"-"+f.path, head, lines)
	}
}

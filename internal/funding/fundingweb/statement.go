package fundingweb

import (
	"context"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A statement is what came to and went from the money that an organisation
// holds for an area, in a quarter or all its time.
type statement struct {
	Holder       organisation.Organisation
	Quarter      date.Date // its first day; no day for all time
	Priority     plan.PriorityID
	From, Until  date.Date
	Rows         []statementRow
	Opening      money.Amount
	In, Out      money.Amount
	Closing      money.Amount
	First, Last  date.Date // of the account's entries, whatever is asked for
	PriorityName string
	holders      []organisation.Organisation
}

// A statementRow is one entry of it.
type statementRow struct {
	Entry   ledger.Entry
	Line    plan.LineID
	In, Out money.Amount
	Balance money.Amount
}

// statement reads the statement that someone asks for: by the organisation's
// slug, the quarter's first day, and a priority. The newest quarter that has
// entries stands for one that is not named.
func (p pages) statement(ctx context.Context, tx *db.Tx, acc account, q func(name string) string) (s statement, err error) {
	s.Priority = plan.PriorityID(q("priority"))
	for _, l := range acc.lines {
		if l.Priority == s.Priority {
			s.PriorityName = l.PriorityName
		}
	}
	if s.PriorityName == "" {
		s.Priority = ""
	}
	if err := s.chooseHolder(ctx, tx, acc, q("lto")); err != nil || s.Holder.ID == "" {
		return s, err
	}
	s.chooseQuarter(q("quarter"), p.site.Today())
	account := funding.Held(acc.area.ID, s.Holder.ID)
	lines, err := ledger.Statement(ctx, tx, account, s.From, s.Until)
	if err != nil {
		return s, err
	}
	records, err := funding.Records(ctx, tx, acc.area.ID, s.From, s.Until)
	if err != nil {
		return s, err
	}
	if s.Opening, err = ledger.BalanceOn(ctx, tx, account, s.From.AddDays(-1)); err != nil {
		return s, err
	}
	s.Closing = s.Opening
	for _, l := range lines {
		s.Closing = l.Balance
		row := statementRow{Entry: l.Entry, Line: records[l.Entry.ID].Line, Balance: l.Balance}
		if s.Priority != "" && acc.line[row.Line].Priority != s.Priority {
			continue
		}
		if l.Amount.Negative() {
			row.Out = l.Amount.Neg()
		} else {
			row.In = l.Amount
		}
		s.In, s.Out = s.In.Add(row.In), s.Out.Add(row.Out)
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

// chooseHolder takes the organisation that was named, or the latest whose
// account has entries.
func (s *statement) chooseHolder(ctx context.Context, tx *db.Tx, acc account, slug string) error {
	for _, o := range acc.holders {
		first, last, err := ledger.Span(ctx, tx, funding.Held(acc.area.ID, o.ID))
		if err != nil {
			return err
		}
		if first.IsZero() {
			continue
		}
		s.holders = append(s.holders, o)
		if s.Holder.ID == "" || o.Slug == slug {
			s.Holder, s.First, s.Last = o, first, last
		}
	}
	return nil
}

func (s *statement) chooseQuarter(asked string, today date.Date) {
	s.Quarter = s.Last.Quarter()
	if asked == allQuarters {
		s.Quarter, s.From, s.Until = date.Date{}, s.First, s.Last
		return
	}
	if day, err := date.Parse(asked); err == nil && slices.Contains(s.quarters(), day.Quarter()) {
		s.Quarter = day.Quarter()
	}
	s.From, s.Until = s.Quarter, s.Quarter.AddMonths(3).AddDays(-1)
	if today.Before(s.Until) && !today.Before(s.Last) {
		s.Until = today
	}
}

// allQuarters asks for all time, which is only given as a spreadsheet.
const allQuarters = "all"

// quarters lists the quarters from the account's first entry to its last, the
// newest first.
func (s *statement) quarters() []date.Date {
	var all []date.Date
	for q := s.Last.Quarter(); !q.Before(s.First.Quarter()); q = q.AddMonths(-3) {
		all = append(all, q)
	}
	return all
}

func (s *statement) title() string {
	if s.Quarter.IsZero() {
		return "Statement"
	}
	return "Statement, " + quarterWords(s.Quarter)
}

// query is the statement as a question: what it shows, added to an address.
func (s *statement) query() []string {
	pairs := []string{"quarter", s.Quarter.String(), "priority", string(s.Priority)}
	if len(s.holders) > 1 {
		pairs = append(pairs, "lto", s.Holder.Slug)
	}
	return pairs
}

func (s *statement) filter(acc account) web.Filter {
	quarters := s.quarters()
	options := make([]web.Option, 0, len(quarters))
	for _, q := range quarters {
		options = append(options, web.Option{Value: q.String(), Text: quarterWords(q)})
	}
	f := web.Filter{Action: moneyHref(acc.area) + "#statement", Fields: []web.FilterField{
		{Name: "quarter", Label: "Months", Value: s.Quarter.String(), Options: options},
		{Name: "priority", Label: "Part of the plan", Value: string(s.Priority), Options: acc.priorityOptions()},
	}}
	if len(s.holders) > 1 {
		var holders []web.Option
		for _, o := range s.holders {
			holders = append(holders, web.Option{Value: o.Slug, Text: o.Name})
		}
		f.Fields = append(f.Fields, web.FilterField{Name: "lto", Label: "Held by", Value: s.Holder.Slug, Options: holders})
	}
	return f
}

// table is the statement for a treasurer. Of one priority no balance is shown:
// there is one balance for all the money.
func (s *statement) table(acc account) web.Table {
	t := web.Table{
		Caption: s.title() + ": what " + s.Holder.Name + " holds for us", CaptionHidden: true,
		Columns: []web.Column{{Text: "Date", Bare: true}, {Text: "What"}, {Text: "In", Numeric: true}, {Text: "Out", Numeric: true}},
	}
	whole := s.Priority == ""
	if whole {
		t.Columns = append(t.Columns, web.Column{Text: "Balance", Numeric: true})
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: s.From.Long()}, {Text: "Brought forward", RowHeader: true}, {}, {}, {Text: s.Opening.String()},
		}})
	}
	for _, row := range s.Rows {
		line := acc.line[row.Line]
		cells := []web.Cell{
			{Text: row.Entry.Day.Long()},
			{Text: row.Entry.Description, Href: entryHref(acc.area, string(row.Entry.ID)), Small: line.PriorityName, RowHeader: true},
			{Text: orNothing(row.In)},
			{Text: orNothing(row.Out)},
		}
		if whole {
			cells = append(cells, web.Cell{Text: row.Balance.String()})
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	if whole {
		t.Foot = []web.Cell{{Text: s.Until.Long()}, {Text: "Carried forward", RowHeader: true}, {Text: s.In.String()}, {Text: s.Out.String()}, {Text: s.Closing.String()}}
	} else {
		t.Foot = []web.Cell{{Skip: true}, {Text: "Together", RowHeader: true}, {Text: s.In.String()}, {Text: s.Out.String()}}
	}
	return t
}

// orNothing leaves a cell empty where there is no amount.
func orNothing(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}

func (p pages) statementCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var s statement
	var acc account
	if err := p.in(r, func(tx *db.Tx, found account) (err error) {
		acc = found
		s, err = p.statement(r.Context(), tx, acc, r.URL.Query().Get)
		return err
	}); err != nil {
		return err
	}
	head := []string{"date", "what", "priority", "budget line", "in", "out", "balance", "held by", "entry"}
	var rows [][]string
	if s.Priority == "" && s.Holder.ID != "" {
		rows = append(rows, []string{s.From.String(), "Brought forward", "", "", "", "", s.Opening.Decimal(), s.Holder.Name, ""})
	}
	for _, row := range s.Rows {
		line := acc.line[row.Line]
		rows = append(rows, []string{
			row.Entry.Day.String(), row.Entry.Description, line.PriorityName, line.Name,
			decimalOrNothing(row.In), decimalOrNothing(row.Out), row.Balance.Decimal(), s.Holder.Name, string(row.Entry.ID),
		})
	}
	if s.Priority == "" && s.Holder.ID != "" {
		rows = append(rows, []string{s.Until.String(), "Carried forward", "", "", s.In.Decimal(), s.Out.Decimal(), s.Closing.Decimal(), s.Holder.Name, ""})
	}
	name := acc.area.Slug + "-statement"
	if !s.Quarter.IsZero() {
		name += "-" + s.Quarter.String()
	}
	return web.CSV(w, name, head, rows)
}

func decimalOrNothing(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.Decimal()
}

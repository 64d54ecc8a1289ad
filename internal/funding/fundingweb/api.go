package fundingweb

import (
	"context"
	"errors"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// The rooms of the API that are about money.
const (
	balancesTag = "Money: balances and accounts"
	offersTag   = "Money: allocations, holders and offer letters"
	paymentsTag = "Money: payments"
	spendingTag = "Money: spending"
)

// operations are what programs can read and do with an area's money.
type operations struct {
	api     *api.API
	funding *funding.Funding
}

// Operations registers what programs can read and do with an area's money.
func Operations(a *api.API, f *funding.Funding) {
	o := operations{a, f}
	o.balances()
	o.letters()
	o.payments()
	o.spending()
	o.evidence()
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

func (p AreaPath) area(ctx context.Context, tx *db.Tx) (area.Area, error) {
	return area.BySlug(ctx, tx, p.Area)
}

// Figures are an area's or programme's money in five figures, and the two that
// follow from them.
type Figures struct {
	Allocated    api.Money `json:"allocated" doc:"Set aside."`
	Promised     api.Money `json:"promised" doc:"On accepted payment schedules, and not yet paid."`
	Paid         api.Money `json:"paid" doc:"To those who hold the money, less what came back."`
	Contribution api.Money `json:"contribution" doc:"To those who hold the money for their trouble. It stands beside the area’s money and is no part of it."`
	Spent        api.Money `json:"spent" doc:"Certified, less what was reversed."`
	Held         api.Money `json:"held" doc:"Paid and not spent."`
	Left         api.Money `json:"left" doc:"Allocated, and neither promised nor paid."`
}

func figuresOf(m funding.Money) Figures {
	return Figures{
		api.MoneyOf(m.Allocated), api.MoneyOf(m.Promised), api.MoneyOf(m.Paid), api.MoneyOf(m.Contribution), api.MoneyOf(m.Spent),
		api.MoneyOf(m.Held()), api.MoneyOf(m.Left()),
	}
}

// AreaFigures are an area's money, whole and by budget line.
type AreaFigures struct {
	Figures
	Lines []LineFigures `json:"lines" nullable:"false" doc:"By budget line: those of the plan in force in its order, then older ones that have had money."`
}

// LineFigures are the money of one budget line.
type LineFigures struct {
	Line     LineName  `json:"line"`
	Budget   api.Money `json:"budget" doc:"What the plan in force gives it."`
	Promised api.Money `json:"promised"`
	Paid     api.Money `json:"paid"`
	Spent    api.Money `json:"spent"`
	Left     api.Money `json:"left" doc:"The budget, less what is promised and paid."`
}

// LineName is a budget line as it is named elsewhere.
type LineName struct {
	ID       string `json:"id" doc:"An ID. It stays through all versions of the plan."`
	Name     string `json:"name" example:"Benches and trees"`
	Priority string `json:"priority" doc:"The name of the priority that it belongs to." example:"Green spaces"`
	Theme    string `json:"theme" doc:"The programme’s code, as it is told now; empty where nobody said it yet." example:"green-spaces"`
}

func lineFigures(l funding.BudgetLine) LineFigures {
	return LineFigures{
		lineName(l.Line), api.MoneyOf(l.Budget), gbp(l.Money.Promised), gbp(l.Money.Paid), gbp(l.Money.Spent), gbp(l.Left()),
	}
}

func lineName(l plan.Line) LineName {
	return LineName{string(l.ID), l.Name, l.PriorityName, l.ThemeNow()}
}

// HolderName is an organisation as it is named beside money.
type HolderName struct {
	ID   string `json:"id" doc:"An ID."`
	Slug string `json:"slug" doc:"Its name in addresses." example:"brightwell-homes"`
	Name string `json:"name" example:"Brightwell Homes"`
}

func holderName(o organisation.Organisation) HolderName {
	return HolderName{string(o.ID), o.Slug, o.Name}
}

func (o operations) balances() {
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/programmes/{programme}/money", ID: "getProgrammeMoney", Tag: balancesTag, Summary: "Read a programme’s money",
		Description: "The sum over its areas.",
	}, func(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
		Programme string `path:"programme" doc:"The programme’s slug." example:"big-local"`
	},
	) (Figures, error) {
		p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
		if err != nil {
			return Figures{}, err
		}
		m, err := funding.ProgrammeMoney(ctx, tx, p.ID)
		return figuresOf(m), err
	})
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/money", ID: "getMoney", Tag: balancesTag, Summary: "Read an area’s money",
		Description: "The figures of the area’s money page, to the penny, whole and by budget line.",
	}, o.money)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/money/lines/{line}", ID: "getLine", Tag: balancesTag, Summary: "Read a budget line through its years",
		Description: "A line is one line, whatever each plan calls it: what each plan said of it, and year by year what was planned, paid in and spent.",
	}, o.lineStory(o.funding.Today))
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/accounts", ID: "listAccounts", Tag: balancesTag, Summary: "List an area’s accounts with their balances",
		Description: "Double entry: what goes into one account comes out of another. The balances are those of now, or of the end of a past day.",
	}, o.accounts)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/accounts/{account}/statement", ID: "listStatement", Tag: balancesTag, Summary: "Read an account’s statement",
		Description: "In the order in which the entries were made, each with the balance after it.",
	}, o.statement)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/entries/{entry}", ID: "getEntry", Tag: balancesTag, Summary: "Read one entry of the books",
	}, o.entry)
}

func (o operations) money(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct{ AreaPath }) (AreaFigures, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return AreaFigures{}, err
	}
	m, err := funding.AreaMoney(ctx, tx, a)
	if err != nil {
		return AreaFigures{}, err
	}
	lines, err := funding.Lines(ctx, tx, a.ID)
	if err != nil {
		return AreaFigures{}, err
	}
	f := AreaFigures{figuresOf(m), []LineFigures{}}
	for _, l := range lines {
		f.Lines = append(f.Lines, lineFigures(l))
	}
	return f, nil
}

// Account is an account of an area's book with its balance.
type Account struct {
	Account string      `json:"account" doc:"Its name in addresses." example:"held:0190c6a07b1c7e519c1e6a0f3b9d2c41"`
	Kind    string      `json:"kind" enum:"allocated,held,spent,contribution,contribution-fund" doc:"What it is for."`
	Holder  *HolderName `json:"holder,omitempty" doc:"Whose money it holds, of held and contribution."`
	Line    *LineName   `json:"line,omitempty" doc:"What it was spent on, of spent."`
	Balance api.Money   `json:"balance"`
}

func (o operations) accounts(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	On string `query:"on" format:"date" doc:"At the end of this day; without it, now." example:"2026-03-31"`
},
) (list api.List[Account], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	all, err := ledger.Balances(ctx, tx, ledger.Book(a.ID))
	if err != nil {
		return list, err
	}
	list.Items = []Account{}
	for _, b := range all {
		one, err := ledgerAccount(ctx, tx, a, b.Account)
		if err != nil {
			return list, err
		}
		if in.On != "" {
			if b.Balance, err = ledger.BalanceOn(ctx, tx, b.Account, api.Day(in.On)); err != nil {
				return list, err
			}
		}
		one.Balance = api.MoneyOf(b.Balance)
		list.Items = append(list.Items, one)
	}
	return list, nil
}

// ledgerAccount names an account.
func ledgerAccount(ctx context.Context, tx *db.Tx, a area.Area, of ledger.Account) (Account, error) {
	kind, holder, line := funding.AboutAccount(of)
	shown := Account{Account: of.Path, Kind: string(kind)}
	if holder != "" {
		h, err := organisation.ByID(ctx, tx, holder)
		if err != nil {
			return shown, err
		}
		name := holderName(h)
		shown.Holder = &name
	}
	if line != "" {
		l, err := plan.LineByID(ctx, tx, a.ID, line)
		if err != nil {
			return shown, err
		}
		name := lineName(l)
		shown.Line = &name
	}
	return shown, nil
}

// StatementLine is a line of an account's statement.
type StatementLine struct {
	Entry       string    `json:"entry" doc:"The entry’s ID."`
	Number      int64     `json:"number" doc:"The entry’s number in the area’s books."`
	Day         string    `json:"day" format:"date"`
	Kind        string    `json:"kind" doc:"What it records." example:"payment"`
	Description string    `json:"description" doc:"In words that are public: no individual is named."`
	Amount      api.Money `json:"amount" doc:"Into the account; below nothing where it went out."`
	Balance     api.Money `json:"balance" doc:"Of the account, after it."`
}

func (o operations) statement(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
	Account string `path:"account" doc:"The account’s name." example:"allocated"`
	From    string `query:"from" format:"date" doc:"The first day; without it, from the beginning."`
	Until   string `query:"until" format:"date" doc:"The last day; without it, to the end."`
},
) (list api.List[StatementLine], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	account := ledger.Account{Book: ledger.Book(a.ID), Path: in.Account}
	if first, _, err := ledger.Span(ctx, tx, account); err != nil || first.IsZero() {
		return list, orNotFound(err)
	}
	after, until := ledger.Mark{Day: firstDay}, lastDay
	if in.From != "" {
		after.Day = api.Day(in.From).AddDays(-1)
		after.Number = mostNumber
	}
	if in.Until != "" {
		until = api.Day(in.Until)
	}
	var day, number string
	if some, err := in.After(&day, &number); err != nil {
		return list, err
	} else if some {
		if after, err = markOf(day, number); err != nil {
			return list, err
		}
	}
	found, err := ledger.StatementAfter(ctx, tx, account, after, until, in.Limit+1)
	if err != nil {
		return list, err
	}
	page := api.PageOf(in.Paging, found, func(last ledger.MarkedLine) []string {
		return []string{last.Mark.Day.String(), strconv.FormatInt(last.Mark.Number, 10)}
	})
	list.Items, list.Next = []StatementLine{}, page.Next
	for _, l := range page.Items {
		e := l.Entry
		list.Items = append(list.Items, StatementLine{
			string(e.ID), e.Number, e.Day.String(), e.Kind, e.Description, api.MoneyOf(l.Amount), api.MoneyOf(l.Balance),
		})
	}
	return list, nil
}

// mostNumber is after every posting of a day.
const mostNumber = 1<<63 - 1

func markOf(day, number string) (ledger.Mark, error) {
	d, errDay := date.Parse(day)
	n, errNumber := strconv.ParseInt(number, 10, 64)
	if errDay != nil || errNumber != nil {
		return ledger.Mark{}, fault.Invalid{{Field: "cursor", Words: "This is not a cursor of this list: begin without one"}}
	}
	return ledger.Mark{Day: d, Number: n}, nil
}

func orNotFound(err error) error {
	if err == nil {
		return fault.NotFound
	}
	return err
}

// Entry is one entry of the books.
type Entry struct {
	ID          string    `json:"id" doc:"An ID."`
	Number      int64     `json:"number" doc:"It counts on within the area’s books."`
	Day         string    `json:"day" format:"date"`
	Kind        string    `json:"kind" example:"payment" doc:"allocation, payment, return, payment reversal, spend or spend reversal."`
	About       string    `json:"about" doc:"The ID of what it records."`
	Description string    `json:"description"`
	Reverses    string    `json:"reverses,omitempty" doc:"The entry that this one undoes."`
	ReversedBy  string    `json:"reversed_by,omitempty" doc:"The entry that undid this one."`
	Postings    []Posting `json:"postings" nullable:"false" doc:"They add up to nothing."`
	MadeAt      string    `json:"made_at" format:"date-time"`
}

// Posting is what one entry puts into an account.
type Posting struct {
	Account string    `json:"account" doc:"The account’s name; endowment is the programme’s." example:"allocated"`
	Amount  api.Money `json:"amount" doc:"Into the account; below nothing where it went out."`
}

func (o operations) entry(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	Entry string `path:"entry" doc:"The entry’s ID."`
},
) (Entry, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Entry{}, err
	}
	e, err := ledger.Get(ctx, tx, ledger.Book(a.ID), ledger.EntryID(in.Entry))
	if err != nil {
		return Entry{}, err
	}
	shown := Entry{
		ID: string(e.ID), Number: e.Number, Day: e.Day.String(), Kind: e.Kind, About: e.About, Description: e.Description,
		Reverses: string(e.Reverses), Postings: []Posting{}, MadeAt: api.Instant(e.At),
	}
	for _, p := range e.Postings {
		shown.Postings = append(shown.Postings, Posting{p.Account.Path, api.MoneyOf(p.Amount)})
	}
	undone, err := ledger.ReversalOf(ctx, tx, e.Book, e.ID)
	if err != nil && !isNotFound(err) {
		return shown, err
	}
	shown.ReversedBy = string(undone.ID)
	return shown, nil
}

func isNotFound(err error) bool { return errors.Is(err, fault.NotFound) }

// shownBy names who did something, for those with a token: the public reads
// that it was done.
type shownBy struct {
	ctx   context.Context //nolint:containedctx // it lives as long as one request
	tx    *db.Tx
	by    access.Actor
	known map[access.PersonID]string
}

func (s shownBy) name(who access.PersonID) (string, error) {
	if !s.by.SignedIn() || who == "" {
		return "", nil
	}
	if name, ok := s.known[who]; ok {
		return name, nil
	}
	found, err := person.Names(s.ctx, s.tx, who)
	s.known[who] = found[who]
	return found[who], err
}

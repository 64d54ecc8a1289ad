package fundingweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/web"
)

// entryData is the page of one ledger entry.
type entryData struct {
	Shell    web.Shell
	Title    string
	Lead     string
	Undone   []web.Link // entries that this one reverses, or that reverse it
	Facts    []web.Fact
	Postings web.Table
	Walk     walk
}

func (p pages) entry(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d entryData
	err := p.in(r, func(tx *db.Tx, acc account) error {
		ctx := r.Context()
		e, err := ledger.Get(ctx, tx, ledger.Book(acc.area.ID), ledger.EntryID(r.PathValue("entry")))
		if err != nil {
			return err
		}
		at, about, err := pointOf(ctx, tx, acc, e)
		if err != nil {
			return err
		}
		d = entryData{
			Title: e.Description, Lead: entryLead(e), Postings: acc.postings(e),
			Shell: p.shell(r, by, acc.area, e.Description, web.Link{Text: "Entry " + strconv.FormatInt(e.Number, 10)}),
		}
		if d.Undone, err = acc.undone(ctx, tx, e); err != nil {
			return err
		}
		if d.Walk, err = p.walk(ctx, tx, acc.area, at); err != nil {
			return err
		}
		names := namesIn(r, tx, by)
		d.Facts = []web.Fact{
			{Term: "What", Value: kindWords(e.Kind)},
			{Term: "In the books on", Value: e.Day.Long()},
			{Term: "Number in our books", Value: strconv.FormatInt(e.Number, 10)},
			{Term: "Recorded by", Value: recorder(acc.roleOf(e), names.person(e.By))},
			about,
		}
		return names.firstFail
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, entryPage(d))
}

// pointOf is where on its walk an entry stands, and the record it is about.
func pointOf(ctx context.Context, tx *db.Tx, acc account, e ledger.Entry) (walkPoint, web.Fact, error) {
	switch e.Kind {
	case funding.KindPayment, funding.KindPaymentReversal:
		pid := funding.PaymentID(e.About)
		return walkPoint{Payment: pid}, web.Fact{Term: "It is about", Value: "This payment, step by step", Href: paymentHref(acc.area, pid)}, nil
	case funding.KindReturn:
		pid, err := funding.PaymentOfReturn(ctx, tx, acc.area.ID, e.About)
		return walkPoint{Payment: pid}, web.Fact{Term: "It is about", Value: "The payment that it came from", Href: paymentHref(acc.area, pid)}, err
	case funding.KindSpend, funding.KindSpendReversal:
		sid := funding.SpendID(e.About)
		return walkPoint{Spend: sid}, web.Fact{Term: "It is about", Value: "What was bought, and who was paid", Href: spendHref(acc.area, sid)}, nil
	}
	return walkPoint{Allocation: funding.AllocationID(e.About)}, web.Fact{Term: "It is about", Value: "Our share", Href: moneyHref(acc.area) + "/allocated"}, nil
}

// kindWords says what kind of entry it is.
func kindWords(kind string) string {
	switch kind {
	case funding.KindAllocation:
		return "Money set aside for us"
	case funding.KindPayment:
		return "A payment for us"
	case funding.KindReturn:
		return "Money handed back to the programme"
	case funding.KindPaymentReversal:
		return "A payment put right"
	case funding.KindSpend:
		return "Spending"
	case funding.KindSpendReversal:
		return "Spending put right"
	}
	return upper(kind)
}

// roleOf is who makes entries of this kind: the role, which is all that is
// public.
func (acc account) roleOf(e ledger.Entry) string {
	switch e.Kind {
	case funding.KindAllocation:
		return "a programme officer"
	case funding.KindSpend, funding.KindSpendReversal:
		for _, posting := range e.Postings {
			if kind, holder, _ := funding.AboutAccount(posting.Account); kind == funding.HeldAccount {
				return acc.holder[holder].Name
			}
		}
	}
	return "programme finance"
}

func recorder(role, name string) string {
	if name == "" {
		return upper(role)
	}
	return upper(name) + ", " + role
}

func entryLead(e ledger.Entry) string {
	moved := money.Pence(0)
	for i, posting := range e.Postings {
		if i < 2 && posting.Amount.Positive() {
			moved = posting.Amount
		}
	}
	return moved.String() + " on " + e.Day.Long() + "."
}

// postings is the entry for a treasurer: what went out of each account and what
// came into it, which is the same in all.
func (acc account) postings(e ledger.Entry) web.Table {
	t := web.Table{
		Caption: "Out of and into which account", CaptionHidden: true,
		Columns: []web.Column{{Text: "Account"}, {Text: "Out of it", Numeric: true}, {Text: "Into it", Numeric: true}},
	}
	var out, in money.Amount
	for _, posting := range pairwise(e.Postings) {
		words := acc.accountWords(posting.Account)
		cells := []web.Cell{{Text: words.Text, Href: words.Href, RowHeader: true}}
		if posting.Amount.Negative() {
			out = out.Sub(posting.Amount)
			cells = append(cells, web.Cell{Text: posting.Amount.Neg().String()}, web.Cell{})
		} else {
			in = in.Add(posting.Amount)
			cells = append(cells, web.Cell{}, web.Cell{Text: posting.Amount.String()})
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	t.Foot = []web.Cell{{Text: "Together", RowHeader: true}, {Text: out.String()}, {Text: in.String()}}
	return t
}

// pairwise puts what was moved from before what it was moved to. An entry is made
// of such pairs (ledger.Move), and a reversal of pairs turned round.
func pairwise(postings []ledger.Posting) []ledger.Posting {
	postings = slices.Clone(postings)
	for i := 0; i+1 < len(postings); i += 2 {
		if postings[i+1].Amount.Negative() {
			postings[i], postings[i+1] = postings[i+1], postings[i]
		}
	}
	return postings
}

// undone links an entry with the one that it reverses, and that which reverses it.
func (acc account) undone(ctx context.Context, tx *db.Tx, e ledger.Entry) ([]web.Link, error) {
	var links []web.Link
	if e.Reverses != "" {
		old, err := ledger.Get(ctx, tx, e.Book, e.Reverses)
		if err != nil {
			return nil, err
		}
		links = append(links, web.Link{Text: "This undoes the entry of " + old.Day.Long() + ": " + old.Description, Href: entryHref(acc.area, string(old.ID))})
	}
	later, err := ledger.ReversalOf(ctx, tx, e.Book, e.ID)
	if errors.Is(err, fault.NotFound) {
		return links, nil
	}
	if err != nil {
		return nil, err
	}
	return append(links, web.Link{Text: "This was undone on " + later.Day.Long() + ": " + later.Description, Href: entryHref(acc.area, string(later.ID))}), nil
}

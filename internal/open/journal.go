package open

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// WriteJournal writes the whole ledger as plain-text accounting, which hledger
// and its relatives read. Amounts have the ledger's signs: what goes into an
// account is positive. Nobody's name is in it, not even of who made an entry.
func WriteJournal(ctx context.Context, tx *db.Tx, w io.Writer) error {
	names, err := accountNamesOf(ctx, tx)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j := journal{out: bufio.NewWriter(w), names: names, declared: map[string]bool{}, used: map[money.Currency]bool{}}
	j.print("; The whole ledger: every entry, with its number in its area's or programme's book.\n")
	if err := ledger.EachPosting(ctx, tx, j.add); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.end()
	return j.out.Flush()
}

// A journal is being written. It keeps one entry at a time.
type journal struct {
	out      *bufio.Writer // which keeps the first error, for Flush
	names    accountNames
	entry    ledger.Entry
	declared map[string]bool
	used     map[money.Currency]bool
}

func (j *journal) print(format string, a ...any) {
	fmt.Fprintf(j.out, format, a...)
}

func (j *journal) add(e ledger.Entry, p ledger.Posting) error {
	if e.Book != j.entry.Book || e.ID != j.entry.ID {
		j.end()
		j.entry = e
		j.entry.Postings = nil
	}
	j.entry.Postings = append(j.entry.Postings, p)
	// A broken disk or a reader who has gone is told at once, and not after
	// the rest was read in vain.
	_, err := j.out.Write(nil)
	return err
}

// end writes the entry whose postings have all come.
func (j *journal) end() {
	e := j.entry
	if len(e.Postings) == 0 {
		return
	}
	j.print("\n")
	for _, p := range e.Postings {
		j.declare(p)
	}
	j.print("%s (%d) %s\n    ; entry:%s, book:%s, kind:%s, about:%s", e.Day, e.Number, oneLine(e.Description),
		tagValue(string(e.ID)), tagValue(string(e.Book)), tagValue(e.Kind), tagValue(e.About))
	if e.Reverses != "" {
		j.print(", reverses:%s", tagValue(string(e.Reverses)))
	}
	j.print("\n")
	widest := 0
	for _, p := range e.Postings {
		widest = max(widest, utf8.RuneCountInString(j.names.of(p.Account)))
	}
	for _, p := range e.Postings {
		j.print("    %-*s  %s %s\n", widest, j.names.of(p.Account), p.Amount.Currency(), p.Amount.Decimal())
	}
}

// declare says once that an account and a currency are meant, so that a strict
// reader finds a journal without slips of the pen.
func (j *journal) declare(p ledger.Posting) {
	if c := p.Amount.Currency(); !j.used[c] {
		j.used[c] = true
		j.print("commodity %s 1000.00\n", c)
	}
	if name := j.names.of(p.Account); !j.declared[name] {
		j.declared[name] = true
		j.print("account %s\n", name)
	}
}

// oneLine keeps a description from ending early: a semicolon would begin a
// comment, and an upright bar would make a payee of what stands before it.
func oneLine(words string) string {
	return strings.NewReplacer(";", ",", "|", "/").Replace(printable(words))
}

func tagValue(s string) string { return strings.NewReplacer(",", " ", ";", " ").Replace(printable(s)) }

// printable is words with single spaces between them and nothing that cannot be
// seen.
func printable(words string) string {
	words = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(words, "�"))
	return strings.Join(strings.Fields(words), " ")
}

// accountNames calls every account of the ledger by names that a person reads,
// and no two by the same.
type accountNames struct {
	books map[ledger.Book]string
	ltos  map[organisation.ID]string
	lines map[ledger.Book]map[plan.LineID]string // "Priority:Budget line"
}

func accountNamesOf(ctx context.Context, tx *db.Tx) (n accountNames, err error) {
	programmes, err := area.Programmes(ctx, tx)
	if err != nil {
		return n, fmt.Errorf("programmes: %w", err)
	}
	var books []called[ledger.Book]
	n.lines = map[ledger.Book]map[plan.LineID]string{}
	for _, p := range programmes {
		books = append(books, called[ledger.Book]{ledger.Book(p.ID), part(p.Name), "programme " + part(p.Slug)})
		areas, err := area.All(ctx, tx, p.ID)
		if err != nil {
			return n, fmt.Errorf("areas: %w", err)
		}
		for _, a := range areas {
			books = append(books, called[ledger.Book]{ledger.Book(a.ID), part(a.Name), part(a.Slug)})
		}
		lines, err := plan.LinesOf(ctx, tx, p.ID)
		if err != nil {
			return n, err
		}
		for a, of := range lines {
			n.lines[ledger.Book(a)] = lineNames(of)
		}
	}
	n.books = apart(books)
	organisations, err := organisation.All(ctx, tx)
	if err != nil {
		return n, err
	}
	var ltos []called[organisation.ID]
	for _, oid := range slices.Sorted(maps.Keys(organisations)) {
		o := organisations[oid]
		ltos = append(ltos, called[organisation.ID]{oid, part(o.Name), part(o.Slug)})
	}
	n.ltos = apart(ltos)
	return n, nil
}

func lineNames(of map[plan.LineID]plan.Line) map[plan.LineID]string {
	var lines []called[plan.LineID]
	for _, lid := range slices.Sorted(maps.Keys(of)) {
		l := of[lid]
		lines = append(lines, called[plan.LineID]{lid, part(l.PriorityName) + ":" + part(l.Name), part(string(lid))})
	}
	return apart(lines)
}

// of is what an account is called.
func (n accountNames) of(a ledger.Account) string {
	book := cmp.Or(n.books[a.Book], part(string(a.Book)))
	switch kind, holder, line := funding.AboutAccount(a); kind {
	case funding.EndowmentAccount:
		return book + ":Endowment"
	case funding.AllocatedAccount:
		return book + ":Allocated"
	case funding.ContributionFundAccount:
		return book + ":Contribution fund"
	case funding.HeldAccount:
		return book + ":Held:" + cmp.Or(n.ltos[holder], part(string(holder)))
	case funding.ContributionAccount:
		return book + ":Contribution:" + cmp.Or(n.ltos[holder], part(string(holder)))
	case funding.SpentAccount:
		return book + ":Spent:" + cmp.Or(n.lines[a.Book][line], part(string(line)))
	}
	return book + ":Other:" + part(a.Path)
}

// part makes one part of an account's name of words that a person wrote: a colon
// would make two of it, two spaces would end it, and some signs at its beginning
// would be taken for marks.
func part(words string) string {
	words = strings.NewReplacer(": ", " - ", ":", "-", ";", ",", "|", "/").Replace(printable(words))
	words = strings.TrimLeft(words, "*!([{<=~@#%&\"' ")
	if words == "" {
		return "Unnamed"
	}
	return words
}

// called is something with its name, and with a mark for where two have the same.
type called[K ~string] struct {
	key        K
	name, mark string
}

// apart gives each a name of its own: its name, where nothing else has that; or
// with its mark; or with its ID, which nothing else has.
func apart[K ~string](all []called[K]) map[K]string {
	count := map[string]int{}
	for _, c := range all {
		count[c.name]++
	}
	names := make(map[K]string, len(all))
	taken := make(map[string]bool, len(all))
	// Those that nothing else is called keep their names, whatever the others'
	// marks make of theirs.
	for _, c := range all {
		if count[c.name] == 1 {
			names[c.key], taken[c.name] = c.name, true
		}
	}
	for _, c := range all {
		if count[c.name] == 1 {
			continue
		}
		name := c.name + ", " + c.mark
		if taken[name] {
			name += ", " + part(string(c.key))
		}
		names[c.key], taken[name] = name, true
	}
	return names
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/a-h/templ"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/web"
)

// history is P2: what it costs to look at money, as the ledger grows.
func (b *bench) history(ctx context.Context) error {
	sizes := []int{10_000, b.work(1_000_000)}
	if b.tenMillion {
		sizes = append(sizes, 10_000_000)
	}
	var worlds []*seeded
	for _, n := range sizes {
		s, err := seed(ctx, b.file(fmt.Sprintf("history-%d.db", n)), 150, n)
		if err != nil {
			return err
		}
		defer s.close() //nolint:errcheck // its file goes too
		worlds = append(worlds, s)
	}
	read := func(s *seeded, f func(tx *db.Tx) error) func() error {
		return func() error { return s.DB.Read(ctx, f) }
	}
	for _, look := range []struct {
		what, want string
		of         func(s *seeded) func() error
	}{
		{"balance of an account", "≤ 1.2", func(s *seeded) func() error {
			return read(s, func(tx *db.Tx) error {
				_, err := ledger.Balance(ctx, tx, funding.Held(s.Tanners.Area.ID, s.Tanners.LTO.ID))
				return err
			})
		}},
		{"balance at a past day", "≤ 2 of a balance now", func(s *seeded) func() error {
			return read(s, func(tx *db.Tx) error {
				_, err := ledger.BalanceOn(ctx, tx, funding.Held(s.Tanners.Area.ID, s.Tanners.LTO.ID), s.someDay())
				return err
			})
		}},
		{"statement of a quarter, 60 lines", "≤ 1.2", func(s *seeded) func() error {
			return read(s, func(tx *db.Tx) error {
				_, err := ledger.Statement(ctx, tx, funding.Held(s.Tanners.Area.ID, s.Tanners.LTO.ID), s.Today().Quarter(), s.Today())
				return err
			})
		}},
		{"trial balance of a book", "≤ 1.2", func(s *seeded) func() error {
			return read(s, func(tx *db.Tx) error {
				_, err := ledger.Balances(ctx, tx, ledger.Book(s.Tanners.Area.ID))
				return err
			})
		}},
		{"money page, signed in", "≤ 1.2", func(s *seeded) func() error {
			return func() error {
				_, _, err := fetch(ctx, "http://"+s.address+"/areas/tanners-reach/money", s.cookie)
				return err
			}
		}},
	} {
		var sides []side
		for _, s := range worlds {
			f := look.of(s)
			sides = append(sides, func() (float64, error) { return timeOf(b.work(200), f) })
		}
		got, err := inTurns(b.rounds, sides...)
		if err != nil {
			return err
		}
		for i := range sizes[1:] {
			b.out.add("P2", fmt.Sprintf("%s, %d entries, µs", look.what, sizes[i+1]), spread(got[i+1], "%.1f"), fmt.Sprintf("%d entries: %s", sizes[0], spread(got[0], "%.1f")), spread(ratios(got[i+1], got[0]), "%.2f"), look.want)
		}
	}
	return nil
}

// pages is P3: a public page against a bare handler of the same bytes, and a
// page drawn for somebody against drawing the same table and nothing else.
func (b *bench) pages(ctx context.Context) error {
	s, err := seed(ctx, b.file("pages.db"), b.work(15_000), 0)
	if err != nil {
		return err
	}
	defer s.close() //nolint:errcheck // its file goes too
	most := time.Duration(b.work(20)) * 100 * time.Millisecond
	of := func(address, path, cookie string, clients int) side {
		more := ""
		if cookie != "" {
			more = "Cookie: " + cookie + "\r\n"
		}
		request := get(address, path, more)
		return func() (float64, error) {
			l, err := drive(ctx, address, clients, most, http.StatusOK, func() []byte { return request })
			return l.rate, err
		}
	}
	for _, path := range []string{"/", "/areas/tanners-reach"} {
		body, header, err := fetch(ctx, "http://"+s.address+path, "")
		if err != nil {
			return err
		}
		floor, stop, err := listening(bare(header.Get("Content-Type"), body))
		if err != nil {
			return err
		}
		for _, c := range []int{1, 16} {
			got, err := inTurns(b.rounds, of(floor, path, "", c), of(s.address, path, "", c))
			if err != nil {
				return err
			}
			b.out.add("P3", fmt.Sprintf("public page %s, %d bytes, a second, %d connections", path, len(body), c), spread(got[1], "%.0f"), "bare handler "+spread(got[0], "%.0f"), spread(ratios(got[1], got[0]), "%.2f"), "≥ 0.60")
		}
		stop()
	}
	floor, stop, err := listening(templFloor(ctx, s))
	if err != nil {
		return err
	}
	defer stop()
	var one, many []float64
	for _, c := range []int{1, 16} {
		got, err := inTurns(b.rounds, of(floor, "/", "", c), of(s.address, "/areas", s.cookie, c))
		if err != nil {
			return err
		}
		b.out.add("P3", fmt.Sprintf("list of areas, signed in, a second, %d connections", c), spread(got[1], "%.0f"), "the same areas from the database through templ "+spread(got[0], "%.0f"), spread(ratios(got[1], got[0]), "%.2f"), "≥ 0.70")
		one, many = many, got[1]
	}
	b.out.add("P3", "list of areas, 16 connections against one", spread(many, "%.0f"), spread(one, "%.0f"), spread(ratios(many, one), "%.2f"), "≥ 1.3")
	return nil
}

// templFloor reads the first page of areas with their money and draws it in the
// product's frame: no session, no person, no search, no packing.
func templFloor(ctx context.Context, s *seeded) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		table := web.Table{Columns: []web.Column{{Text: "Area"}, {Text: "Council"}, {Text: "Allocated", Numeric: true}, {Text: "Spent", Numeric: true}, {Text: "Held", Numeric: true}, {Text: "Left", Numeric: true}}}
		err := s.DB.Read(ctx, func(tx *db.Tx) error {
			areas, err := area.First(ctx, tx, s.Programme.ID, area.PageSize)
			if err != nil {
				return err
			}
			money, err := funding.MoneyOf(ctx, tx, areas)
			for _, a := range areas {
				m := money[a.ID]
				table.Rows = append(table.Rows, web.Row{Cells: []web.Cell{
					{Text: a.Name, Href: "/areas/" + a.Slug, Small: a.Region, RowHeader: true},
					{Text: a.AuthorityName},
					{Text: m.Allocated.Whole()},
					{Text: m.Spent.Whole()},
					{Text: m.Held().Whole()},
					{Text: m.Left().Whole()},
				}})
			}
			return err
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		templ.Handler(web.Layout(web.Shell{Title: "Areas", Day: date.Of(s.Clock.Now()).Full()})).ServeHTTP(w, r.WithContext(templ.WithChildren(r.Context(), table)))
	})
}

// programme is P4: the programme's page as areas grow in number.
func (b *bench) programme(ctx context.Context) error {
	var worlds []*seeded
	sizes := []int{150, 1500, b.work(15_000)}
	if b.quick {
		sizes = sizes[:2]
	}
	for _, n := range sizes {
		s, err := seed(ctx, b.file(fmt.Sprintf("programme-%d.db", n)), n, 0)
		if err != nil {
			return err
		}
		defer s.close() //nolint:errcheck // its file goes too
		worlds = append(worlds, s)
	}
	for _, path := range []string{"/", "/areas"} {
		var sides []side
		bytes, statements := make([]int, len(worlds)), make([]int64, len(worlds))
		for i, s := range worlds {
			before := s.DB.Stats().Statements
			body, _, err := fetch(ctx, "http://"+s.address+path, s.cookie)
			if err != nil {
				return err
			}
			bytes[i], statements[i] = len(body), s.DB.Stats().Statements-before
			sides = append(sides, func() (float64, error) {
				return timeOf(b.work(200), func() error {
					_, _, err := fetch(ctx, "http://"+s.address+path, s.cookie)
					return err
				})
			})
		}
		got, err := inTurns(b.rounds, sides...)
		if err != nil {
			return err
		}
		for i := range sizes[1:] {
			b.out.add("P4", fmt.Sprintf("%s drawn for somebody signed in, %d areas, µs", path, sizes[i+1]), spread(got[i+1], "%.0f"), fmt.Sprintf("%d areas: %s", sizes[0], spread(got[0], "%.0f")), spread(ratios(got[i+1], got[0]), "%.2f"), "≤ 1.15")
			b.out.add("P4", fmt.Sprintf("%s, %d areas: statements; bytes packed", path, sizes[i+1]), fmt.Sprintf("%d; %d", statements[i+1], bytes[i+1]), fmt.Sprintf("%d; %d", statements[0], bytes[0]), fmt.Sprintf("%.2f; %.2f", float64(statements[i+1])/float64(statements[0]), float64(bytes[i+1])/float64(bytes[0])), "1; about 1")
		}
	}
	return nil
}

// size is how large a file is, in megabytes.
func size(file string) float64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return float64(info.Size()) / 1e6
}

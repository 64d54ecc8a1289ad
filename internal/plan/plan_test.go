package plan_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
)

func world(t *testing.T, d *db.DB) *fundingtest.World {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func version(w *fundingtest.World, lines ...plan.NewLine) plan.NewVersion {
	return plan.NewVersion{Form: string(w.Form()), Vision: "A greener Reach", FromYear: 2026, UntilYear: 2028, Lines: lines}
}

func read(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// What was spent in year 2 still adds up in year 12: a line keeps its identity
// from version to version, and a version keeps its own order and budgets.
func TestALineKeepsItsIdentityThroughVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		one, err := w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(10)), fundingtest.Line("green/trees", money.Pounds(20)), fundingtest.Line("young/club", money.Pounds(30)))
		if err != nil {
			t.Fatal(err)
		}
		two, err := w.Adopt(ctx, p, fundingtest.Line("young/club", money.Pounds(35)), fundingtest.Line(" green / benches ", money.Pounds(5)), fundingtest.Line("young/benches", money.Pounds(1)))
		if err != nil {
			t.Fatal(err)
		}
		for name, lid := range one {
			if two[name] != lid {
				t.Errorf("%s was %s and is %s, want it to stay the same", name, lid, two[name])
			}
		}
		if two["young/benches"] == two["green/benches"] {
			t.Error("lines of one name under two priorities are one line, want two")
		}
		other, err := w.Adopt(ctx, w.Millbrook, fundingtest.Line("green/benches", money.Pounds(10)))
		if err != nil || other["green/benches"] == one["green/benches"] {
			t.Errorf("another area’s line: %v, %v; want one of its own", other, err)
		}
		read(t, d, func(tx *db.Tx) error {
			said := func(v plan.Version) string {
				var lines []string
				for _, l := range v.Lines {
					lines = append(lines, l.PriorityName+"/"+l.Name+" "+l.Budget.Decimal())
				}
				return fmt.Sprintf("%d (%s): %s", v.Number, v.Total().Decimal(), strings.Join(lines, ", "))
			}
			for number, want := range map[int64]string{
				1: "1 (60.00): green/benches 10.00, green/trees 20.00, young/club 30.00",
				2: "2 (41.00): young/club 35.00, green/benches 5.00, young/benches 1.00",
			} {
				v, err := plan.VersionOf(ctx, tx, p.Area.ID, number)
				if err != nil || said(v) != want {
					t.Errorf("got %s, %v; want %s", said(v), err, want)
				}
			}
			now, err := plan.Current(ctx, tx, p.Area.ID)
			if err != nil || now.Number != 2 || now.Years() != "April 2026 to March 2029" || now.Adopted.NotedBy != p.Chair.Person {
				t.Errorf("in force is %+v, %v; want version 2, of April 2026 to March 2029, adopted by the chair", now, err)
			}
			trees, err := plan.LineByID(ctx, tx, p.Area.ID, one["green/trees"])
			if err != nil || !trees.Budget.IsZero() {
				t.Errorf("a line that the plan in force has not: %+v, %v; want it with no budget", trees, err)
			}
			if _, err := plan.LineByID(ctx, tx, w.Millbrook.Area.ID, one["green/trees"]); !errors.Is(err, fault.NotFound) {
				t.Errorf("another area’s line: got %v, want not found", err)
			}
			every, err := plan.EveryLine(ctx, tx, p.Area.ID)
			var names []string
			for _, l := range every {
				names = append(names, l.PriorityName+"/"+l.Name)
			}
			if want := []string{"young/club", "green/benches", "young/benches", "green/trees"}; !slices.Equal(names, want) {
				t.Errorf("every line: got %v, %v; want %v", names, err, want)
			}
			all, err := plan.Versions(ctx, tx, p.Area.ID)
			if len(all) != 2 || all[0].Number != 2 || !all[1].IsAdopted() {
				t.Errorf("versions are %+v, want 2 and 1, both adopted", all)
			}
			return err
		})
	})
}

func TestAPlanIsAdopted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		for range 3 {
			if _, err := w.Plans.Write(ctx, p.Chair, p.Area, version(w, fundingtest.Line("green/benches", money.Pounds(10)))); err != nil {
				t.Fatal(err)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			if _, err := plan.Current(ctx, tx, p.Area.ID); !errors.Is(err, fault.NotFound) {
				t.Errorf("before any was adopted: got %v, want not found", err)
			}
			if _, err := plan.InForce(ctx, tx, p.Area.ID); !errors.Is(err, fault.Conflict) || fault.Public(err) == "" {
				t.Errorf("in force before any was adopted: got %v, want a conflict, in words", err)
			}
			return nil
		})
		adopt := func(by access.Actor, number int64) error {
			return w.Plans.Adopt(ctx, by, p.Area, plan.NewAdoption{Form: string(w.Form()), Version: number, On: w.Today(), Decision: "Meeting of today, item 1"})
		}
		if err := adopt(p.Chair, 2); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct{ err, want error }{
			"adopted twice":              {adopt(p.Chair, 2), fault.Conflict},
			"older than what is adopted": {adopt(p.Chair, 1), fault.Conflict},
			"not there":                  {adopt(p.Chair, 9), fault.NotFound},
			"by an officer":              {adopt(w.Farah, 3), fault.Forbidden},
			"by another area’s chair":    {adopt(w.Millbrook.Chair, 3), fault.Forbidden},
			"by a resident":              {adopt(w.Kit, 3), fault.Forbidden},
			"by nobody":                  {adopt(access.Actor{}, 3), fault.Forbidden},
		} {
			if !errors.Is(c.err, c.want) {
				t.Errorf("a version %s: got %v, want %v", what, c.err, c.want)
			}
		}
		for field, n := range map[string]plan.NewAdoption{
			"on":       {Version: 3, On: w.Today().AddDays(1), Decision: "x"},
			"decision": {Version: 3, On: w.Today(), Decision: " "},
		} {
			n.Form = string(w.Form())
			err := w.Plans.Adopt(ctx, p.Chair, p.Area, n)
			if v, _ := errors.AsType[fault.Invalid](err); v.For(field) == "" {
				t.Errorf("%+v: got %v, want %q marked as wrong", n, err, field)
			}
		}
		if err := adopt(p.Chair, 3); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoWritesAPlan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d)
		p := w.Tanners
		for _, c := range []struct {
			by   access.Actor
			want error
		}{
			{p.Chair, nil},
			{w.Farah, nil},
			{w.Millbrook.Chair, fault.Forbidden},
			{w.Amina, fault.Forbidden},
			{p.Finance, fault.Forbidden},
			{w.Kit, fault.Forbidden},
			{access.Actor{}, fault.Forbidden},
		} {
			if _, err := w.Plans.Write(t.Context(), c.by, p.Area, version(w, fundingtest.Line("green/benches", money.Pounds(10)))); !errors.Is(err, c.want) {
				t.Errorf("%s (%s) writes: got %v, want %v", c.by.Name, c.by.Title, err, c.want)
			}
		}
	})
}

func TestWhatIsWrongWithAPlanIsSaidFieldByField(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d)
		line := fundingtest.Line
		ten := money.Pounds(10)
		many := make([]plan.NewLine, plan.MostLines+1)
		for i := range many {
			many[i] = line(fmt.Sprintf("green/%d", i), ten)
		}
		for what, c := range map[string]struct {
			n    plan.NewVersion
			want string
		}{
			"no line":                   {version(w), "priority-1"},
			"too many lines":            {version(w, many...), "priority-1"},
			"no priority":               {version(w, line("green/a", ten), line(" /b", ten)), "priority-2"},
			"no name":                   {version(w, line("green/ ", ten)), "name-1"},
			"a line twice":              {version(w, line("green/a", ten), line("Green/A", ten)), "name-2"},
			"a line twice, with spaces": {version(w, line("green/a", ten), line(" green / a ", ten)), "name-2"},
			"a theme unheard of":        {version(w, plan.NewLine{Priority: "green", Name: "a", Theme: "x", Budget: ten}), "theme-1"},
			"no amount":                 {version(w, plan.NewLine{Priority: "green", Name: "a", Theme: "green-spaces"}), "budget-1"},
			"less than nothing":         {version(w, line("green/a", money.Pence(-1))), "budget-1"},
			"it ends before it begins":  {plan.NewVersion{Form: "x", FromYear: 2026, UntilYear: 2025, Lines: []plan.NewLine{line("green/a", ten)}}, "until_year"},
			"long ago":                  {plan.NewVersion{Form: "x", FromYear: 26, UntilYear: 28, Lines: []plan.NewLine{line("green/a", ten)}}, "from_year"},
			"many words":                {plan.NewVersion{Form: "x", Vision: strings.Repeat("x", 5001), FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{line("green/a", ten)}}, "vision"},
		} {
			_, err := w.Plans.Write(t.Context(), w.Tanners.Chair, w.Tanners.Area, c.n)
			if v, _ := errors.AsType[fault.Invalid](err); v.For(c.want) == "" {
				t.Errorf("%s: got %v, want %q marked as wrong", what, err, c.want)
			}
		}
	})
}

// Two who write at once write two versions; one form writes one.
func TestVersionsAreNumberedOneByOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d)
		p := w.Tanners
		same := version(w, fundingtest.Line("green/benches", money.Pounds(10)))
		numbers := make([]int64, 16)
		var wg sync.WaitGroup
		for i := range numbers {
			n := same
			if i >= 8 {
				n = version(w, fundingtest.Line("green/benches", money.Pounds(int64(i))))
			}
			wg.Go(func() {
				var err error
				if numbers[i], err = w.Plans.Write(t.Context(), p.Chair, p.Area, n); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if first := numbers[:8]; slices.Min(first) != slices.Max(first) {
			t.Errorf("one form led to the versions %v, want one", first)
		}
		slices.Sort(numbers)
		if got := slices.Compact(numbers); !slices.Equal(got, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("the versions are %v, want 1 to 9", got)
		}
	})
}

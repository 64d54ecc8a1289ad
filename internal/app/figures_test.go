package app

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/money"
)

// TestEveryThemeAndYearLeadsToItsSpending: each figure on the money page is what
// the list behind it adds up to, and nothing is in two lists or in none.
func TestEveryThemeAndYearLeadsToItsSpending(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	playDemo(t, d, 1, 6)
	h := handler(t, d)
	const spent = "/areas/tanners-reach/money/spent"
	var themes []funding.ThemeSpent
	years := map[int]money.Amount{}
	all := money.Pence(0)
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		if themes, err = funding.SpentByTheme(t.Context(), tx, a.ID); err != nil {
			return err
		}
		quarters, err := funding.SpentByQuarter(t.Context(), tx, a.ID)
		for _, q := range quarters {
			y := q.Quarter.First().FinancialYear()
			if _, ok := years[y]; !ok {
				years[y] = money.Pence(0)
			}
			years[y], all = years[y].Add(q.Spent), all.Add(q.Spent)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(themes) < 2 || len(years) < 3 || !all.Positive() {
		t.Fatalf("%d themes and %d years are too few to tell anything", len(themes), len(years))
	}
	read := func(path string) (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	_, page := read("/areas/tanners-reach/money")
	check := func(query string, want money.Amount) int {
		if !strings.Contains(page, `href="`+spent+query+`"`) {
			t.Errorf("nothing on the money page leads to %s", query)
		}
		if _, got := read(spent + query); !strings.Contains(got, want.String()) {
			t.Errorf("%s does not say %s", query, want)
		}
		sum, rows := sumOfCSV(t, read, spent+".csv"+query)
		if sum != want {
			t.Errorf("%s lists %s, and the figure is %s", query, sum, want)
		}
		return rows
	}
	_, whole := sumOfCSV(t, read, spent+".csv")
	listed := 0
	for _, theme := range themes {
		listed += check("?theme="+theme.Theme, theme.Spent)
	}
	if listed != whole {
		t.Errorf("%d rows are listed by theme, of %d", listed, whole)
	}
	listed = 0
	for y, want := range years {
		listed += check("?spent="+strconv.Itoa(y), want)
	}
	if listed != whole {
		t.Errorf("%d rows are listed by year, of %d", listed, whole)
	}
	if got, _ := read(spent + "?theme=nothing"); got != http.StatusNotFound {
		t.Errorf("a theme that the programme does not have: %d", got)
	}
}

func sumOfCSV(t *testing.T, read func(string) (int, string), path string) (sum money.Amount, rows int) {
	t.Helper()
	status, content := read(path)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d", path, status)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(content, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sum = money.Pence(0)
	for _, line := range lines[1:] {
		text, minus := strings.CutPrefix(line[2], "-") // what was put right
		amount, err := money.Parse(text, money.GBP)
		if err != nil {
			t.Fatal(err)
		}
		if minus {
			amount = amount.Neg()
		}
		sum = sum.Add(amount)
	}
	return sum, len(lines) - 1
}

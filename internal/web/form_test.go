package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/money"
)

func read(t *testing.T, fields url.Values) *Form {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := ReadForm(r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestADayIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ day, month, year, want string }{
		{"3", "5", "2026", "2026-05-03"},
		{"03", "05", "26", "2026-05-03"},
		{"3", "May", "2026", "2026-05-03"},
		{"3", "may", "26", "2026-05-03"},
		{"3", " MAY ", "2026", "2026-05-03"},
		{"7", "Sept", "2026", "2026-09-07"},
		{"7", "sep.", "2026", "2026-09-07"},
		{"29", "february", "24", "2024-02-29"},
		{"3", "5", "1999", "1999-05-03"},
		{"29", "feb", "26", ""},
		{"31", "June", "2026", ""},
		{"3", "ma", "2026", ""}, // March, or May?
		{"3", "Mayday", "2026", ""},
		{"3", "13", "2026", ""},
		{"3", "0", "2026", ""},
		{"3", "May", "126", ""},
		{"3", "May", "6", ""},
		{"3", "May", "-6", ""},
		{"third", "May", "2026", ""},
		{"3", "", "2026", ""},
	} {
		f := read(t, url.Values{"on-day": {c.day}, "on-month": {c.month}, "on-year": {c.year}})
		got := f.Date("on")
		if got.String() != c.want {
			t.Errorf("%s %s %s is read as %v, want %q", c.day, c.month, c.year, got, c.want)
		}
		if wrong := f.Over(nil).For("on"); (wrong == "") != (c.want != "") {
			t.Errorf("%s %s %s: %q", c.day, c.month, c.year, wrong)
		}
	}
}

func TestAFormIsReadFieldByField(t *testing.T) {
	t.Parallel()
	f := read(t, url.Values{
		"amount": {" £1,250.50 "}, "wrong": {"12,5"}, "on-day": {"7"}, "on-month": {"3"}, "on-year": {"2026"},
		"never-day": {"30"}, "never-month": {"2"}, "never-year": {"2026"}, "note": {" A\x00 note\xff "}, "n": {"three"},
	})
	if got := f.Money("amount"); got != money.Pence(125_050) {
		t.Errorf("amount %v", got)
	}
	if got := f.Date("on"); got != date.Must("2026-03-07") {
		t.Errorf("day %v", got)
	}
	if got := f.Date("empty"); !got.IsZero() {
		t.Errorf("empty boxes are %v", got)
	}
	if got := f.Text("note"); got != "A note" {
		t.Errorf("note %q", got)
	}
	f.Money("wrong")
	f.Date("never")
	f.Int("n")
	found := f.Over(fault.Invalid{{Field: "never", Words: "Enter a date"}, {Field: "other", Words: "Say it"}})
	var fields []string
	for _, w := range found {
		fields = append(fields, w.Field)
	}
	if got := strings.Join(fields, " "); got != "never other wrong n" {
		t.Errorf("faults of %q", got)
	}
	if found.For("never") != "Enter a date that exists, like 27 3 2026" {
		t.Errorf("the domain’s words are laid over those about what could not be read: %q", found.For("never"))
	}
}

// A spreadsheet takes none of it for a formula.
func TestCSVIsHarmless(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	err := CSV(w, "list", []string{"name", "amount"}, [][]string{{"=1+1", "-12.50"}, {"@SUM(A1)", "3"}, {"+44 20", "1.2.3"}, {"\tx", "-"}, {"Anna", "＝2"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "name,amount\r\n'=1+1,-12.50\r\n'@SUM(A1),3\r\n'+44 20,1.2.3\r\n'\tx,'-\r\nAnna,'＝2\r\n"
	if got := w.Body.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSafeNextStaysHere(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/areas/x?q=1": "/areas/x?q=1", "": "/", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "javascript:alert(1)": "/", "/a\r\nb": "/",
	} {
		if got := SafeNext(next); got != want {
			t.Errorf("SafeNext(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	nobody := access.Actor{}
	resident := access.Actor{Person: "r", Hat: access.Hat{Role: access.Resident}}
	clerk := access.Actor{Person: "c", Hat: access.Hat{Role: access.LTOFinance}}
	for _, test := range []struct {
		policy Policy
		method string
		by     access.Actor
		want   int
	}{
		{Public(), http.MethodPost, nobody, 0},
		{SignedIn(), http.MethodGet, nobody, 303},
		{SignedIn(), http.MethodPost, nobody, 401},
		{SignedIn(), http.MethodPost, resident, 0},
		{Needs(access.ProvideSpend), http.MethodGet, nobody, 303},
		{Needs(access.ProvideSpend), http.MethodGet, resident, 403},
		{Needs(access.ProvideSpend), http.MethodGet, clerk, 0},
		{Hidden(access.SeeMoneyDesk, access.CertifySpend), http.MethodGet, resident, 404},
		{Hidden(access.SeeMoneyDesk, access.CertifySpend), http.MethodGet, clerk, 403},
		{Hidden(access.SeeMoneyDesk, ""), http.MethodGet, clerk, 0},
	} {
		if got := test.policy.Answer(test.method, test.by); got != test.want {
			t.Errorf("%s %s as %q: %d, want %d", test.method, test.policy, test.by.Hat.Role, got, test.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a route without a policy was served")
		}
	}()
	(&Site{}).Router(nil, Route{Pattern: "GET /x"})
}

package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int64{
		"1234": 123400, "£1,234.50": 123450, " 1 234.5 ": 123450, "0.01": 1, "£ 12": 1200, "1,150,000": 115000000,
	} {
		if got, err := Parse(typed, GBP); err != nil || got != Pence(want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", typed, got, err, Pence(want))
		}
	}
	for _, typed := range []string{"", "£", "1,00", "12,34", "£1.005", "-5", "+5", "1e9", "NaN", "0x10", "１２", "1.", ".5", "1..2", "99999999999999999999"} {
		if got, err := Parse(typed, GBP); err == nil {
			t.Errorf("Parse(%q) = %v, want a refusal", typed, got)
		}
	}
}

func TestWhatIsShownIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := Pence(rapid.Int64Range(0, Most).Draw(t, "pence"))
		for _, shown := range []string{a.String(), a.Decimal()} {
			if got, err := Parse(shown, GBP); err != nil || got != a {
				t.Fatalf("Parse(%q) = %v, %v", shown, got, err)
			}
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a                             Amount
		exact, whole, short, machines string
	}{
		{Pence(0), "£0.00", "£0", "£0", "0.00"},
		{Pence(-300), "−£3.00", "−£3", "−£3", "-3.00"},
		{Pence(123450), "£1,234.50", "£1,235", "£1,235", "1234.50"},
		{Pounds(172_500_000), "£172,500,000.00", "£172,500,000", "£172.5m", "172500000.00"},
		{Pounds(149_960_000), "£149,960,000.00", "£149,960,000", "£150m", "149960000.00"},
		{Pence(-1), "−£0.01", "£0", "£0", "-0.01"},
	} {
		if got := [...]string{test.a.String(), test.a.Whole(), test.a.Short(), test.a.Decimal()}; got != [...]string{test.exact, test.whole, test.short, test.machines} {
			t.Errorf("%d pence: %q", test.a.Minor(), got)
		}
	}
}

// 5% of 10p is half a penny: halves go to the even side.
func TestShareRoundsHalfToEven(t *testing.T) {
	t.Parallel()
	for pence, want := range map[int64]int64{10: 0, 30: 2, 50: 2, 70: 4, 11: 1, 9: 0, 4_500_000: 225_000, -30: -2} {
		if got := Pence(pence).Share(500); got != Pence(want) {
			t.Errorf("5%% of %dp = %v, want %dp", pence, got, want)
		}
	}
}

func TestCurrenciesDoNotMix(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("pounds and euros were added")
		}
	}()
	Pence(1).Add(Minor(1, "EUR"))
}

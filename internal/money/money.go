// Package money holds amounts of money as whole pence of one currency. There
// is no way to reach a float from here.
//
// The zero Amount is nothing in no currency: it may be added to any amount. To
// mix two currencies, or to add past what an int64 holds, is a mistake in the
// program and panics: every amount read from a person is bounded by Parse, and
// a programme has one currency.
package money

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// A Currency is an ISO 4217 code whose minor unit is one hundredth.
type Currency string

// GBP is the pound sterling.
const GBP Currency = "GBP"

// Most is the largest amount, in pence, that Parse reads: ten billion pounds,
// fifty times the endowment of the largest programme known.
const Most = 1_000_000_000_000

// An Amount is immutable and compared with ==.
type Amount struct {
	minor    int64
	currency Currency
}

// Minor makes an Amount of n pence.
func Minor(n int64, c Currency) Amount { return Amount{minor: n, currency: c} }

// Pence makes an Amount of n pence sterling.
func Pence(n int64) Amount { return Amount{minor: n, currency: GBP} }

// Pounds makes an Amount of n whole pounds sterling.
func Pounds(n int64) Amount { return Amount{minor: n * 100, currency: GBP} }

// Minor is the amount in pence.
func (a Amount) Minor() int64 { return a.minor }

// Currency is "" for the zero Amount.
func (a Amount) Currency() Currency { return a.currency }

// IsZero reports whether the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// Positive reports a > 0.
func (a Amount) Positive() bool { return a.minor > 0 }

// Negative reports a < 0.
func (a Amount) Negative() bool { return a.minor < 0 }

// Neg is the opposite amount.
func (a Amount) Neg() Amount { return Amount{-a.minor, a.currency} }

// Add is a + b.
func (a Amount) Add(b Amount) Amount {
	c := common(a, b)
	if (b.minor > 0 && a.minor > math.MaxInt64-b.minor) || (b.minor < 0 && a.minor < math.MinInt64-b.minor) {
		panic(fmt.Sprintf("money: %d + %d does not fit", a.minor, b.minor))
	}
	return Amount{a.minor + b.minor, c}
}

// Sub is a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Less reports a < b.
func (a Amount) Less(b Amount) bool { common(a, b); return a.minor < b.minor }

// Sum adds up amounts of one currency.
func Sum(amounts ...Amount) Amount {
	var total Amount
	for _, a := range amounts {
		total = total.Add(a)
	}
	return total
}

func common(a, b Amount) Currency {
	switch {
	case a.currency == b.currency, b.currency == "":
		return a.currency
	case a.currency == "":
		return b.currency
	}
	panic(fmt.Sprintf("money: %s and %s do not mix", a.currency, b.currency))
}

// A Rate is a share in hundredths of a per cent: 500 is 5%.
type Rate int64

func (r Rate) String() string {
	s := strconv.FormatFloat(float64(r)/100, 'f', -1, 64)
	return s + "%"
}

// Share is r of a, rounded half to even, so that many roundings lean neither way.
func (a Amount) Share(r Rate) Amount {
	if r < 0 {
		panic("money: negative rate")
	}
	n, sign := a.minor, int64(1)
	if n < 0 {
		n, sign = -n, -1
	}
	hi, lo := bits.Mul64(uint64(n), uint64(r)) //nolint:gosec // both are not negative
	q, rest := bits.Div64(hi, lo, 10_000)
	if rest > 5_000 || (rest == 5_000 && q%2 == 1) {
		q++
	}
	return Amount{sign * int64(q), a.currency} //nolint:gosec // a share of an int64 at a rate below 100% fits
}

// String is for people, to the penny: "£1,234.50", "−£3.00".
func (a Amount) String() string {
	sign, n := a.parts()
	return fmt.Sprintf("%s%s%s.%02d", sign, a.symbol(), thousands(n/100), n%100)
}

// Whole is for people, to the nearest pound: "£1,235". Pages that tell a story
// say whole pounds; statements say pence (ui.md §9).
func (a Amount) Whole() string {
	sign, n := a.parts()
	whole := (n + 50) / 100
	if whole == 0 {
		sign = ""
	}
	return sign + a.symbol() + thousands(whole)
}

// Short is for a heading that counts millions: "£172.5m"; below a million it is Whole.
func (a Amount) Short() string {
	sign, n := a.parts()
	if n < 100_000_000 {
		return a.Whole()
	}
	tenths := (n + 5_000_000) / 10_000_000
	if tenths%10 == 0 {
		return fmt.Sprintf("%s%s%sm", sign, a.symbol(), thousands(tenths/10))
	}
	return fmt.Sprintf("%s%s%s.%dm", sign, a.symbol(), thousands(tenths/10), tenths%10)
}

// Decimal is for machines: "1234.50", "-3.00".
func (a Amount) Decimal() string {
	sign, n := a.parts()
	if sign != "" {
		sign = "-"
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func (a Amount) parts() (sign string, n uint64) {
	if a.minor < 0 {
		return "−", uint64(-(a.minor + 1)) + 1 //nolint:gosec // the way to negate the least int64
	}
	return "", uint64(a.minor)
}

func (a Amount) symbol() string {
	switch a.currency {
	case GBP, "":
		return "£"
	case "EUR":
		return "€"
	default:
		return string(a.currency) + " "
	}
}

func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Parse reads what a person types: "1234", "£1,234.50", "1 234.5". A comma
// counts thousands and never pence, so "1,00" is refused and not guessed at.
// Negative amounts are refused too: no form asks for one.
func Parse(s string, c Currency) (Amount, error) {
	wrong := fmt.Errorf("%q is not an amount of money", s)
	t := strings.TrimPrefix(strings.TrimSpace(s), Amount{currency: c}.symbol())
	t = strings.ReplaceAll(strings.TrimSpace(t), " ", "")
	whole, pence, dot := strings.Cut(t, ".")
	if dot && (len(pence) == 0 || len(pence) > 2) {
		return Amount{}, wrong
	}
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		for i, g := range groups {
			if len(g) > 3 || (i > 0 && len(g) != 3) {
				return Amount{}, wrong
			}
		}
		whole = strings.Join(groups, "")
	}
	digits := whole + (pence + "00")[:2]
	if whole == "" || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return Amount{}, wrong
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > Most {
		return Amount{}, wrong
	}
	return Minor(n, c), nil
}

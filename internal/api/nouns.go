package api

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/money"
)

// Money is an amount: whole pence, never a fraction.
type Money struct {
	Minor    int64  `json:"minor" minimum:"-9007199254740991" maximum:"9007199254740991" doc:"Whole pence: 125000 is £1,250.00." example:"125000"`
	Currency string `json:"currency" enum:"GBP" doc:"The currency, by ISO 4217." example:"GBP"`
}

// MoneyOf is an amount as a program reads it.
func MoneyOf(a money.Amount) Money { return Money{a.Minor(), string(money.GBP)} }

// Amount is what a program sent.
func (m Money) Amount() money.Amount { return money.Minor(m.Minor, money.Currency(m.Currency)) }

// Day reads a day that was checked to be one; "" is no day.
func Day(s string) date.Date {
	d, err := date.Parse(s)
	if err != nil {
		return date.Date{}
	}
	return d
}

// Instant is a point in time as a program reads it; "" for none.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// A List is one page of many.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false" doc:"This page, in order."`
	Next  string `json:"next,omitempty" doc:"Send it as ?cursor= to read on. Not there on the last page."`
}

func (l List[T]) next() string { return l.Next }

// A Paging is embedded in the input of every list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"Where to read on: next, of the page before."`
}

// After reads the cursor into keys: those of the last item that was seen. It
// reports whether there is one.
func (p Paging) After(keys ...*string) (bool, error) {
	if p.Cursor == "" {
		return false, nil
	}
	var found []string
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil || len(found) != len(keys) {
		return false, fault.Invalid{{Field: "cursor", Words: "This is not a cursor of this list: begin without one"}}
	}
	for i, k := range keys {
		*k = found[i]
	}
	return true, nil
}

// PageOf cuts a page out of items, of which one more was read than is wanted,
// and says where to read on by the keys of its last.
func PageOf[T any](p Paging, items []T, keys func(last T) []string) List[T] {
	if len(items) <= p.Limit {
		return List[T]{Items: append([]T{}, items...)}
	}
	items = items[:p.Limit]
	text, err := json.Marshal(keys(items[p.Limit-1]))
	if err != nil {
		panic(err) // strings are always JSON
	}
	return List[T]{Items: items, Next: base64.RawURLEncoding.EncodeToString(text)}
}

// PageOver is a page of items that were all read, in order of the keys of each,
// which no two share.
func PageOver[T any](p Paging, all []T, key func(T) string, descending bool) (List[T], error) {
	var after string
	some, err := p.After(&after)
	if err != nil {
		return List[T]{}, err
	}
	if some {
		i := slices.IndexFunc(all, func(one T) bool { return key(one) > after != descending && key(one) != after })
		if i < 0 {
			i = len(all)
		}
		all = all[i:]
	}
	return PageOf(p, all, func(last T) []string { return []string{key(last)} }), nil
}

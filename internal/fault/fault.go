// Package fault sorts the errors that a person is to be told about. Every other
// error is ours: it is logged, and the person is told only that we failed.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds. Test for one with errors.Is.
var (
	NotFound    = errors.New("not found")
	Forbidden   = errors.New("forbidden")
	Conflict    = errors.New("conflict")
	Unavailable = errors.New("unavailable") // for now: it passes, or an operator mends it
	// Unsure is forbidden until who asks has shown that it is really them.
	Unsure = fmt.Errorf("%w until it is sure who asks", Forbidden)
)

// New makes an error of a kind, with words that may be shown to anyone.
func New(kind error, public string) error { return &fault{kind, public} }

type fault struct {
	kind   error
	public string
}

func (f *fault) Error() string { return f.public }
func (f *fault) Unwrap() error { return f.kind }

// Public gives the words in err that may be shown, or "" when there are none.
func Public(err error) string {
	if f, ok := errors.AsType[*fault](err); ok {
		return f.public
	}
	return ""
}

// A Wrong is what is wrong with one field of a form, in words that say how to
// mend it.
type Wrong struct{ Field, Words string }

// Invalid says, field by field in the order of the form, what is wrong with
// what a person sent. It holds the first fault of each field.
type Invalid []Wrong

// Add notes a fault of a field, unless the field has one already.
func (v *Invalid) Add(field, words string) {
	if v.For(field) == "" {
		*v = append(*v, Wrong{field, words})
	}
}

// For gives the words about a field, or "".
func (v Invalid) For(field string) string {
	for _, w := range v {
		if w.Field == field {
			return w.Words
		}
	}
	return ""
}

func (v Invalid) Error() string {
	var b strings.Builder
	b.WriteString("invalid")
	for _, w := range v {
		b.WriteString("; " + w.Field + ": " + w.Words)
	}
	return b.String()
}

// OrNil is v as an error, or nil when nothing is wrong. An empty Invalid kept
// in an error variable would not be nil.
func (v Invalid) OrNil() error {
	if len(v) == 0 {
		return nil
	}
	return v
}

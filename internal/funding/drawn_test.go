package funding

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A bill counts for every decision whose money may have paid it: of those who decided
// that, none is left out. Decision 1 brings money first, 2 later.
func TestABillCountsForEveryDecisionThatMayHavePaidIt(t *testing.T) {
	t.Parallel()
	hour := func(n int) time.Time { return time.Unix(int64(n)*3600, 0).UTC() }
	in := func(at int, pence int64, by ...int64) came { return came{hour(at), by, pence} }
	out := func(at int, pence int64) bill { return bill{hour(at), true, pence, "a firm"} }
	waits, reversed := bill{pence: 5}, bill{at: hour(3), pence: 10}
	for _, x := range []struct {
		name string
		in   []came
		out  []bill
		want string
	}{
		{"nothing came", nil, []bill{out(1, 5)}, "[[]]"},
		{"it came after the bill", []came{in(2, 10, 1)}, []bill{out(1, 5)}, "[[]]"},
		{"in the same instant", []came{in(1, 10, 1)}, []bill{out(1, 5)}, "[[1]]"},
		{"all that came first was spent before the second came", []came{in(1, 10, 1), in(3, 10, 2)}, []bill{out(2, 10), out(4, 1)}, "[[1] [2]]"},
		{"a penny of it was left", []came{in(1, 10, 1), in(3, 10, 2)}, []bill{out(2, 9), out(4, 1)}, "[[1] [1 2]]"},
		{"what was spent since may have been of the second", []came{in(1, 10, 1), in(2, 10, 2)}, []bill{out(3, 10), out(4, 10)}, "[[1 2] [1 2]]"},
		{"more was spent than the second brought", []came{in(1, 10, 1), in(2, 10, 2)}, []bill{out(3, 20), out(4, 1)}, "[[1 2] []]"},
		{"what was put right is not spent", []came{in(1, 10, 1), in(4, 10, 2)}, []bill{reversed, out(5, 10)}, "[[1] [1 2]]"},
		{"what waits comes after all", []came{in(1, 10, 1), in(9, 10, 2)}, []bill{out(2, 10), waits}, "[[1] [2]]"},
		{"it went over the plan by another decision", []came{in(1, 10, 1, 3)}, []bill{out(2, 5)}, "[[1 3]]"},
		{"paid ahead, and made good by what came next", []came{in(2, 10, 1), in(4, 10, 2)}, []bill{out(1, 10), out(3, 1)}, "[[] []]"},
		{"money that no decision is kept of", []came{in(1, 10), in(2, 10, 2)}, []bill{out(3, 10), out(4, 10), out(5, 1)}, "[[2] [2] []]"},
	} {
		if got := fmt.Sprint(drawn(x.in, x.out)); got != x.want {
			t.Errorf("%s: got %s, want %s", x.name, got, x.want)
		}
	}
}

// Whichever way an organisation pays its bills from what it has, each decision from
// which a penny of a bill came is told; and each that is told, some way of paying has.
func TestNoWayOfPayingBillsIsMissed(t *testing.T) {
	t.Parallel()
	told := 0
	rapid.Check(t, func(r *rapid.T) {
		var in []came
		var out []bill
		held := int64(0)
		for at := range rapid.IntRange(1, 7).Draw(r, "events") {
			when := time.Unix(int64(at)*60, 0).UTC()
			if rapid.Bool().Draw(r, "comes") {
				c := came{when, []int64{int64(rapid.IntRange(1, 3).Draw(r, "by"))}, int64(rapid.IntRange(1, 3).Draw(r, "pence"))}
				in, held = append(in, c), held+c.pence
			} else if held > 0 {
				b := bill{when, true, int64(rapid.IntRange(1, int(held)).Draw(r, "pence")), "a firm"}
				out, held = append(out, b), held-b.pence
			}
		}
		// Every way: each penny of each bill from any payment before it that has one left.
		ways := make([]map[int64]bool, len(out))
		for i := range ways {
			ways[i] = map[int64]bool{}
		}
		seen := map[string]bool{}
		var pay func(at int, left []int64, from [][]int64, owed int64)
		pay = func(at int, left []int64, from [][]int64, owed int64) {
			if at == len(out) {
				for i, numbers := range from {
					for _, n := range numbers {
						ways[i][n] = true
					}
				}
				return
			}
			key := fmt.Sprint(at, left, from, owed)
			if seen[key] {
				return
			}
			seen[key] = true
			for i, c := range in {
				if c.at.After(out[at].at) || left[i] == 0 {
					continue
				}
				less, with := slices.Clone(left), slices.Clone(from)
				less[i]--
				if with[at] = slices.Clone(with[at]); !slices.Contains(with[at], c.by[0]) {
					with[at] = append(with[at], c.by[0])
					slices.Sort(with[at])
				}
				if owed == 1 {
					next := int64(0)
					if at+1 < len(out) {
						next = out[at+1].pence
					}
					pay(at+1, less, with, next)
				} else {
					pay(at, less, with, owed-1)
				}
			}
		}
		left := make([]int64, len(in))
		for i, c := range in {
			left[i] = c.pence
		}
		if len(out) > 0 {
			pay(0, left, make([][]int64, len(out)), out[0].pence)
		}
		for i, got := range drawn(in, out) {
			want := []int64(nil)
			for n := range ways[i] {
				want = append(want, n)
			}
			slices.Sort(want)
			if told += len(got); !slices.Equal(got, want) {
				r.Fatalf("bill %d: told %v, and it may have been paid by %v: %v, %v", i, got, want, in, out)
			}
		}
	})
	if told == 0 {
		t.Error("no bill was ever told of")
	}
}

package relationship

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Two names are one as they were before anything was left out to be quick.
func TestNamesAreOneButForCapitalsAndSpaces(t *testing.T) {
	t.Parallel()
	slow := func(a, b string) bool {
		return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
	}
	name := rapid.StringOfN(rapid.SampledFrom([]rune("aA b\tÉé ſsk\u00a0\u2003\u3000\u0085")), 0, 8, -1)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := name.Draw(rt, "a"), name.Draw(rt, "b")
		if got, want := sameName(a, b), slow(a, b); got != want {
			rt.Fatalf("%q and %q: got %v, want %v", a, b, got, want)
		}
	})
}

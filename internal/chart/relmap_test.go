package chart

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var someNames = []string{
	"Council parks", "Council highways", "Town council", "Ward councillors", "Police team", "GP network", "Healthy Living", "Jobcentre", "College",
	"St Aidan’s school", "Open Door food", "Northway Homes", "Brightwell Homes", "Neighbourhood policing", "Community safety unit",
	"Housing", "Youth service", "Environmental health", "Parish clerk", "A", "Extraordinarilylongone", "Faith forum of all", "Drainage & floods",
}

func someMap(r *rand.Rand, n int) []Tied {
	all := make([]Tied, n)
	for i := range all {
		t := Tied{
			Name: someNames[r.IntN(len(someNames))], Href: fmt.Sprintf("/r/%d", i), Shape: Shapes[r.IntN(len(Shapes))],
			Ring: Ring(r.IntN(4)), NotStarted: r.IntN(6) == 0, OneHolder: r.IntN(3) == 0,
		}
		for _, tie := range Ties {
			if r.IntN(2) == 0 {
				t.Ties = append(t.Ties, tie)
			}
		}
		switch r.IntN(4) {
		case 0:
			t.Quiet = fmt.Sprintf("%d weeks", 9+r.IntN(90))
		case 1:
			t.Note = "holds our money"
		}
		all[i] = t
	}
	return all
}

// On 1,000 maps of 0 to 60 bodies, some with all of them as close, no shape or
// name touches another, the middle or a ring's name, and none leaves the
// drawing, on either.
func TestNothingOnTheMapTouches(t *testing.T) {
	t.Parallel()
	numbered := map[int]int{}
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 34))
		all := someMap(r, r.IntN(61))
		if seed%10 == 0 {
			for i := range all {
				all[i].Ring = Ring(seed / 10 % 4)
			}
		}
		for _, size := range []mapSize{wideMap, narrowMap} {
			m := settleMap("Tanners Reach", all, size)
			if m.numbered {
				numbered[len(all)]++
			}
			if problem := touching(m); problem != "" {
				t.Fatalf("seed %d, %d bodies, %s: %s", seed, len(all), m.class, problem)
			}
		}
	}
	for n := range 14 {
		if numbered[n] > 0 {
			t.Errorf("%d maps of %d bodies have numbers for names", numbered[n], n)
		}
	}
}

func touching(m *tableMap) string {
	for i, p := range m.places {
		for _, part := range []room{p.shape, p.name} {
			if part.left < m.page.left || part.top < m.page.top || part.right > m.page.right || part.bottom > m.page.bottom {
				return fmt.Sprintf("%q leaves the drawing: %+v of %+v", m.all[i].Name, part, m.page)
			}
			nearX, nearY := min(max(m.x, part.left), part.right), min(max(m.y, part.top), part.bottom)
			if !m.rows && math.Hypot(nearX-m.x, nearY-m.y) < m.hubR || m.rows && part.top < m.y+m.hubR {
				return fmt.Sprintf("%q is over the middle", m.all[i].Name)
			}
			for _, r := range m.rings {
				if part.touches(r.room, 0, 0) {
					return fmt.Sprintf("%q is over the name of the ring %q", m.all[i].Name, r.words)
				}
			}
			for j, o := range m.places[:i] {
				if part.touches(o.shape, 0, 0) || part.touches(o.name, 0, 0) {
					return fmt.Sprintf("%q touches %q (%d)", m.all[i].Name, m.all[j].Name, j)
				}
			}
		}
	}
	return ""
}

func TestHowManyAreNamed(t *testing.T) {
	t.Parallel()
	for _, n := range []int{5, 13, 15, 20} {
		named := 0
		for seed := range uint64(50) {
			r := rand.New(rand.NewPCG(seed, 7))
			if !MapNumbers(someMap(r, n)) {
				named++
			}
		}
		t.Logf("%d bodies: %d of 50 maps have their names", n, named)
		if n <= 13 && named != 50 {
			t.Errorf("of 50 maps of %d bodies only %d have their names", n, named)
		}
	}
}

// The picture says of each body what the list says.
func TestTheMapSaysWhatTheListSays(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	all := []Tied{
		{Name: "Council parks", Href: "/r/1", Shape: CouncilShape, Ties: []Tie{Ally, Contract}, Ring: Close},
		{Name: "Healthy Living", Href: "/r/2", Shape: HealthShape, Ties: []Tie{Contract}, Ring: NowAndThen, OneHolder: true, Quiet: "14 weeks"},
		{Name: "GP <network>", Href: "/r/3", Shape: HealthShape, Ring: NotYet, NotStarted: true, OneHolder: true},
		{Name: "Church", Href: "/r/4", Shape: OtherShape, Ring: Regular},
	}
	if err := RelationshipMap("Tanners Reach", all).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		`<a href="/r/1" aria-label="Council parks: Council team, powerful ally, client or contractor, close">`,
		`<a href="/r/2" aria-label="Healthy Living quiet 14 weeks: Health, client or contractor, now and then, only one of us knows them">`,
		`<a href="/r/3" aria-label="GP &lt;network&gt; starting: Health, not started yet, not yet">`,
		`<a href="/r/4" aria-label="Church: Work, faith, business, in touch, regular contact">`,
		`aria-label="Map of who Tanners Reach works with. 4 organisations; nearer means closer. 1 powerful allies, 1 not started yet. The list gives the same facts."`,
	} {
		if n := strings.Count(page, want); n != 2 {
			t.Errorf("%d times, not once on each drawing: %s", n, want)
		}
	}
	if strings.Contains(page, "<network>") {
		t.Error("a name is written as markup")
	}
}

func TestAMapIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	draw := func() string {
		var b strings.Builder
		if err := RelationshipMap("Tanners Reach", someMap(rand.New(rand.NewPCG(3, 3)), 17)).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := draw()
	if again := draw(); again != first {
		t.Error("drawn twice, it differs")
	}
}

func BenchmarkRelationshipMap(b *testing.B) {
	for _, n := range []int{5, 13, 15, 24, 60} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			all := someMap(rand.New(rand.NewPCG(1, 2)), n)
			for b.Loop() {
				if err := RelationshipMap("Tanners Reach", all).Render(b.Context(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

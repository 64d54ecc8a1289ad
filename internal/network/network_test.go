package network

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestLostIsWhatCannotBeReached takes each node of random networks away and
// looks what can still be reached.
func TestLostIsWhatCannotBeReached(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(1, 12).Draw(t, "nodes")
		weight := rapid.SliceOfN(rapid.Int32Range(0, 3), nodes, nodes).Draw(t, "weight")
		node := rapid.Int32Range(0, int32(nodes-1))
		links := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int32 {
			return [2]int32{node.Draw(t, "a"), node.Draw(t, "b")}
		}), 0, 20).Draw(t, "links")
		root := node.Draw(t, "root")

		got := New(weight, links).Lost(root)
		whole := reach(weight, links, root, -1)
		for u := range nodes {
			want := int32(0)
			switch {
			case u == int(root):
				want = whole.weight
			case whole.nodes[u]:
				want = whole.weight - reach(weight, links, root, int32(u)).weight
			}
			if got[u] != want {
				t.Fatalf("without node %d the root loses %d, not %d", u, want, got[u])
			}
		}
	})
}

type reached struct {
	nodes  []bool
	weight int32
}

func reach(weight []int32, links [][2]int32, root, without int32) reached {
	r := reached{nodes: make([]bool, len(weight))}
	var visit func(u int32)
	visit = func(u int32) {
		if u == without || r.nodes[u] {
			return
		}
		r.nodes[u] = true
		r.weight += weight[u]
		for _, l := range links {
			if l[0] == u {
				visit(l[1])
			}
			if l[1] == u {
				visit(l[0])
			}
		}
	}
	visit(root)
	return r
}

func TestLostCountsEachRootApart(t *testing.T) {
	t.Parallel()
	weight := []int32{0, 0, 1, 0, 0, 1}
	g := New(weight, [][2]int32{{0, 1}, {1, 2}, {3, 4}, {4, 5}})
	if got, want := g.Lost(0, 3), []int32{1, 1, 1, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := g.Lost(3), []int32{0, 0, 0, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("from the second root alone: got %v, want %v", got, want)
	}
}

// Sam (0) alone holds highways; Sam and Yusuf (1) hold parks, where Karen (0) and
// Jas (1) are known; nobody holds the GP network.
func TestStand(t *testing.T) {
	t.Parallel()
	const council, police, health = 0, 1, 2
	for _, test := range []struct {
		name  string
		links []Link
		want  Standing
	}{
		{
			name: "one relationship of two with a body rests on one person, but the body does not",
			links: []Link{
				{Ours: []int32{0}, Theirs: []int32{2}, Body: council},
				{Ours: []int32{0, 1}, Theirs: []int32{0, 1}, Body: council},
			},
			want: Standing{Ours: []int32{0, 0}, Theirs: []int32{0, 0, 0}, OursAlone: []int32{1, 0}, TheirsAlone: []int32{0, 0, 1}, Reached: 1},
		},
		{
			name: "nobody is known on their side",
			links: []Link{
				{Ours: []int32{1}, Body: police},
			},
			want: Standing{Ours: []int32{0, 1}, Theirs: []int32{0, 0, 0}, OursAlone: []int32{0, 1}, TheirsAlone: []int32{0, 0, 0}, Reached: 1},
		},
		{
			name: "nobody of ours holds it",
			links: []Link{
				{Theirs: []int32{0}, Body: health},
			},
			want: Standing{Ours: []int32{0, 0}, Theirs: []int32{0, 0, 0}, OursAlone: []int32{0, 0}, TheirsAlone: []int32{1, 0, 0}},
		},
		{
			name: "all ways lead through the one person known on their side",
			links: []Link{
				{Ours: []int32{0, 1}, Theirs: []int32{1}, Body: council},
				{Ours: []int32{1}, Theirs: []int32{1}, Body: council},
			},
			want: Standing{Ours: []int32{0, 0}, Theirs: []int32{0, 1, 0}, OursAlone: []int32{0, 1}, TheirsAlone: []int32{0, 2, 0}, Reached: 1},
		},
		{
			name: "nothing at all",
			want: Standing{Ours: []int32{0, 0}, Theirs: []int32{0, 0, 0}, OursAlone: []int32{0, 0}, TheirsAlone: []int32{0, 0, 0}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Area{Ours: 2, Theirs: 3, Bodies: 3, Links: test.links}.Stand()
			if got.Reached != test.want.Reached || !slices.Equal(got.Ours, test.want.Ours) || !slices.Equal(got.Theirs, test.want.Theirs) ||
				!slices.Equal(got.OursAlone, test.want.OursAlone) || !slices.Equal(got.TheirsAlone, test.want.TheirsAlone) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// A programme of 15,000 areas: ten bodies each, thirty ties of people to them.
func BenchmarkProgramme(b *testing.B) {
	areas := make([]Area, 15_000)
	n := uint32(1)
	some := func(most uint32) int32 {
		n = n*1664525 + 1013904223
		return int32((n >> 8) % most)
	}
	for i := range areas {
		areas[i] = Area{Ours: 8, Theirs: 15, Bodies: 10}
		for body := range int32(10) {
			areas[i].Links = append(areas[i].Links, Link{Ours: []int32{some(8)}, Theirs: []int32{some(15), some(15)}, Body: body})
		}
	}
	for b.Loop() {
		for _, a := range areas {
			a.Stand()
		}
	}
}

// One network of 150,000 nodes and 450,000 links.
func large() (weight []int32, links [][2]int32) {
	const nodes = 150_000
	n := uint32(1)
	some := func() int32 {
		n = n*1664525 + 1013904223
		return int32(n>>4) % nodes
	}
	for i := range int32(nodes) {
		weight = append(weight, 1)
		links = append(links, [2]int32{i, some()}, [2]int32{i, some()}, [2]int32{i, some()})
	}
	return weight, links
}

func BenchmarkCutPoints(b *testing.B) {
	g := New(large())
	for b.Loop() {
		g.Lost(0)
	}
}

// An area with 60 bodies and 200 people of theirs.
func BenchmarkArea(b *testing.B) {
	a := Area{Ours: 12, Theirs: 200, Bodies: 60}
	for i := range int32(60) {
		a.Links = append(a.Links, Link{Ours: []int32{i % 12, (i * 7) % 12}, Theirs: []int32{3 * i % 200, (3*i + 1) % 200, (3*i + 2) % 200}, Body: i})
	}
	for b.Loop() {
		a.Stand()
	}
}

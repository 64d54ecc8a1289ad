package network

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/flow"
	"gonum.org/v1/gonum/graph/simple"
)

// TestLostIsWhatGonumsDominatorsSay compares the search with a library that looks for
// something else: of a graph with directions, which nodes every way from the root
// leads through. What hangs on a node alone is what it dominates.
func TestLostIsWhatGonumsDominatorsSay(t *testing.T) {
	t.Parallel()
	cuts := 0
	for seed := range uint64(40) {
		weight, links := somewhere(rand.New(rand.NewPCG(seed, 1)), 400)
		root := int32(seed) % 400
		got, want := New(weight, links).Lost(root), dominated(directed(len(weight), links), weight, root)
		if !slices.Equal(got, want) {
			t.Fatalf("network %d from %d: got %v, gonum says %v", seed, root, got, want)
		}
		cuts += cutPoints(got, weight, root)
	}
	if cuts < 1000 {
		t.Errorf("%d cut points in all: that compares too little", cuts)
	}
}

// somewhere is a network in which some is close-knit, some hangs on a thread, and
// some cannot be reached.
func somewhere(r *rand.Rand, nodes int32) (weight []int32, links [][2]int32) {
	for i := range nodes {
		weight = append(weight, r.Int32N(3))
		for range r.IntN(3) {
			links = append(links, [2]int32{i, r.Int32N(nodes)})
		}
	}
	return weight, links
}

func directed(nodes int, links [][2]int32) *simple.DirectedGraph {
	g := simple.NewDirectedGraph()
	for i := range nodes {
		g.AddNode(simple.Node(i))
	}
	for _, l := range links {
		if a, b := simple.Node(l[0]), simple.Node(l[1]); a != b {
			g.SetEdge(simple.Edge{F: a, T: b})
			g.SetEdge(simple.Edge{F: b, T: a})
		}
	}
	return g
}

// dominated adds up, for each node, the weights of those that it dominates, and its own.
func dominated(g *simple.DirectedGraph, weight []int32, root int32) []int32 {
	tree := flow.Dominators(simple.Node(root), g)
	lost := make([]int32, len(weight))
	var add func(id int64) int32
	add = func(id int64) int32 {
		sum := weight[id]
		for _, n := range tree.DominatedBy(id) {
			sum += add(n.ID())
		}
		lost[id] = sum
		return sum
	}
	add(int64(root))
	return lost
}

func cutPoints(lost, weight []int32, root int32) (cuts int) {
	for i := range weight {
		if int32(i) != root && lost[i] > weight[i] {
			cuts++
		}
	}
	return cuts
}

// The network of BenchmarkCutPoints, by gonum.
func BenchmarkCutPointsByGonum(b *testing.B) {
	weight, links := large()
	g := directed(len(weight), links)
	for b.Loop() {
		dominated(g, weight, 0)
	}
}

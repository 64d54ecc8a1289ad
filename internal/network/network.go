// Package network says what would be lost if somebody stepped back: which
// bodies a partnership could reach only through one person, on its own
// side or on theirs (S36, R18). It is shown as care and never as blame.
//
// A network is kept as arrays of numbers, so that one pass over all the areas
// of a programme costs milliseconds.
package network

// A Graph is a network without directions, its nodes numbered from 0.
type Graph struct {
	first  []int32 // of a node's neighbours in next; one more than there are nodes
	next   []int32
	weight []int32
}

// New makes a graph of so many nodes as there are weights, with links between
// pairs of them. A weight is what counts as lost when its node can no longer be
// reached; most weigh nothing. It panics on a link to a node that is not there.
func New(weight []int32, links [][2]int32) *Graph {
	g := &Graph{first: make([]int32, len(weight)+1), next: make([]int32, 2*len(links)), weight: weight}
	for _, l := range links {
		g.first[l[0]+1]++
		g.first[l[1]+1]++
	}
	for i := 1; i < len(g.first); i++ {
		g.first[i] += g.first[i-1]
	}
	at := append([]int32(nil), g.first[:len(weight)]...)
	for _, l := range links {
		a, b := l[0], l[1]
		g.next[at[a]] = b
		at[a]++
		g.next[at[b]] = a
		at[b]++
	}
	return g
}

// Lost says, for each node, the weight that its root could no longer reach if
// the node were taken away: its own, and what hangs on it alone. A node for
// which that is more than its own weight is a cut point. A root loses all that
// it reaches, and what no root reaches is 0.
//
// It is the search of Hopcroft and Tarjan for articulation points (Efficient
// algorithms for graph manipulation, CACM 16, 1973), once through every node
// and link, without recursion.
func (g *Graph) Lost(roots ...int32) []int32 {
	n := len(g.weight)
	lost := make([]int32, n)
	seen := make([]int32, n) // when a node was first come to, from 1
	low := make([]int32, n)  // the earliest node that can be reached from below it
	below := make([]int32, n)
	from := make([]int32, n)
	at := append([]int32(nil), g.first[:n]...)
	var clock int32
	for _, root := range roots {
		if seen[root] != 0 {
			continue
		}
		clock++
		seen[root], low[root], from[root] = clock, clock, -1
		below[root] = g.weight[root]
		for u := root; u >= 0; {
			if at[u] < g.first[u+1] {
				v := g.next[at[u]]
				at[u]++
				switch {
				case seen[v] == 0:
					clock++
					seen[v], low[v], from[v] = clock, clock, u
					below[v] = g.weight[v]
					u = v
				case v != from[u]:
					low[u] = min(low[u], seen[v])
				}
				continue
			}
			up := from[u]
			lost[u] += g.weight[u]
			if up >= 0 {
				low[up] = min(low[up], low[u])
				below[up] += below[u]
				if low[u] >= seen[up] { // nothing below u leads round up
					lost[up] += below[u]
				}
			}
			u = up
		}
	}
	return lost
}

// An Area is one partnership's relationships, with its people, theirs and the
// bodies numbered from 0, each apart.
type Area struct {
	Ours, Theirs, Bodies int32
	Links                []Link
}

// A Link is one relationship: who of ours holds it, who of theirs we know, and
// the body that it is with.
type Link struct {
	Ours, Theirs []int32
	Body         int32
}

// A Standing is what hangs on people.
type Standing struct {
	// Ours and Theirs say for each person how many bodies could no longer be
	// reached without them, by any way round.
	Ours, Theirs []int32
	// OursAlone and TheirsAlone say for each person how many relationships rest
	// on them alone, whether or not there is another way to the body.
	OursAlone, TheirsAlone []int32
	// Reached is how many bodies somebody of ours reaches now.
	Reached int32
}

// Stand says what hangs on each person of an area. A relationship that nobody
// of ours holds reaches nobody; one in which nobody of theirs is known is a way
// to the body all the same.
func (a Area) Stand() Standing {
	us := int32(1)
	them := us + a.Ours
	link := them + a.Theirs
	body := link + int32(len(a.Links)) //nolint:gosec // an area's, far fewer than 2³¹

	s := Standing{OursAlone: make([]int32, a.Ours), TheirsAlone: make([]int32, a.Theirs)}
	weight := make([]int32, body+a.Bodies)
	for i := range a.Bodies {
		weight[body+i] = 1
	}
	links := make([][2]int32, 0, int(a.Ours)+4*len(a.Links))
	for i := range a.Ours {
		links = append(links, [2]int32{0, us + i})
	}
	at := link
	for _, l := range a.Links {
		for _, p := range l.Ours {
			links = append(links, [2]int32{us + p, at})
		}
		for _, p := range l.Theirs {
			links = append(links, [2]int32{at, them + p}, [2]int32{them + p, body + l.Body})
		}
		if len(l.Theirs) == 0 {
			links = append(links, [2]int32{at, body + l.Body})
		}
		at++
		if len(l.Ours) == 1 {
			s.OursAlone[l.Ours[0]]++
		}
		if len(l.Theirs) == 1 {
			s.TheirsAlone[l.Theirs[0]]++
		}
	}
	lost := New(weight, links).Lost(0)
	s.Ours, s.Theirs = lost[us:them], lost[them:link]
	s.Reached = lost[0]
	return s
}

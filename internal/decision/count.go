package decision

import (
	"slices"

	"commontable/internal/access"
	"commontable/internal/partnership"
)

// An Elector is somebody who has a say, on their own or with others of a share.
type Elector struct {
	Person   access.PersonID
	Name     string // "" where it was not asked for
	Holder   string // of the vote: the same for everybody in a share
	Kind     partnership.Kind
	Resident bool
	Barred   bool // has an interest, or said that they should not take part
}

// A Tally is how something stands, by votes: a share has one.
type Tally struct {
	Said      map[string]int // how many said each thing
	Unused    int            // of those who may, how many said nothing
	Residents int            // of those who said something, how many spoke as a resident
	Holders   int            // how many votes there are
}

// saying is what one person said, in whatever words: the last of a vote counts.
type saying struct {
	person access.PersonID
	turn   int64
	what   string
	counts bool // said by themselves, or entered for them and confirmed
}

// count counts votes. Whoever is barred says nothing and is not counted: where it
// was they who spoke last for a share, what somebody else of it said before
// counts again.
func count(electors []Elector, said []saying) (t Tally, last map[string]saying) {
	of := map[access.PersonID]Elector{}
	holders := map[string]bool{}
	for _, e := range electors {
		if !e.Barred {
			of[e.Person], holders[e.Holder] = e, true
		}
	}
	last = map[string]saying{}
	for _, s := range said {
		e, may := of[s.person]
		if may && s.counts && s.turn > last[e.Holder].turn {
			last[e.Holder] = s
		}
	}
	t = Tally{Said: map[string]int{}, Holders: len(holders), Unused: len(holders) - len(last)}
	for _, s := range last {
		t.Said[s.what]++
		if of[s.person].Resident {
			t.Residents++
		}
	}
	return t, last
}

// quorumOf is how many residents must have their say: as the area's rule has it,
// or half of those who may where it says nothing, and never none.
func quorumOf(rules partnership.Rules, electors []Elector) int {
	if rules.ResidentQuorum > 0 {
		return rules.ResidentQuorum
	}
	holders := map[string]bool{}
	for _, e := range electors {
		if e.Resident && !e.Barred {
			holders[e.Holder] = true
		}
	}
	return max(1, (len(holders)+1)/2)
}

// outcomeOf is what a vote came to, by the rule that it was opened with. Those who
// stand aside are there, and carry nothing either way; half and half is not enough.
func outcomeOf(p Poll, t Tally) Outcome {
	yes, no := t.Said[string(Yes)], t.Said[string(No)]
	switch {
	case t.Residents < p.Quorum:
		return HasNoQuorum
	case p.Majority.Reached(yes, yes+no):
		return IsAgreed
	}
	return IsNotAgreed
}

// electorsFrom gives each elector the vote that they hold. A person is one elector,
// whatever hats they have.
func electorsFrom(all []partnership.Elector, rules partnership.Rules, t Text) []Elector {
	var with []Elector
	for _, e := range all {
		aside := t.NoCouncil && rules.Councillors == partnership.CouncillorsStandAside && e.Kind == partnership.Councillor
		if aside || slices.ContainsFunc(with, func(w Elector) bool { return w.Person == e.Person }) {
			continue
		}
		holder := string(e.Person)
		if e.Share != "" {
			holder = "share:" + e.Share
		}
		with = append(with, Elector{Person: e.Person, Name: e.Name, Holder: holder, Kind: e.Kind, Resident: e.Resident})
	}
	return with
}

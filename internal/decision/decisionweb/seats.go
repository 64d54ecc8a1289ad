package decisionweb

import (
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/decision"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

type seat struct {
	Faces  []face
	Name   string
	You    bool
	Detail string
	Share  bool
	Out    bool
	Tag    web.Kind
	Words  string
}

type seatsView struct {
	Heading string
	Words   string
	All     []seat
}

var tones = []string{"", "sky", "plum", "brick", "amber"}

// tone is a colour that stays a person's.
func tone(who access.PersonID) string {
	sum := 0
	for _, c := range []byte(who) {
		sum += int(c)
	}
	return tones[sum%len(tones)]
}

// seats are the votes: who holds each, and whether it is in. Which way, nobody is
// told before the vote has closed.
func (v view) seats(d *decisionData) {
	if !v.by.May(access.SeePapers, v.area.Place()) || v.state == decision.Draft || d.Hidden {
		return
	}
	electors := slices.Clone(v.agree.Electors)
	if v.of.Poll.Exists() {
		electors = slices.Clone(v.of.Poll.Electors)
		for i, e := range electors {
			at := slices.IndexFunc(v.agree.Electors, func(n decision.Elector) bool { return n.Person == e.Person })
			electors[i].Barred = e.Barred || at >= 0 && v.agree.Electors[at].Barred
		}
	}
	if v.state.IsMade() {
		for i, e := range electors {
			electors[i].Barred = slices.Contains(v.of.Result.Excluded, e.Person)
		}
		if !v.of.Poll.Exists() {
			return
		}
	}
	v.out = nil
	for _, e := range electors {
		if e.Barred {
			v.out = append(v.out, e.Person)
		}
	}
	slices.SortStableFunc(electors, func(a, b decision.Elector) int { return v.rank(a) - v.rank(b) })
	shares := map[string]int{}
	var free, out []seat
	holders, residents, in := 0, 0, 0
	for _, e := range electors {
		name := v.names.of(e.Person)
		f := face{person.Initials(name), tone(e.Person)}
		one := seat{Faces: []face{f}, Name: name, You: e.Person == v.by.Person, Detail: v.detail(e)}
		if e.Barred {
			one.Faces[0].Tone, one.Out, one.Tag, one.Words = "out", true, web.Out, "No vote"
			one.Detail += ", takes no part"
			out = append(out, one)
			continue
		}
		if strings.HasPrefix(e.Holder, "share:") {
			if at, known := shares[e.Holder]; known {
				free[at].Faces = append(free[at].Faces, f)
				free[at].You = free[at].You || one.You
				free[at].Name = inWords(len(free[at].Faces)) + " " + shareWords(e) + ", one vote"
				continue
			}
			shares[e.Holder] = len(free)
			one.Share, one.Name, one.Detail = true, inWords(1)+" "+strings.TrimSuffix(shareWords(e), "s")+", one vote", "The last of them to vote speaks for all"
		}
		holders++
		if e.Resident {
			residents++
		}
		var said bool
		one.Tag, one.Words, said = v.standing(e)
		if b, ok := v.of.Poll.Spoke(e.Holder, v.out); ok && v.sight.Votes {
			if how := v.via(b.Via, b.EnteredBy, b.Confirmed.By); how != "" {
				one.Detail += ". " + strings.TrimSuffix(how, ".")
			}
		}
		if said {
			in++
		}
		free = append(free, one)
	}
	for i, s := range free { // a share of one is no share
		if s.Share && len(s.Faces) > 1 {
			free[i].Detail = "The last of them to speak speaks for all"
		}
	}
	d.Seats = seatsView{Heading: counted(holders, "vote", "votes"), All: append(free, out...)}
	d.Seats.Words = orNone(in, "None is in", counted(in, "is in", "are in")) + ". Residents hold " + strings.ToLower(inWords(residents)) + " of the " + strings.ToLower(inWords(holders)) + "."
	if v.state == decision.Asking {
		d.Seats.Heading = "Who has a say"
		d.Seats.Words = orNone(in, "Nobody has answered", counted(in, "has answered", "have answered")) + ". Residents are " + strings.ToLower(inWords(residents)) + " of the " + strings.ToLower(inWords(holders)) + "."
	}
}

// orNone is how many, in words, or where there are none that.
func orNone(n int, none, words string) string {
	if n == 0 {
		return none
	}
	return words
}

func shareWords(e decision.Elector) string {
	if e.Kind == partnership.Councillor {
		return "councillors"
	}
	return "members"
}

func (v view) rank(e decision.Elector) int {
	switch m := v.member[e.Person]; {
	case e.Person == v.by.Person:
		return 0
	case m.Holds(partnership.Chair):
		return 1
	case e.Kind == partnership.Resident:
		return 2
	case e.Kind == partnership.Councillor:
		return 4
	}
	return 3
}

func (v view) detail(e decision.Elector) string {
	words := []string{upper(e.Kind.Words())}
	for _, o := range v.member[e.Person].Offices {
		words = append(words, o.Office.Words())
	}
	return strings.Join(words, ", ")
}

// standing is what is told of a vote: that it is in, and after the close which way.
func (v view) standing(e decision.Elector) (kind web.Kind, words string, said bool) {
	if v.of.Poll.Exists() {
		b, in := v.of.Poll.Spoke(e.Holder, v.out)
		switch {
		case in && v.sight.Votes:
			return web.Plain, map[decision.Choice]string{decision.Yes: "Yes", decision.No: "No", decision.StandsAside: "Aside"}[b.Choice], true
		case in:
			return web.Good, "Voted", true
		case v.state != decision.Voting:
			return web.Quiet, "Did not vote", false
		}
		return web.Watch, "To vote", false
	}
	if _, in := v.agree.Last[e.Holder]; in {
		return web.Good, "Answered", true
	}
	return web.Watch, "To answer", false
}

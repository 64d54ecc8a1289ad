package openweb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// whoWeAre is who decides in an area, as everybody sees it, and how.
type whoWeAre struct {
	words   []string
	named   []web.Item
	unnamed string
	href    string

	deciding   []string
	decideHref string
}

// mostNamed is how many people an area's own page names.
const mostNamed = 5

// who finds who decides in an area and how. Names are there by consent alone,
// whoever looks.
func who(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (whoWeAre, error) {
	w := whoWeAre{href: areaHref(a) + "/people", decideHref: areaHref(a) + "/how-we-decide"}
	c, members, rules, err := partnership.PublicOn(ctx, tx, a, today)
	if err != nil {
		return w, err
	}
	w.words, w.deciding = sayWhoDecides(c), sayHowWeDecide(rules)
	decide := 0
	for _, m := range members {
		if !rules.GiveASay(m.Member) {
			continue
		}
		decide++
		if m.Named && len(w.named) < mostNamed {
			w.named = append(w.named, web.Item{Mark: web.Face(m.Initials(), faceTone(m.Name)), Text: m.Name, Detail: partOf(m)})
		}
	}
	if more := decide - len(w.named); more > 0 && len(w.named) > 0 {
		w.unnamed = "And " + strings.ToLower(numbered(more)) + " more."
	}
	return w, nil
}

// sayWhoDecides says how many people have a say, and who has most of it.
func sayWhoDecides(c partnership.Composition) []string {
	if c.People == 0 {
		return nil
	}
	words := []string{numbered(c.People) + " people decide together."}
	if c.People == 1 {
		words[0] = "One person has begun. More are welcome."
	}
	switch {
	case c.Residents == c.People && c.People > 1:
		words = append(words, "All of them live here.")
	case c.People > 1:
		live := " of them live here"
		if c.Residents == 1 {
			live = " of them lives here"
		}
		live = numberedOf(c.Residents) + live
		if 2*c.Residents > c.People && 2*c.ResidentVotes > c.Votes {
			live += ", so residents have the most votes"
		}
		words = append(words, live+".")
	}
	if c.Votes < c.People {
		words = append(words, fmt.Sprintf("Some share a vote: there are %d votes.", c.Votes))
	}
	return words
}

func numberedOf(n int) string {
	if n == 0 {
		return "None"
	}
	return numbered(n)
}

// partOf says how somebody takes part: "Chair", "Councillor since 2019".
func partOf(m partnership.PublicMember) string {
	var offices []string
	for _, h := range m.Offices {
		offices = append(offices, h.Office.Words())
	}
	part := strings.Join(offices, ", ")
	if part == "" {
		part = m.Kind.Words()
	}
	part = capital(part)
	if !m.From.IsZero() {
		part += ", with us since " + strconv.Itoa(m.From.Year())
	}
	return part
}

// sayHowWeDecide is how an area decides, in a few sentences.
func sayHowWeDecide(r partnership.Rules) []string {
	words := []string{"First we look for something that everybody can live with."}
	if !r.MayVote {
		words = append(words, "We do not vote: what we cannot agree on is not decided.")
	} else {
		vote := "If we cannot agree we may vote. " + capital(string(r.Majority)) + " of the votes carry it"
		switch {
		case r.ResidentQuorum == 1:
			vote += ", and at least one resident must vote"
		case r.ResidentQuorum > 1:
			vote += ", and at least " + strings.ToLower(numbered(r.ResidentQuorum)) + " residents must vote"
		}
		words = append(words, vote+".")
	}
	switch r.Councillors {
	case partnership.CouncillorsShareOne:
		words = append(words, "Councillors share one vote.")
	case partnership.CouncillorsExcluded:
		words = append(words, "Councillors have no vote.")
	case partnership.CouncillorsNonResident:
		words = append(words, "Councillors vote as people from outside.")
	case partnership.CouncillorsStandAside:
		words = append(words, "Councillors stand aside where a decision says so.")
	case partnership.CouncillorsAsOthers:
	}
	return append(words, "Whoever has an interest in something does not decide it.")
}

// faceTone is the colour of somebody's face: the same wherever they are met.
func faceTone(name string) string {
	tones := []string{"", "sky", "plum", "brick", "amber"}
	sum := 0
	for _, c := range name {
		sum += int(c)
	}
	return tones[sum%len(tones)]
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

package partnershipweb

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

var small = []string{"nobody", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"}

// number is a number in words, up to twenty.
func number(n int) string {
	if n > 0 && n < len(small) {
		return small[n]
	}
	return strconv.Itoa(n)
}

// count is a number of things in words: "one vote", "three votes", "no votes".
func count(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "one " + one
	}
	return number(n) + " " + many
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

func boxes(d date.Date) [3]string {
	if d.IsZero() {
		return [3]string{}
	}
	return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
}

// dayOf is the day that three boxes name; zero where there is no such day.
func dayOf(parts [3]string) date.Date {
	day, errDay := strconv.Atoi(strings.TrimSpace(parts[0]))
	month, errMonth := strconv.Atoi(strings.TrimSpace(parts[1]))
	year, errYear := strconv.Atoi(strings.TrimSpace(parts[2]))
	if errDay != nil || errMonth != nil || errYear != nil || year < 1990 || year > 2200 {
		return date.Date{}
	}
	d := date.New(year, time.Month(month), day)
	if d.Day() != day || int(d.Month()) != month {
		return date.Date{}
	}
	return d
}

// makes says what the members make a partnership today.
func makes(c partnership.Composition) []string {
	if c.People == 0 {
		return []string{"Nobody is on the list yet."}
	}
	words := []string{
		capital(count(c.People, "person has a say", "people have a say")) + ". " + capital(number0(c.Residents)) + " of them " + plural(c.Residents, "lives here", "live here") + ".",
	}
	if c.Votes != c.People {
		words = append(words, "Some share a vote, so there "+plural(c.Votes, "is ", "are ")+count(c.Votes, "vote", "votes")+". "+capital(number0(c.ResidentVotes))+" of them "+plural(c.ResidentVotes, "is a resident’s", "are residents’")+".")
	}
	if c.Least > 0 {
		need := "There have to be " + number(c.Least)
		if c.Enough() {
			need += ", and there are."
		} else {
			need += ", and there are not yet."
		}
		words = append(words, need)
	}
	return append(words, residentWords(c))
}

func residentWords(c partnership.Composition) string {
	share := capital(shareWords(c.Share))
	switch {
	case c.Share.Of == 0:
		return "The programme asks for no share of residents."
	case c.ByPeople() && c.ByVotes():
		return share + " have to be residents, and they are."
	case c.ByPeople():
		return share + " of the votes have to be residents’, and they are not."
	case c.ByVotes():
		return share + " of the people have to be residents, and they are not."
	}
	return share + " have to be residents, and they are not."
}

func shareWords(s area.ResidentShare) string { return s.Code }

// makesOn is makes of another day.
func makesOn(c partnership.Composition, today date.Date) []string {
	was := "Then"
	if c.Day.After(today) {
		was = "As far as is known today,"
	}
	words := []string{was + " " + count(c.People, "person", "people") + " had a say, " + number0(c.Residents) + " of them residents.", "There were " + count(c.Votes, "vote", "votes") + ", " + number0(c.ResidentVotes) + " of them residents’."}
	if c.Day.After(today) {
		words = []string{was + " " + count(c.People, "person", "people") + " will have a say, " + number0(c.Residents) + " of them residents.", "There will be " + count(c.Votes, "vote", "votes") + ", " + number0(c.ResidentVotes) + " of them residents’."}
	}
	if c.Valid() {
		return append(words, "That is what the programme asks for.")
	}
	var short []string
	if !c.Enough() {
		short = append(short, "at least "+number(c.Least)+" people")
	}
	if !c.ByPeople() {
		short = append(short, c.Share.Code+" of the people residents")
	}
	if !c.ByVotes() {
		short = append(short, c.Share.Code+" of the votes residents’")
	}
	return append(words, "The programme asks for "+strings.Join(short, ", and ")+".")
}

func number0(n int) string {
	if n == 0 {
		return "none"
	}
	return number(n)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func turnoverWords(t partnership.Turnover) string {
	if t.Now == 0 || t.Ever == 0 {
		return ""
	}
	var words []string
	switch {
	case t.WasYear == 0:
	case t.YearAgo == t.Now && t.Now > 1:
		words = append(words, "All "+number(t.Now)+" who decide now did so a year ago.")
	default:
		words = append(words, "Of the "+number(t.Now)+" who decide now, "+number0(t.YearAgo)+" did so a year ago.")
	}
	began := t.Began.Month().String() + " " + strconv.Itoa(t.Began.Year())
	switch {
	case t.Began.AddMonths(12).After(date.New(t.Began.Year()+1, t.Began.Month(), t.Began.Day())) || t.WasYear == 0:
	case t.StillHere == 0:
		words = append(words, "None of the "+number(t.First)+" who began in "+began+" are here any more. What they began is: thank you to each of them.")
	default:
		words = append(words, capital(number(t.StillHere))+" of the "+number(t.First)+" who began in "+began+" "+plural(t.StillHere, "is", "are")+" still here.")
	}
	if t.Ever > t.Now {
		words = append(words, capital(count(t.Ever, "person", "people"))+" took part over the years.")
	}
	return strings.Join(words, " ")
}

// warnings say before it is so that a partnership will not be what is asked of it.
// While it is coming together they are notes.
func warnings(o partnership.Outlook) []noteData {
	kind := web.Watch
	if o.Forming {
		kind = web.Info
		if !o.Now.Valid() && o.Now.People > 0 {
			return []noteData{{Kind: kind, Lead: "Coming together takes time.", Words: "You are " + number(o.Now.People) + " so far, " + number0(o.Now.Residents) + " of them residents. When you are " + number(o.Now.Least) + ", and " + o.Now.Share.Code + " are residents, the programme can endorse you. There is no hurry."}}
		}
	}
	var notes []noteData
	for _, asked := range partnership.AllAsked() {
		if !o.Now.Is(asked) && o.Now.People > 0 {
			notes = append(notes, noteData{Kind: kind, Lead: nowWords(o.Now, asked), Words: "It is better to find somebody before you next decide something."})
		}
	}
	for _, w := range o.Ahead {
		notes = append(notes, noteData{Kind: kind, Lead: aheadWords(w, "From "+w.Day.Long()), Words: "Somebody has said that they will leave, or a rule changes. There is time to ask somebody."})
	}
	for _, w := range o.IfTerms {
		notes = append(notes, noteData{Kind: kind, Lead: aheadWords(w, "If nobody goes on whose time is up, from "+w.Day.Long()), Words: "Ask them whether they go on, or who might come."})
	}
	return notes
}

func nowWords(c partnership.Composition, asked partnership.Asked) string {
	switch asked {
	case partnership.AskedPeople:
		return "We are " + number(c.People) + ". We need " + number(c.Least) + "."
	case partnership.AskedByPeople:
		return capital(number0(c.Residents)) + " of us " + number(c.People) + " are residents. It has to be " + c.Share.Code + "."
	case partnership.AskedByVotes:
	}
	return "Residents have " + number0(c.ResidentVotes) + " of our " + count(c.Votes, "vote", "votes") + ". It has to be " + c.Share.Code + "."
}

func aheadWords(w partnership.Warning, from string) string {
	switch w.Of {
	case partnership.AskedPeople:
		return from + " we would be " + number(w.People) + ". We need " + number(w.Least) + "."
	case partnership.AskedByPeople:
		return from + " " + number0(w.Residents) + " of us " + number(w.People) + " would be residents. It has to be " + w.Share.Code + "."
	case partnership.AskedByVotes:
	}
	return from + " residents would have " + number0(w.ResidentVotes) + " of our " + count(w.Votes, "vote", "votes") + ". It has to be " + w.Share.Code + "."
}

// coming is who comes and goes in the days ahead.
func coming(o partnership.Outlook) []web.TimelineItem {
	var all []web.TimelineItem
	for _, m := range o.Joining {
		all = append(all, web.TimelineItem{Date: m.From.Long(), Words: m.Name + " joins", Detail: capital(m.Kind.Words()), Planned: true})
	}
	for _, m := range o.Leaving {
		all = append(all, web.TimelineItem{Date: m.Until.Long(), Words: m.Name + " leaves", Detail: m.Why, Planned: true})
	}
	for _, m := range o.Terms {
		all = append(all, web.TimelineItem{Date: m.TermEnds.Long(), Words: "The time for which " + m.Name + " said they would do it is up", Planned: true})
	}
	for _, m := range o.Over {
		all = append(all, web.TimelineItem{Date: m.TermEnds.Long(), Words: m.Name + " goes on, though the time they named is over", Detail: "Ask them how long they would like to."})
	}
	return all
}

// rulesInShort is how a partnership decides, line by line.
func rulesInShort(r partnership.Rules) []string {
	words := []string{"Look for agreement first"}
	if r.MayVote {
		words = append(words, "If not, "+string(r.Majority)+" of the votes")
		if r.ResidentQuorum > 0 {
			words = append(words, "At least "+count(r.ResidentQuorum, "resident", "residents")+" must vote")
		}
	} else {
		words = append(words, "What we cannot agree on is not decided")
	}
	return append(words, councillorsShort[r.Councillors])
}

var councillorsShort = map[partnership.CouncillorRule]string{
	partnership.CouncillorsAsOthers:    "Councillors take part like everybody else",
	partnership.CouncillorsExcluded:    "Councillors have no vote",
	partnership.CouncillorsNonResident: "Councillors vote as people from outside",
	partnership.CouncillorsShareOne:    "Councillors share one vote",
	partnership.CouncillorsStandAside:  "Councillors stand aside from key decisions",
}

var councillorsLong = map[partnership.CouncillorRule]string{
	partnership.CouncillorsAsOthers:    "Each has a vote. Those who live here count as residents.",
	partnership.CouncillorsExcluded:    "They may come and speak. They have no vote, and are not counted.",
	partnership.CouncillorsNonResident: "Each has a vote, and none counts as a resident, wherever they live.",
	partnership.CouncillorsShareOne:    "However many there are, they have one vote between them.",
	partnership.CouncillorsStandAside:  "Each has a vote, and does not use it where a decision says so.",
}

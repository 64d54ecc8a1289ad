package auditweb

import (
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/money"
)

// A kind sorts what happens, so that a reader can look for one sort.
type kind string

// The kinds, in the order of the filter.
const (
	aboutMoney  kind = "money"
	aboutPlan   kind = "plan"
	aboutPeople kind = "people"
	aboutPlace  kind = "place"
)

var kinds = []struct {
	kind  kind
	words string
}{
	{aboutMoney, "Our money"}, {aboutPlan, "Our plan"}, {aboutDecisions, "What we decide"}, {aboutProjects, "Our projects"}, {aboutRelationships, "Who we work with"}, {aboutPeople, "Who does what"}, {aboutPlace, "The area"},
}

// An act is how one sort of event is told: the words that follow a person's
// name, and the end of the address of its record within the area.
type act struct {
	name  string
	kind  kind
	words func(t teller) string
	href  func(t teller) string
}

// acts is every act that is told in its own words. One that is not here is told
// by its name. Each slice has a list of its own, in a file of its own.
var acts = slices.Concat(
	firstActs,
	closureActs,
	agreementActs,
	projectActs,
	interestActs,
	membersActs,
	planActs,
	meetingActs,
	decisionActs,
	agencyActs,
	workshopActs,
	askedActs,
	reminderActs,
	relationshipActs,
)

var firstActs = []act{
	{"money allocated", aboutMoney, func(t teller) string { return "set aside " + t.money("amount") + " for this area" }, at("/money/allocated")},
	{"LTO chosen", aboutMoney, func(t teller) string {
		return "recorded that " + t.organisation(t.Subject) + " holds our money, from " + t.day("from")
	}, at("/money")},
	{"offer made", aboutMoney, func(t teller) string {
		return "made offer letter " + t.numbered() + " to " + t.organisation(t.Facts["organisation"]) + ", for " + t.money("total")
	}, numbered("/money/offers/")},
	{"offer accepted", aboutMoney, func(t teller) string { return "accepted offer letter " + t.numbered() + ", for " + t.money("total") }, numbered("/money/offers/")},
	{"payment prepared", aboutMoney, func(t teller) string {
		return "prepared a payment of " + t.money("amount") + " to " + t.organisation(t.Facts["organisation"])
	}, subject("/money/payments/")},
	{"payment approved", aboutMoney, func(teller) string { return "approved a payment" }, subject("/money/payments/")},
	{"payment released", aboutMoney, func(t teller) string { return "paid " + t.money("amount") + ", on " + t.day("paid on") }, subject("/money/payments/")},
	{"payment called off", aboutMoney, func(teller) string { return "called off a payment, before it was made" }, subject("/money/payments/")},
	{"payment reversed", aboutMoney, func(t teller) string {
		return "reversed a payment of " + t.money("amount") + ", which was a mistake"
	}, subject("/money/payments/")},
	{"reversal asked for", aboutMoney, func(teller) string { return "asked that a payment is reversed, which was a mistake" }, subject("/money/payments/")},
	{"reversal refused", aboutMoney, func(teller) string { return "answered that a payment is not reversed" }, subject("/money/payments/")},
	{"LTO ended", aboutMoney, func(teller) string { return "recorded that an organisation holds our money no more" }, at("/money")},
	{"offer declined", aboutMoney, func(teller) string { return "declined an offer letter" }, at("/money/offers")},
	{"offer ended", aboutMoney, func(teller) string { return "ended an offer letter" }, at("/money/offers")},
	{"evidence added", aboutMoney, func(teller) string { return "added a file of evidence to spending" }, subject("/money/spending/")},
	{"spend recoded", aboutMoney, func(teller) string { return "put spending under another theme" }, nil},
	{"money handed back", aboutMoney, func(t teller) string { return "recorded that " + t.money("amount") + " was handed back" }, subject("/money/payments/")},
	{"spend provided", aboutMoney, func(t teller) string { return "recorded spending of " + t.money("amount") }, subject("/money/spending/")},
	{"spend certified", aboutMoney, func(t teller) string { return "checked spending of " + t.money("amount") + " and certified it" }, subject("/money/spending/")},
	{"spend sent back", aboutMoney, func(teller) string { return "sent back spending that was not right" }, subject("/money/spending/")},
	{"spend reversed", aboutMoney, func(t teller) string {
		return "reversed spending of " + t.money("amount") + ", which was a mistake"
	}, subject("/money/spending/")},

	{"plan written", aboutPlan, func(t teller) string {
		return "wrote version " + t.Facts["version"] + " of the plan, for " + t.money("total")
	}, nil},
	{"plan discarded", aboutPlan, func(teller) string { return "put a draft of the plan aside" }, nil},
	{"plan adopted", aboutPlan, func(t teller) string {
		return "recorded that the plan was adopted: version " + t.Facts["version"] + ", on " + t.day("on")
	}, numbered("/plan/versions/")},

	{"hat given", aboutPeople, func(t teller) string {
		return "gave " + t.person(t.Facts["person"]) + " the role of " + access.Role(t.Facts["role"]).Title() + ", from " + t.day("from")
	}, nil},
	{"printed code given", aboutPeople, func(t teller) string { return "printed a code for " + t.person(t.Subject) + " to sign in with" }, nil},
	{"printed code used", aboutPeople, func(teller) string { return "signed in with a printed code" }, nil},
	{"hat proposed", aboutPeople, func(teller) string { return "asked for a role for somebody, which takes two" }, nil},
	{"hat declined", aboutPeople, func(teller) string { return "answered no to a role that was asked for" }, nil},
	{"hat ended", aboutPeople, func(t teller) string { return "recorded that a role ends, on " + t.day("until") }, nil},

	{"area added", aboutPlace, func(teller) string { return "added this area to the programme" }, at("")},
	{"area changed", aboutPlace, func(t teller) string { return "changed what is known of this area: " + strings.Join(t.names(), ", ") }, at("")},
	{"state noted", aboutPlace, func(t teller) string {
		return "noted where this area has got to: " + t.Facts["state"] + ", from " + t.day("from")
	}, at("/states")},
	{"population set", aboutPlace, func(teller) string { return "recorded how many people live here" }, at("/profile")},
	{"boundary set", aboutPlace, func(teller) string { return "recorded where the boundary of this area is" }, at("/profile")},
}

// manyTimes tells those acts that one person often does again and again in a day.
var manyTimes = map[string]func(times int) string{
	"evidence added": func(times int) string {
		return "added " + strconv.Itoa(times) + " files of evidence to spending"
	},
}

func at(path string) func(teller) string { return func(teller) string { return path } }

func subject(path string) func(teller) string {
	return func(t teller) string { return path + t.Subject }
}

func numbered(path string) func(teller) string {
	return func(t teller) string { return path + t.numbered() }
}

func actOf(name string) act {
	if i := slices.IndexFunc(acts, func(a act) bool { return a.name == name }); i >= 0 {
		return acts[i]
	}
	return act{name: name, words: func(teller) string { return "recorded: " + name }}
}

// actsOf are the names of the acts of a kind.
func actsOf(k kind) audit.Acts {
	var names audit.Acts
	for _, a := range acts {
		if a.kind == k {
			names = append(names, a.name)
		}
	}
	return names
}

// A teller tells one event, with the names of those it is about.
type teller struct {
	audit.Past

	book    *names
	unnamed bool // those whom it is about are not named to the reader
}

// numbered is the number in a subject: 3 of "offer:3".
func (t teller) numbered() string {
	_, number, _ := strings.Cut(t.Subject, ":")
	return number
}

func (t teller) money(fact string) string {
	amount, err := money.Parse(t.Facts[fact], money.GBP)
	if err != nil {
		return "an amount"
	}
	return strings.TrimSuffix(amount.String(), ".00")
}

func (t teller) day(fact string) string {
	day, err := date.Parse(t.Facts[fact])
	if err != nil {
		return "a day"
	}
	return day.Long()
}

func (t teller) names() []string {
	var all []string
	for name := range t.Facts {
		all = append(all, strings.ReplaceAll(name, "_", " "))
	}
	slices.Sort(all)
	return all
}

func (t teller) person(who string) string {
	if t.unnamed {
		return "somebody"
	}
	if name := t.book.person(access.PersonID(who)); name != "" {
		return name
	}
	return "somebody"
}

func (t teller) organisation(which string) string {
	if name := t.book.organisation(which); name != "" {
		return name
	}
	return "an organisation"
}

package auditweb

// membersActs are those of who is in a partnership, and of how it decides.
var membersActs = []act{
	{"member joined", aboutPeople, func(t teller) string {
		return "recorded that " + t.person(t.Facts["person"]) + " is in the partnership, " + t.as() + ", from " + t.day("from")
	}, at("/people")},
	{"member confirmed", aboutPeople, func(t teller) string {
		return "said that they know " + t.person(t.Facts["person"]) + ", who has a say from now on"
	}, at("/people")},
	{"member moved", aboutPeople, func(t teller) string {
		return "recorded that " + t.person(t.Facts["person"]) + " takes part in another way, from " + t.day("until")
	}, at("/people")},
	{"member changed", aboutPeople, func(t teller) string {
		if t.Facts["term ends"] == "" {
			return "recorded that " + t.person(t.Facts["person"]) + " is in the partnership with no last day"
		}
		return "recorded for how long " + t.person(t.Facts["person"]) + " is in the partnership: until " + t.day("term ends")
	}, at("/people")},
	{"member left", aboutPeople, func(t teller) string {
		if t.Facts["person"] == t.Person {
			return "left the partnership, from " + t.day("until")
		}
		return "recorded that " + t.person(t.Facts["person"]) + " leaves the partnership, from " + t.day("until")
	}, at("/people")},
	{"member stayed", aboutPeople, func(t teller) string {
		return "recorded that " + t.person(t.Facts["person"]) + " stays in the partnership"
	}, at("/people")},
	{"member corrected", aboutPeople, func(t teller) string {
		return "put right what was recorded of " + t.person(t.Facts["person"]) + " in the partnership"
	}, at("/people")},
	{"office taken", aboutPeople, func(t teller) string {
		return "recorded that " + t.person(t.Facts["person"]) + " is " + t.Facts["office"] + ", from " + t.day("from")
	}, at("/people")},
	{"office laid down", aboutPeople, func(t teller) string { return "recorded that somebody lays down an office, on " + t.day("until") }, at("/people")},
	{"naming said", aboutPeople, func(t teller) string {
		if t.Facts["named"] == "yes" {
			return "recorded that the name of " + t.person(t.Subject) + " may stand where everybody sees it"
		}
		return "recorded that the name of " + t.person(t.Subject) + " stands nowhere in public"
	}, at("/people")},
	{"how we decide set", aboutPeople, func(t teller) string { return "recorded how the partnership decides, from " + t.day("from") }, at("/how-we-decide")},
	{"election noted", aboutPlace, func(t teller) string { return "recorded that there is an election on " + t.day("on") }, at("/how-we-decide")},
	{"election withdrawn", aboutPlace, func(teller) string { return "took back that there is an election" }, at("/how-we-decide")},
}

// as is in what way somebody takes part.
func (t teller) as() string {
	switch t.Facts["kind"] {
	case "resident":
		return "as a resident"
	case "non-resident":
		return "from outside the area"
	case "councillor":
		return "as a councillor"
	case "worker":
		return "as a worker"
	case "lto":
		return "for the organisation that holds our money"
	}
	return "as a friend"
}

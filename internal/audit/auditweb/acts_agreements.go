package auditweb

// agreementActs are those of the programme’s endorsement, of agreements, of what a
// partnership is in law, and of its looking back at itself.
var agreementActs = []act{
	{"partnership endorsed", aboutPeople, func(t teller) string {
		return "endorsed the partnership, as it was on " + t.day("on") + ": " + t.Facts["people"] + " people, " + t.Facts["residents"] + " of them residents"
	}, at("/endorsement")},
	{"agreement written", aboutPeople, func(t teller) string {
		return "wrote version " + t.Facts["version"] + " of " + t.agreement()
	}, at("/agreements")},
	{"agreement signed", aboutPeople, func(t teller) string {
		return "signed version " + t.Facts["version"] + " of " + t.agreement() + " for " + signedFor[t.Facts["side"]]
	}, at("/agreements")},
	{"agreement read again", aboutPeople, func(t teller) string {
		return "read version " + t.Facts["version"] + " of " + t.agreement() + ", which others had signed"
	}, at("/agreements")},
	{"legal form recorded", aboutPeople, func(t teller) string {
		return "recorded what the partnership is in law, from " + t.day("from")
	}, at("/legal-form")},
	{"review kept", aboutPeople, func(teller) string { return "kept a draft of how the partnership looks back" }, subject("/reviews/")},
	{"review finished", aboutPeople, func(teller) string { return "finished a look back at how the partnership works" }, subject("/reviews/")},
}

var signedFor = map[string]string{"partnership": "the partnership", "funder": "the funder", "lto": "the organisation that holds our money"}

// agreement is which one an event is about, in words.
func (t teller) agreement() string {
	switch t.Facts["kind"] {
	case "memorandum":
		return "the memorandum with the funder"
	case "funder and lto":
		return "what the funder and " + t.organisation(t.Facts["organisation"]) + " agree"
	}
	return "what we and " + t.organisation(t.Facts["organisation"]) + " agree"
}

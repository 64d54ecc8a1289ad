package auditweb

var interestActs = []act{
	{"interest declared", aboutPeople, func(t teller) string {
		if t.Person == t.Facts["person"] {
			return "told of something that they have an interest in"
		}
		return "recorded an interest that " + t.person(t.Facts["person"]) + " told of"
	}, at("/people/interests")},
	{"interest ended", aboutPeople, func(teller) string { return "recorded that an interest ended" }, at("/people/interests")},
	{"interest handled", aboutPeople, func(t teller) string {
		switch t.Facts["how"] {
		case "speak only":
			return "recorded that " + t.person(t.Facts["person"]) + " may speak about something that they have an interest in, and has no vote on it"
		case "leave":
			return "recorded that " + t.person(t.Facts["person"]) + " leaves while something is talked about that they have an interest in"
		case "no vote":
			return "recorded that " + t.person(t.Facts["person"]) + " has no vote on something that they have an interest in"
		}
		return "recorded why " + t.person(t.Facts["person"]) + " takes part in something that they have an interest in"
	}, at("/people/interests")},
	{"late interest looked at", aboutPeople, func(teller) string {
		return "looked at what was done before an interest was told of"
	}, at("/people/exceptions")},
}

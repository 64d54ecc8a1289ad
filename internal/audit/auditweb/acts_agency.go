package auditweb

var agencyActs = []act{
	{"body listed", aboutPeople, func(t teller) string {
		if t.Facts["until"] != "" {
			return "took " + t.organisation(t.Subject) + " off the list of those we work with, from " + t.day("until")
		}
		return "put " + t.organisation(t.Subject) + " on the list of those we work with"
	}, at("/agencies")},
	{"unit written", aboutPeople, func(t teller) string {
		return "wrote down a team of " + t.organisation(t.Facts["body"]) + ", as it is from " + t.day("from")
	}, at("/agencies")},
	{"unit ended", aboutPeople, func(t teller) string { return "noted that a team we know ended, on " + t.day("until") }, at("/agencies")},
	{"post written", aboutPeople, func(t teller) string {
		return "wrote down a job at " + t.organisation(t.Facts["body"]) + ", as it is from " + t.day("from")
	}, at("/agencies")},
	{"post ended", aboutPeople, func(t teller) string { return "noted that a job we know ended, on " + t.day("until") }, at("/agencies")},
	{"post held", aboutPeople, func(t teller) string { return "noted who has a job, since " + t.day("from") }, at("/agencies")},
	{"post left", aboutPeople, func(t teller) string {
		if t.Facts["until"] == "" {
			return "noted that somebody we know goes on with their job"
		}
		return "noted that somebody we know left their job, on " + t.day("until")
	}, at("/agencies")},
	{"agency contact written", aboutPeople, func(teller) string { return "wrote down how to reach somebody we work with" }, at("/agencies")},
	{"agency contact tied", aboutPeople, func(teller) string { return "noted that somebody we work with has an account here" }, at("/agencies")},
	{"agency contact forgotten", aboutPeople, func(teller) string { return "removed the name of somebody we worked with" }, at("/agencies")},
	{"directory written", aboutPlace, func(t teller) string {
		if t.Facts["until"] != "" {
			return "noted that something in the directory is no more, since " + t.day("until")
		}
		return "wrote down something that is done here"
	}, at("/directory")},
	{"referral card written", aboutPlace, func(t teller) string {
		if t.Facts["until"] != "" {
			return "took a card of whom to ask off the list, from " + t.day("until")
		}
		return "wrote down whom to ask after something serious"
	}, at("/cards")},
	{"type of body added", aboutPeople, func(teller) string { return "added a sort of organisation to choose from" }, at("/agencies")},
	{"alike seen", aboutProjects, func(teller) string { return "looked at what sounds like it before beginning something" }, at("/projects")},
}

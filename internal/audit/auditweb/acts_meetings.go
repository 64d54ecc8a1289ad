package auditweb

// meetingActs are those of meetings, their notes, and what came of them.
var meetingActs = []act{
	{"meeting arranged", aboutPeople, func(t teller) string { return "arranged a meeting on " + t.day("on") }, subject("/meetings/")},
	{"meeting moved", aboutPeople, func(t teller) string {
		if t.Facts["was on"] == "" {
			return "changed the hour or the place of the meeting on " + t.day("on")
		}
		return "moved a meeting from " + t.day("was on") + " to " + t.day("on")
	}, subject("/meetings/")},
	{"meeting changed", aboutPeople, func(t teller) string { return "changed how people join the meeting on " + t.day("on") }, subject("/meetings/")},
	{"meeting called off", aboutPeople, func(t teller) string { return "called off the meeting on " + t.day("on") }, subject("/meetings/")},
	{"agenda item put forward", aboutPeople, func(teller) string { return "put something on an agenda" }, func(t teller) string { return "/meetings/" + t.Facts["meeting"] }},
	{"agenda item touches more", aboutPeople, func(teller) string { return "added whom something on an agenda is about" }, func(t teller) string { return "/meetings/" + t.Facts["meeting"] }},
	{"agenda put in order", aboutPeople, func(teller) string { return "put an agenda in order" }, subject("/meetings/")},
	{"agenda agreed", aboutPeople, func(teller) string { return "recorded that a meeting agreed its agenda" }, subject("/meetings/")},
	{"invitation answered", aboutPeople, func(teller) string { return "said whether they come to a meeting" }, subject("/meetings/")},
	{"quiet input given", aboutPeople, func(t teller) string {
		if t.Facts["way"] == "telephone" {
			return "entered what somebody said by telephone about a meeting"
		}
		return "said something quietly about a meeting"
	}, subject("/meetings/")},
	{"attendance written", aboutPeople, func(t teller) string { return "wrote down who came to a meeting: " + t.Facts["came"] }, subject("/meetings/")},
	{"notes written", aboutPeople, func(teller) string { return "wrote the notes of a meeting" }, subject("/meetings/")},
	{"notes circulated", aboutPeople, func(teller) string { return "circulated the notes of a meeting" }, subject("/meetings/")},
	{"notes agreed", aboutPeople, func(t teller) string { return "recorded that the notes of a meeting were agreed, on " + t.day("on") }, subject("/meetings/")},
	{"notes correction put", aboutPeople, func(teller) string { return "put a correction beside agreed notes" }, func(t teller) string { return "/meetings/" + t.Facts["meeting"] }},
	{"notes correction agreed", aboutPeople, func(t teller) string { return "recorded that a correction of notes was agreed, on " + t.day("on") }, func(t teller) string { return "/meetings/" + t.Facts["meeting"] }},
	{"behaviour noted", aboutPeople, func(teller) string { return "wrote something for the chair and the worker alone" }, nil},
	{"absent told", aboutPeople, func(teller) string { return "wrote to those who were not at a meeting" }, subject("/meetings/")},
	{"action added", aboutPeople, func(teller) string { return "wrote down who does what next" }, subject("/actions/")},
	{"action let go", aboutPeople, func(teller) string { return "recorded that something was let go" }, subject("/actions/")},
}

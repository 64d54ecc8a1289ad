package auditweb

// planActs is how what is done with a plan, beside its versions, is told.
var planActs = []act{
	{"plan draft begun", aboutPlan, func(teller) string { return "began a draft of the plan" }, nil},
	{"plan draft saved", aboutPlan, func(t teller) string { return "wrote on the draft of the plan" + draftPart(t.Facts["section"]) }, nil},
	{"plan draft put away", aboutPlan, func(teller) string { return "put the draft of the plan away" }, nil},
	{"plan endorsed", aboutPlan, func(t teller) string {
		return "endorsed version " + t.Facts["version"] + " of the plan, on " + t.day("on")
	}, numbered("/plan/versions/")},
	{"action done", aboutPlan, func(t teller) string {
		if atMeeting(t) {
			return "recorded that something is done"
		}
		return "noted that something in the plan is done, on " + t.day("on")
	}, func(t teller) string {
		if atMeeting(t) {
			return "/actions/" + t.Subject
		}
		return "/plan"
	}},
	{"action reopened", aboutPlan, func(teller) string { return "noted that something in the plan is still to be done" }, at("/plan")},
	{"line coded", aboutPlan, func(t teller) string {
		if t.Facts["was"] == "" {
			return "put a budget line under a theme"
		}
		return "put a budget line under another theme"
	}, subject("/money/lines/")},
	{"consultation begun", aboutPlan, func(teller) string { return "began to record what people are asked" }, nil},
	{"consultation saved", aboutPlan, func(teller) string { return "wrote on what people were asked" }, nil},
	{"consultation fed back", aboutPlan, func(t teller) string {
		return "told people what was heard, on " + t.day("on") + ". " + t.Facts["answered"] + " had answered"
	}, numbered("/plan/consultations/")},
	{"plan review begun", aboutPlan, func(teller) string { return "began to look back at the plan" }, nil},
	{"plan review saved", aboutPlan, func(teller) string { return "wrote on the look back at the plan" }, nil},
	{"plan review finished", aboutPlan, func(t teller) string {
		if t.Facts["changed nothing"] == "true" {
			return "finished a look back at the plan. Everything is kept, on purpose"
		}
		return "finished a look back at the plan. Something is to change"
	}, numbered("/plan/reviews/")},
}

func draftPart(section string) string {
	switch section {
	case "vision":
		return ": what people want"
	case "priority":
		return ": a priority"
	case "actions":
		return ": what is to be done"
	case "money":
		return ": the money"
	case "evidence":
		return ": how we know"
	}
	return ""
}

// atMeeting reports whether an action is one that somebody took on at a meeting: what
// is noted of the plan’s has a number.
func atMeeting(t teller) bool { return t.Facts["note"] == "" }

package auditweb

// aboutDecisions is what the partnership decides, and how.
const aboutDecisions kind = "decisions"

var toDecision = numbered("/decisions/")

var decisionActs = []act{
	{"decision put forward", aboutDecisions, func(t teller) string { return "put forward decision " + t.numbered() }, toDecision},
	{"put forward for somebody", aboutDecisions, func(t teller) string {
		return "wrote down who without an account put forward decision " + t.numbered()
	}, toDecision},
	{"proposal changed", aboutDecisions, func(t teller) string {
		return "changed the words of decision " + t.numbered() + ", so that everybody is asked again"
	}, toDecision},
	{"decision opened", aboutDecisions, func(t teller) string { return "asked everybody about decision " + t.numbered() }, toDecision},
	{"position given", aboutDecisions, func(t teller) string { return "said what they think of decision " + t.numbered() }, toDecision},
	{"position entered", aboutDecisions, func(t teller) string {
		return "entered what " + t.person(t.Facts["for"]) + " said of decision " + t.numbered() + by(t.Facts["via"])
	}, toDecision},
	{"position confirmed", aboutDecisions, func(t teller) string {
		return "confirmed what was entered for somebody about decision " + t.numbered()
	}, toDecision},
	{"worry answered", aboutDecisions, func(t teller) string { return "said what was done about a worry, in decision " + t.numbered() }, toDecision},
	{"took no part", aboutDecisions, func(t teller) string { return "said that they should not take part in decision " + t.numbered() }, toDecision},
	{"no agreement found", aboutDecisions, func(t teller) string {
		return "recorded that not everyone can live with decision " + t.numbered() + " as it is"
	}, toDecision},
	{"vote opened", aboutDecisions, func(t teller) string { return "opened a vote on decision " + t.numbered() }, toDecision},
	{"vote extended", aboutDecisions, func(t teller) string { return "gave more time to vote on decision " + t.numbered() }, toDecision},
	{"vote cast", aboutDecisions, func(t teller) string { return "voted on decision " + t.numbered() }, toDecision},
	{"vote entered", aboutDecisions, func(t teller) string {
		return "entered the vote of " + t.person(t.Facts["for"]) + " on decision " + t.numbered() + by(t.Facts["via"])
	}, toDecision},
	{"ballot confirmed", aboutDecisions, func(t teller) string {
		return "confirmed a vote that was entered for somebody, on decision " + t.numbered()
	}, toDecision},
	{"decision made", aboutDecisions, func(t teller) string {
		return "recorded what decision " + t.numbered() + " came to: " + map[string]string{
			"agreed": "agreed", "not agreed": "not agreed", "no quorum": "too few residents took part", "withdrawn": "withdrawn",
		}[t.Facts["outcome"]]
	}, toDecision},
	{"decision replaced", aboutDecisions, func(t teller) string {
		return "had decision " + t.Facts["by"] + " take the place of decision " + t.numbered()
	}, toDecision},
	{"told of a decision", aboutDecisions, func(t teller) string {
		return "noted that somebody was told of decision " + t.numbered() + ", on " + t.day("on")
	}, toDecision},
}

func by(via string) string {
	switch via {
	case "paper":
		return ", from paper"
	case "telephone":
		return ", by telephone"
	}
	return ""
}

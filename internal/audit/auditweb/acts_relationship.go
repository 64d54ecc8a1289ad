package auditweb

// aboutRelationships is who an area works with.
const aboutRelationships kind = "relationships"

var relationshipActs = []act{
	{"relationship written", aboutRelationships, func(t teller) string {
		if t.Facts["version"] == "1" {
			return "put an organisation on the map of who we work with"
		}
		return "wrote anew about an organisation we work with"
	}, subject("/relationships/")},
	{"relationship state", aboutRelationships, func(t teller) string {
		return "noted how we stand with an organisation, from " + t.day("from")
	}, subject("/relationships/")},
	{"relationship purpose", aboutRelationships, func(teller) string { return "noted what a relationship is for" }, subject("/relationships/")},
	{"relationship factor", aboutRelationships, func(teller) string { return "noted what helps a relationship or holds it back" }, subject("/relationships/")},
	{"relationship held", aboutRelationships, func(t teller) string {
		return "noted who holds a relationship, from " + t.day("from")
	}, inRelationship},
	{"relationship left", aboutRelationships, func(t teller) string {
		return "noted that somebody holds a relationship no more, from " + t.day("until")
	}, at("/who-holds-what")},
	{"relationship change", aboutRelationships, func(t teller) string {
		words := map[string]string{
			"leaving": "somebody leaves", "absence": "somebody is away", "new": "somebody is new", "election": "there is an election", "restructure": "an organisation is rearranged",
		}[t.Facts["why"]]
		if t.Facts["by them"] == "true" {
			return "gave us notice that " + words + ", on " + t.day("from")
		}
		return "noted that " + words + ", from " + t.day("from")
	}, inRelationship},
	{"relationship change ended", aboutRelationships, func(teller) string { return "noted that a change asks for nothing more" }, at("/changes")},
	{"relationship change forgotten", aboutRelationships, func(teller) string { return "removed a name from what changes with an organisation" }, at("/changes")},
	{"relationship tier", aboutRelationships, func(teller) string { return "noted how often we mean to be in touch with somebody" }, at("/who-holds-what")},
	{"relationship entry with", aboutRelationships, func(teller) string { return "noted with whom we were in touch" }, at("/relationships")},
	{"relationship holder forgotten", aboutRelationships, func(teller) string { return "removed the name of somebody who held a relationship" }, at("/who-holds-what")},
	{"relationship notice forgotten", aboutRelationships, func(teller) string { return "removed a name from a notice of a change of staff" }, at("/relationships")},
	{"relationships merged", aboutRelationships, func(t teller) string {
		return "noted that two relationships became one, on " + t.day("on")
	}, subject("/relationships/")},
	{"relationship entry", aboutRelationships, func(t teller) string {
		switch t.Facts["kind"] {
		case "contact":
			return "noted a contact with an organisation, on " + t.day("on")
		case "notice":
			return "told us of a change of staff"
		}
		return "added to the story of a relationship"
	}, inRelationship},
	{"relationship entry shown", aboutRelationships, func(teller) string { return "said anew who may read a note" }, inRelationship},
	{"relationship shown", aboutRelationships, func(teller) string { return "said what officers of an organisation see" }, subject("/relationships/")},
	{"relationship shown to one", aboutRelationships, func(t teller) string {
		if t.Facts["own"] != "true" {
			return "said that one officer of an organisation sees what every officer does"
		}
		return "said what one officer of an organisation sees"
	}, subject("/relationships/")},
	{"promise noted", aboutRelationships, func(t teller) string {
		if t.Facts["side"] == "ours" {
			return "noted a promise of ours"
		}
		return "noted a promise to us"
	}, inRelationship},
	{"promise kept", aboutRelationships, func(t teller) string { return "noted that a promise was kept, on " + t.day("on") }, at("/promises")},
	{"promise moved", aboutRelationships, func(t teller) string { return "noted that a promise is for a later day now: " + t.day("due") }, at("/promises")},
	{"promise withdrawn", aboutRelationships, func(t teller) string { return "noted that a promise was withdrawn, on " + t.day("on") }, at("/promises")},
	{"promise confirmed", aboutRelationships, func(teller) string { return "noted that a promise is in writing" }, at("/promises")},
	{"question asked", aboutRelationships, func(t teller) string { return "asked question " + t.Facts["number"] + " to an agency" }, subject("/questions/")},
	{"question step", aboutRelationships, func(teller) string { return "noted what was done about a question to an agency" }, subject("/questions/")},
	{"handover opened", aboutRelationships, func(t teller) string { return "began a handover, to be done by " + t.day("by") }, inRelationship},
	{"handover step", aboutRelationships, func(teller) string { return "added a step to a handover" }, at("/relationships")},
	{"handover arranged", aboutRelationships, func(t teller) string { return "arranged a step of a handover, for " + t.day("on") }, at("/relationships")},
	{"handover ticked", aboutRelationships, func(t teller) string {
		if t.Facts["by them"] == "true" {
			return "confirmed a handover"
		}
		return "ticked off a step of a handover"
	}, at("/relationships")},
	{"handover stopped", aboutRelationships, func(teller) string { return "stopped a handover" }, at("/relationships")},
}

func inRelationship(t teller) string { return "/relationships/" + t.Facts["relationship"] }

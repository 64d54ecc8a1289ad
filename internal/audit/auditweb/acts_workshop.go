package auditweb

var workshopKinds = map[string]string{
	"workshop": "a mapping workshop", "conversation": "a facilitated conversation", "scores": "scores of how a relationship works", "check": "a look at council and community",
	"agreement": "an agreement with somebody we work with", "seat": "a seat at a table", "credit": "a credit line", "celebration": "a celebration",
}

var workshopActs = []act{
	{"workshop begun", aboutPeople, func(t teller) string { return "began " + workshopKinds[t.Facts["kind"]] }, subject("/together/")},
	{"workshop done", aboutPeople, func(t teller) string {
		return "ticked off something that was taken on together, done on " + t.day("on")
	}, subject("/together/")},
	{"workshop sheet", aboutPeople, func(t teller) string {
		if t.Facts["side"] == "theirs" {
			return "wrote for the other side in " + workshopKinds[t.Facts["kind"]]
		}
		return "wrote in " + workshopKinds[t.Facts["kind"]]
	}, subject("/together/")},
	{"workshop step", aboutPeople, func(t teller) string {
		words := map[string]string{
			"yes": "recorded a yes to ", "not now": "recorded a “not now” to ", "agreed": "recorded that a side agrees to ", "finished": "finished ", "shared": "shared with the programme ",
		}[t.Facts["step"]]
		return words + workshopKinds[t.Facts["kind"]]
	}, subject("/together/")},
	{"workshop officers", aboutPeople, func(t teller) string {
		if t.Facts["open"] == "true" {
			return "asked officers who have an account to take part in what we look at together"
		}
		return "ended that officers who have an account take part in what we look at together"
	}, subject("/together/")},
	{"workshop file", aboutPeople, func(teller) string { return "added a file to what we look at together" }, subject("/together/")},
}

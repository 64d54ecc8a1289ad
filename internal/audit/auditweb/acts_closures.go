package auditweb

var closureActs = []act{
	{"closure said", aboutPlace, func(t teller) string {
		return "said that this area is closed from " + t.day("from") + " until " + t.day("until")
	}, at("/closures")},
	{"closure withdrawn", aboutPlace, func(t teller) string {
		return "took back that this area is closed from " + t.day("from") + " until " + t.day("until")
	}, at("/closures")},
}

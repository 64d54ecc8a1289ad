package auditweb

// askedActs are those of who was asked to come while a partnership forms.
var askedActs = []act{
	{"asked to come", aboutPeople, func(teller) string { return "wrote down that somebody was asked to come" }, nil},
	{"asked answered", aboutPeople, func(teller) string { return "wrote down what somebody said who was asked to come" }, nil},
	{"asked forgotten", aboutPeople, func(teller) string { return "forgot who it was that was asked to come" }, nil},
}

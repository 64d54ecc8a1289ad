package auditweb

// reminderActs are those of how people wish to be reminded.
var reminderActs = []act{
	{"reminders chosen", aboutPeople, func(teller) string { return "chose how to be reminded" }, nil},
}

package partnership

import (
	"strings"

	"commontable/internal/area"
)

// A Parties names those an agreement is between, for its first text.
type Parties struct {
	Area, Programme, Funder string
	LTO                     string // "" of a memorandum
	Functions               string // what the LTO does, in the partnership’s words; "" where nothing was said
}

// FirstText is what an agreement says before anybody changes it: a plain text from
// the programme’s rule book, in its own words for things. It is a beginning, no more:
// what is signed is what was made of it.
func FirstText(k AgreementKind, p Parties, rules area.RuleBook) string {
	who, lto, plan := rules.Words[area.WordPartnership].Singular, rules.Words[area.WordLTO].Singular, rules.Words[area.WordPlan].Singular
	var t text
	switch k {
	case Memorandum:
		t.line("This is what the " + who + " of " + p.Area + " and " + p.Funder + " agree about working together in " + p.Programme + ".")
		t.part("What the "+who+" does",
			"It is led by the people who live in "+p.Area+". "+capital(rules.ResidentShare.Code)+" of its members are residents.",
			"It listens to everybody in the area, and not only to those who come to meetings.",
			"It writes a "+plan+" and decides what the money is for.",
			"It chooses a "+lto+" that people trust.",
			"It says openly what it decides, and who had an interest in it.")
		t.part("What "+p.Funder+" does",
			"It sets the area’s money aside, and pays it when the "+who+" has decided what for.",
			"It does not decide for the "+who+", and it sets no pace.",
			"It helps when it is asked: with people, with training, and with money for the "+lto+"’s own costs.",
			"It says openly what it paid, and when.")
		t.part("If something goes wrong",
			"Each tells the other early. They talk first, with somebody both trust if need be.",
			"If the "+who+" has too few people for a while, it says so. Nothing lapses for that.")
		t.part("Changes", "This can be changed when both agree. The new text is a new version, which both sign. A new chair is asked to read this again.")
	case FunderAndLTO:
		t.line("This is what " + p.Funder + " and " + p.LTO + " agree about the money of " + p.Area + " in " + p.Programme + ".")
		t.part("What "+p.LTO+" does",
			"It receives, looks after and accounts for the money. It keeps it apart from its own.",
			"It spends it only on what the "+who+" of "+p.Area+" has decided.",
			"It says what was spent every "+months(rules.ReportingMonths)+". One person records it and another certifies it.",
			"It hands back what was not needed.")
		t.part("What "+p.Funder+" does",
			"It pays what an offer letter promises, on the days that it says.",
			contribution(rules, p.LTO),
			"It asks for nothing twice.")
		t.part("Until when", "Until "+p.LTO+" does not hold the money any more. What it held then it accounts for, or hands back.")
	case PartnershipAndLTO:
		t.line("This is what the " + who + " of " + p.Area + " and " + p.LTO + " agree about working together.")
		does := []string{
			"It holds the money and pays what the " + who + " has decided. It does not decide what the money is for.",
			"It signs what a group that is not an organisation cannot sign: leases, insurance, contracts of work.",
			"It employs the worker, if there is one. The " + who + " says what the worker does.",
			"It tells the " + who + " what is left, whenever it is asked.",
		}
		if p.Functions != "" {
			does = append(does, "In our own words: "+strings.TrimSuffix(p.Functions, ".")+".")
		}
		t.part("What "+p.LTO+" does", does...)
		t.part("What the "+who+" does",
			"It decides in good time, and writes down what it decided.",
			"It does not ask "+p.LTO+" for what is against the law or its own rules.",
			"Where somebody has a part in both, they say so, and do not decide on it.")
		t.part("If something goes wrong", "Each tells the other early. If they cannot agree, they ask the adviser or the programme. The "+who+" may choose another "+lto+", and more than one.")
	}
	return strings.TrimSpace(t.String())
}

func contribution(rules area.RuleBook, lto string) string {
	if rules.ContributionRate > 0 {
		return "It pays " + rules.ContributionRate.String() + " more for " + lto + "’s own costs, beside the area’s money and never out of it."
	}
	return "It pays nothing for " + lto + "’s own costs out of the area’s money."
}

func months(n int) string {
	switch n {
	case 1:
		return "month"
	case 3:
		return "three months"
	case 6:
		return "six months"
	case 12:
		return "year"
	}
	return "so often as the programme says"
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// A text grows by parts: a heading, and what it says, a sentence a line.
type text struct{ strings.Builder }

func (t *text) line(words string) { t.WriteString(words + "\n\n") }

func (t *text) part(heading string, says ...string) {
	t.WriteString(heading + "\n")
	for _, s := range says {
		t.WriteString("- " + s + "\n")
	}
	t.WriteString("\n")
}

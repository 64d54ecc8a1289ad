package decisionweb

import (
	"slices"
	"strconv"
	"strings"

	"commontable/internal/decision"
	"commontable/internal/web"
)

func (m myPart) name() string {
	if m.Voting {
		return "choice"
	}
	return "stand"
}

func (m myPart) path() string {
	if m.Voting {
		return "/ballot"
	}
	return "/position"
}

func (m myPart) legend() string {
	if m.Voting {
		return "My vote"
	}
	return "What I say"
}

func (m myPart) why() string {
	if m.Voting {
		return "Why? You can leave this empty"
	}
	return "Why? If something worries you, say what it is"
}

func (m myPart) button() string {
	if m.Voting {
		return "Save my vote"
	}
	return "Save my answer"
}

func (m myPart) printed() []string {
	if m.MayPrint {
		return []string{"yes"}
	}
	return nil
}

func saidColon(s saidView) string {
	if s.Words == "" {
		return ""
	}
	return ":"
}

func printedOf(yes bool) []string { return myPart{MayPrint: yes}.printed() }

func slipID(i int) string { return "slip-" + strconv.Itoa(i+1) }

func lineLabel(i int) string {
	if i == 0 {
		return "Which budget line would it come from?"
	}
	return "And from which other line?"
}

// doesName is the name of the box for one who would be paid, or run it.
func doesName(i int) string {
	if i == 0 {
		return "does"
	}
	return "does-" + strconv.Itoa(i+1)
}

// lineRows is how many rows there are for budget lines: at first one that shows,
// and others for who opens them.
func (d proposeData) lineRows() (shown, all int) {
	if d.More {
		return min(mostLineRows, len(d.LineOf)+moreRows), min(mostLineRows, len(d.LineOf)+moreRows)
	}
	shown = max(1, len(d.LineOf))
	return shown, min(mostLineRows, shown+2)
}

// doesRows is the same of those who would be paid, or run it.
func (d proposeData) doesRows() (shown, all int) {
	shown = max(1, len(d.Does))
	return shown, min(mostDoesRows, shown+2)
}

// nth is a value of a list, or "" beyond its end.
func nth(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return ""
}

// hearOptions are how soon those who must hear of it are told. What a program said
// stands among them.
func hearOptions(chosen string) []web.Option {
	all := []web.Option{{Text: "We have not said"}}
	for _, days := range []int64{3, 7, 14, 31} {
		all = append(all, web.Option{Value: ordinal(days), Text: upper(within(days)) + " of the decision"})
	}
	days, err := strconv.ParseInt(chosen, 10, 64)
	if err == nil && days > 0 && !slices.ContainsFunc(all, func(o web.Option) bool { return o.Value == chosen }) {
		all = append(all, web.Option{Value: chosen, Text: upper(within(days)) + " of the decision"})
	}
	return all
}

// within is how soon something is to be: "within a week".
func within(days int64) string {
	switch days {
	case 1:
		return "within a day"
	case 7:
		return "within a week"
	case 14:
		return "within two weeks"
	case 31:
		return "within a month"
	}
	return "within " + strings.ToLower(inWords(int(days))) + " days"
}

func amountLabel(i int) string {
	if i == 0 {
		return "How much?"
	}
	return "How much from that line?"
}

// paysSomebody reports whether it is about money for somebody.
func (d proposeData) paysSomebody() bool {
	return d.Kind == string(decision.Spending) || d.Kind == string(decision.OverBudget)
}

// doesHint says who is to be named, and why.
func doesHint(d proposeData) string {
	if d.paysSomebody() {
		return "The organisation that gets the money. Where it goes to the one that holds our money, name that one. We look whether anybody has an interest in it"
	}
	return "The organisation’s name. We look whether anybody has an interest in it. You can leave this empty if it is nobody in particular"
}

func doesWrong(d proposeData) string {
	if w := d.Wrong.For("does"); w != "" {
		return w
	}
	return d.Wrong.For("parties")
}

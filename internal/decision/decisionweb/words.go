package decisionweb

import (
	"strconv"
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

func amountLabel(i int) string {
	if i == 0 {
		return "How much?"
	}
	return "How much from that line?"
}

func doesWrong(d proposeData) string {
	if w := d.Wrong.For("does"); w != "" {
		return w
	}
	return d.Wrong.For("parties")
}

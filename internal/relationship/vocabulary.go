package relationship

import "slices"

// A Kind is what a body is to us (V3). It may be several at once, and none.
type Kind string

// The kinds.
const (
	Ally     Kind = "ally"
	Friend   Kind = "friend"
	Contract Kind = "contract"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Ally, Friend, Contract} }

// InWords is a kind as a reader wants it.
func (k Kind) InWords() string {
	switch k {
	case Ally:
		return "Powerful ally"
	case Friend:
		return "Friend"
	case Contract:
		return "Client or contractor"
	}
	return ""
}

// Means says what a kind is, in a sentence.
func (k Kind) Means() string {
	switch k {
	case Ally:
		return "On our side, and able to make things happen."
	case Friend:
		return "We get on well, and can ask each other for help."
	case Contract:
		return "One of us pays the other for work."
	}
	return ""
}

// Closeness is how near a body is to us. It describes, and is no ladder to climb
// (V5): ad hoc and none are as good as any.
type Closeness string

// How close.
const (
	Close      Closeness = "close"
	Regular    Closeness = "regular"
	NowAndThen Closeness = "now-and-then"
	AdHoc      Closeness = "ad-hoc"
	NoneNow    Closeness = "none"
	NotYet     Closeness = "not-yet"
	Over       Closeness = "over"
)

// Closenesses lists them, the closest first.
func Closenesses() []Closeness {
	return []Closeness{Close, Regular, NowAndThen, AdHoc, NoneNow, NotYet, Over}
}

// InWords is how close, as a reader wants it.
func (c Closeness) InWords() string {
	switch c {
	case Close:
		return "Close"
	case Regular:
		return "Regular contact"
	case NowAndThen:
		return "Now and then"
	case AdHoc:
		return "When there is a reason"
	case NoneNow:
		return "None just now"
	case NotYet:
		return "Not yet"
	case Over:
		return "It has come to an end"
	}
	return ""
}

// Ring is where the map draws it: 0 is the closest ring, 3 the farthest, and -1
// not at all.
func (c Closeness) Ring() int {
	switch c {
	case Close:
		return 0
	case Regular:
		return 1
	case NowAndThen, AdHoc:
		return 2
	case NoneNow, NotYet:
		return 3
	case Over:
	}
	return -1
}

// Started reports whether there is contact that could be lost.
func (c Closeness) Started() bool { return c.Ring() >= 0 && c.Ring() < 3 }

// Rhythm is how often we mean to be in touch.
type Rhythm string

// The rhythms.
const (
	Usual     Rhythm = "usual" // for how close it is
	Monthly   Rhythm = "monthly"
	Quarterly Rhythm = "quarterly"
	Yearly    Rhythm = "yearly"
	AnyTime   Rhythm = "none"
)

// Rhythms lists them.
func Rhythms() []Rhythm { return []Rhythm{Usual, Monthly, Quarterly, Yearly, AnyTime} }

// InWords is a rhythm as a reader wants it.
func (r Rhythm) InWords() string {
	switch r {
	case Usual:
		return "As is usual for how close we are"
	case Monthly:
		return "Every month or so"
	case Quarterly:
		return "Every three months or so"
	case Yearly:
		return "Once a year"
	case AnyTime:
		return "No rhythm: when there is a reason"
	}
	return ""
}

// Weeks is after how many weeks without contact a relationship is going quiet; 0
// is never.
func Weeks(c Closeness, r Rhythm) int {
	if !c.Started() {
		return 0
	}
	switch r {
	case Monthly:
		return 6
	case Quarterly:
		return 14
	case Yearly:
		return 54
	case AnyTime:
		return 0
	case Usual:
	}
	switch c {
	case Close:
		return 6
	case Regular:
		return 10
	case NowAndThen:
		return 13
	case AdHoc, NoneNow, NotYet, Over:
	}
	return 0
}

// A Purpose is one of the eleven things that a relationship can be for (V2).
type Purpose string

// A PurposeWords is a purpose and the group of six that it belongs to, in our
// words.
type PurposeWords struct {
	Purpose      Purpose
	Group, Words string
}

// Purposes lists the eleven in their six groups, the most frequent group first.
func Purposes() []PurposeWords {
	return []PurposeWords{
		{"deliver", "Planning and running things together", "Plan or run projects and services together"},
		{"tell", "Sharing news and meeting others", "Tell people about each other’s work"},
		{"networks", "Sharing news and meeting others", "Take part in networks and forums"},
		{"advice", "Informal help and advice", "Give and get advice without forms"},
		{"consult", "A way in, for them and for us", "They hear from people here, through us"},
		{"to-residents", "A way in, for them and for us", "A trusted way for them to reach people here"},
		{"to-agency", "A way in, for them and for us", "A way in to them for people here"},
		{"assets", "Land and buildings", "Get or look after land and buildings"},
		{"works", "Land and buildings", "Work on big building plans together"},
		{"funds-us", "Money", "They pay for something that we do"},
		{"we-fund", "Money", "We pay for something that they do"},
	}
}

// InWords is a purpose as a reader wants it.
func (p Purpose) InWords() string { return p.words().Words }

// Group is the group of six that a purpose belongs to.
func (p Purpose) Group() string { return p.words().Group }

func (p Purpose) words() PurposeWords {
	i := slices.IndexFunc(Purposes(), func(w PurposeWords) bool { return w.Purpose == p })
	if i < 0 {
		return PurposeWords{}
	}
	return Purposes()[i]
}

// A Factor may help a relationship or hold it back.
type Factor string

// A FactorWords is a factor and the list that it belongs to, in our words.
type FactorWords struct {
	Factor       Factor
	Group, Words string
}

// The lists of factors.
const (
	EitherWay   = "May help or hold back"       // V15
	WhatShapes  = "What shapes a relationship"  // V13
	WhatHinders = "What gets in the way"        // V14
	WhatPower   = "What gives us a strong hand" // V16
)

// Factors lists them.
func Factors() []FactorWords {
	return []FactorWords{
		{"own-money", EitherWay, "We have money of our own"},
		{"squeeze", EitherWay, "Agencies have less and less money"},
		{"engagement", EitherWay, "Skills and ways of working with residents"},
		{"disagreement", EitherWay, "How we handle it when we disagree"},
		{"language", EitherWay, "Speaking the language of the other"},
		{"system", EitherWay, "Understanding how the system works"},
		{"presence", EitherWay, "Being here, and being seen here"},
		{"results", EitherWay, "Seeing what comes of working together"},
		{"keeping-going", EitherWay, "Keeping contact going over the years"},
		{"partnership", WhatShapes, "The partnership: who is in it, its skills and how people get on"},
		{"area", WhatShapes, "The area: jobs, homes, and what was tried here before"},
		{"places", WhatShapes, "Places to meet: hubs, green spaces, online"},
		{"institution", WhatShapes, "How the agency works: its politics, budgets and rules"},
		{"wider", WhatShapes, "The country: laws, policies, a pandemic"},
		{"history", WhatShapes, "What happened between us before"},
		{"knowing", WhatHinders, "Not knowing enough of each other"},
		{"time", WhatHinders, "Time for trust against the pace of procedures"},
		{"legitimacy", WhatHinders, "Being thought too small to speak for people"},
		{"complexity", WhatHinders, "So many parties, and who has power over whom"},
		{"confidence", WhatPower, "Confidence, also to say no"},
		{"skills", WhatPower, "Skills"},
		{"evidence", WhatPower, "Evidence and experience"},
		{"support", WhatPower, "Support, and somebody who is paid to do it"},
	}
}

// InWords is a factor as a reader wants it.
func (f Factor) InWords() string {
	i := slices.IndexFunc(Factors(), func(w FactorWords) bool { return w.Factor == f })
	if i < 0 {
		return ""
	}
	return Factors()[i].Words
}

// An Effect is what a factor does. Each may help or hold back.
type Effect string

// The effects.
const (
	Helps     Effect = "helps"
	HoldsBack Effect = "holds back"
	Neither   Effect = "neither"
)

// A Side is ours or theirs.
type Side string

// The sides.
const (
	Ours   Side = "ours"
	Theirs Side = "theirs"
)

// Roles are who on our side may hold a relationship (V4), by code.
func Roles() []struct{ Code, Words string } {
	return []struct{ Code, Words string }{
		{"resident", "resident in the partnership"},
		{"chair", "chair"},
		{"worker", "worker"},
		{"member", "other partnership member"},
		{"lto", "locally trusted organisation"},
		{"rep", "adviser"},
		{"other", "somebody else"},
	}
}

// RoleInWords is the role of a holder as a reader wants it: one of the list, or
// the words that were typed.
func RoleInWords(role string) string {
	for _, r := range Roles() {
		if r.Code == role {
			return r.Words
		}
	}
	return role
}

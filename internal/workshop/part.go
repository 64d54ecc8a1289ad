package workshop

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
)

// An Ask is how a question is answered.
type Ask string

// The ways. What somebody chooses is kept by its code.
const (
	Line Ask = "line" // a few words
	Text Ask = "text" // more of them
	Day  Ask = "day"
	One  Ask = "one"  // one of some
	Some Ask = "some" // some of them
)

// A Choice is one answer to choose.
type Choice struct{ Code, Words, Hint string }

// A Question is one that is asked on a screen or on paper in the same words.
type Question struct {
	Name    string
	Words   string
	Hint    string
	Ask     Ask
	Choices []Choice
	Must    bool
	Exactly int // so many are chosen; 0 for any number
	Most    int // letters; 0 for the usual
}

// A Part is up to four questions that belong together: as many as one can take in
// at a time. Those that are filtered by role may be more.
type Part struct {
	Name       string
	Title      string
	Lead       string
	Questions  []Question
	Each       bool   // asked again and again: for each body on the map, each action
	Thing      string // what one of them is, where they are asked again
	Must       bool   // needed before the record is finished
	After      string // the part that comes first, and why
	AfterWords string
	BothFirst  bool // both sides have to want it first
}

const (
	usualLine = 120
	usualText = 2000
)

// Check says what is wrong with answers.
func (p Part) Check(a Answers) fault.Invalid {
	var wrong fault.Invalid
	for _, q := range p.Questions {
		said := strings.TrimSpace(a[q.Name])
		most := q.Most
		if most == 0 {
			most = usualText
			if q.Ask == Line {
				most = usualLine
			}
		}
		switch {
		case said == "" && q.Must:
			wrong.Add(q.Name, map[Ask]string{Line: "Write a few words here", Text: "Write a few words here", Day: "Enter a day, like 20 10 2026", One: "Choose one", Some: "Choose at least one"}[q.Ask])
		case said == "":
		case q.Ask == Line || q.Ask == Text:
			if len([]rune(said)) > most {
				wrong.Add(q.Name, fmt.Sprintf("Say it in up to %d letters", most))
			}
		case q.Ask == Day:
			if d, err := date.Parse(said); err != nil || d.IsZero() {
				wrong.Add(q.Name, "Enter a day, like 20 10 2026")
			}
		default:
			chosen := strings.Split(said, "\n")
			if q.Exactly > 0 && len(chosen) != q.Exactly {
				wrong.Add(q.Name, "Choose "+map[int]string{1: "one", 2: "two"}[q.Exactly]+", no more and no fewer")
			}
			for _, c := range chosen {
				if !slices.ContainsFunc(q.Choices, func(k Choice) bool { return k.Code == c }) {
					wrong.Add(q.Name, "Choose from the list")
					break
				}
			}
		}
	}
	return wrong
}

// tidy keeps the answers to the questions that there are.
func (p Part) tidy(a Answers) Answers {
	kept := Answers{}
	for _, q := range p.Questions {
		if said := strings.TrimSpace(a[q.Name]); said != "" {
			kept[q.Name] = said
		}
	}
	return kept
}

// Question finds one by its name.
func (p Part) Question(name string) Question {
	for _, q := range p.Questions {
		if q.Name == name {
			return q
		}
	}
	return Question{}
}

// InWords is an answer as it is read.
func (q Question) InWords(said string) string {
	if said == "" {
		return ""
	}
	if q.Ask == Day {
		if d, err := date.Parse(said); err == nil {
			return d.Long()
		}
	}
	if q.Ask != One && q.Ask != Some {
		return said
	}
	var all []string
	for code := range strings.SplitSeq(said, "\n") {
		words := code
		for _, c := range q.Choices {
			if c.Code == code {
				words = c.Words
			}
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}

// A Criterion is a sign of a relationship that works (V6), in our words.
type Criterion struct{ Code, Words, Hint string }

// Criteria are the eight, in their order.
func Criteria() []Criterion {
	return []Criterion{
		{"knowledge", "We know each other", "Names, faces and what each of us does"},
		{"understanding", "We understand each other", "Why the other side decides as it does"},
		{"trust", "We trust each other", "We can say “I don’t know”, and be honest about bad news"},
		{"respect", "We respect each other", "Residents’ knowledge counts as much as a job title"},
		{"language", "We speak the same language", "No jargon, and no need to explain everything twice"},
		{"goals", "We want the same things", "Goals we both wrote down"},
		{"roles", "Clear roles, with room to bend", "Who does what, and give and take when things change"},
		{"capacity", "Time and money to see it through", "What was promised gets done"},
	}
}

// Shapes are what a body can be, as it is drawn.
func Shapes() []Choice {
	return []Choice{
		{"council", "Council team", "A square"},
		{"councillor", "Councillors", "A diamond"},
		{"housing", "Housing association", "A house"},
		{"school", "School or college", "Six sides"},
		{"health", "Health", "A cross"},
		{"police", "Police", "A shield"},
		{"group", "Community group", "A circle"},
		{"other", "Work, faith, business", "A triangle"},
	}
}

// Ties are what a body can be to us.
func Ties() []Choice {
	return []Choice{
		{"ally", "A powerful ally", "A thick line"}, {"friend", "A friend", "A row of dots"}, {"contract", "One of us pays the other", "A line of dashes"}, {"touch", "Just in touch", "A thin line"},
	}
}

// Rings are how close a body is.
func Rings() []Choice {
	return []Choice{
		{"close", "Close", "The ring in the middle"}, {"regular", "Regular contact", ""}, {"now-and-then", "Now and then", "That is fine for many"}, {"not-yet", "Not yet", "We would like to, one day"},
	}
}

// QuestionBank are questions to begin a facilitated conversation from (V33).
func QuestionBank() []Choice {
	var all []Choice
	for i, words := range []string{
		"What is happening here just now, as each of us sees it?",
		"What would change most for people, and need not cost much?",
		"What cannot wait?",
		"What does each of us do, and where do we do the same thing twice?",
		"Does somebody need training, or someone to turn to, for what we ask of them?",
		"What gets in our way at the moment, on either side?",
		"Who is waiting for help, and how could waiting be made easier?",
		"Which places and people nearby could do more, if somebody backed them?",
		"How do residents and families get heard before things are settled?",
		"What could we try out small, and learn from together?",
		"What did working together add that would not have happened else?",
		"What becomes of all this when the programme ends?",
	} {
		all = append(all, Choice{"q" + strconv.Itoa(i+1), words, ""})
	}
	return all
}

// score is the scale of a sign, the best last.
func score() []Choice {
	return []Choice{{"1", "1", "Not at all"}, {"2", "2", ""}, {"3", "3", "In the middle"}, {"4", "4", ""}, {"5", "5", "Very much so"}, {"-", "We can’t say", ""}}
}

func line(name, words, hint string, must bool) Question {
	return Question{Name: name, Words: words, Hint: hint, Ask: Line, Must: must}
}

func text(name, words, hint string, must bool) Question {
	return Question{Name: name, Words: words, Hint: hint, Ask: Text, Must: must}
}

// PartsOf lists the parts of a kind in their order, without the choices that are
// different in each record.
func PartsOf(k Kind) []Part {
	criteriaFirst := "Say first what makes a relationship work. The map comes after that, so that you look at it with your own eyes."
	var signs []Choice
	for _, c := range Criteria() {
		signs = append(signs, Choice(c))
	}
	actions := []Question{
		line("what", "What will be done?", "Small, and within reach.", true), line("who", "Who does it?", "", true), {Name: "by", Words: "By when?", Hint: "Leave it empty if nobody knows yet.", Ask: Day},
	}
	signed := Part{Name: "signed", Title: "When both signed", Lead: "It was agreed on paper or in a room, on another day than it is noted here? Say when. Leave out what nobody knows any more.", Questions: []Question{
		{Name: "ours", Words: "On which day did we sign off?", Ask: Day}, {Name: "theirs", Words: "On which day did they?", Ask: Day},
	}}
	switch k {
	case Mapping:
		return []Part{
			{Name: "gathering", Title: "Who came together", Must: true, Lead: "Four to twelve people are a good number: members, your adviser, workers, the organisation that holds the money, and one or two from agencies if you like.", Questions: []Question{
				{Name: "held", Words: "On which day?", Ask: Day, Must: true},
				line("where", "Where?", "", false),
				{Name: "how", Words: "On a screen together, or on paper?", Ask: One, Must: true, Choices: []Choice{{"screen", "On a screen together", ""}, {"paper", "On paper, and keyed in later", ""}, {"both", "Some of each", ""}}},
				text("who", "Who takes part?", "A line for each: “Denise, chair” or “Sam, worker”. First names are enough.", true),
			}},
			{Name: "criteria", Title: "What makes it work", Must: true, After: "gathering", AfterWords: "Say first who is here.", Lead: "Before anybody draws: when does working with others go well? Tell each other of a time when it did. Then choose the two signs that matter most to you.", Questions: []Question{
				text("when", "When did it go well, and why?", "", false),
				{Name: "two", Words: "Which two matter most to you?", Hint: "Choose two. If none of the eight says it, choose “one of our own” and write it below.", Ask: Some, Exactly: 2, Must: true, Choices: append(signs, Choice{"own", "One of our own", "In your words, below"}, Choice{"own2", "Another of our own", ""})},
				line("own", "One of your own, in your words", "Only if you chose it.", false),
				line("own2", "Another, in your words", "Only if you chose it.", false),
			}},
			{Name: "map", Title: "The map of all of them", Must: true, Each: true, Thing: "body", After: "criteria", AfterWords: criteriaFirst, Lead: "It may be messy. Put down everybody that comes to mind, one after the other. Near the middle is close.", Questions: []Question{
				{Name: "name", Words: "Who is it?", Hint: "As short as you say it: “Council parks”.", Ask: Line, Must: true, Most: 24},
				{Name: "shape", Words: "Which shape?", Ask: One, Must: true, Choices: Shapes()},
				{Name: "tie", Words: "What are they to you?", Hint: "More than one is fine.", Ask: Some, Choices: Ties()},
				{Name: "ring", Words: "How close are you?", Ask: One, Must: true, Choices: Rings()},
			}},
			{Name: "good", Title: "One that goes well", Must: true, After: "map", AfterWords: "Draw the map of all first.", Lead: "Choose one from your map that goes well, and look at it with your two signs.", Questions: []Question{
				{Name: "which", Words: "Which one goes well?", Ask: One, Must: true},
				text("first", "How is it with your first sign?", "", false), text("second", "And with the second?", "", false), text("learn", "What do you do there that you could do elsewhere?", "", false),
			}},
			{Name: "develop", Title: "One to work on", Must: true, After: "map", AfterWords: "Draw the map of all first.", Lead: "Choose one from your map that you would like to be better or to begin. It is nobody’s fault that it is not there yet.", Questions: []Question{
				{Name: "which", Words: "Which one would you like to work on?", Ask: One, Must: true},
				text("first", "How is it with your first sign?", "", false), text("second", "And with the second?", "", false), text("learn", "What would help?", "", false),
			}},
			{Name: "next", Title: "What to do next", After: "map", AfterWords: "Draw the map of all first.", Lead: "Perhaps a conversation with one of them, with somebody neutral in the room.", Questions: []Question{
				{Name: "talk", Words: "With whom would you like to talk?", Hint: "Or with nobody for now.", Ask: One}, text("why", "What would you like to come of it?", "", false),
			}},
			{Name: "actions", Title: "Who does what", Each: true, Thing: "action", After: "map", AfterWords: "Draw the map of all first.", Lead: "One thing at a time. Two or three are plenty.", Questions: actions},
		}
	case Conversation:
		return []Part{
			{Name: "about", Title: "Why talk, and who helps", Must: true, Lead: "Somebody neutral helps both sides to talk. Your adviser often prepares it. Two from each side are enough.", Questions: []Question{
				text("why", "Why would you like to talk?", "The other side reads this.", true),
				line("facilitator", "Who helps both sides to talk?", "Somebody independent of both.", false),
				line("prepares", "Who prepares it?", "", false),
				{Name: "held", Words: "On which day?", Hint: "Leave it empty until you both know.", Ask: Day},
			}},
			{Name: "plan", Title: "What it will be about", BothFirst: true, Lead: "Agree beforehand what will be talked about and what won’t. That keeps officers safe, and people who were hurt before.", Questions: []Question{
				text("people", "Who comes from the partnership?", "A line for each. Two are mainly enough.", true),
				text("theirs", "Who comes from the organisation?", "A line for each. Two are mainly enough.", false),
				text("will", "What will you talk about?", "", true), text("wont", "What won’t you talk about?", "", false),
				{Name: "questions", Words: "Which questions do you begin from?", Ask: Some, Choices: QuestionBank()},
			}},
			{Name: "talk", Title: "What was said", BothFirst: true, After: "plan", AfterWords: "Say first what it will be about.", Lead: "In a few words, as both sides would say it.", Questions: []Question{
				text("challenges", "What is hard at the moment?", "", false), text("opportunities", "What could be done together?", "", false),
				text("roles", "Who does what? What is done twice? Does anybody need training?", "", false), text("after", "What becomes of it when the programme ends?", "", false),
			}},
			{Name: "actions", Title: "Who does what next", Each: true, Thing: "action", BothFirst: true, Lead: "A few small things that can be kept. Say which side does each.", Questions: actions},
			{Name: "summary", Title: "The summary both agree to", BothFirst: true, After: "talk", AfterWords: "Write down first what was said.", Lead: "Half a page. Each side agrees to these very words. Once both have, they stay as they are, and are all that the other side sees.", Questions: []Question{
				{Name: "words", Words: "The summary", Ask: Text, Must: true, Most: 4000},
			}},
		}
	case Scores:
		var marks []Question
		for _, c := range Criteria() {
			marks = append(marks, Question{Name: c.Code, Words: c.Words, Hint: c.Hint, Ask: One, Choices: score(), Must: true})
		}
		return []Part{
			{Name: "about", Title: "When, and what matters most", Must: true, Lead: "Both sides score apart. Neither sees the other’s until both agree to show them.", Questions: []Question{
				{Name: "on", Words: "On which day?", Ask: Day, Must: true}, {Name: "two", Words: "Which two signs matter most to you?", Hint: "Choose two, if you have chosen.", Ask: Some, Choices: signs},
			}},
			{Name: "marks", Title: "How well it works, out of five", Must: true, Lead: "As you see it today. “We can’t say” is an answer.", Questions: append(marks,
				text("helps", "What helps?", "Such as money of our own, people who stay, knowing how it works there.", false),
				text("hinders", "What holds it back?", "Such as cuts, changes of staff, words that only one side knows.", false))},
		}
	case Check:
		all := []Part{{Name: "about", Title: "When, and with whom", Must: true, Lead: "Partnership and council look at the same short lists, each by themselves. Where they see it differently there is something to talk about.", Questions: []Question{
			{Name: "on", Words: "On which day did it begin?", Ask: Day, Must: true}, line("council", "With which council?", "", true), text("why", "Why now?", "", false),
		}}}
		for _, r := range CheckRoles() {
			p := Part{Name: "marks " + r.Code, Title: r.Words, Lead: "What happens already? Mark it as you see it. Nobody is given a score.", Questions: nil}
			for _, act := range CheckActions() {
				if act.For(r.Code) {
					p.Questions = append(p.Questions, Question{Name: act.ID, Words: act.Words, Hint: "", Ask: One, Choices: Marks()})
				}
			}
			p.Questions = append(p.Questions, text("word", "A word on any of this", "", false))
			all = append(all, p)
		}
		return append(all, Part{Name: "actions", Title: "Small things to do together", Each: true, Thing: "action", Lead: "Small things that both do together build trust. The bigger ones come after.", Questions: actions})
	case Agreement:
		return []Part{
			{Name: "agreement", Title: "What was agreed", Must: true, Lead: "Only where it helps. Many good relationships need no paper at all.", Questions: []Question{
				{Name: "sort", Words: "What sort of agreement?", Ask: One, Must: true, Choices: []Choice{{"memorandum", "A memorandum with each other", ""}, {"joint", "Working on something together", ""}, {"upkeep", "Who looks after something", ""}, {"lease", "A lease", ""}, {"other", "Something else", ""}}},
				line("name", "What is it about?", "“Looking after the play area”.", true), line("with", "With whom?", "", true),
				{Name: "from", Words: "From which day?", Ask: Day, Must: true},
			}},
			{Name: "terms", Title: "Who does what", After: "agreement", AfterWords: "Say first what was agreed.", Lead: "In plain words. The paper itself can be added below.", Questions: []Question{
				text("roles", "Who does what?", "", false), text("priorities", "What matters to both?", "", false),
				text("flexible", "Where is there room to bend?", "", false), text("talk", "How do you keep in touch about it?", "", false),
			}},
			{Name: "dates", Title: "Until when", After: "agreement", AfterWords: "Say first what was agreed.", Lead: "A day to look at it again is worth more than an end.", Questions: []Question{
				{Name: "until", Words: "Until which day does it hold?", Hint: "Leave it empty if no end was agreed.", Ask: Day},
				{Name: "review", Words: "When do you look at it again?", Ask: Day},
				{Name: "stands", Words: "How does it stand?", Ask: One, Choices: []Choice{{"talked", "Being talked about", ""}, {"signed", "Signed by both", ""}, {"ended", "Over", ""}}},
				text("note", "Anything else", "", false),
			}},
			signed,
		}
	case Seat:
		return []Part{{Name: "seat", Title: "A seat at somebody’s table", Must: true, Lead: "Seats go both ways: ours on their board, and theirs on ours.", Questions: []Question{
			{Name: "way", Words: "Whose seat is it?", Ask: One, Must: true, Choices: []Choice{{"ours", "Ours, at their table", ""}, {"theirs", "Theirs, at our table", ""}}},
			line("board", "Which board or group?", "", true), line("who", "Who sits there?", "Their role is enough: “our chair”.", true),
			{Name: "from", Words: "Since when?", Ask: Day},
		}}, {Name: "meaning", Title: "What it is worth", After: "seat", AfterWords: "Say first which seat it is.", Lead: "As we see it. This is for us alone until we share it.", Questions: []Question{
			{Name: "worth", Words: "How does it feel?", Ask: One, Choices: []Choice{{"strategic", "Something is decided there, and we help decide", ""}, {"listening", "We hear and are heard", ""}, {"box", "More for show", "“Box-ticking”"}, {"early", "Too early to say", ""}}},
			text("why", "Why?", "", false), text("after", "What becomes of the seat when the programme ends?", "", false),
			{Name: "until", Words: "If it has ended, on which day?", Ask: Day},
		}}}
	case Credit:
		return []Part{{Name: "credit", Title: "Who gets the credit", Must: true, Lead: "One piece in a newspaper that leaves somebody out can undo a year. Both sides agree to the words before anything is published.", Questions: []Question{
			line("for", "What is it for?", "“The play area opening”.", true), line("with", "With whom?", "", true),
			{Name: "words", Words: "The words that both will use", Hint: "“Made by residents of Tanners Reach, with the borough council’s parks team.”", Ask: Text, Must: true, Most: 600},
			{Name: "where", Words: "Where will it be used?", Ask: Some, Choices: Channels()},
		}}, {Name: "brief", Title: "To brief colleagues", After: "credit", AfterWords: "Write the words first.", Lead: "What somebody needs to know before a reporter rings. It prints on one page.", Questions: []Question{
			text("what", "What happened, in three sentences?", "", false), text("residents", "What did residents do?", "", false), text("others", "What did others do?", "", false), line("ask", "Who answers questions?", "A role and how to reach it.", false),
		}}, signed}
	case Celebration:
		return []Part{{Name: "celebration", Title: "Something to celebrate", Must: true, Lead: "Show what was done, and thank those who did it.", Questions: []Question{
			{Name: "sort", Words: "What is it?", Ask: One, Must: true, Choices: []Choice{{"exhibition", "An exhibition", ""}, {"evening", "An evening for elected members", ""}, {"party", "A celebration for everybody", ""}, {"visit", "A visit or a walk round", ""}, {"other", "Something else", ""}}},
			line("name", "What do you call it?", "", true),
			{Name: "on", Words: "On which day?", Ask: Day, Must: true},
			{Name: "where", Words: "How will people hear of it?", Ask: Some, Choices: Channels()},
		}}, {Name: "told", Title: "How it was", After: "celebration", AfterWords: "Say first what it is.", Lead: "For those who come after you.", Questions: []Question{
			text("who", "Who was thanked?", "", false), text("happened", "What happened?", "", false),
		}}}
	}
	return nil
}

// Channels are how people hear of things (V44).
func Channels() []Choice {
	return []Choice{{"leaflets", "Leaflets through doors", ""}, {"posters", "Posters", ""}, {"social", "Social media", ""}, {"shops", "A stall at the shops", ""}, {"papers", "The local paper", ""}}
}

// PartIn is a part of a record with all its choices, or fault.NotFound. Of a health
// check it is the sheet of a role, and behind it whose.
func PartIn(r Record, name string) (Part, error) {
	of := name
	if r.Kind == Check && strings.HasPrefix(name, "marks ") {
		of = strings.Join(strings.Fields(name)[:min(2, len(strings.Fields(name)))], " ")
	}
	all := PartsOf(r.Kind)
	at := slices.IndexFunc(all, func(p Part) bool { return p.Name == of })
	if at < 0 {
		return Part{}, fault.NotFound
	}
	p := r.fill(all[at])
	p.Name = name
	return p, nil
}

// fill gives a part the choices and words that are this record's own.
func (r Record) fill(p Part) Part {
	if r.Kind != Mapping {
		return p
	}
	var bodies []Choice
	for _, item := range r.Sheet("map", Ours).Items {
		bodies = append(bodies, Choice{item["name"], item["name"], ""})
	}
	two := r.Two()
	for i := range p.Questions {
		switch q := &p.Questions[i]; {
		case q.Name == "which" || q.Name == "talk":
			q.Choices = bodies
		case q.Name == "first" && len(two) > 0:
			q.Words = "“" + two[0] + "”: how is that?"
		case q.Name == "second" && len(two) > 1:
			q.Words = "“" + two[1] + "”: how is that?"
		}
	}
	return p
}

// Parts lists the parts of a record, with their choices.
func (r Record) Parts() []Part {
	all := PartsOf(r.Kind)
	for i := range all {
		all[i] = r.fill(all[i])
	}
	return all
}

// Two are the two signs that a record was looked at with, in words.
func (r Record) Two() (all []string) {
	part := "about"
	if r.Kind == Mapping {
		part = "criteria"
	}
	s := r.Sheet(part, Ours).Answers
	for _, code := range s.Lines("two") {
		words := s[code]
		for _, c := range Criteria() {
			if c.Code == code {
				words = c.Words
			}
		}
		if words == "" {
			words = "One of our own"
		}
		all = append(all, words)
	}
	return all
}

// Start puts on the map of a workshop all those that stand in the register and are
// not on it yet, as they stand there. Sent twice, it counts once.
func (w *Workshops) Start(ctx context.Context, by access.Actor, a area.Area, of ID, form string) error {
	_, err := w.once(ctx, by, form, content("start", a, of, ""), func(tx *db.Tx) (string, error) {
		r, err := w.mayWrite(ctx, tx, by, a, of)
		if err != nil {
			return "", err
		}
		if r.Kind != Mapping || !r.Written("criteria") {
			return "", fault.New(fault.Conflict, "Say first what makes a relationship work.")
		}
		links, err := relationship.OnMap(ctx, tx, a.ID, w.today())
		if err != nil {
			return "", err
		}
		s := r.Sheet("map", Ours)
		s.Items = fromRegister(links, slices.Clone(s.Items))
		return string(of), w.write(ctx, tx, by, a, r, s)
	})
	return err
}

// mayWrite is a record, for who may go on with it.
func (w *Workshops) mayWrite(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID) (Record, error) {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return r, err
	}
	if !r.SeenBy(by, a) {
		return r, fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return r, err
	}
	if r.Finished() {
		return r, fault.New(fault.Conflict, "This is finished, and stays as it is.")
	}
	return r, nil
}

func fromRegister(links []relationship.Link, items []Answers) []Answers {
	for _, l := range links {
		name := mapName(l)
		if slices.ContainsFunc(items, func(a Answers) bool { return strings.EqualFold(a["name"], name) }) || len(items) >= MostItems {
			continue
		}
		item := Answers{"name": name, "shape": l.Type.Shape(), "ring": Rings()[min(max(l.Closeness.Ring(), 0), 3)].Code}
		var ties []string
		for _, k := range l.Kinds {
			ties = append(ties, string(k))
		}
		if len(ties) > 0 {
			item["tie"] = strings.Join(ties, "\n")
		}
		items = append(items, item)
	}
	return items
}

// mapName is a name as there is room for on a map.
func mapName(l relationship.Link) string {
	if r := []rune(l.Short); len(r) > 24 {
		return strings.TrimSpace(string(r[:24]))
	}
	return l.Short
}

// Missing lists the bodies on the map of a workshop that the register has not.
func (r Record) Missing(links []relationship.Link) (all []Answers) {
	for _, item := range r.Sheet("map", Ours).Items {
		if !slices.ContainsFunc(links, func(l relationship.Link) bool { return strings.EqualFold(mapName(l), item["name"]) }) {
			all = append(all, item)
		}
	}
	return all
}

// Register takes into the register those of a workshop's map that the group says
// should be in it. Sent twice, it counts once.
func (w *Workshops) Register(ctx context.Context, by access.Actor, a area.Area, of ID, names []string, form string) error {
	_, err := w.once(ctx, by, form, content("register", a, of, names), func(tx *db.Tx) (string, error) {
		return string(of), w.RegisterIn(ctx, tx, by, a, of, names)
	})
	return err
}

// RegisterIn is Register as part of a transaction.
func (w *Workshops) RegisterIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, names []string) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil || !r.SeenBy(by, a) {
		return fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	links, err := relationship.OnMap(ctx, tx, a.ID, w.today())
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fault.Invalid{{Field: "names", Words: "Choose whom to put into the register"}}
	}
	for _, item := range r.Missing(links) {
		if !slices.Contains(names, item["name"]) {
			continue
		}
		n := relationship.New{Who: item["name"], State: relationship.NewState{Closeness: relationship.Closeness(item["ring"]), From: w.today()}}
		n.Name, n.Short, n.Type = item["name"], item["name"], typeOf(item["shape"])
		for _, tie := range item.Lines("tie") {
			if k := relationship.Kind(tie); slices.Contains(relationship.Kinds(), k) {
				n.State.Kinds = append(n.State.Kinds, k)
			}
		}
		if _, err := w.Relationships.AddIn(ctx, tx, by, a, n); err != nil {
			return err
		}
	}
	return nil
}

// typeOf is the type of body that a shape stands for.
func typeOf(shape string) agency.Type {
	if shape == "councillor" {
		return agency.Councillors
	}
	return agency.Type(shape)
}

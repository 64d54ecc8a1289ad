package demo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/project"
)

// A bundle is money that is decided together: for a project that begins, or for
// all the rest of a year.
type bundle struct {
	project     tale
	instalments []funding.NewInstalment
}

// bundles parts a year's instalments into what is decided together. A project
// that begins within the year takes what its lines have, where no other has it; one
// that is small has its money from what is decided for the year.
func (s *story) bundles(all []funding.NewInstalment) []bundle {
	if len(all) == 0 {
		return nil
	}
	var parts []bundle
	days, ends := float64(s.doings.begins.DaysUntil(s.what.Today)), date.Of(s.now).AddMonths(12)
	for _, c := range s.doings.coming {
		on := s.doings.begins.AddDays(int(days * c.at))
		if s.began[c.name] != 0 || on.Before(date.Of(s.now)) || !on.Before(ends) || c.early || len(c.lines) == 0 || c.state == project.Idea {
			continue
		}
		of := s.doings.linesOf(c.lines...)
		b := bundle{project: c.tale}
		all = slices.DeleteFunc(all, func(n funding.NewInstalment) bool {
			mine := slices.Contains(of, n.Line)
			if mine {
				b.instalments = append(b.instalments, n)
			}
			return mine
		})
		if len(b.instalments) > 0 {
			parts = append(parts, b)
		}
	}
	if len(all) > 0 {
		parts = append(parts, bundle{instalments: all})
	}
	return parts
}

// decideMoney plays the decision that a bundle's letter is by.
func (s *story) decideMoney(ctx context.Context, tx *db.Tx, b bundle) (decision.Decision, error) {
	sums, order := map[plan.LineID]money.Amount{}, []plan.LineID{}
	for _, in := range b.instalments {
		if _, known := sums[in.Line]; !known {
			order = append(order, in.Line)
		}
		sums[in.Line] = sums[in.Line].Add(in.Amount)
	}
	total := money.Pence(0)
	var lines []decision.Line
	for _, l := range order {
		lines, total = append(lines, decision.Line{Line: l, Amount: sums[l]}), total.Add(sums[l])
	}
	words := decision.NewText{Lines: lines, Parties: []decision.Party{{Part: decision.Does, Organisation: s.lto.ID}}}
	if b.project.name != "" {
		words.Title = b.project.name
		words.Question = "Shall we begin “" + b.project.name + "”, and pay " + total.Whole() + " for its first year?"
		words.Words = cmp.Or(b.project.why, b.project.what)
	} else {
		year := strconv.Itoa(s.now.Year())
		slices.SortStableFunc(order, func(x, y plan.LineID) int { return cmp.Compare(sums[y].Minor(), sums[x].Minor()) })
		var most []string
		for _, l := range order[:min(2, len(order))] {
			most = append(most, lowerFirst(s.byID(l).name))
		}
		words.Title = "What we spend from " + year
		words.Question = "Shall we ask for " + total.Whole() + " for the year from " + date.Of(s.now).Long() + "?"
		words.Words = "What each part of our plan needs for the next twelve months. Most of it is for " + strings.Join(most, ", and for ") + "."
	}
	made, err := s.decide(ctx, tx, decision.NewProposal{Kind: decision.Spending, Words: words})
	if err != nil {
		return made, err
	}
	for _, l := range order {
		s.allowed[l] = made.Number
	}
	if b.project.name != "" {
		s.began[b.project.name] = made.Number
	}
	return made, nil
}

// lowerFirst is a name within a sentence: “the Hub” and its like stay as they are.
func lowerFirst(name string) string {
	first, _, _ := strings.Cut(name, " ")
	if slices.Contains(homes, first) || strings.HasPrefix(name, "Old ") || strings.ToUpper(first) == first {
		return "the " + name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// decided are the decisions that a project’s money is from, as a person types
// their numbers.
func (d *doings) decided(t tale) string {
	if number := d.began[t.name]; number != 0 {
		return strconv.FormatInt(number, 10)
	}
	var numbers []string
	for _, l := range d.linesOf(t.lines...) {
		if number := strconv.FormatInt(d.allowed[l], 10); number != "0" && !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return strings.Join(numbers, ", ")
}

// A matter is something small that a partnership decides.
type matter struct{ title, question, words, hears string }

// small plays a decision about something that costs nothing, or next to nothing,
// and that whoever it touches was told of.
func (s *story) small(ctx context.Context, tx *db.Tx) error {
	if s.isStar() || s.voice.r.IntN(3) == 0 {
		return nil
	}
	m := matters[(s.voice.r.IntN(len(matters))+s.lot())%len(matters)]
	if slices.Contains(s.matters, m.title) {
		return nil
	}
	s.matters = append(s.matters, m.title)
	words := decision.NewText{Title: m.title, Question: m.question, Words: m.words}
	if m.hears != "" {
		words.Parties, words.HearDays = []decision.Party{{Part: decision.Hears, Name: m.hears}}, 14
	}
	_, err := s.decide(ctx, tx, decision.NewProposal{Kind: decision.Other, Words: words})
	return err
}

// tell plays that whoever must hear of a decision is told.
func (s *story) tell(ctx context.Context, tx *db.Tx, made decision.Decision) error {
	for i, party := range made.Decided().Parties {
		if party.Part != decision.Hears {
			continue
		}
		if err := s.decisions.TellIn(ctx, tx, s.chair, s.area, made.Number, decision.NewTelling{Party: i, On: date.Of(s.now), How: pick(s.voice.r, toldBy)}); err != nil {
			return err
		}
	}
	return nil
}

var matters = []matter{
	{"Meetings at half past six", "Shall we meet at half past six instead of seven?", "Those who work early asked for it. The last bus goes at nine.", ""},
	{"Children at our meetings", "Shall there be somebody to mind children at every meeting?", "Three parents would come if there were.", "The playgroup"},
	{"A name for the play area", "Shall the play area be called after Mrs Ogden?", "She ran it for thirty years. Her family would like it.", "The family"},
	{"No glass at the fun day", "Shall there be no glass at the fun day?", "Somebody cut a foot last year.", "The stallholders"},
	{"Our letter about the bus", "Shall we write to the bus company about the last bus?", "It goes before the late shift ends.", "The bus company"},
	{"The noticeboard key", "Shall each group have a key to the noticeboard?", "Now there is one key, and it is always somewhere else.", "The groups that meet here"},
	{"Paying for lifts", "Shall whoever comes by taxi because they must have it paid?", "Two members cannot come otherwise.", ""},
	{"Photographs", "Shall we ask before we put anybody’s picture up?", "One family was upset, and rightly.", "Whoever takes our pictures"},
	{"A seat for the school", "Shall the school council send two people to every open meeting?", "They asked. They will say what they think.", "The school"},
	{"Dogs on the green", "Shall half of the green be for dogs, and half not?", "We tried it for a month with tape, and it worked.", "The parks team"},
	{"The Christmas lights", "Shall we put the lights on the big tree and not on the lampposts?", "The lampposts need an engineer each time.", "The council’s lighting team"},
	{"What we do in August", "Shall we keep one open afternoon in August, and nothing else?", "People need a rest. Some need company all the more.", ""},
	{"Reading the papers aloud", "Shall the papers be read aloud at the beginning?", "Not everybody reads easily, and nobody should have to say so.", ""},
	{"Who speaks to the paper", "Shall only the chair and one other speak to the newspaper?", "Last time we read three different things.", "The newspaper"},
	{"The shed", "Shall the bowls club have the left half of the shed?", "They mended the roof.", "The bowls club"},
	{"Second language", "Shall our posters be in two languages?", "One in five of us reads Polish better than English.", "The printer"},
	{"Late-night noise", "Shall music at the hall stop at ten?", "The houses behind it have small children.", "Whoever hires the hall"},
	{"Thanking volunteers", "Shall there be a supper for volunteers each spring?", "Nobody gave them so much as a card.", ""},
	{"Bonfire night", "Shall we have one bonfire on the field, and ask the fire station to light it?", "There were five small ones, and one hedge.", "The fire station"},
	{"Whose bench is it", "Shall the bench by the church stay where it is?", "Two people want it moved, and nine sit on it.", "The church"},
	{"Minutes on one page", "Shall our notes be no longer than a page?", "Longer ones are not read.", ""},
	{"The empty shop", "Shall we ask the owner for the empty shop for one summer?", "It looks bad, and it costs him money as it is.", "The owner of the shop"},
	{"Old photographs", "Shall we lend our box of old photographs to the school?", "They want to ask their grandparents about them.", "The school"},
	{"Litter picks", "Shall the litter pick be on Saturdays, before the market?", "On Sundays it was the same six.", "The street sweepers"},
}

package workshopweb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

type note struct {
	Kind  web.Kind
	Words string
}

// A card has parts, or a table to its edges.
type card struct {
	ID, Heading string
	Parts       []templ.Component
	Table       templ.Component
}

// A doing is a form that is a button.
type doing struct {
	Action, Form string
	Words, Hint  string
	Kind         web.ButtonKind
	Fields       [][2]string
}

// manyAtATalk says from which side more than two come. Before each side was asked
// about by itself, both stood in one list.
func manyAtATalk(plan workshop.Answers) string {
	ours, theirs := len(plan.Lines("people")), len(plan.Lines("theirs"))
	switch {
	case theirs == 0 && ours > 4:
		return "That is " + strconv.Itoa(ours) + " people."
	case theirs > 0 && (ours > 2 || theirs > 2):
		return "That is " + strconv.Itoa(ours) + " from our side and " + strconv.Itoa(theirs) + " from theirs."
	}
	return ""
}

func conversationNotes(d *recordData, one workshop.Record) {
	say := func(side workshop.Side, words string) string {
		switch one.Last(side, workshop.Yes, workshop.NotNow).Step {
		case workshop.Yes:
			return words + ": yes."
		case workshop.NotNow:
			return words + ": not now."
		case workshop.Agreed, workshop.Finished, workshop.Shared:
		}
		return words + ": not said yet."
	}
	d.Notes = append(d.Notes, note{web.Info, "Do both want this talk? " + say(workshop.Ours, "We said") + " " + say(workshop.Theirs, "They said")})
	if words := manyAtATalk(one.Sheet("plan", workshop.Ours).Answers); words != "" {
		d.Notes = append(d.Notes, note{web.Watch, words + " Mainly two from each side say more to each other. It is your choice."})
	}
	if one.Digest() != "" && !one.Finished() {
		words := "Neither side has agreed to the summary yet."
		switch {
		case one.Agreed(workshop.Ours):
			words = "We agree to the summary. They have not said so yet."
		case one.Agreed(workshop.Theirs):
			words = "They agree to the summary. We have not said so yet."
		}
		d.Notes = append(d.Notes, note{web.Info, words})
	}
}

// cardOf is a part as it was answered.
func (p pages) cardOf(s scene, one workshop.Record, part workshop.Part, open bool) []card {
	if strings.HasPrefix(part.Name, "marks ") || one.Kind == workshop.Scores && part.Name == "marks" && one.Written("marks") {
		return nil
	}
	id := strings.ReplaceAll(part.Name, " ", "-")
	sheet := one.Sheet(part.Name, workshop.Ours)
	c := card{ID: id, Heading: part.Title}
	written := sheet.Number > 0
	leadsOn := func(words string, done bool) {
		if open {
			c.Parts = append(c.Parts, goOn(words, partHref(s.area, one.ID, part.Name), done))
		}
	}
	if part.Each {
		var cards []card
		if part.Name == "map" && len(sheet.Items) > 0 {
			c.Parts = append(c.Parts, figure("Everybody on the map of that day. The same is in the list below.", s.area.Name, tied(one, "")))
		}
		switch {
		case len(sheet.Items) == 0 && part.After != "" && !one.Written(part.After):
			c.Parts = append(c.Parts, quiet(part.AfterWords))
			return []card{c}
		case len(sheet.Items) == 0:
			c.Parts = append(c.Parts, quiet(part.Lead))
		case part.Name != "map":
			c.Table = taskTable(part, one)
		}
		if part.Name == "map" {
			leadsOn(map[bool]string{true: "Add another, or change the map", false: "Draw the map"}[len(sheet.Items) > 0], len(sheet.Items) > 0)
			cards = append(cards, c)
			if len(sheet.Items) > 0 {
				cards = append(cards, card{ID: "map-list", Heading: "The same as a list", Table: itemTable(part, sheet)})
			}
			return cards
		}
		if c.Table != nil {
			cards = append(cards, c)
			c = card{ID: id + "-more", Heading: "Done, or more of them?"}
			if s.mayKeep && len(one.ToDo()) > 0 {
				c.Parts = append(c.Parts, goOn("Tick off what is done", doneHref(href(s.area, one.ID)), true))
			}
			if !open {
				if len(c.Parts) > 0 {
					c.Heading = "Is something of it done?"
					cards = append(cards, c)
				}
				return cards
			}
		}
		leadsOn("Add one", false)
		return append(cards, c)
	}
	if !written {
		if part.After != "" && !one.Written(part.After) {
			c.Parts = append(c.Parts, quiet(part.AfterWords))
			return []card{c}
		}
		c.Parts = append(c.Parts, quiet(part.Lead))
		leadsOn("Write this down", false)
		return []card{c}
	}
	if part.Name == "good" || part.Name == "develop" {
		which := sheet.Answers["which"]
		c.Heading += ": " + which
		c.Parts = append(c.Parts, figure(which+" alone, as on the map of that day.", s.area.Name, tied(one, which)))
	}
	for _, q := range part.Questions {
		if said := sheet.Answers[q.Name]; said != "" && q.Name != "which" {
			c.Parts = append(c.Parts, question(q.Words, q.InWords(said)))
		}
	}
	leadsOn("Change this", true)
	return []card{c}
}

func itemTable(part workshop.Part, sheet workshop.Sheet) web.Table {
	heads := map[string]string{"name": "Who", "shape": "Shape", "tie": "What they are to us", "ring": "How close", "what": "What", "who": "Who does it", "by": "By when"}
	t := web.Table{Caption: part.Title, CaptionHidden: true}
	for _, q := range part.Questions {
		t.Columns = append(t.Columns, web.Column{Text: heads[q.Name]})
	}
	for _, item := range sheet.Items {
		var row web.Row
		for i, q := range part.Questions {
			cell := web.Cell{Text: q.InWords(item[q.Name]), RowHeader: i == 0}
			if q.Name == "by" && cell.Text == "" {
				cell.Text = "When there is time"
			}
			if q.Name == "tie" && cell.Text == "" {
				cell.Text = "Just in touch"
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// items is the list that is there already, above the questions for one more.
func (p pages) items(s scene, one workshop.Record, part workshop.Part, sheet workshop.Sheet) templ.Component {
	change := map[int]string{}
	to := partHref(s.area, one.ID, part.Name)
	for i := range sheet.Items {
		change[i] = to + "?change=" + strconv.Itoa(i+1)
	}
	var all []templ.Component
	if part.Name == "map" {
		if len(sheet.Items) > 0 {
			all = append(all, figure("The map so far.", s.area.Name, tied(one, "")))
		} else {
			all = append(all, startForm(href(s.area, one.ID)+"/start", p.site.NewForm()))
		}
	}
	return templ.Join(append(all, itemList("there", "On the list", itemTable(part, sheet), change, to, p.site.NewForm()))...)
}

// missing offers to take into the register those on the map that it has not.
func (p pages) missing(ctx context.Context, tx *db.Tx, s scene, one workshop.Record, d *recordData) error {
	if !s.mayKeep || !one.Written("map") {
		return nil
	}
	links, err := relationship.OnMap(ctx, tx, s.area.ID, p.site.Today())
	if err != nil {
		return err
	}
	boxes := web.Checkboxes{Name: "names", Label: "Whom does the group want in our register?", Hint: "They are on this map and not in the register. Leave out those who only came to mind."}
	for _, item := range one.Missing(links) {
		boxes.Options = append(boxes.Options, web.Option{Value: item["name"], Text: item["name"]})
	}
	if len(boxes.Options) > 0 {
		d.Cards = append(d.Cards, card{ID: "register", Heading: "New faces on this map", Parts: []templ.Component{chooseForm(href(s.area, one.ID)+"/register", p.site.NewForm(), "Put these into the register", boxes)}})
	}
	return nil
}

func (p pages) filesCard(s scene, one workshop.Record, files []document.Filing, wrong string) card {
	heading, label := "The paper itself", "Add the signed paper, or a photo of it"
	switch one.Kind {
	case workshop.Mapping:
		heading, label = "Photos", "Add a photo of the wall"
	case workshop.Celebration:
		heading, label = "Photos", "Add a photo of it"
	case workshop.Conversation, workshop.Scores, workshop.Check, workshop.Agreement, workshop.Seat, workshop.Credit:
	}
	c := card{ID: "files", Heading: heading}
	var items []web.Item
	for _, f := range files {
		items = append(items, web.Item{Mark: web.Icon("doc"), Text: f.Name, Href: href(s.area, one.ID) + "/files/" + string(f.ID), Detail: document.Size(f.Size) + ", added on " + web.When(f.At)})
	}
	if len(items) > 0 {
		c.Parts = append(c.Parts, web.Items(items))
	} else {
		c.Parts = append(c.Parts, quiet("Nothing was added yet."))
	}
	if s.mayKeep {
		c.Parts = append(c.Parts, fileForm(href(s.area, one.ID)+"/files", p.site.NewForm(), wrong, label))
	}
	return c
}

// doings are what can be said of a record as it stands, the main one first.
func (p pages) doings(s scene, one workshop.Record) (all []doing) {
	if !s.mayKeep {
		return nil
	}
	say := func(words, hint string, kind web.ButtonKind, step workshop.StepKind, digest string) {
		all = append(all, doing{href(s.area, one.ID) + "/say", p.site.NewForm(), words, hint, kind, [][2]string{{"step", string(step)}, {"seen", digest}}})
	}
	ours := one.Last(workshop.Ours, workshop.Yes, workshop.NotNow).Step
	switch {
	case one.Finished():
	case one.Kind == workshop.Conversation && ours != workshop.Yes:
		say("Yes, we want this talk", "", web.Primary, workshop.Yes, "")
		if ours != workshop.NotNow {
			say("Not now", "You need not say why.", web.Secondary, workshop.NotNow, "")
		}
	case one.Kind == workshop.Conversation && !one.BothWant():
		say("We would rather not now", "You may change your mind until both have said yes, and after.", web.Secondary, workshop.NotNow, "")
	case one.Kind.Words() != "" && one.Digest() != "" && !one.Agreed(workshop.Ours):
		say("We agree to these very words", "If anybody changes them, both sides are asked again.", web.Primary, workshop.Agreed, one.Digest())
	case one.Kind == workshop.Scores && one.Written("marks") && one.Last(workshop.Ours, workshop.Agreed).Number == 0:
		say("Show ours once they show theirs", "Neither side sees the other’s before both say this.", web.Primary, workshop.Agreed, "")
	case one.Kind == workshop.Mapping && one.Written("good") && one.Written("develop"):
		say("Finish: it stays as it is", "The maps and notes of the day are kept as they are, to be looked at beside the next.", web.Primary, workshop.Finished, "")
	case one.Kind == workshop.Check && len(one.Differences()) > 0:
		say("Finish: it stays as it is", "", web.Secondary, workshop.Finished, "")
	}
	if one.Kind == workshop.Conversation && one.Finished() {
		all = append(all, doing{href(s.area, one.ID) + "/again", p.site.NewForm(), "Begin a second talk that goes on from this one", "", web.Secondary, nil})
	}
	if !one.Shared() {
		say("Share this with the programme", "Your programme officer can then read it. Nobody else can, and no other area.", web.Secondary, workshop.Shared, "")
	}
	return all
}

// scoresCards are how well it works, sign by sign, in our eyes and in theirs: a reader
// of the other side is told whose eyes they are.
func scoresCards(s workshop.Scoring, we, they string) []card {
	t := web.Table{Caption: "How well it works, out of five", CaptionHidden: true, Columns: []web.Column{{Text: "Sign"}, {Text: we}, {Text: they}}}
	again := slices.ContainsFunc(s.Scores, func(one workshop.Score) bool { return one.WeBefore > 0 })
	if again {
		t.Columns = append(t.Columns, web.Column{Text: "We said last time", Numeric: true})
	}
	for _, one := range s.Scores {
		cells := []web.Cell{{Component: sign(one), RowHeader: true}, {Component: pips(one.We)}, {Text: "Not shown yet"}}
		if s.BothShow {
			cells[2] = web.Cell{Component: pips(one.They)}
		}
		if again {
			before := ""
			if one.WeBefore > 0 {
				before = strconv.Itoa(one.WeBefore)
			}
			cells = append(cells, web.Cell{Text: before})
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	all := []card{{ID: "signs", Heading: "How well it works, out of five", Table: t}}
	var more []templ.Component
	if s.Worth != "" {
		more = append(more, question("Worth a talk", s.Worth))
	}
	for _, why := range s.Why {
		who := map[workshop.Side]string{workshop.Ours: we, workshop.Theirs: they}[why.Side]
		if why.Helps != "" {
			more = append(more, question(who+": what helps", why.Helps))
		}
		if why.Hinders != "" {
			more = append(more, question(who+": what holds it back", why.Hinders))
		}
	}
	if len(more) > 0 {
		all = append(all, card{ID: "why", Heading: "What helps, and what holds it back", Parts: more})
	}
	return all
}

// checkCards are who marks, and where people see it differently.
func (p pages) checkCards(s scene, one workshop.Record) []card {
	mark := card{ID: "mark", Heading: "Who marks what"}
	var items []web.Item
	for _, role := range workshop.CheckRoles() {
		n := 0
		for _, sheet := range one.Sheets {
			if strings.HasPrefix(sheet.Part+" ", "marks "+role.Code+" ") {
				n++
			}
		}
		detail := "Nobody yet"
		if n > 0 {
			detail = "Marked by " + strconv.Itoa(n)
		}
		item := web.Item{Mark: web.Icon("people"), Text: role.Words, Detail: detail}
		if one.MarkedBy(s.by, s.area) {
			item.Href = href(s.area, one.ID) + "/marks/" + role.Code
			if role.Hint == "council" {
				item.Href += "?paper=new"
				if !s.by.May(access.KeepRelationships, s.area.Place()) {
					item.Href = "" // what was marked on paper is keyed in by the partnership
				}
			}
		}
		items = append(items, item)
	}
	lead := "Here is who has marked so far."
	switch {
	case !one.MarkedBy(s.by, s.area):
	case s.by.May(access.KeepRelationships, s.area.Place()):
		lead = "Choose what you are, and mark by yourself. What a councillor or officer marked on paper you can key in for them."
	default:
		lead = "Choose what you are, and mark by yourself."
	}
	mark.Parts = []templ.Component{quiet(lead), web.Items(items)}
	all := []card{mark}
	t := web.Table{Caption: "Where people see it differently", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "How it is seen"}}}
	same := 0
	for _, d := range one.Differences() {
		if !d.Differ {
			same++
			continue
		}
		var seen []string
		for _, b := range d.By {
			seen = append(seen, b.Code+": "+strings.ToLower(b.Words))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: d.Action.Words, Small: workshop.Components()[d.Action.Component()-1].Title + " (" + d.Action.ID + ", " + strings.ToLower(d.Action.Source[:1]) + d.Action.Source[1:] + ")", RowHeader: true}, {Text: strings.Join(seen, "; ")}}})
	}
	if len(t.Rows) > 0 {
		all = append(all, card{ID: "talk", Heading: "Worth talking about", Table: t})
	}
	var words []templ.Component
	for _, role := range workshop.CheckRoles() {
		for _, sheet := range one.Sheets {
			if said := sheet.Answers["word"]; said != "" && strings.HasPrefix(sheet.Part+" ", "marks "+role.Code+" ") {
				words = append(words, question(role.Words, said))
			}
		}
	}
	if len(words) > 0 {
		all = append(all, card{ID: "words", Heading: "A word on it", Parts: words})
	}
	if same > 0 {
		said := fmt.Sprintf("%d things are seen alike by all who know, or were marked by one alone.", same)
		if same == 1 {
			said = "One thing is seen alike by all who know, or was marked by one alone."
		}
		all = append(all, card{ID: "same", Heading: "Seen alike", Parts: []templ.Component{quiet(said)}})
	}
	return all
}

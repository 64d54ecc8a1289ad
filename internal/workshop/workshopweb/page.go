package workshopweb

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// recordData is the page of one record.
type recordData struct {
	Shell       web.Shell
	Title, Lead string
	Kind        web.Kind
	Status      string
	Shared      bool
	Tools       []web.Tool
	Notes       []note
	Cards       []card
	Does        []doing
}

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

var leads = map[workshop.Kind]string{
	workshop.Mapping:      "One step after the other, in your own time. Everything is kept as you go: stop when the tea is ready.",
	workshop.Conversation: "Both sides have to want it. Each says so by itself, and “not now” needs no reason.",
	workshop.Scores:       "Both sides score apart. What each says is shown to the other only once both agree.",
	workshop.Check:        "Each marks by themselves what happens already. Where people see it differently, there is something to talk about.",
	workshop.Agreement:    "What was agreed, in plain words, so that whoever comes next can find it.",
	workshop.Seat:         "Who sits at whose table, and what it is worth.",
	workshop.Credit:       "Nothing is published before both sides agree to the words.",
	workshop.Celebration:  "So that those who did it are seen.",
}

func (p pages) show(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d recordData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) (err error) {
		d, err = p.recordOf(r, tx, s, one)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, recordPage(d))
}

func (p pages) recordOf(r *http.Request, tx *db.Tx, s scene, one workshop.Record) (recordData, error) {
	ctx := r.Context()
	title, err := p.called(r, tx, s, one)
	if err != nil {
		return recordData{}, err
	}
	d := recordData{Title: title, Lead: leads[one.Kind], Shared: one.Shared()}
	d.Shell = p.shell(r, s.by, s.area, title, listLink(s.area, one.Kind), web.Link{Text: title})
	d.Kind, d.Status = status(one)
	open := s.mayKeep && !one.Finished()
	switch one.Kind {
	case workshop.Mapping:
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "The sheets for paper", Href: togetherHref(s.area) + "/paper"})
		before, err := lastBefore(ctx, tx, one)
		if err != nil {
			return d, err
		}
		if before.ID != "" {
			d.Tools = append(d.Tools, web.Tool{Icon: "swap", Text: "Beside the one before", Href: href(s.area, one.ID) + "/compare"})
		}
		if people := len(one.Sheet("gathering", workshop.Ours).Answers.Lines("who")); people > 12 || people > 0 && people < 4 {
			d.Notes = append(d.Notes, note{web.Info, "Four to twelve people are a good number for this. It works with others too, only differently."})
		}
	case workshop.Conversation:
		conversationNotes(&d, one)
	case workshop.Credit:
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "A sheet to brief colleagues", Href: href(s.area, one.ID) + "/brief"})
	case workshop.Scores, workshop.Check, workshop.Agreement, workshop.Seat, workshop.Celebration:
	}
	if one.Kind.Invited() && s.mayShare && !one.Finished() {
		d.Tools = append(d.Tools, web.Tool{Icon: "out", Text: "Invite the other side", Href: href(s.area, one.ID) + "/invite"})
	}
	for _, part := range one.Parts() {
		d.Cards = append(d.Cards, p.cardOf(s, one, part, open)...)
	}
	switch one.Kind {
	case workshop.Scores:
		before, err := lastBefore(ctx, tx, one)
		if err != nil {
			return d, err
		}
		if one.Written("marks") {
			d.Cards = append(d.Cards, scoresCards(one.Scoring(before))...)
		}
	case workshop.Check:
		d.Cards = append(d.Cards, p.checkCards(s, one)...)
	case workshop.Mapping:
		if err := p.missing(ctx, tx, s, one, &d); err != nil {
			return d, err
		}
	case workshop.Conversation, workshop.Agreement, workshop.Seat, workshop.Credit, workshop.Celebration:
	}
	files, err := workshop.Files(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return d, err
	}
	d.Cards = append(d.Cards, p.filesCard(s, one, files, ""))
	d.Does = p.doings(s, one)
	return d, nil
}

// lastBefore is the one of the same kind, and with the same body, before this one.
func lastBefore(ctx context.Context, tx *db.Tx, one workshop.Record) (found workshop.Record, err error) {
	all, err := workshop.Of(ctx, tx, one.Area, one.Kind, one.Relationship)
	for _, r := range all {
		if r.ID != one.ID && r.Day().Before(one.Day()) && (found.ID == "" || found.Day().Before(r.Day())) {
			found = r
		}
	}
	return found, err
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
	if people := len(one.Sheet("plan", workshop.Ours).Answers.Lines("people")); people > 4 {
		d.Notes = append(d.Notes, note{web.Watch, "That is " + strconv.Itoa(people) + " people. Mainly two from each side say more to each other. It is your choice."})
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
			c.Table = itemTable(part, sheet)
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
			c = card{ID: id + "-more", Heading: "More of them?"}
			if !open {
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

// tied is the map of a workshop as it is drawn: all of it, or one body alone.
func tied(r workshop.Record, only string) (all []chart.Tied) {
	for _, item := range r.Sheet("map", workshop.Ours).Items {
		if only != "" && item["name"] != only {
			continue
		}
		t := chart.Tied{Name: item["name"], Shape: chart.Shape(item["shape"]), NotStarted: item["ring"] == "not-yet"}
		for _, tie := range item.Lines("tie") {
			if slices.Contains(chart.Ties, chart.Tie(tie)) {
				t.Ties = append(t.Ties, chart.Tie(tie))
			}
		}
		for i, ring := range workshop.Rings() {
			if ring.Code == item["ring"] {
				t.Ring = chart.Rings[i]
			}
		}
		all = append(all, t)
	}
	return all
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
	if one.Kind == workshop.Mapping || one.Kind == workshop.Celebration {
		heading, label = "Photos", "Add a photo of the wall"
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

// scoresCards are how well it works, sign by sign.
func scoresCards(s workshop.Scoring) []card {
	t := web.Table{Caption: "How well it works, out of five", CaptionHidden: true, Columns: []web.Column{{Text: "Sign"}, {Text: "We say"}, {Text: "They say"}, {Text: "We said last time", Numeric: true}}}
	for _, one := range s.Scores {
		they := web.Cell{Text: "Not shown yet"}
		if s.BothShow {
			they = web.Cell{Component: pips(one.They)}
		}
		before := ""
		if one.WeBefore > 0 {
			before = strconv.Itoa(one.WeBefore)
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Component: sign(one), RowHeader: true}, {Component: pips(one.We)}, they, {Text: before}}})
	}
	all := []card{{ID: "signs", Heading: "How well it works, out of five", Table: t}}
	var more []templ.Component
	if s.Worth != "" {
		more = append(more, question("Worth a talk", s.Worth))
	}
	for _, h := range s.Helps {
		more = append(more, question("What helps", h))
	}
	for _, h := range s.Hinders {
		more = append(more, question("What holds it back", h))
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
	mark.Parts = []templ.Component{quiet("Choose what you are, and mark by yourself. What a councillor or officer marked on paper you can key in for them."), web.Items(items)}
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
	if same > 0 {
		all = append(all, card{ID: "same", Heading: "Seen alike", Parts: []templ.Component{quiet(fmt.Sprintf("%d things are seen alike by all who know, or were marked by one alone.", same))}})
	}
	return all
}

// paragraphs are the parts of a text that stand apart, by their lines.
func paragraphs(text string) (all [][]string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, strings.Split(part, "\n"))
		}
	}
	return all
}

// compareData is a workshop beside the one before it.
type compareData struct {
	Shell        web.Shell
	Lead, Middle string
	Maps         []mapSide
	Table        web.Table
}

type mapSide struct {
	ID, Heading, Caption, Signs string
	Tied                        []chart.Tied
}

func (p pages) compare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d compareData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		title := "Then and now"
		d.Shell = p.shell(r, by, s.area, title, togetherLink(s.area), web.Link{Text: name(one, nil), Href: href(s.area, one.ID)}, web.Link{Text: title})
		d.Middle = s.area.Name
		before, err := lastBefore(r.Context(), tx, one)
		if err != nil {
			return err
		}
		d.Lead = "There is no workshop before this one yet. After the next one both maps stand here side by side."
		sides := []workshop.Record{one}
		if before.ID != "" && before.SeenBy(by, s.area) {
			d.Lead = "Two maps with the same shapes and the same key. Nearer is closer. Neither is better: talk about what moved, and why."
			sides = []workshop.Record{before, one}
		}
		d.Table = web.Table{Caption: "Who was where", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}}}
		rows := map[string]map[int]string{}
		var order []string
		for i, side := range sides {
			if side.Kind != workshop.Mapping {
				continue
			}
			d.Maps = append(d.Maps, mapSide{"map-" + strconv.Itoa(i), side.Day().Long(), "The map of " + side.Day().Long() + ".", "Looked at with: " + strings.Join(side.Two(), ", and ") + ".", tied(side, "")})
			d.Table.Columns = append(d.Table.Columns, web.Column{Text: side.Day().Long()})
			for _, t := range tied(side, "") {
				if rows[t.Name] == nil {
					rows[t.Name] = map[int]string{}
					order = append(order, t.Name)
				}
				rows[t.Name][i] = t.Ring.Words()
			}
		}
		for _, n := range order {
			row := web.Row{Cells: []web.Cell{{Text: n, RowHeader: true}}}
			for i := range sides {
				where := rows[n][i]
				if where == "" {
					where = "Not on it"
				}
				row.Cells = append(row.Cells, web.Cell{Text: where})
			}
			d.Table.Rows = append(d.Table.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, comparePage(d))
}

// paperData is the sheets of a workshop for paper.
type paperData struct {
	Shell  web.Shell
	Middle string
	Parts  []workshop.Part
}

func (p pages) paper(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d paperData
	err := p.in(r, by, func(_ *db.Tx, s scene) error {
		d.Shell = p.shell(r, by, s.area, "The workshop on paper", togetherLink(s.area), web.Link{Text: "On paper"})
		d.Middle, d.Parts = s.area.Name, workshop.PartsOf(workshop.Mapping)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, paperPage(d))
}

// briefData is a sheet to brief colleagues with.
type briefData struct {
	Shell        web.Shell
	Title, Words string
	Wait         bool
	Facts        [][2]string
}

func (p pages) brief(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d briefData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		called, err := p.called(r, tx, s, one)
		d.Title = "Briefing: " + called
		d.Shell = p.shell(r, by, s.area, d.Title, listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: "Briefing"})
		d.Words, d.Wait = one.Sheet("credit", workshop.Ours).Answers["words"], one.Kind == workshop.Credit && !one.Finished()
		for _, part := range one.Parts() {
			for _, q := range part.Questions {
				if said := one.Sheet(part.Name, workshop.Ours).Answers[q.Name]; said != "" && q.Name != "words" && !part.Each && !strings.HasPrefix(part.Name, "marks") && part.Name != "meaning" {
					d.Facts = append(d.Facts, [2]string{q.Words, q.InWords(said)})
				}
			}
		}
		if d.Words == "" {
			d.Words = called
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, briefPage(d))
}

// listData is the list of one half of the room.
type listData struct {
	Shell       web.Shell
	Title, Lead string
	Tools       []web.Tool
	Sections    []section
}

type section struct {
	ID, Heading, Words, Empty string
	Table                     web.Table
	Begin                     web.Link
}

var together = []struct {
	kind                        workshop.Kind
	heading, words, empty, verb string
}{
	{workshop.Mapping, "Afternoons with the map", "What makes a relationship work, then the map of all of them, then two of them closely.", "None was held yet. It takes an afternoon, four to twelve people and some cut paper.", "Hold a mapping workshop"},
	{workshop.Conversation, "Talks with somebody neutral", "Two from each side and somebody independent. Both have to want it.", "None yet.", "Ask for a talk"},
	{workshop.Scores, "How well it works", "Eight signs, as both sides see them, year by year. There is no sum, and nobody is compared.", "Nobody has scored yet.", "Score one of them"},
	{workshop.Check, "Council and community", "Short lists for councils and for us: what happens already, and what could.", "None yet.", "Begin a check"},
}

var agreedList = []struct {
	kind                        workshop.Kind
	heading, words, empty, verb string
}{
	{workshop.Agreement, "Agreements", "Memoranda, working together, upkeep, leases. Only where one is useful.", "None is noted. That is fine where word of mouth works.", "Note an agreement"},
	{workshop.Seat, "Seats at tables", "Ours with them, and theirs with us.", "None is noted.", "Note a seat"},
	{workshop.Credit, "Who gets the credit", "Words that both sides agreed to before anything was published.", "None yet.", "Agree on the credit"},
	{workshop.Celebration, "Celebrations", "What we showed, and whom we thanked.", "None yet. Something worth showing?", "Plan a celebration"},
}

func (p pages) together(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.list(w, r, by, false)
}

func (p pages) agreed(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.list(w, r, by, true)
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor, agreed bool) error {
	var d listData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		d.Title, d.Lead = "How we work together", "Looking, from time to time, at how it goes with those we work with. All of it is for us until we share it."
		list, other, csv := together, agreedLink(s.area), togetherHref(s.area)+".csv"
		if agreed {
			d.Title, d.Lead = "What we agreed", "Agreements, seats, credit and celebrations: on paper where that helps."
			list, other, csv = agreedList, togetherLink(s.area), agreedHref(s.area)+".csv"
		} else {
			d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "The workshop on paper", Href: togetherHref(s.area) + "/paper"})
		}
		d.Tools = append(d.Tools, web.Tool{Icon: "doc", Text: other.Text, Href: other.Href}, web.Tool{Icon: "down", Text: "Download as a spreadsheet", Href: csv})
		d.Shell = p.shell(r, by, s.area, d.Title, web.Link{Text: d.Title})
		all, by, err := p.seenOf(r, tx, s)
		for _, k := range list {
			sec := section{ID: string(k.kind), Heading: k.heading, Words: k.words, Empty: k.empty, Table: web.Table{Caption: k.heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "When"}, {Text: "How it stands"}}}}
			if s.mayKeep {
				sec.Begin = web.Link{Text: k.verb, Href: beginHref(s.area, k.kind)}
			}
			for _, one := range slices.Backward(all) {
				if one.Kind == k.kind {
					tag, words := status(one)
					row := web.Row{Cells: []web.Cell{{Text: name(one, by), Href: href(s.area, one.ID), RowHeader: true}, {Text: one.Day().Long()}, {Component: web.Tag(tag, words)}}}
					if !one.ReviewOn().IsZero() {
						row.Cells[1].Small = "Look again by " + one.ReviewOn().Long()
					}
					sec.Table.Rows = append(sec.Table.Rows, row)
				}
			}
			d.Sections = append(d.Sections, sec)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

// seenOf are the records of an area that somebody may read.
func (p pages) seenOf(r *http.Request, tx *db.Tx, s scene) ([]workshop.Record, map[relationship.ID]string, error) {
	all, err := workshop.All(r.Context(), tx, s.area.ID, "")
	if err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(one workshop.Record) bool { return !one.SeenBy(s.by, s.area) })
	by, _, err := names(r.Context(), tx, s.area.ID)
	return all, by, err
}

func (p pages) togetherCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.listCSV(w, r, by, false)
}

func (p pages) agreedCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.listCSV(w, r, by, true)
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor, agreed bool) error {
	var rows [][]string
	var a area.Area
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		all, by, err := p.seenOf(r, tx, s)
		for _, one := range all {
			if isAgreed(one.Kind) != agreed {
				continue
			}
			_, stands := status(one)
			for _, part := range one.Parts() {
				for _, sheet := range one.Sheets {
					if sheet.Part != part.Name || sheet.Side == workshop.Theirs && !one.BothShow() && one.Kind != workshop.Check {
						continue
					}
					for _, answers := range append([]workshop.Answers{sheet.Answers}, sheet.Items...) {
						for _, q := range part.Questions {
							if answers[q.Name] != "" {
								rows = append(rows, []string{kindWords(one.Kind), name(one, by), one.Day().String(), stands, string(sheet.Side), part.Title, q.Words, q.InWords(answers[q.Name])})
							}
						}
					}
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	file := a.Slug + "-together"
	if agreed {
		file = a.Slug + "-agreed"
	}
	return web.CSV(w, file, []string{"kind", "name", "day", "how it stands", "side", "part", "question", "answer"}, rows)
}

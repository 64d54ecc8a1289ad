package relationshipweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/network"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// A hanging is somebody on either side, and what hangs on them.
type hanging struct {
	relationship.Stepping

	lost int32 // bodies that could no longer be reached without them, by any way round
}

// hangings are all who hold something on a day, those on whom most hangs first.
func hangings(ctx context.Context, tx *db.Tx, s scene, day date.Date) ([]hanging, error) {
	links, err := s.links(ctx, tx, day)
	if err != nil {
		return nil, err
	}
	held, err := relationship.EveryHolder(ctx, tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	var people []relationship.Holder // each once
	at := func(h relationship.Holder) int32 {
		for i, one := range people {
			if one.Same(h) {
				return int32(i)
			}
		}
		return -1
	}
	on := map[relationship.ID]bool{}
	for _, l := range links {
		on[l.ID] = true
	}
	for _, h := range held {
		if h.On(day) && on[h.Relationship] && at(h) < 0 {
			people = append(people, h)
		}
	}
	slices.SortStableFunc(people, func(a, b relationship.Holder) int { return strings.Compare(string(a.Side), string(b.Side)) }) // ours come first
	var ours int32
	for _, h := range people {
		if h.Side == relationship.Ours {
			ours++
		}
	}
	n := network.Area{Ours: ours, Theirs: int32(len(people)) - ours} //nolint:gosec // not as many as that
	bodies := map[organisation.ID]int32{}
	for _, l := range links {
		if !l.Closeness.Started() {
			continue
		}
		if _, is := bodies[l.Body]; !is {
			bodies[l.Body] = n.Bodies
			n.Bodies++
		}
		one := network.Link{Body: bodies[l.Body]}
		for _, h := range l.Holders {
			one.Ours = append(one.Ours, at(relationship.Holder{Side: relationship.Ours, Person: h.Person, Contact: h.Contact, Name: h.Name}))
		}
		for _, h := range l.Theirs {
			one.Theirs = append(one.Theirs, at(relationship.Holder{Side: relationship.Theirs, Person: h.Person, Contact: h.Contact, Name: h.Name})-ours)
		}
		n.Links = append(n.Links, one)
	}
	var all []hanging
	standing := n.Stand()
	for i, h := range people {
		one := hanging{Stepping: relationship.WithoutThem(started(links), h)}
		if h.Side == relationship.Ours {
			one.lost = standing.Ours[i]
		} else {
			one.lost = standing.Theirs[int32(i)-ours]
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b hanging) int {
		if len(a.Alone) != len(b.Alone) {
			return len(b.Alone) - len(a.Alone)
		}
		return strings.Compare(a.Holder.Name, b.Holder.Name)
	})
	return all, nil
}

func started(links []relationship.Link) (all []relationship.Link) {
	for _, l := range links {
		if l.Closeness.Started() {
			all = append(all, l)
		}
	}
	return all
}

func linkNames(links []relationship.Link) string {
	var all []string
	for _, l := range links {
		all = append(all, l.Name)
	}
	return strings.Join(all, "; ")
}

func (p pages) whoHolds(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, err := hangings(r.Context(), tx, s, p.site.Today())
		if err != nil {
			return err
		}
		d = plainData{
			Shell: p.shell(r, by, s.area, "Who holds what", web.Link{Text: "Who holds what"}), Title: "Who holds what", Tabs: s.tabs("Who holds what"),
			Lead:  "Relationships are between people, and people move on. Here is what we would lose if somebody stepped back: so that nobody has to hold something alone.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: heldHref(s.area) + ".csv"}},
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "Nobody is noted yet", Words: "Note on a relationship’s page who of us knows whom of them."}
			return nil
		}
		for _, side := range []struct {
			side               relationship.Side
			id, heading, words string
		}{{relationship.Ours, "ours", "Our side", "If they stepped back …"}, {relationship.Theirs, "theirs", "Their side", "If they left …"}} {
			t := web.Table{Caption: side.heading + ": what hangs on each person", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Nobody else holds"}, {Text: "Others hold it too"}}}
			for _, h := range all {
				if h.Holder.Side != side.side {
					continue
				}
				alone := web.Cell{Text: "Nothing: well shared"}
				if len(h.Alone) > 0 {
					alone = web.Cell{Component: tagged(linkNames(h.Alone), web.OneHas, counted(len(h.Alone), "link"))}
				}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
					{Text: h.Holder.Name, Href: heldHref(s.area) + "/" + string(h.Holder.ID), Small: relationship.RoleInWords(h.Holder.Role), RowHeader: true}, alone, {Text: linkNames(h.With)},
				}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{side.id, side.heading, side.words, t})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) whoHoldsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-who-holds-what"
		all, err := hangings(r.Context(), tx, s, p.site.Today())
		for _, h := range all {
			rows = append(rows, []string{h.Holder.Name, relationship.RoleInWords(h.Holder.Role), string(h.Holder.Side), linkNames(h.Alone), linkNames(h.With), strconv.Itoa(int(h.lost))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "what they are", "side", "nobody else holds", "others hold it too", "out of reach without them"}, rows)
}

// without is the page of one person: what would be lost if they stepped back.
func (p pages) without(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		h, err := relationship.HolderByID(r.Context(), tx, s.area.ID, relationship.HolderID(r.PathValue("holder")))
		if err != nil {
			return err
		}
		one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
		if err != nil {
			return err
		}
		if err := p.seen(r, by); err != nil || s.hides(one) {
			return err
		}
		all, err := hangings(r.Context(), tx, s, p.site.Today())
		if err != nil {
			return err
		}
		found := hanging{Stepping: relationship.Stepping{Holder: h}}
		for _, other := range all {
			if other.Holder.Same(h) {
				found = other
			}
		}
		title := "If " + h.Name + " stepped back"
		d = plainData{Shell: p.shell(r, by, s.area, title, web.Link{Text: "Who holds what", Href: heldHref(s.area)}, web.Link{Text: title}), Title: title}
		who := firstName(h.Name)
		switch n := len(found.Alone); {
		case n == 0 && len(found.With) == 0:
			d.Lead = who + " holds nothing just now."
		case n == 0:
			d.Lead = "We would stay in touch with everybody: all that " + who + " holds is shared. Well done."
		case n == 1:
			d.Lead = "We would lose touch with one organisation. It is no fault of anybody: find a second person in good time."
		default:
			d.Lead = "We would lose touch with " + strings.ToLower(numbered(n)) + " organisations. It is no fault of anybody: find a second person in good time."
		}
		if found.lost > 0 && len(found.Alone) > 0 {
			d.Note = counted(int(found.lost), "organisation") + " of all that we reach could then not be reached any more, by any way round."
		}
		table := func(caption string, links []relationship.Link, second bool) web.Table {
			t := web.Table{Caption: caption, CaptionHidden: true, Columns: []web.Column{{Text: "Organisation"}, {Text: "How close"}, {Text: "Who else"}}}
			for _, l := range links {
				held, next := l.Holders, "/holders?side=ours"
				if h.Side == relationship.Theirs {
					held, next = l.Theirs, "/holders?side=theirs"
				}
				var others []string
				for _, o := range held {
					if !h.Same(relationship.Holder{Side: h.Side, Person: o.Person, Contact: o.Contact, Name: o.Name}) {
						others = append(others, o.Name)
					}
				}
				cell := web.Cell{Text: strings.Join(others, ", ")}
				if second && s.keeps {
					cell = web.Cell{Text: "Find a second person", Href: href(s.area, l.ID) + next, Hidden: "for " + l.Name}
				} else if second {
					cell.Text = "Nobody yet"
				}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Component: shapedName(l.Type.Shape(), l.Name, href(s.area, l.ID), l.Type.Kind().Name), RowHeader: true}, {Text: l.Closeness.InWords()}, cell}})
			}
			return t
		}
		if len(found.Alone) > 0 {
			d.Tables = append(d.Tables, titled{"alone", "Nobody else holds these", "", table("Nobody else holds these", found.Alone, true)})
		}
		if len(found.With) > 0 {
			d.Tables = append(d.Tables, titled{"with", "Others hold these too", "", table("Others hold these too", found.With, false)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

// promised are the promises of an area that are there for who asks, with whom each is.
func promisedIn(ctx context.Context, tx *db.Tx, s scene) ([]relationship.Promise, map[relationship.ID]relationship.Relationship, error) {
	all, err := relationship.Promises(ctx, tx, s.area.ID, "")
	if err != nil {
		return nil, nil, err
	}
	of, err := relationship.All(ctx, tx, s.area.ID)
	byID := map[relationship.ID]relationship.Relationship{}
	for _, one := range of {
		byID[one.ID] = one
	}
	return slices.DeleteFunc(all, func(p relationship.Promise) bool { return s.hides(byID[p.Relationship]) }), byID, err
}

func (p pages) promises(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		today := p.site.Today()
		all, of, err := promisedIn(r.Context(), tx, s)
		if err != nil {
			return err
		}
		d = plainData{
			Shell: p.shell(r, by, s.area, "Promises", web.Link{Text: "Promises"}), Title: "Promises", Tabs: s.tabs("Promises"),
			Lead:  "Who said they would do what, on both sides. A reason that is honest is as good as a promise kept.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: keptHref(s.area) + ".csv"}},
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "No promises yet", Words: "Note on a relationship’s page what they or we said we would do. Small and kept is better than big."}
			return nil
		}
		if words := tallied(all, "they", today); words != "" {
			d.Note = words
		}
		group := func(id, heading string, in func(relationship.Promise) bool) {
			t := web.Table{Caption: heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Whose"}, {Text: "By when"}, {Text: "How it stands"}}}
			for _, one := range all {
				if !in(one) {
					continue
				}
				rel := of[one.Relationship]
				whose := rel.Name
				if one.Side == relationship.Ours {
					whose = "Ours, to " + rel.Name
				}
				due := one.Due().Long()
				if due == "" {
					due = "No day was said"
				}
				cell := web.Cell{Text: one.What, RowHeader: true, Small: one.Who}
				if _, ended := one.End(); s.keeps && !ended {
					cell.Href = promiseHref(s.area, one.ID)
				}
				shown := promisedOf(one, rel.Short, today)
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{cell, {Text: whose, Href: href(s.area, rel.ID)}, {Text: due}, {Component: tagOver(shown)}}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{id, heading, "", t})
			}
		}
		ended := func(one relationship.Promise) bool { _, is := one.End(); return is }
		group("ours", "Ours, in hand", func(one relationship.Promise) bool { return !ended(one) && one.Side == relationship.Ours })
		group("theirs", "Theirs, in hand", func(one relationship.Promise) bool { return !ended(one) && one.Side == relationship.Theirs })
		group("ended", "Done or withdrawn", ended)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) promisesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-promises"
		today := p.site.Today()
		all, of, err := promisedIn(r.Context(), tx, s)
		for _, one := range all {
			shown := promisedOf(one, of[one.Relationship].Short, today)
			end, _ := one.End()
			writing := "no"
			if one.InWriting() {
				writing = "yes"
			}
			rows = append(rows, []string{of[one.Relationship].Name, string(one.Side), one.What, one.Who, one.MadeOn.String(), one.DueOn.String(), one.Due().String(), string(one.State(today)), end.On.String(), writing, shown.Note})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"with", "whose", "what", "who", "said on", "first day", "day now", "how it stands", "ended on", "in writing", "more"}, rows)
}

// asked are the questions that somebody may read.
func (p pages) asked(r *http.Request, by access.Actor, f func(tx *db.Tx, s scene, all []relationship.Question) error) error {
	return p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.scene(r, tx, by)
		if err != nil {
			return err
		}
		if err := by.MustSee(access.PutForward, s.area.Place()); err != nil {
			return err
		}
		who := by.Person
		if by.May(access.SeeRelationships, s.area.Place()) {
			who = ""
		}
		all, err := relationship.Questions(r.Context(), tx, s.area.ID, who)
		if err != nil {
			return err
		}
		return f(tx, s, all)
	})
}

func (p pages) questions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.asked(r, by, func(_ *db.Tx, s scene, all []relationship.Question) error {
		today := p.site.Today()
		inside := by.May(access.SeeRelationships, s.area.Place())
		d = plainData{
			Shell: p.askShell(r, s, "Questions to agencies"), Title: "Questions to agencies",
			Lead:   "Ask the council, a landlord or the health service through the partnership. We find out whose it is, and tell you the answer.",
			Tools:  []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: askedHref(s.area) + ".csv"}},
			Button: web.Link{Text: "Ask something", Href: askedHref(s.area) + "/new"},
		}
		if inside {
			d.Tabs = s.tabs("Questions to agencies")
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "No questions yet", Words: "A broken lamp, a piece of land nobody owns, a letter nobody answers: ask here."}
			return nil
		}
		group := func(id, heading string, open bool) {
			t := web.Table{Caption: heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "How it stands"}, {Text: "How old"}, {Text: "Passed on", Numeric: true}}}
			for _, q := range all {
				if q.Open() != open {
					continue
				}
				cell := web.Cell{Text: "Nr. " + strconv.FormatInt(q.Number, 10) + ": " + q.What, Href: questionHref(s.area, q.ID), RowHeader: true, Small: q.Place}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{cell, {Text: q.Stands()}, {Text: counted(q.Days(today), "day")}, {Text: strconv.Itoa(q.Redirects())}}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{id, heading, "", t})
			}
		}
		group("open", "Open", true)
		group("closed", "Answered, or left there", false)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

// askShell is the frame of a page of questions: residents ask, who see no other page
// of the room.
func (p pages) askShell(r *http.Request, s scene, title string, crumbs ...web.Link) web.Shell {
	shell := p.shell(r, s.by, s.area, title)
	shell.Crumbs = append([]web.Link{{Text: s.area.Name, Href: home(s.area)}}, crumbs...)
	if len(crumbs) == 0 {
		shell.Crumbs = append(shell.Crumbs, web.Link{Text: title})
	}
	return shell
}

func (p pages) questionsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.asked(r, by, func(_ *db.Tx, s scene, all []relationship.Question) error {
		name = s.area.Slug + "-questions"
		for _, q := range all {
			kind := "question"
			if q.Issue {
				kind = "issue"
			}
			writing := "no"
			if _, is := q.Step(relationship.InWriting); is {
				writing = "yes"
			}
			answer, _ := q.Step(relationship.Answered)
			rows = append(rows, []string{
				strconv.FormatInt(q.Number, 10), kind, q.What, q.Place, q.AskedOn.String(), q.Stands(), strconv.Itoa(q.Days(p.site.Today())), strconv.Itoa(q.Redirects()), writing, answer.Words,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"number", "kind", "what", "where", "asked on", "how it stands", "days", "passed on", "in writing", "answer"}, rows)
}

// questionData is a question's page.
type questionData struct {
	Shell web.Shell
	Title string
	What  string
	Facts []web.Fact
	Steps []web.TimelineItem
	Note  string // where something is to be noted, for who may
}

func (p pages) question(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d questionData
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.scene(r, tx, by)
		if err != nil {
			return err
		}
		q, err := p.theQuestion(r, tx, s)
		if err != nil {
			return err
		}
		d.Title = "Question " + strconv.FormatInt(q.Number, 10)
		d.Shell = p.askShell(r, s, d.Title, web.Link{Text: "Questions to agencies", Href: askedHref(s.area)}, web.Link{Text: d.Title})
		d.What = q.What
		d.Facts = []web.Fact{{Term: "How it stands", Value: q.Stands()}, {Term: "How old", Value: ageOf(q, p.site.Today())}}
		if q.Place != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Where", Value: q.Place})
		}
		if by.May(access.SeeRelationships, s.area.Place()) {
			d.Facts = append(d.Facts, web.Fact{Term: "Who asked", Value: q.Asker})
			if q.Reach != "" {
				d.Facts = append(d.Facts, web.Fact{Term: "How to tell them", Value: q.Reach})
			}
		}
		for _, st := range slices.Backward(q.Steps) {
			words := st.What.InWords()
			if st.Who != "" {
				words += ": " + st.Who
			}
			d.Steps = append(d.Steps, web.TimelineItem{Date: st.On.Long(), Words: words, Detail: st.Words})
		}
		d.Steps = append(d.Steps, web.TimelineItem{Date: q.AskedOn.Long(), Words: "It was asked"})
		if s.keeps {
			d.Note = questionHref(s.area, q.ID) + "/step"
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, questionPage(d))
}

// Waiting lists what waits for who keeps an area's relationships: their own promises,
// questions whose turn is ours, and handovers that are open. In a closure nothing is
// said of it (openweb).
func Waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) (todos []web.Todo, err error) {
	if by.May(access.PutForward, a.Place()) && !by.May(access.KeepRelationships, a.Place()) {
		return nil, nil
	}
	if !by.May(access.KeepRelationships, a.Place()) || by.Hat.Scope != access.InArea {
		return nil, nil
	}
	promises, err := relationship.Promises(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	others := 0
	for _, p := range promises {
		due := p.Due()
		if _, ended := p.End(); ended || due.IsZero() || today.AddDays(14).Before(due) {
			continue
		}
		if p.Side == relationship.Ours && (p.Person == by.Person || p.Person == "" && by.Hat.Role == access.Worker) {
			todos = append(todos, web.Todo{
				Icon: "dash", Title: p.What, Detail: "We said we would do it by " + due.Long() + ". If it takes longer, an honest word is enough.",
				Action: web.Link{Text: "Say what became of it", Href: promiseHref(a, p.ID)}, Hidden: ": " + p.What,
			})
		} else if p.Side == relationship.Theirs && due.Before(today) && by.Hat.Role == access.Worker {
			others++
		}
	}
	if others > 0 {
		todos = append(todos, web.Todo{Icon: "chat", Title: counted(others, "promise") + " of theirs to ask after", Detail: "Their day is past. A friendly question is enough.", Action: web.Link{Text: "See promises", Href: keptHref(a)}, Hidden: "of theirs"})
	}
	questions, err := relationship.Questions(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	ours := 0
	for _, q := range questions {
		if _, who := q.With(); q.Open() && (who == "" || strings.HasPrefix(q.Stands(), "Answered")) {
			ours++
		}
	}
	if ours > 0 && by.Hat.Role != access.Member {
		todos = append(todos, web.Todo{Icon: "chat", Title: counted(ours, "question") + " from residents", Detail: "Find out whose each is, or tell who asked what the answer is.", Action: web.Link{Text: "See questions", Href: askedHref(a)}, Hidden: "from residents"})
	}
	handovers, err := relationship.Handovers(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	for _, h := range handovers {
		if h.Open() && by.Hat.Role != access.Member {
			todos = append(todos, web.Todo{
				Icon: "swap", Title: "Handover: " + h.Between(), Detail: strconv.Itoa(h.Done()) + " of " + counted(len(h.Steps), "step") + " done, by " + h.By.Long(),
				Action: web.Link{Text: "Tick something off", Href: handoverHref(a, h.ID)}, Hidden: ": " + h.Between(),
			})
		}
	}
	return todos, nil
}

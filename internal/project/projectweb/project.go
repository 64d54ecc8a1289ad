package projectweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/project"
	"commontable/internal/web"
)

// projectData is a project's page.
type projectData struct {
	Shell web.Shell
	Tools []web.Tool
	view
	MayRun bool
	Alike  []string // what was looked at before it began, for those who read the papers
	Note   web.Link // to the quickest thing to do
}

// A view is a project as one reader sees it. What it does not hold is not shown.
type view struct {
	Name                    string
	State                   string
	StateKind               web.Kind
	StateWords              string
	What, Why               []string
	Facts                   []web.Fact
	EarlyWin                bool
	Lead                    lead
	Parts                   []part
	Past                    []part
	Milestones              []milestone
	Next                    string // what comes next, and when
	Timeline                []web.TimelineItem
	Asked                   web.Table
	Terms                   []web.Fact
	TermsNote               string
	Money                   web.Table
	Activities              web.Table
	Contacts                []contact
	Sheets                  []web.Item
	CSV                     string
	PartsCSV                string
	MilestonesCSV, AskedCSV string
	base                    string // the project's address, "" for who may change nothing
}

// edit is the address on which a section is changed, for those who may.
func (v view) edit(section, words string) []web.Link {
	if v.base == "" {
		return nil
	}
	return []web.Link{{Text: words, Href: v.base + "/" + section}}
}

type lead struct {
	Name, Since, Initials string
	Empty                 bool
}

type part struct {
	Name, Role, Words, When, Shape string
	From, Until                    date.Date
	Resident                       bool
	End                            string // where its end is noted
}

type milestone struct {
	Name, When, Moved string
	Tag               string
	Kind              web.Kind
	Resident          bool
	Change            string
}

type contact struct{ Name, Part, Reach, Remove string }

// A reader says which parts of a project a view holds.
type reader struct {
	scene

	shows func(part string) bool
	names bool // everybody is named, not only who agreed to be
	// photos is below which address the pictures are, "" where none are shown; of all
	// photos, or only of those that everybody may see.
	photos      string
	allPhotos   bool
	photosAlone bool // and nothing else of the story
	notes       bool // what is noted for the partnership alone, too
	links       bool // to other pages of the room
	edits       bool
}

// The parts of a project that can be chosen for somebody outside.
const (
	partSummary, partRoles, partMilestones, partTimeline, partNotes = "summary", "roles", "milestones", "timeline", "notes"
	partAsked, partTerms, partMoney, partActivities, partContacts   = "requirements", "terms", "money", "activities", "contacts"
	partSheets, partPhotos                                          = "risks", "photos"
)

func (p pages) project(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d projectData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return err
		}
		inside := []string{partAsked, partTerms, partContacts, partSheets}
		d.view, err = p.viewOf(r.Context(), tx, one, reader{scene: s, names: s.inside, notes: s.inside, links: true, edits: s.mayRun, photos: projectHref(s.area, one.ID) + "/photos", allPhotos: s.inside, shows: func(part string) bool {
			return s.inside || !slices.Contains(inside, part)
		}})
		if err != nil {
			return err
		}
		d.MayRun = s.mayRun
		if s.inside {
			if d.Alike, err = p.seenBefore(r.Context(), tx, s.area, "project", string(one.ID)); err != nil {
				return err
			}
		}
		d.Shell = p.shell(r, by, s.area, one.Name, projectsLink(s.area), web.Link{Text: one.Name})
		if s.mayRun {
			d.Tools = append(d.Tools, web.Tool{Icon: "pen", Text: "Note what happened", Href: d.base + "/happenings"}, web.Tool{Icon: "plus", Text: "Add a photo", Href: d.base + "/photos"}, web.Tool{Icon: "swap", Text: "Say where it has got to", Href: d.base + "/state"})
		}
		if by.May(access.ShareOutside, s.area.Place()) {
			d.Tools = append(d.Tools, web.Tool{Icon: "out", Text: "Share with somebody outside", Href: projectHref(s.area, one.ID) + "/share"})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, projectPage(d))
}

// viewOf reads of a project what a reader is to see.
func (p pages) viewOf(ctx context.Context, tx *db.Tx, one project.Project, rd reader) (v view, err error) {
	a, today := rd.area, p.site.Today()
	v = view{Name: one.Name}
	if rd.links {
		v.CSV, v.PartsCSV, v.MilestonesCSV = projectHref(a, one.ID)+"/timeline.csv", projectHref(a, one.ID)+"/parts.csv", projectHref(a, one.ID)+"/milestones.csv"
		if rd.inside {
			v.AskedCSV = home(a) + "/requirements.csv"
		}
	}
	if rd.edits {
		v.base = projectHref(a, one.ID)
	}
	parts := []struct {
		name string
		read func() error
	}{
		{partSummary, func() error { return p.summary(ctx, tx, &v, one, rd) }},
		{partRoles, func() error { return roles(ctx, tx, &v, one, rd, today) }},
		{partMilestones, func() error { return milestones(ctx, tx, &v, one, rd, today) }},
		{partTimeline, func() error { return timeline(ctx, tx, &v, one, rd, today) }},
		{partAsked, func() error { return asked(ctx, tx, &v, one, rd, today) }},
		{partTerms, func() error { return terms(ctx, tx, &v, one) }},
		{partMoney, func() error { return moneyOf(ctx, tx, &v, one, rd) }},
		{partActivities, func() error { return doings(ctx, tx, &v, one, rd) }},
		{partContacts, func() error { return contacts(ctx, tx, &v, one, rd) }},
		{partSheets, func() error { return sheets(ctx, tx, &v, one, rd) }},
	}
	for _, part := range parts {
		if rd.shows(part.name) {
			if err := part.read(); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

func (p pages) summary(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader) error {
	a := rd.area
	v.What, v.Why, v.EarlyWin = paragraphs(one.What), paragraphs(one.Why), one.EarlyWin
	v.State, v.StateKind, v.StateWords = capital(one.State.InWords()), tagOf(one.State.State), one.State.Words
	link := func(href string) string {
		if rd.links {
			return href
		}
		return ""
	}
	v.Facts = []web.Fact{
		{Term: "Where it has got to", Value: capital(one.State.InWords()) + ", since " + one.State.From.Long()},
		{Term: "When it ends", Value: one.EndOn(p.site.Today())},
	}
	lines, err := funding.Lines(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Priority == one.Priority {
			v.Facts = append(v.Facts, web.Fact{Term: "Our priority", Value: l.PriorityName, Href: link(planHref(a))})
			break
		}
	}
	for _, n := range one.Decisions {
		v.Facts = append(v.Facts, web.Fact{Term: "Begun by", Value: "Decision " + strconv.FormatInt(n, 10), Href: link(decisionHref(a, n))})
	}
	all, err := project.All(ctx, tx, a.ID, p.site.Today())
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(other project.Project) bool { return !other.IsPublic() && !rd.inside })
	if chain := project.Chain(all, one); len(chain) > 2 {
		v.Facts = append(v.Facts, web.Fact{Term: "How it grew", Value: grown(chain)})
	}
	for _, other := range all {
		switch {
		case other.ID == one.GrewFrom:
			v.Facts = append(v.Facts, web.Fact{Term: "It grew out of", Value: other.Name, Href: link(projectHref(a, other.ID))})
		case other.GrewFrom == one.ID:
			v.Facts = append(v.Facts, web.Fact{Term: "It grew into", Value: other.Name, Href: link(projectHref(a, other.ID))})
		}
	}
	return nil
}

// grown is a chain of projects in words.
func grown(chain []project.Project) string {
	var parts []string
	for _, one := range chain {
		words := one.Name
		if one.EarlyWin {
			words += " (an early win)"
		}
		parts = append(parts, words)
	}
	return strings.Join(parts, ", then ")
}

func roles(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader, today date.Date) error {
	v.Lead = lead{Name: one.Lead.Shown(rd.names), Empty: one.Lead.IsEmpty()}
	if !v.Lead.Empty {
		v.Lead.Since = "Since " + one.Lead.From.Long()
		if one.Lead.Resident {
			v.Lead.Since = "Residents lead it. " + v.Lead.Since
		}
	} else if one.State.State.Over() {
		v.Lead.Name = "Nobody leads this now"
	}
	all, err := project.Parts(ctx, tx, one.Area, one.ID)
	for _, one := range all {
		shown := part{Name: one.Shown(rd.names), Role: one.Role.InWords(), Resident: one.Resident, Shape: "other", From: one.From, Until: one.Until}
		switch {
		case one.Resident || one.Kind == project.Person:
			shown.Shape = "group"
		case strings.Contains(strings.ToLower(one.Name), "council"):
			shown.Shape = "council"
		}
		if rd.names || one.Kind == project.Organisation || one.Named {
			shown.Words = one.Words
		}
		shown.When = "since " + one.From.Long()
		if !one.Until.IsZero() {
			shown.When = one.From.Long() + " to " + one.Until.AddDays(-1).Long()
		} else if one.From.After(today) {
			shown.When = "from " + one.From.Long()
		}
		if rd.edits && one.Until.IsZero() {
			shown.End = v.base + "/parts/" + string(one.ID)
		}
		if one.Until.IsZero() || today.Before(one.Until) {
			v.Parts = append(v.Parts, shown)
		} else {
			v.Past = append(v.Past, shown)
		}
	}
	return err
}

func milestones(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader, today date.Date) error {
	all, err := project.Milestones(ctx, tx, one.Area, one.ID)
	if !one.State.State.Over() && slices.ContainsFunc(all, project.Milestone.Open) {
		v.Next = next(one, all, today)
	}
	for _, m := range all {
		shown := milestone{Name: m.Name, Resident: m.Resident, When: m.When(), Tag: "To come", Kind: web.Info}
		switch {
		case m.Reached:
			shown.When, shown.Tag, shown.Kind = m.EndedOn.Long(), "Reached", web.Good
		case !m.Open():
			shown.When, shown.Tag, shown.Kind = m.EndedOn.Long(), "Dropped", web.Plain
		case m.Counts().Before(today) && !m.Planned().Quarter:
			shown.When, shown.Tag, shown.Kind = "Was planned for "+shown.When, "Not yet", web.Plain
		}
		moved := moves(m)
		if m.Words != "" {
			moved = append(moved, strings.TrimSuffix(m.Words, "."))
		}
		shown.Moved = strings.Join(moved, ". ")
		if rd.edits && m.Open() {
			shown.Change = v.base + "/milestones/" + string(m.ID)
		}
		v.Milestones = append(v.Milestones, shown)
	}
	return err
}

// hasSide reports whether there is anything to stand beside the story.
func (v view) hasSide() bool {
	return v.Lead.Name != "" || len(v.Terms) > 0 || len(v.Contacts) > 0 || len(v.Sheets) > 0
}

// sentence ends with a full stop, and with one only.
func sentence(words string) string {
	if strings.HasSuffix(words, ".") || strings.HasSuffix(words, "?") || strings.HasSuffix(words, "!") {
		return words
	}
	return words + "."
}

// A moment is one thing on a timeline.
type moment struct {
	on    date.Date
	words string
	more  string
	kind  string
	low   bool
	photo *photo
}

// notPublic ends the kind of what not everybody can read.
const notPublic = ", not public"

// moments are what happened in a project, the latest first, with its photos.
func moments(ctx context.Context, tx *db.Tx, one project.Project, rd reader, day date.Date) ([]moment, error) {
	all, err := happened(ctx, tx, one, rd)
	if err != nil {
		return nil, err
	}
	photos, err := photoMoments(ctx, tx, one, rd, projectHref(rd.area, one.ID), day)
	all = append(all, photos...)
	slices.SortStableFunc(all, func(a, b moment) int { return strings.Compare(b.on.String(), a.on.String()) })
	return all, err
}

// story is a project's whole timeline: what happened, the latest first, after the
// milestones that are still to come.
func story(ctx context.Context, tx *db.Tx, one project.Project, rd reader, day date.Date) ([]moment, error) {
	past, err := moments(ctx, tx, one, rd, day)
	if err != nil {
		return nil, err
	}
	milestones, err := project.Milestones(ctx, tx, one.Area, one.ID)
	var coming []moment
	for _, m := range slices.Backward(milestones) {
		if m.Open() {
			coming = append(coming, moment{on: m.Counts(), words: "Planned: " + m.Name, more: strings.Join(moves(m), ". "), kind: "planned"})
		}
	}
	return append(coming, past...), err
}

// moves are how often a milestone was planned for another time, and why.
func moves(m project.Milestone) []string {
	var all []string
	for i, w := range m.Plans[1:] {
		all = append(all, "Moved from "+m.Plans[i].InWords()+": "+strings.TrimSuffix(w.Why, "."))
	}
	return all
}

// happened is what happened in a project, where the reader is to see its story.
func happened(ctx context.Context, tx *db.Tx, one project.Project, rd reader) ([]moment, error) {
	if rd.photosAlone {
		return nil, nil
	}
	var all []moment
	states, err := project.StatesOf(ctx, tx, one.Area, one.ID)
	if err != nil {
		return nil, err
	}
	for i, h := range states {
		words := capital(h.InWords())
		if i == 0 {
			words = "We began to keep this project: " + h.InWords()
		}
		all = append(all, moment{on: h.From, words: words, more: h.Words, kind: "state", low: h.State == project.Stopped || h.State == project.Resting})
	}
	milestones, err := project.Milestones(ctx, tx, one.Area, one.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range milestones {
		if m.Reached {
			all = append(all, moment{on: m.EndedOn, words: "Reached: " + m.Name, more: m.Words, kind: "milestone"})
		}
	}
	happenings, err := project.Happenings(ctx, tx, one.Area, one.ID)
	for _, h := range happenings {
		if !h.Public && !rd.notes {
			continue
		}
		m := moment{on: h.On, words: h.Words, kind: string(h.Kind)}
		switch h.Kind {
		case project.Worry:
			m.words, m.more = "Somebody is worried or against it", h.Words
		case project.Credit:
			m.words, m.more = "Told of outside", h.Words
		case project.JustHappened:
		}
		if !h.Public {
			m.kind += notPublic
		}
		all = append(all, m)
	}
	return all, err
}

func timeline(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader, today date.Date) error {
	all, err := moments(ctx, tx, one, rd, today)
	for _, m := range all {
		item := web.TimelineItem{Date: m.on.Long(), Words: m.words, Detail: m.more, Low: m.low}
		if strings.HasSuffix(m.kind, notPublic) {
			item.Date += " · not public"
		}
		if m.photo != nil {
			item.Body = picture(*m.photo)
		}
		v.Timeline = append(v.Timeline, item)
	}
	return err
}

func asked(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader, today date.Date) error {
	all, err := project.Requirements(ctx, tx, one.Area, one.ID)
	v.Asked = askedTable(rd.scene, all, today, rd.edits, false)
	return err
}

func terms(ctx context.Context, tx *db.Tx, v *view, one project.Project) error {
	t, err := project.TermsOf(ctx, tx, one.Area, one.ID)
	or := func(words string) string {
		if words == "" {
			return "Not agreed yet"
		}
		return words
	}
	agreed := "Not yet"
	if !t.AgreedOn.IsZero() {
		agreed = t.AgreedOn.Long()
	}
	v.Terms = []web.Fact{
		{Term: "Who is liable", Value: or(t.Liable)},
		{Term: "Insurance", Value: or(t.Insurance)},
		{Term: "People’s information", Value: or(t.Protection)},
		{Term: "How we work together", Value: or(t.Working)},
		{Term: "All agreed on", Value: agreed},
	}
	if !t.Complete() && !one.State.State.Over() {
		v.TermsNote = "Agree these early: it is easier before something goes wrong."
	}
	return err
}

func moneyOf(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader) error {
	if len(one.Lines) == 0 {
		return nil
	}
	lines, err := funding.Lines(ctx, tx, one.Area)
	v.Money = web.Table{
		Caption: "The budget lines that this draws on", CaptionHidden: true, Class: "tbl--money",
		Columns: []web.Column{{Text: "Budget line"}, {Text: "In the plan", Numeric: true}, {Text: "Spent so far", Numeric: true}},
	}
	for _, l := range lines {
		if !slices.Contains(one.Lines, l.ID) {
			continue
		}
		cell := web.Cell{Text: l.Name, RowHeader: true}
		if rd.links {
			cell.Href = lineHref(rd.area, l.ID)
		}
		v.Money.Rows = append(v.Money.Rows, web.Row{Cells: []web.Cell{cell, {Text: l.Budget.Whole()}, {Text: l.Money.Spent.Whole()}}})
	}
	return err
}

func doings(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader) error {
	all, err := project.Activities(ctx, tx, one.Area, one.ID)
	v.Activities = activityTable(rd.area, all, rd.links)
	return err
}

func contacts(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader) error {
	all, err := project.Contacts(ctx, tx, one.Area, one.ID)
	for _, c := range all {
		shown := contact{Name: c.Name, Part: c.Part, Reach: c.Reach}
		if rd.edits {
			shown.Remove = v.base + "/contacts/" + string(c.ID)
		}
		v.Contacts = append(v.Contacts, shown)
	}
	return err
}

func sheets(ctx context.Context, tx *db.Tx, v *view, one project.Project, rd reader) error {
	all, err := project.Sheets(ctx, tx, one.Area)
	for _, s := range all {
		if s.Project == one.ID {
			v.Sheets = append(v.Sheets, web.Item{Mark: web.Icon("doc"), Text: s.Name, Href: sheetHref(rd.area, s.ID), Detail: "Gone through on " + s.ReviewedOn.Long()})
		}
	}
	return err
}

func (p pages) timelineCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		all, err := story(r.Context(), tx, one, reader{scene: s, notes: s.inside, photos: projectHref(s.area, one.ID) + "/photos", allPhotos: s.inside}, p.site.Today())
		for _, m := range all {
			if m.photo != nil {
				m.more = m.photo.Shows
			}
			rows = append(rows, []string{m.on.String(), m.kind, m.words, m.more})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-timeline", []string{"day", "kind", "what", "more"}, rows)
}

// partsCSV is who does what in a project, and who did: as the reader sees it there.
func (p pages) partsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		var v view
		err = roles(r.Context(), tx, &v, one, reader{scene: s, names: s.inside}, p.site.Today())
		for _, x := range slices.Concat(v.Parts, v.Past) {
			rows = append(rows, []string{x.Name, x.Role, x.Words, x.From.String(), x.Until.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-who-does-what", []string{"who", "role", "words", "from", "until"}, rows)
}

// milestonesCSV is where a project wants to get to, and when it did.
func (p pages) milestonesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		all, err := project.Milestones(r.Context(), tx, one.Area, one.ID)
		for _, m := range all {
			standing := "to come"
			switch {
			case m.Reached:
				standing = "reached"
			case !m.Open():
				standing = "dropped"
			}
			exact := "day"
			if m.Planned().Quarter {
				exact = "quarter"
			}
			rows = append(rows, []string{m.Name, m.Planned().On.String(), exact, standing, m.EndedOn.String(), yes(m.Resident), strings.Join(moves(m), ". "), m.Words})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-milestones", []string{"milestone", "planned for", "how exact", "standing", "on", "residents lead it", "how it was moved", "in words"}, rows)
}

// addActivity is where an activity of the project is begun.
func (v view) addActivity() []web.Link {
	if v.base == "" {
		return nil
	}
	before, of, _ := strings.Cut(v.base, "/projects/")
	return []web.Link{{Text: "Begin something", Href: before + "/activities/new?project=" + of}}
}

// addSheet is where a risk sheet of the project is written.
func (v view) addSheet() []web.Link {
	if v.base == "" {
		return nil
	}
	before, of, _ := strings.Cut(v.base, "/projects/")
	return []web.Link{{Text: "Write one", Href: before + "/risks/new?project=" + of}}
}

// story are the links beside the story.
func (v view) story() []web.Link {
	if v.CSV == "" {
		return nil
	}
	return []web.Link{{Text: "Download", Href: v.CSV}}
}

func milestoneItems(all []milestone) []web.TimelineItem {
	var items []web.TimelineItem
	for _, m := range all {
		items = append(items, web.TimelineItem{Date: m.When, Words: m.Name, Detail: m.Moved, Body: milestoneStatus(m), Planned: m.Kind == web.Info})
	}
	return items
}

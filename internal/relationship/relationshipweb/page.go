package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// A view is a relationship as one reader sees it. What it does not hold is not shown.
type view struct {
	Name, Shape string
	Tags        []tag
	Since       string
	base        string // its address, "" for who may change nothing

	Uses        []use
	NotUsed     string
	About       []web.Fact
	Ours        []holder
	Theirs      []holder
	Two         string // what to say of how many hold it
	TwoKind     web.Kind
	Course      templ.Component
	Stood       web.Table
	Story       []web.TimelineItem
	Weights     web.Table
	Promises    []promised
	Tally       string
	AllPromises string
	Agreed      []Agreed
	Handover    []handover
	Asked       []web.Item
	Approved    []string
	CSV         string
}

type tag struct {
	Kind  web.Kind
	Words string
}

type use struct{ Words, Detail string }

type holder struct {
	Name, Role, Words, Initials, Tone string
	Without, Leave                    string
}

type promised struct {
	What, Who string
	Kind      web.Kind
	State     string
	Note      string
	Change    string
	ID        string // for an officer who may say it is done
}

type handover struct {
	ID, Between, Change string
	Steps               []step
	Confirm             bool // the successor may confirm it
}

type step struct {
	Words, Detail string
	Done          bool
}

// edit is the address on which a section is changed, for those who may.
func (v view) edit(section, words string) []web.Link {
	if v.base == "" {
		return nil
	}
	return []web.Link{{Text: words, Href: v.base + "/" + section}}
}

// pageData is a relationship's page.
type pageData struct {
	Shell  web.Shell
	Tools  []web.Tool
	Alerts []alert
	Cards  []templ.Component
	Shared []web.Item
	Share  string
	view
	Officers string // what officers with an account see, in words
}

type alert struct {
	Strong, More string
	Next         web.Link
}

// A reader says what a view holds.
type reader struct {
	shows  func(part string) bool
	keeps  bool // reads what is in confidence
	inside bool // one of us, and not somebody outside
	edits  bool
}

func (p pages) page(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d pageData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		ctx := r.Context()
		d.view, err = p.viewOf(ctx, tx, s, one, reader{shows: func(string) bool { return true }, keeps: s.keeps, inside: true, edits: s.keeps})
		if err != nil {
			return err
		}
		at := href(s.area, one.ID)
		d.Shell = p.shell(r, by, s.area, one.Name, web.Link{Text: one.Name})
		if s.keeps {
			d.Tools = append(d.Tools, web.Tool{Icon: "chat", Text: "We were in touch", Href: at + "/contact"}, web.Tool{Icon: "pen", Text: "Add a note", Href: at + "/notes"}, web.Tool{Icon: "swap", Text: "How does it stand?", Href: at + "/state"})
		}
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "Print for a handover", Href: at + "/pack"})
		if d.Alerts, err = p.alerts(ctx, tx, s, one); err != nil {
			return err
		}
		if p.extras.Cards != nil {
			if d.Cards, err = p.extras.Cards(ctx, tx, by, s.area, one); err != nil {
				return err
			}
		}
		if s.mayShare && s.keeps {
			d.Share = at + "/share"
		}
		return p.sharedWith(ctx, tx, s, one, &d)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, relationshipPage(d))
}

// sharedWith lists who outside sees what.
func (p pages) sharedWith(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, d *pageData) error {
	links, err := share.LinksOf(ctx, tx, string(s.area.ID), ShareKind, string(one.ID))
	if err != nil {
		return err
	}
	words := map[string]string{}
	for _, part := range relationship.Parts() {
		words[part.Part] = part.Words
	}
	inWords := func(parts []string) string {
		var all []string
		for _, part := range parts {
			all = append(all, words[part])
		}
		return strings.Join(all, "; ")
	}
	for _, l := range links {
		standing, err := p.shares.StandingOf(ctx, tx, l)
		if err != nil {
			return err
		}
		if standing == share.Works {
			d.Shared = append(d.Shared, web.Item{Mark: web.Icon("out"), Text: l.ForWhom, Detail: inWords(l.Contents) + ". Until " + l.Until.Long() + "."})
		}
	}
	v, err := relationship.ViewOf(ctx, tx, s.area.ID, one.ID)
	d.Officers = "Nothing."
	if len(v.Contents) > 0 {
		d.Officers = inWords(v.Contents) + "."
	}
	return err
}

// alerts are what asks for a look: who leaves, what officers gave notice of, and what
// is known to have changed at the body.
func (p pages) alerts(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship) (all []alert, err error) {
	today := p.site.Today()
	handovers, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	open := func(name string) (relationship.Handover, bool) {
		for _, h := range handovers {
			if h.StoppedOn.IsZero() && (name == "" || strings.EqualFold(h.Who, name)) {
				return h, true
			}
		}
		return relationship.Handover{}, false
	}
	begin := func(side relationship.Side, why relationship.Why, who, next string) web.Link {
		if !s.keeps {
			return web.Link{}
		}
		q := "?side=" + string(side) + "&why=" + string(why) + "&who=" + url.QueryEscape(who) + "&to=" + url.QueryEscape(next)
		return web.Link{Text: "Begin a handover", Href: href(s.area, one.ID) + "/handover" + q}
	}
	held, err := relationship.Holders(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		if !h.Leaves(today) || h.From.After(today) {
			continue
		}
		a := alert{Strong: h.Name + " leaves on " + h.Until.AddDays(-1).Long() + "."}
		if over, is := open(h.Name); is {
			a.More = over.Between() + ": " + strings.ToLower(numbered(over.Done())) + " of " + strings.ToLower(numbered(len(over.Steps))) + " steps are done."
			a.Next = web.Link{Text: "See what is left to do", Href: "#handover"}
		} else {
			a.More, a.Next = "What they know can be handed over in small steps.", begin(h.Side, relationship.Leaving, h.Name, "")
		}
		all = append(all, a)
	}
	entries, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Kind != relationship.Notice || e.On.Before(today.AddMonths(-2)) || slices.ContainsFunc(handovers, func(h relationship.Handover) bool { return h.OpenedAt.After(e.At) }) {
			continue
		}
		who, rest, _ := strings.Cut(e.Words, " leaves on ")
		next := ""
		if _, after, is := strings.Cut(rest, ". "); is {
			next = strings.TrimSuffix(after, " takes over.")
		}
		all = append(all, alert{Strong: e.SaidBy + " gave notice:", More: e.Words, Next: begin(relationship.Theirs, relationship.Leaving, who, next)})
	}
	changed, err := p.changed(ctx, tx, s, one, held)
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		if _, is := open(""); is && len(handovers) > 0 && !handovers[0].OpenedAt.Before(c.at) {
			continue
		}
		all = append(all, alert{Strong: c.words, More: "A new post-holder likes a walkabout best.", Next: begin(relationship.Theirs, c.why, c.who, c.next)})
	}
	if !one.MergedOn.IsZero() {
		all = append(all, alert{Strong: "This went into another on " + one.MergedOn.Long() + ".", More: "Its story stays here, and is told there too.", Next: web.Link{Text: "See the other", Href: href(s.area, one.MergedIn)}})
	}
	return all, nil
}

// A change at a body that may be a reason to hand over.
type change struct {
	words, who, next string
	why              relationship.Why
	at               time.Time
}

// changed are the changes of the last three months at the body of a relationship: of
// its posts, its units, and of itself.
func (p pages) changed(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, held []relationship.Holder) (all []change, err error) {
	today := p.site.Today()
	changes, err := agency.Changes(ctx, tx, s.area.ID, today.AddMonths(-3), today.AddMonths(3))
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	contacts, err := agency.Contacts(ctx, tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	called := map[agency.ContactID]string{}
	for _, c := range contacts {
		called[c.ID] = c.Shown()
	}
	for _, c := range changes {
		if c.Body != one.Body || one.Unit != "" && c.Unit != "" && c.Unit != one.Unit {
			continue
		}
		known := slices.ContainsFunc(held, func(h relationship.Holder) bool {
			return c.Contact != "" && h.Contact == c.Contact || c.Post != "" && h.Post == c.Post
		})
		name := called[c.Contact]
		switch c.Kind {
		case agency.Came:
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact }) {
				all = append(all, change{words: name + " is new in a post that we know.", next: name, why: relationship.NewInPost, at: c.NotedAt})
			}
		case agency.Left:
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact && !h.Until.IsZero() }) {
				all = append(all, change{words: name + " leaves the post in which we know them.", who: name, why: relationship.Leaving, at: c.NotedAt})
			}
		case agency.UnitEnded:
			if one.Unit == c.Unit {
				all = append(all, change{words: "Their team was rearranged.", why: relationship.Restructure, at: c.NotedAt})
			}
		case agency.BodyClosed:
			words := "The organisation came to an end on " + c.On.Long() + "."
			if len(c.Successors) > 0 {
				bodies, err := agency.BodiesByID(ctx, tx, c.Successors)
				if err != nil {
					return nil, err
				}
				var next []string
				for _, b := range c.Successors {
					next = append(next, bodies[b].Name)
				}
				words += " After it came " + and(next, "and") + "."
			}
			all = append(all, change{words: words, why: relationship.Restructure, at: c.NotedAt})
		case agency.UnitMoved, agency.PostEnded, agency.PostMoved:
		}
	}
	return all, nil
}

// viewOf reads of a relationship what a reader is to see.
func (p pages) viewOf(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader) (v view, err error) {
	today := p.site.Today()
	v = view{Name: one.Name, Shape: one.Type.Shape()}
	if rd.edits && one.MergedIn == "" {
		v.base = href(s.area, one.ID)
	}
	noted, err := relationship.StatesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return v, err
	}
	state, _ := one.Standing(noted, today)
	v.Since = one.Type.Kind().Name
	if !one.Began.IsZero() {
		v.Since += ", working with us since " + strconv.Itoa(one.Began.Year())
	}
	held, err := relationship.Holders(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return v, err
	}
	if rd.inside {
		v.CSV = href(s.area, one.ID) + "/timeline.csv"
		for _, k := range state.Kinds {
			v.Tags = append(v.Tags, tag{web.Pine, k.InWords()})
		}
		v.Tags = append(v.Tags, tag{web.Info, state.Closeness.InWords()})
		if v.About, err = p.facts(ctx, tx, s, one); err != nil {
			return v, err
		}
		v.Course, v.Stood = course(one, noted, today)
		if v.Weights, err = weights(ctx, tx, s, one, today); err != nil {
			return v, err
		}
	}
	if rd.shows(relationship.PartAbout) {
		if err := v.about(ctx, tx, s, one, held, rd, today); err != nil {
			return v, err
		}
	}
	for _, part := range []struct {
		name string
		read func() error
	}{
		{relationship.PartAgreements, func() error { return p.agreed(ctx, tx, &v, s, one, rd) }},
		{relationship.PartPromises, func() error { return v.promises(ctx, tx, s, one, rd, today) }},
		{relationship.PartQuestions, func() error { return v.questions(ctx, tx, s, one, rd, today) }},
		{relationship.PartTimeline, func() error { return p.story(ctx, tx, &v, s, one, held, rd) }},
		{relationship.PartHandover, func() error { return v.handovers(ctx, tx, s, one, rd) }},
	} {
		if rd.shows(part.name) {
			if err := part.read(); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

func (v *view) about(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, held []relationship.Holder, rd reader, today date.Date) error {
	noted, err := relationship.UsesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, u := range relationship.UsesOn(noted, today) {
		v.Uses = append(v.Uses, use{Words: u.Purpose.InWords(), Detail: u.Words})
		used[u.Purpose.Group()] = true
	}
	var not []string
	for _, w := range relationship.Purposes() {
		if group := strings.ToLower(w.Group); !used[w.Group] && !slices.Contains(not, group) {
			not = append(not, group)
		}
	}
	if len(v.Uses) > 0 && len(not) > 0 {
		v.NotUsed = "Not used: " + strings.Join(not, "; ") + "."
	}
	on := func(side relationship.Side) (all []holder) {
		for _, h := range relationship.HoldersOn(held, side, today) {
			one := holder{Name: h.Name, Role: relationship.RoleInWords(h.Role), Initials: initials(h.Name)}
			if rd.inside {
				one.Words, one.Without = h.Words, heldHref(s.area)+"/"+string(h.ID)
			}
			if side == relationship.Theirs {
				one.Tone = "plum"
			}
			switch {
			case h.Leaves(today):
				one.Words, one.Tone = "Leaves on "+h.Until.AddDays(-1).Long()+". "+one.Words, "out"
			case rd.edits:
				one.Leave = home(s.area) + "/holders/" + string(h.ID)
			}
			all = append(all, one)
		}
		return all
	}
	v.Ours, v.Theirs = on(relationship.Ours), on(relationship.Theirs)
	switch {
	case !rd.inside:
	case len(v.Ours) > 1 && len(v.Theirs) > 1:
		v.Two, v.TwoKind = "Two or more on each side", web.Good
	case len(v.Ours) == 1:
		v.Two, v.TwoKind = "Only one of us knows them", web.OneHas
	case len(v.Theirs) == 1:
		v.Two, v.TwoKind = "We know one of them", web.OneHas
	}
	return nil
}

func (p pages) facts(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship) (all []web.Fact, err error) {
	name, err := organisation.NameOf(ctx, tx, one.Body)
	if err != nil {
		return nil, err
	}
	if name != one.Name {
		all = append(all, web.Fact{Term: "Organisation", Value: name})
	}
	if one.Unit != "" {
		u, err := agency.UnitByID(ctx, tx, s.area.ID, one.Unit)
		if err != nil {
			return nil, err
		}
		all = append(all, web.Fact{Term: "Team", Value: u.Name})
	}
	if one.HowBegun != "" {
		all = append(all, web.Fact{Term: "How it began", Value: one.HowBegun})
	}
	if one.BroughtBy != "" {
		other, err := relationship.ByID(ctx, tx, s.area.ID, one.BroughtBy)
		if err != nil {
			return nil, err
		}
		all = append(all, web.Fact{Term: "We came to know them through", Value: other.Name, Href: href(s.area, other.ID)})
	}
	if one.Through != "" {
		all = append(all, web.Fact{Term: "Brought together by", Value: one.Through})
	}
	others, err := relationship.All(ctx, tx, s.area.ID)
	for _, o := range others {
		if o.BroughtBy == one.ID && !s.hides(o) {
			all = append(all, web.Fact{Term: "They brought us to", Value: o.Name, Href: href(s.area, o.ID)})
		}
	}
	return all, err
}

// levelOf is on which line of the chart a closeness lies.
func levelOf(c relationship.Closeness) int {
	if ring := c.Ring(); ring >= 0 {
		return 3 - ring
	}
	return 0
}

// course draws how close it was over the years, and tells the same in a table.
func course(one relationship.Relationship, noted []relationship.State, today date.Date) (templ.Component, web.Table) {
	t := web.Table{Caption: "How close it felt, from when on", Columns: []web.Column{{Text: "From"}, {Text: "How close"}, {Text: "What changed"}}}
	c := chart.Course{Levels: []string{"Not yet", "Now and then", "Regular", "Close"}, Until: yearsOf(today)}
	last := ""
	for _, s := range relationship.Course(noted) {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: s.From.Long(), RowHeader: true}, {Text: s.Closeness.InWords()}, {Text: s.Words}}})
		c.Stands = append(c.Stands, chart.Stand{At: yearsOf(s.From), Level: levelOf(s.Closeness)})
		last = s.Closeness.InWords()
	}
	c.Words = "How close " + one.Name + " felt, year by year. Now: " + strings.ToLower(last) + ". The same stands in the table below."
	return c.Draw(), t
}

func yearsOf(d date.Date) float64 {
	return float64(d.Year()) + float64(date.New(d.Year(), 1, 1).DaysUntil(d))/365.25
}

func weights(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, today date.Date) (web.Table, error) {
	all, err := relationship.Weights(ctx, tx, s.area.ID, one.ID, today)
	t := web.Table{Caption: "What helps, and what holds back", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Here it"}, {Text: "In our words"}}}
	for _, w := range all {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: w.Factor.InWords(), RowHeader: true}, {Text: string(w.Effect)}, {Text: w.Words}}})
	}
	return t, err
}

func (p pages) agreed(ctx context.Context, tx *db.Tx, v *view, s scene, one relationship.Relationship, rd reader) (err error) {
	if p.extras.Agreements != nil {
		if v.Agreed, err = p.extras.Agreements(ctx, tx, s.area, one); err != nil {
			return err
		}
	}
	if !rd.inside || !s.keeps && s.by.Hat.Role != access.Rep { // what is not shared is for the partnership and its adviser
		for i := range v.Agreed {
			v.Agreed[i].Href, v.Agreed[i].Soon = "", ""
		}
	}
	return nil
}

// mostDone is how many promises that ended are shown beside those in hand.
const mostDone = 4

func (v *view) promises(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader, today date.Date) error {
	all, err := relationship.Promises(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return err
	}
	done := 0
	for _, p := range all {
		end, ended := p.End()
		if ended && end.On.Before(today.AddMonths(-12)) {
			continue
		}
		shown := promisedOf(p, one.Short, today)
		if v.base != "" && !ended {
			shown.Change = promiseHref(s.area, p.ID)
		}
		if !rd.inside && p.Side == relationship.Theirs && !ended {
			shown.ID = string(p.ID)
		}
		if ended {
			if done++; done > mostDone {
				continue
			}
		}
		v.Promises = append(v.Promises, shown)
	}
	if rd.inside {
		v.AllPromises = keptHref(s.area)
	}
	v.Tally = tallied(all, one.Short, today)
	return nil
}

func promisedOf(p relationship.Promise, they string, today date.Date) promised {
	who := they
	if p.Side == relationship.Ours {
		who = "Us"
	}
	if p.Who != "" {
		who += ", " + p.Who
	}
	if due := p.Due(); !due.IsZero() {
		who += ", by " + due.Long()
	}
	shown := promised{What: p.What, Who: who, State: string(p.State(today)), Kind: web.Info}
	end, _ := p.End()
	switch p.State(today) {
	case relationship.DoneOnTime, relationship.DoneLate:
		shown.Kind, shown.State = web.Good, "Done "+end.On.Long()
	case relationship.NotToBe:
		shown.Kind = web.Plain
	case relationship.NotDoneYet:
		shown.Kind = web.Watch
	case relationship.InHand:
	}
	var notes []string
	for _, s := range p.Steps {
		switch {
		case s.What == relationship.Moved:
			notes = append(notes, "Moved to "+s.DueOn.Long()+": "+s.Words)
		case s.What == relationship.Withdrawn:
			notes = append(notes, "Withdrawn: "+s.Words)
		case s.What == relationship.Kept && s.SaidBy != "":
			notes = append(notes, s.SaidBy+" told us")
		case s.What == relationship.Kept && s.Words != "":
			notes = append(notes, s.Words)
		}
	}
	if p.InWriting() {
		notes = append(notes, "In writing")
	}
	shown.Note = strings.Join(notes, ". ")
	return shown
}

// tallied says what each side did on time over a year, without blame.
func tallied(all []relationship.Promise, they string, today date.Date) string {
	t := relationship.Tallied(all, today)
	part := func(who string, t relationship.Tally) string {
		return who + " did " + strconv.Itoa(t.OnTime) + " of " + strconv.Itoa(t.All) + " on time"
	}
	theirs, ours := t[relationship.Theirs], t[relationship.Ours]
	switch {
	case theirs.All > 0 && ours.All > 0:
		return "Over the last year: " + part(they, theirs) + ", " + part("we", ours) + "."
	case theirs.All > 0:
		return "Over the last year: " + part(they, theirs) + "."
	case ours.All > 0:
		return "Over the last year: " + part("we", ours) + "."
	}
	return ""
}

func (v *view) questions(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader, today date.Date) error {
	all, err := relationship.Questions(ctx, tx, s.area.ID, "")
	for _, q := range all {
		with, _ := q.With()
		if with != one.ID || !q.Open() {
			continue
		}
		item := web.Item{Mark: web.Icon("chat"), Text: q.What, Detail: ageOf(q, today)}
		if rd.inside {
			item.Href = questionHref(s.area, q.ID)
		}
		v.Asked = append(v.Asked, item)
	}
	return err
}

// ageOf is how old a question is, and how often it was passed on.
func ageOf(q relationship.Question, today date.Date) string {
	words := "Asked " + q.AskedOn.Long() + ", " + counted(q.Days(today), "day")
	if n := q.Redirects(); n == 1 {
		words += ", passed on once"
	} else if n > 1 {
		words += ", passed on " + strconv.Itoa(n) + " times"
	}
	return words
}

func (v *view) handovers(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader) error {
	all, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	for _, h := range all {
		if !h.Open() || !rd.inside && h.Side != relationship.Theirs {
			continue
		}
		shown := handover{ID: string(h.ID), Between: h.Between() + ", by " + h.By.Long()}
		if v.base != "" {
			shown.Change = handoverHref(s.area, h.ID)
		}
		for _, st := range h.Steps {
			one := step{Words: st.Words, Detail: stepDetail(st), Done: !st.DoneOn.IsZero()}
			if st.SaidBy != "" {
				one.Detail = st.SaidBy + " told us on " + st.DoneOn.Long()
			}
			shown.Confirm = shown.Confirm || !rd.inside && st.Kind == relationship.ConfirmedIt && st.DoneOn.IsZero()
			shown.Steps = append(shown.Steps, one)
		}
		v.Handover = append(v.Handover, shown)
	}
	return err
}

// A moment is one thing in a story.
type moment struct {
	on                      date.Date
	day, words, detail, low string
	planned                 bool
	change                  string // where it is said who may read it
	kind                    string
	seen                    relationship.Seen
}

// moments are what happened, the latest first, as far as the reader may read it.
func (p pages) moments(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, held []relationship.Holder, rd reader) ([]moment, error) {
	entries, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	var who []access.PersonID
	for _, e := range entries {
		who = append(who, e.By)
	}
	slices.Sort(who)
	called := map[access.PersonID]string{}
	if rd.inside {
		if called, err = names(ctx, tx, slices.Compact(who)); err != nil {
			return nil, err
		}
	}
	var all []moment
	for _, e := range entries {
		if !e.MayRead(rd.keeps) || !rd.inside && e.Seen != relationship.SeenShared && e.Seen != relationship.SeenPublic {
			continue
		}
		m := moment{on: e.On, day: e.Day(), words: e.Words, kind: string(e.Kind), seen: e.Seen}
		var detail []string
		if e.Together != "" {
			detail = append(detail, "Where working together is possible: "+e.Together)
		}
		if e.Kind == relationship.InTouch {
			if m.words == "" {
				m.words = relationship.HowInWords(e.How)
			} else {
				detail = append(detail, relationship.HowInWords(e.How))
			}
			if e.News == "not so good" || e.News == "both" {
				m.low = e.News
			}
		}
		if name := called[e.By]; name != "" && e.SaidBy == "" {
			detail = append(detail, name)
		}
		if e.SaidBy != "" {
			detail = append(detail, e.SaidBy+" told us")
		}
		if rd.inside && e.Seen == relationship.SeenByKeepers {
			detail = append(detail, "in confidence")
		}
		m.detail = strings.Join(detail, " · ")
		if rd.edits {
			m.change = home(s.area) + "/relationship-notes/" + string(e.ID)
		}
		all = append(all, m)
	}
	if !rd.inside {
		return all, nil
	}
	noted, err := relationship.StatesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, st := range relationship.Course(noted) {
		all = append(all, moment{on: st.From, day: st.From.Long(), words: "How close: " + strings.ToLower(st.Closeness.InWords()), detail: st.Words, kind: "state"})
	}
	for _, h := range held {
		if h.Side == relationship.Theirs {
			all = append(all, moment{on: h.From, day: h.From.Long(), words: "We know " + h.Name, detail: h.Role, kind: "holder"})
		}
		if !h.Until.IsZero() && !h.Until.After(p.site.Today()) {
			all = append(all, moment{on: h.Until, day: h.Until.Long(), words: h.Name + " stepped back", detail: h.EndWords, kind: "holder", low: "left"})
		}
	}
	if p.extras.Agreements != nil {
		agreed, err := p.extras.Agreements(ctx, tx, s.area, one)
		if err != nil {
			return nil, err
		}
		for _, a := range agreed {
			if !a.On.IsZero() {
				all = append(all, moment{on: a.On, day: a.On.Long(), words: "Agreed: " + a.Title, detail: a.Detail, kind: "agreement"})
			}
		}
	}
	handovers, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	for _, h := range handovers {
		for _, st := range h.Steps {
			if st.DoneOn.IsZero() && h.StoppedOn.IsZero() && !st.PlannedOn.IsZero() {
				all = append(all, moment{on: st.PlannedOn, day: st.PlannedOn.Long(), words: st.Words, detail: st.Who, kind: "planned", planned: true})
			}
			if !st.DoneOn.IsZero() && st.Kind == relationship.Walkabout {
				all = append(all, moment{on: st.DoneOn, day: st.DoneOn.Long(), words: st.Words, detail: st.Who, kind: "handover"})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return strings.Compare(b.on.String(), a.on.String()) })
	return all, err
}

func (p pages) story(ctx context.Context, tx *db.Tx, v *view, s scene, one relationship.Relationship, held []relationship.Holder, rd reader) error {
	all, err := p.moments(ctx, tx, s, one, held, rd)
	if err != nil {
		return err
	}
	for _, m := range all {
		item := web.TimelineItem{Date: m.day, Words: m.words, Detail: m.detail, Low: m.low != "", Planned: m.planned}
		if m.change != "" {
			item.Body = whoReads(m)
		}
		v.Story = append(v.Story, item)
	}
	if p.extras.Approved != nil {
		v.Approved, err = p.extras.Approved(ctx, tx, s.area, one)
	}
	return err
}

// readBy says in a word who reads an entry.
func readBy(s relationship.Seen) string {
	switch s {
	case relationship.SeenByKeepers:
		return "Read by members, chair and worker alone"
	case relationship.SeenByUs:
		return "Read by all of us"
	case relationship.SeenShared:
		return "Read by those we share it with"
	case relationship.SeenPublic:
		return "Read by everybody"
	}
	return ""
}

func (p pages) timelineCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		held, err := relationship.Holders(r.Context(), tx, s.area.ID, one.ID)
		if err != nil {
			return err
		}
		all, err := p.moments(r.Context(), tx, s, one, held, reader{keeps: s.keeps, inside: true})
		for _, m := range all {
			rows = append(rows, []string{m.on.String(), m.kind, m.words, m.detail, m.low})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-story", []string{"day", "kind", "what", "more", "news"}, rows)
}

// packData is what is printed for who takes over.
type packData struct {
	Shell web.Shell
	Lead  string
	Full  web.Link // with or without what is in confidence
	view
}

// pack is all that a successor needs, to print. What is in confidence is left out
// unless somebody who reads it asks for it to be in.
func (p pages) pack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d packData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		full := s.keeps && r.URL.Query().Get("with") == "confidence"
		d.view, err = p.viewOf(r.Context(), tx, s, one, reader{shows: func(string) bool { return true }, keeps: full, inside: true})
		title := "Handover pack: " + one.Name
		d.Shell = p.shell(r, by, s.area, title, web.Link{Text: one.Name, Href: href(s.area, one.ID)}, web.Link{Text: "Handover pack"})
		d.Lead = "All that somebody new needs to know, as it stands on " + p.site.Today().Long() + ". Print it, or read it together."
		if s.keeps {
			d.Full = web.Link{Text: "Put in the notes that are in confidence too", Href: href(s.area, one.ID) + "/pack?with=confidence"}
			if full {
				d.Full = web.Link{Text: "Leave out the notes that are in confidence", Href: href(s.area, one.ID) + "/pack"}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, packPage(d))
}

func (v view) csv() []web.Link {
	if v.CSV == "" {
		return nil
	}
	return []web.Link{{Text: "Download", Href: v.CSV}}
}

// numberedID is an id that stands once in a page.
func numberedID(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(i+1)
}

func after(role string) string {
	if role == "" {
		return ""
	}
	return ", " + role
}

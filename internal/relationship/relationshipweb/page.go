package relationshipweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
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
	Levels      string // how far up those are whom we know of them
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
	Mix         string // what sort of news was told over a year
	CSV         string
	Moments     []moment // what the story is made of, for programs
	promiseIDs  []relationship.PromiseID
}

type tag struct {
	Kind  web.Kind
	Words string
}

type use struct{ Words, Detail string }

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
	Seen     string // where it is told who sees what, one by one
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
		g, err := p.grounds(ctx, tx, s, one.ID)
		if err != nil {
			return err
		}
		if d.Alerts, err = p.alerts(ctx, tx, s, one, g); err != nil {
			return err
		}
		where, err := p.whereabouts(ctx, tx, s, one)
		if err != nil {
			return err
		}
		moved, err := p.moved(ctx, tx, s, one, where)
		if err != nil {
			return err
		}
		d.Alerts = append(d.Alerts, moved...)
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
	for _, l := range links {
		standing, err := p.shares.StandingOf(ctx, tx, l)
		if err != nil {
			return err
		}
		if standing == share.Works {
			d.Shared = append(d.Shared, web.Item{Mark: web.Icon("out"), Text: l.ForWhom, Detail: inWords(l.Contents) + ". Until " + l.Until.Long() + ". " + lookedAt(l)})
		}
	}
	v, err := relationship.ViewOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return err
	}
	d.Seen, d.Officers = shownHref(s.area, one.ID), orNothing(v.Contents)+"."
	officers, err := relationship.Officers(ctx, tx, one.Body, p.site.Today())
	if err != nil {
		return err
	}
	others := 0
	for _, o := range officers {
		own, err := relationship.OwnViewOf(ctx, tx, s.area.ID, one.ID, o.Person.ID)
		if err != nil {
			return err
		}
		if own.Holds(p.site.Today()) {
			others++
		}
	}
	if others > 0 {
		d.Officers += " For " + strings.ToLower(numbered(others)) + " of them something else is chosen."
	}
	return nil
}

// inWords are parts as a reader wants them.
func inWords(parts []string) string {
	var all []string
	for _, part := range relationship.Parts() {
		if slices.Contains(parts, part.Part) {
			all = append(all, part.Words)
		}
	}
	return strings.Join(all, "; ")
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
	types, err := agency.Called(ctx, tx, one.Type)
	if err != nil {
		return v, err
	}
	v.Since = types[one.Type]
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
		{relationship.PartApproved, func() error { return p.approved(ctx, tx, &v, s, one) }},
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
	if rd.inside && len(v.Uses) > 0 && len(not) > 0 {
		v.NotUsed = "Not used: " + strings.Join(not, "; ") + "."
	}
	var touches map[relationship.HolderID]relationship.Touch
	var changes []relationship.Change
	if rd.inside {
		if touches, err = relationship.Touches(ctx, tx, s.area.ID, held, today); err != nil {
			return err
		}
		if changes, err = relationship.Changes(ctx, tx, s.area.ID, one.ID); err != nil {
			return err
		}
	}
	on := func(side relationship.Side) (all []holder) {
		for _, h := range relationship.HoldersOn(held, side, today) {
			one := holder{Name: h.Name, Role: relationship.RoleInWords(h.Role), Initials: initials(h.Name)}
			if rd.inside {
				one.Words, one.Without = h.Words, heldHref(s.area)+"/"+string(h.ID)
			}
			if side == relationship.Theirs {
				one.Tone, one.Touch = "plum", touched(touches[h.ID])
				if rd.edits {
					one.Tier = home(s.area) + "/holders/" + string(h.ID) + "/tier"
				}
			}
			for _, c := range changes {
				if c.AwayOn(today) && c.Side == side && strings.EqualFold(c.Who, h.Name) {
					one.Words, one.Tone = c.Says(today)+" "+one.Words, "out"
				}
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
	if rd.inside {
		at, err := levelsOf(ctx, tx, s.area.ID, today)
		if err != nil {
			return err
		}
		var l relationship.Link
		for _, h := range relationship.HoldersOn(held, relationship.Theirs, today) {
			l.Theirs = append(l.Theirs, relationship.Held{Post: h.Post})
		}
		v.Levels = at.of(l)
	}
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
	b, err := agency.KnownTo(ctx, tx, s.area.ID, one.Body)
	switch {
	case errors.Is(err, fault.NotFound): // it holds the money, and is on no list of agencies
		name, err := organisation.NameOf(ctx, tx, one.Body)
		if err != nil {
			return nil, err
		}
		if name != one.Name {
			all = append(all, web.Fact{Term: "Organisation", Value: name})
		}
	case err != nil:
		return nil, err
	default:
		all = append(all, web.Fact{Term: "Who they are, and what others learned", Value: b.Name, Href: home(s.area) + "/agencies/" + b.Slug})
		if kind := b.KindInWords(); kind != b.TypeInWords() {
			all = append(all, web.Fact{Term: "What it is", Value: kind})
		}
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

// lookedAt is whether somebody outside looked at what a link shows, and when last.
func lookedAt(l share.Link) string {
	switch l.Times {
	case 0:
		return "Not looked at yet."
	case 1:
		return "Looked at once, on " + l.LastOn.Long() + "."
	}
	return "Looked at " + strconv.FormatInt(l.Times, 10) + " times, last on " + l.LastOn.Long() + "."
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

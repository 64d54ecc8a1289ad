package relationshipweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
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
	standing, begun := n.Stand(), started(links)
	for i, h := range people {
		one := hanging{Stepping: relationship.WithoutThem(begun, h)}
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

// typesOf are the types of all that hangs on somebody.
func typesOf(all []hanging) (types []agency.Type) {
	for _, h := range all {
		for _, l := range append(slices.Clone(h.Alone), h.With...) {
			types = append(types, l.Type)
		}
	}
	return types
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

// someNames are the first of them, where there are many: the page of what would be lost
// has them all, and so has the spreadsheet.
func someNames(links []relationship.Link) string {
	const most = 4
	if len(links) <= most+1 {
		return linkNames(links)
	}
	return linkNames(links[:most]) + "; and " + strconv.Itoa(len(links)-most) + " more"
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
		two, err := p.twoOnEachSide(r.Context(), tx, s)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "Nobody is noted yet", Words: "Note on a relationship’s page who of us knows whom of them.", Action: web.Link{Text: "Who we work with", Href: listHref(s.area)}}
			return nil
		}
		for _, side := range []struct {
			side               relationship.Side
			id, heading, words string
		}{{relationship.Ours, "ours", "Our side", "If they stepped back …"}, {relationship.Theirs, "theirs", "Their side", "If they left …"}} {
			t := web.Table{Caption: side.heading + ": what hangs on each person", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Nobody else holds"}, {Text: "Out of reach without them, by any way round", Short: "Out of reach"}, {Text: "Others hold it too"}}}
			for _, h := range all {
				if h.Holder.Side != side.side {
					continue
				}
				alone, lost := web.Cell{Text: "Nothing: well shared"}, web.Cell{Text: "None"}
				if len(h.Alone) > 0 {
					alone = web.Cell{Component: tagged(someNames(h.Alone), web.OneHas, counted(len(h.Alone), "link"))}
				}
				if h.lost > 0 {
					lost.Text = counted(int(h.lost), "organisation")
				}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
					{Text: h.Holder.Name, Href: heldHref(s.area) + "/" + string(h.Holder.ID), Small: relationship.RoleInWords(h.Holder.Role), RowHeader: true}, alone, lost, {Text: someNames(h.With)},
				}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{side.id, side.heading, side.words, t})
			}
		}
		d.Tables = append(d.Tables, titled{"two", "Two on each side", "Somebody who is for us at the top does not make it happen on the ground, and the other way round.", two})
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

// twoOnEachSide is how many hold each link on either side, and how far up those of
// the other side are.
func (p pages) twoOnEachSide(ctx context.Context, tx *db.Tx, s scene) (web.Table, error) {
	t := web.Table{Caption: "How many hold each link on either side", CaptionHidden: true, Columns: []web.Column{{Text: "Organisation"}, {Text: "Of us", Numeric: true}, {Text: "Of them", Numeric: true}, {Text: "Where they are"}, {Text: "How it stands"}}}
	links, err := s.links(ctx, tx, p.site.Today())
	if err != nil {
		return t, err
	}
	types, err := called(ctx, tx, links)
	if err != nil {
		return t, err
	}
	levels, err := levelsOf(ctx, tx, s.area.ID, p.site.Today())
	for _, l := range started(links) {
		stands := web.Cell{Component: web.Tag(web.Good, "Two on each side")}
		if next := second(l); next != "" {
			stands = web.Cell{Text: "Find a second person", Href: href(s.area, l.ID) + "/holders?side=" + string(next), Hidden: "for " + l.Name}
			if !s.keeps {
				stands = web.Cell{Text: "One would be good to have"}
			}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Component: shapedName(l.Type.Shape(), l.Name, href(s.area, l.ID), types[l.Type]), RowHeader: true},
			{Text: strconv.Itoa(len(l.Holders))},
			{Text: strconv.Itoa(len(l.Theirs))},
			{Text: cmp.Or(levels.of(l), "We do not know")},
			stands,
		}})
	}
	return t, err
}

// second is on which side a second person is wanted, ours first; "" where there are
// two on each.
func second(l relationship.Link) relationship.Side {
	switch {
	case len(l.Holders) < 2:
		return relationship.Ours
	case len(l.Theirs) < 2:
		return relationship.Theirs
	}
	return ""
}

// levels are how far up the posts are that an area knows of.
type levels map[agency.PostID]agency.Level

func levelsOf(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) (levels, error) {
	posts, err := agency.PostsOn(ctx, tx, a, "", day)
	all := levels{}
	for _, p := range posts {
		all[p.ID] = p.Level
	}
	return all, err
}

// of is where those of the other side are, from the ground up: "On the ground; at the
// top". What is not known is left out.
func (at levels) of(l relationship.Link) string {
	var words []string
	for _, level := range agency.Levels() {
		if slices.ContainsFunc(l.Theirs, func(h relationship.Held) bool { return at[h.Post] == level }) {
			words = append(words, strings.ToLower(level.InWords()))
		}
	}
	if len(words) == 0 {
		return ""
	}
	all := strings.Join(words, "; ")
	return strings.ToUpper(all[:1]) + all[1:]
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
		types, err := agency.Called(r.Context(), tx, typesOf(all)...)
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
		if s.keeps {
			q := "&side=" + string(h.Side) + "&who=" + url.QueryEscape(h.Name)
			d.Tools = append(d.Tools, web.Tool{Icon: "swap", Text: who + " is away for a while", Href: changesHref(s.area) + "/new?why=" + string(relationship.Absence) + q})
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
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Component: shapedName(l.Type.Shape(), l.Name, href(s.area, l.ID), types[l.Type]), RowHeader: true}, {Text: l.Closeness.InWords()}, cell}})
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

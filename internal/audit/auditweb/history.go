package auditweb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/web"
)

// historyData is what happened in an area, newest first, by day.
type historyData struct {
	Shell   web.Shell
	Lead    string
	Tools   []web.Tool
	Filter  web.Filter
	Days    []day
	Older   string
	Newest  string // back to the newest; "" where this is it
	Nothing web.Empty
}

type day struct {
	ID, Words string
	Items     []web.Item
	repeats   map[string]*repeat // by act and person
}

// A repeat is what one person did again and again in a day: one item tells all
// of it. Each time is in the spreadsheet.
type repeat struct {
	item, times int
	until       string
}

// A reader is who reads an area's history, and how much of it is for them
// (trust.md §6.2).
type reader struct {
	area  area.Area
	by    access.Actor
	only  audit.Acts // none for all of it
	names names
}

// reads finds out what somebody may read of the history of the area that a
// request names: those of an organisation that holds or held its money read of
// money; for who may not read it, it is not there.
func (p pages) reads(r *http.Request, tx *db.Tx, by access.Actor) (reader, error) {
	a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
	if err != nil {
		return reader{}, err
	}
	one := reader{area: a, by: by, names: names{ctx: r.Context(), tx: tx, people: map[access.PersonID]string{}, organisations: map[string]string{}}}
	if by.May(access.SeeHistory, a.Place()) {
		return one, nil
	}
	holdings, err := funding.Holdings(r.Context(), tx, a.ID)
	if err != nil {
		return one, err
	}
	for _, h := range holdings {
		place := a.Place()
		place.Organisation = string(h.Organisation)
		if by.May(access.SeeHistory, place) {
			one.only = actsOf(aboutMoney)
			return one, nil
		}
	}
	return one, fault.NotFound
}

func (p pages) history(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d historyData
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		one, err := p.reads(r, tx, by)
		if err != nil {
			return err
		}
		asked := kind(r.URL.Query().Get("about"))
		before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
		all, err := audit.History(r.Context(), tx, string(one.area.ID), one.wanted(asked), max(0, before), aPage+1)
		if err != nil {
			return err
		}
		d = historyData{Filter: one.filter(asked), Lead: one.lead(), Tools: one.tools(asked), Nothing: one.nothing(asked)}
		if len(all) > aPage {
			all = all[:aPage]
			d.Older = one.href(asked, all[aPage-1].Number)
		}
		if before > 0 {
			d.Newest = one.href(asked, 0)
		}
		d.Days = p.days(all, one)
		d.Shell = p.site.ShellIn(r, by, "What happened here", web.Link{Text: one.area.Name, Href: "/areas/" + one.area.Slug}, p.site.AreaRooms, "")
		d.Shell.Crumbs = []web.Link{{Text: one.area.Name, Href: "/areas/" + one.area.Slug}, {Text: "What happened here"}}
		return one.names.failed
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, historyPage(d))
}

// wanted are the acts that somebody asks for and may read.
func (one *reader) wanted(asked kind) audit.Acts {
	if len(one.only) > 0 {
		return one.only
	}
	return actsOf(asked) // none of no kind, which is all
}

func (one *reader) href(asked kind, before int64) string {
	q := url.Values{}
	if asked != "" {
		q.Set("about", string(asked))
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	href := "/areas/" + one.area.Slug + "/history"
	if len(q) > 0 {
		href += "?" + q.Encode()
	}
	return href
}

func (one *reader) lead() string {
	if len(one.only) > 0 {
		return "Everything that was recorded about the money of " + one.area.Name + ", newest first. Nothing here can be changed or removed."
	}
	return "Everything that was recorded about " + one.area.Name + ", newest first. Nothing here can be changed or removed."
}

func (one *reader) tools(asked kind) []web.Tool {
	home := "/areas/" + one.area.Slug + "/history"
	csv := home + ".csv"
	if asked != "" {
		csv += "?about=" + url.QueryEscape(string(asked))
	}
	return []web.Tool{
		{Icon: "down", Text: "Download as a spreadsheet", Href: csv},
		{Icon: "lock", Text: "Download the signed history", Href: home + ".json"},
	}
}

func (one *reader) filter(asked kind) web.Filter {
	if len(one.only) > 0 {
		return web.Filter{}
	}
	field := web.FilterField{Name: "about", Label: "What about", Value: string(asked), Options: []web.Option{{Value: "", Text: "Everything"}}}
	for _, k := range kinds {
		field.Options = append(field.Options, web.Option{Value: string(k.kind), Text: k.words})
	}
	f := web.Filter{Action: "/areas/" + one.area.Slug + "/history", Fields: []web.FilterField{field}, Button: "Show"}
	if asked != "" {
		f.Clear = f.Action
	}
	return f
}

func (one *reader) nothing(asked kind) web.Empty {
	if asked != "" && len(one.only) == 0 {
		return web.Empty{Heading: "Nothing of this kind yet", Words: "When something of this kind is recorded, it will be here.", Action: web.Link{Text: "See everything", Href: one.href("", 0)}}
	}
	return web.Empty{Heading: "Nothing yet", Words: "Each thing that is recorded will be here, with who recorded it and when.", Example: "“Denise Okafor, chair, recorded that the plan was adopted.”"}
}

// days parts what happened by the day it was recorded, the latest first.
func (p pages) days(all []audit.Past, one reader) []day {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b audit.Past) int { return b.At.Compare(a.At) })
	var days []day
	for _, past := range all {
		at := p.here(past.At)
		words := date.Of(at).Full()
		if len(days) == 0 || days[len(days)-1].Words != words {
			days = append(days, day{ID: "day-" + date.Of(at).String(), Words: words, repeats: map[string]*repeat{}})
		}
		last := &days[len(days)-1]
		if words, often := manyTimes[past.Act]; often {
			did := past.Act + " " + past.Person
			if again := last.repeats[did]; again != nil {
				again.times++
				last.Items[again.item] = web.Item{Text: one.says(past, words(again.times)), Detail: between(at.Format("15:04"), again.until)}
				continue
			}
			last.repeats[did] = &repeat{item: len(last.Items), times: 1, until: at.Format("15:04")}
		}
		last.Items = append(last.Items, web.Item{Text: one.tells(past), Href: one.leads(past), Detail: "At " + at.Format("15:04")})
	}
	return days
}

func between(from, until string) string {
	if from == until {
		return "At " + from
	}
	return "Between " + from + " and " + until
}

// tells says what happened in words: "Denise Okafor, chair, wrote …".
func (one *reader) tells(past audit.Past) string {
	return one.says(past, actOf(past.Act).words(one.teller(past)))
}

// says puts before what was done who did it, as far as the reader may know.
func (one *reader) says(past audit.Past, told string) string {
	who := "The programme’s own system"
	if name := one.names.person(access.PersonID(past.Person)); past.Role == access.Nobody && name != "" {
		if who = name; one.unnamed(access.Member) {
			who = "Somebody"
		}
	}
	if past.Role != access.Nobody {
		who = past.Role.Title()
		if name := one.names.person(access.PersonID(past.Person)); name != "" && !one.unnamed(past.Role) {
			return name + ", " + who + ", " + told
		}
		return "Somebody, " + who + ", " + told
	}
	return who + " " + told
}

func (one *reader) teller(past audit.Past) teller {
	return teller{past, &one.names, one.unnamed(access.Member)}
}

// unnamed reports whether people of a role are not named to this reader.
func (one *reader) unnamed(role access.Role) bool {
	switch one.by.Hat.Role {
	case access.Operator:
		return true
	case access.ProgrammeFinance:
		return role == access.Member || role == access.Resident || role == access.Friend
	default:
		return false
	}
}

// leads is the address of the record, for those who may see it.
func (one *reader) leads(past audit.Past) string {
	href := actOf(past.Act).href
	switch {
	case href == nil:
		return ""
	case past.Act == "spend provided" || past.Act == "spend sent back" || past.Act == "evidence added":
		// Until it is certified, it is there for those at the desks alone.
		if !one.by.Holds(access.SeePayments) && !one.by.Holds(access.SeeMoneyDesk) {
			return ""
		}
	}
	at := href(one.teller(past))
	isPaper := func(room string) bool { return strings.HasPrefix(at, room) }
	if slices.ContainsFunc(papers, isPaper) && !one.by.May(access.SeePapers, one.area.Place()) {
		return ""
	}
	if slices.ContainsFunc(withAgencies, isPaper) && !one.by.May(access.KeepRelationships, one.area.Place()) {
		return ""
	}
	return "/areas/" + one.area.Slug + at
}

// withAgencies are the rooms of who the partnership works with: some of what is
// there is for those alone who keep it.
var withAgencies = []string{"/relationships", "/questions", "/promises", "/changes", "/handovers", "/agencies", "/together", "/agreed", "/cards", "/directory"}

// papers are the rooms in which some things, or all, are for those alone who
// read the partnership's papers.
var papers = []string{"/actions/", "/reviews", "/shares", "/projects/", "/risks", "/requirements"}

// mostRows bounds a spreadsheet.
const mostRows = 100_000

func (p pages) historyCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		one, err := p.reads(r, tx, by)
		if err != nil {
			return err
		}
		slug = one.area.Slug
		all, err := audit.History(r.Context(), tx, string(one.area.ID), one.wanted(kind(r.URL.Query().Get("about"))), 0, mostRows)
		rows = make([][]string, 0, len(all))
		for _, past := range all {
			rows = append(rows, []string{strconv.FormatInt(past.Number, 10), past.At.UTC().Format(time.RFC3339), past.Act, past.Role.Title(), one.tells(past), past.Subject})
		}
		return errors.Join(err, one.names.failed)
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-history", []string{"Number", "Recorded", "What", "Role", "In words", "Record"}, rows)
}

// historyJSON is the whole history, to be proved. What its reader may not see is
// in it as a hash; free words and names never are.
func (p pages) historyJSON(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var slug string
	var export audit.Export
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		one, err := p.reads(r, tx, by)
		if err != nil {
			return err
		}
		slug = one.area.Slug
		export, err = audit.ExportOf(r.Context(), tx, string(one.area.ID), one.area.Name, one.only, false)
		return err
	})
	if err != nil {
		return err
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(export); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+slug+`-history.json"`)
	_, err = text.WriteTo(w)
	return err
}

// names are those that a history mentions, each read once.
type names struct {
	ctx           context.Context //nolint:containedctx // it lives as long as one request
	tx            *db.Tx
	people        map[access.PersonID]string
	organisations map[string]string
	failed        error
}

func (n *names) person(who access.PersonID) string {
	if name, known := n.people[who]; known || n.failed != nil {
		return name
	}
	found, err := person.Names(n.ctx, n.tx, who)
	n.failed = errors.Join(n.failed, err)
	n.people[who] = found[who]
	return found[who]
}

func (n *names) organisation(which string) string {
	if name, known := n.organisations[which]; known || n.failed != nil {
		return name
	}
	found, err := organisation.ByID(n.ctx, n.tx, organisation.ID(which))
	if err != nil && !errors.Is(err, fault.NotFound) {
		n.failed = err
	}
	n.organisations[which] = found.Name
	return found.Name
}

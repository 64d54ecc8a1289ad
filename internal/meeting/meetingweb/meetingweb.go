// Package meetingweb is the pages of the meetings of a partnership: what comes
// next, agendas, quiet words, who came, notes and what came of them.
package meetingweb

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

type pages struct {
	site      *web.Site
	meetings  *meeting.Meetings
	decisions Decisions
}

// Decisions is what these pages are told of decisions, of which meetings know
// nothing.
type Decisions struct {
	// There reports whether an area has a decision of a number.
	There func(ctx context.Context, tx *db.Tx, a area.ID, number int64) (bool, error)
	// Closings are when the votes of an area close.
	Closings func(ctx context.Context, tx *db.Tx, a area.Area) ([]Closing, error)
	// Raised are the decisions that came of a meeting, as far as somebody sees them.
	Raised func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m meeting.ID) ([]Raised, error)
}

// Raised is a decision that was put forward from an agenda.
type Raised struct {
	Item   meeting.ItemID // "" where it came of the meeting as a whole
	Number int64
	Title  string
	State  string // where it is: "do we agree?", "agreed"
}

// A Closing is that a vote closes.
type Closing struct {
	Number int64
	Title  string
	Opened time.Time
	At     time.Time
}

// Routes lists the pages.
func Routes(site *web.Site, meetings *meeting.Meetings, decisions Decisions) []web.Route {
	p := pages{site, meetings, decisions}
	const all, one = "/areas/{area}/meetings", "/areas/{area}/meetings/{meeting}"
	run, put := web.Needs(access.RunMeetings), web.Needs(access.PutForward)
	return []web.Route{
		{Pattern: "GET " + all, Policy: web.Public(), Do: site.Keep(p.list)},
		{Pattern: "GET " + all + ".csv", Policy: web.Public(), Do: p.listCSV},
		{Pattern: "GET " + all + ".ics", Policy: web.Public(), Do: p.areaCalendar},
		{Pattern: "GET " + all + "/new", Policy: run, Do: p.newMeeting},
		{Pattern: "POST " + all, Policy: run, Do: p.arrange},
		{Pattern: "GET /areas/{area}/forums", Policy: web.Public(), Do: site.Keep(p.forums)},
		{Pattern: "GET /areas/{area}/forums.csv", Policy: web.Public(), Do: p.forumsCSV},
		{Pattern: "GET " + one, Policy: web.Public(), Do: site.Keep(p.meeting)},
		{Pattern: "GET " + one + "/agenda.csv", Policy: web.Public(), Do: p.agendaCSV},
		{Pattern: "GET " + one + "/attendance.csv", Policy: web.Public(), Do: p.attendanceCSV},
		{Pattern: "GET " + one + "/quiet.csv", Policy: web.Public(), Do: p.quietCSV},
		{Pattern: "GET " + one + "/pack", Policy: web.Public(), Do: p.pack},
		{Pattern: "GET " + one + "/change", Policy: run, Do: p.newChange},
		{Pattern: "POST " + one + "/change", Policy: run, Do: p.change},
		{Pattern: "GET " + one + "/calling-off", Policy: run, Do: p.newCallingOff},
		{Pattern: "POST " + one + "/calling-off", Policy: run, Do: p.callOff},
		{Pattern: "POST " + one + "/answer", Policy: put, Do: p.answer},
		{Pattern: "GET " + one + "/agenda", Policy: run, Do: p.agenda},
		{Pattern: "POST " + one + "/agenda", Policy: run, Do: p.order},
		{Pattern: "GET " + one + "/agenda/new", Policy: put, Do: p.newItem},
		{Pattern: "POST " + one + "/agenda/items", Policy: put, Do: p.putForward},
		{Pattern: "GET " + one + "/agenda/parties", Policy: run, Do: p.newParties},
		{Pattern: "POST " + one + "/agenda/parties", Policy: run, Do: p.addParties},
		{Pattern: "POST " + one + "/agenda/agreement", Policy: run, Do: p.agreeAgenda},
		{Pattern: "GET " + one + "/quiet", Policy: put, Do: p.newQuiet},
		{Pattern: "POST " + one + "/quiet", Policy: put, Do: p.sayQuietly},
		{Pattern: "GET " + one + "/telephone", Policy: web.Needs(access.EnterForSomeone), Do: p.newCall},
		{Pattern: "POST " + one + "/telephone", Policy: web.Needs(access.EnterForSomeone), Do: p.enterCall},
		{Pattern: "GET " + one + "/attendance", Policy: run, Do: p.attendance},
		{Pattern: "POST " + one + "/attendance", Policy: run, Do: p.writeAttendance},
		{Pattern: "GET " + one + "/notes", Policy: run, Do: p.notes},
		{Pattern: "POST " + one + "/notes", Policy: run, Do: p.writeNotes},
		{Pattern: "POST " + one + "/notes/circulation", Policy: run, Do: p.circulate},
		{Pattern: "POST " + one + "/notes/agreement", Policy: web.Needs(access.AgreeNotes), Do: p.agreeNotes},
		{Pattern: "GET " + one + "/corrections/new", Policy: run, Do: p.newCorrection},
		{Pattern: "POST " + one + "/corrections", Policy: run, Do: p.correct},
		{Pattern: "POST " + one + "/corrections/{correction}/agreement", Policy: web.Needs(access.AgreeNotes), Do: p.agreeCorrection},
		{Pattern: "GET " + one + "/behaviour", Policy: web.Hidden(access.NoteBehaviour, ""), Do: p.behaviour, Seen: p.seesBehaviour},
		{Pattern: "POST " + one + "/behaviour", Policy: web.Hidden(access.NoteBehaviour, ""), Do: p.noteBehaviour, Seen: p.seesBehaviour},
		{Pattern: "GET " + one + "/digest", Policy: web.Public(), Do: p.digest},
		{Pattern: "POST " + one + "/digest", Policy: run, Do: p.tellAbsent},
		{Pattern: "GET /areas/{area}/actions", Policy: web.Public(), Do: site.Keep(p.actions)},
		{Pattern: "GET /areas/{area}/actions.csv", Policy: web.Public(), Do: p.actionsCSV},
		{Pattern: "GET /areas/{area}/actions/new", Policy: run, Do: p.newAction},
		{Pattern: "POST /areas/{area}/actions", Policy: run, Do: p.addAction},
		{Pattern: "GET /areas/{area}/actions/{action}", Policy: web.Public(), Do: p.action},
		{Pattern: "POST /areas/{area}/actions/{action}/end", Policy: put, Do: p.endAction},
		{Pattern: "GET /calendar", Policy: web.SignedIn(), Do: p.myCalendar},
		{Pattern: "POST /calendar", Policy: web.SignedIn(), Do: p.renewCalendar},
		{Pattern: "POST /calendar/end", Policy: web.SignedIn(), Do: p.endCalendar},
		{Pattern: "GET /calendar/{feed}", Policy: web.Public(), Do: p.calendarOf},
	}
}

// The addresses of the room.
func home(a area.Area) string         { return "/areas/" + a.Slug }
func meetingsHref(a area.Area) string { return home(a) + "/meetings" }
func actionsHref(a area.Area) string  { return home(a) + "/actions" }
func forumsHref(a area.Area) string   { return home(a) + "/forums" }

func meetingHref(a area.Area, m meeting.ID) string { return meetingsHref(a) + "/" + string(m) }

func actionHref(a area.Area, x meeting.ActionID) string { return actionsHref(a) + "/" + string(x) }

func decisionHref(a area.Area, number int64) string {
	return home(a) + "/decisions/" + strconv.FormatInt(number, 10)
}

// shell is the frame of a page in the room.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Meetings")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: "Meetings", Href: meetingsHref(a)}}, crumbs...)
	}
	return s
}

// scene is what every page of the room is about.
type scene struct {
	area  area.Area
	words map[string]area.Word
	by    access.Actor
	now   time.Time
	today date.Date
	dawn  time.Time // when the day began in London: public pages tell days apart, not hours
	runs  bool      // whether the reader runs meetings here
	puts  bool      // whether they may put things forward
	reads bool      // whether they read the papers
	room  Decisions
	names naming
}

// partnership is what the programme calls those who decide.
func (s scene) partnership() string { return s.words[area.WordPartnership].Singular }

// in reads the scene, and what else a page needs, on one view of the data.
func (p pages) in(r *http.Request, by access.Actor, f func(context.Context, *db.Tx, scene) error) error {
	ctx := r.Context()
	return p.meetings.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
		if err != nil {
			return err
		}
		today := date.InLondon(p.site.Now())
		s := scene{
			area: a, words: programme.Rules.Words, by: by, now: p.site.Now(), today: today, dawn: calendar.At(0, 0).On(today),
			runs: by.May(access.RunMeetings, a.Place()), puts: by.May(access.PutForward, a.Place()), reads: by.May(access.SeePapers, a.Place()),
			room: p.decisions,
		}
		if s.names, err = namesIn(ctx, tx, s); err != nil {
			return err
		}
		return f(ctx, tx, s)
	})
}

// inMeeting is in, with the meeting that the address names.
func (p pages) inMeeting(r *http.Request, by access.Actor, f func(context.Context, *db.Tx, scene, meeting.Meeting) error) error {
	return p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		m, err := meeting.ByID(ctx, tx, s.area.ID, meeting.ID(r.PathValue("meeting")))
		if err != nil {
			return err
		}
		return f(ctx, tx, s, m)
	})
}

// theMeeting is the area and the meeting that a request names.
func (p pages) theMeeting(r *http.Request) (a area.Area, m meeting.Meeting, err error) {
	err = p.meetings.DB.Read(r.Context(), func(tx *db.Tx) error {
		if a, err = area.BySlug(r.Context(), tx, r.PathValue("area")); err != nil {
			return err
		}
		m, err = meeting.ByID(r.Context(), tx, a.ID, meeting.ID(r.PathValue("meeting")))
		return err
	})
	return a, m, err
}

func (p pages) theArea(r *http.Request) (a area.Area, err error) {
	err = p.meetings.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err = area.BySlug(r.Context(), tx, r.PathValue("area"))
		return err
	})
	return a, err
}

// naming is how people are named to a reader: in full to those who see who does
// what here, else by their initials, but for those who said that they may be.
type naming struct {
	full    bool
	members []partnership.Member
	known   map[access.PersonID]string
	public  map[access.PersonID]bool
}

func namesIn(ctx context.Context, tx *db.Tx, s scene) (n naming, err error) {
	n = naming{full: s.by.May(access.SeePeople, s.area.Place()), known: map[access.PersonID]string{}, public: map[access.PersonID]bool{}}
	if n.members, err = partnership.MembersOn(ctx, tx, s.area.ID, s.today); err != nil {
		return n, err
	}
	for _, m := range n.members {
		n.known[m.Person] = m.Name
	}
	if n.full {
		return n, nil
	}
	named, err := partnership.PublicMembersOn(ctx, tx, s.area.ID, s.today)
	for _, m := range named {
		n.public[m.Person] = m.Named && m.Person != ""
	}
	return n, err
}

// learn finds the names of those who are not known yet.
func (n naming) learn(ctx context.Context, tx *db.Tx, who ...access.PersonID) error {
	var unknown []access.PersonID
	for _, p := range who {
		if _, ok := n.known[p]; p != "" && !ok {
			unknown = append(unknown, p)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	found, err := person.Names(ctx, tx, unknown...)
	maps.Copy(n.known, found)
	return err
}

func (n naming) of(who access.PersonID) string {
	name := n.known[who]
	switch {
	case name == "":
		return "somebody"
	case n.full || n.public[who]:
		return name
	}
	return person.Initials(name)
}

// plain is the name of who has no account: to those who see who does what.
func (n naming) plain(name string) string {
	if n.full {
		return name
	}
	return person.Initials(name)
}

func (n naming) owner(x meeting.Action) string {
	switch {
	case x.Owner != "":
		return n.of(x.Owner)
	case x.IsOrganisation:
		return x.OwnerName
	}
	return n.plain(x.OwnerName)
}

// A question is a page with one form.
type question struct {
	Shell   web.Shell
	Wrong   fault.Invalid
	Form    string
	Title   string
	Lead    string
	Action  string
	Fields  []templ.Component
	Button  string
	Kind    web.ButtonKind
	Back    web.Link
	Before  templ.Component // what is good to know before; nil for nothing
	Good    string          // the heading of what is good to know
	ToKnow  []string
	Compact bool
}

// show shows a question: as it was filled in where something is wrong with it.
func (p pages) show(w http.ResponseWriter, r *http.Request, q question) error {
	q.Shell.NoIndex = true
	status := http.StatusOK
	if len(q.Wrong) > 0 {
		status, q.Shell.Title = http.StatusUnprocessableEntity, "Error: "+q.Shell.Title
	}
	if q.Form == "" {
		q.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, questionPage(q))
}

// typed is a form as it was filled in, or nil before it was.
type typed struct {
	form  *web.Form
	fresh map[string]string
}

func (t typed) text(field string) string {
	if t.form != nil {
		return strings.ReplaceAll(t.form.Text(field), "\r\n", "\n")
	}
	return t.fresh[field]
}

func (t typed) date(field string) [3]string {
	if t.form != nil {
		return t.form.DateParts(field)
	}
	if d, err := date.Parse(t.fresh[field]); err == nil {
		return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
	}
	return [3]string{}
}

func (t typed) key() string {
	if t.form == nil {
		return ""
	}
	return t.form.Text("form")
}

func (t typed) dateField(name, label, hint string, wrong fault.Invalid) web.DateField {
	d := t.date(name)
	return web.DateField{Name: name, Label: label, Hint: hint, Error: wrong.For(name), Day: d[0], Month: d[1], Year: d[2]}
}

// pageWide has what is wrong with the form as a whole point at no field.
func pageWide(wrong fault.Invalid) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		if w.Field == "form" {
			w.Field = ""
		}
		all = append(all, w)
	}
	return all
}

// paragraphs are the parts of a text that stand apart.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// small reads a small number, or nothing as 0; it is -1 where it is neither.
func small(typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return n
}

// clock reads a time of day; none where it cannot be read, which the domain says.
func clock(typed string) calendar.Clock {
	c, err := calendar.ParseClock(typed)
	if err != nil {
		return calendar.Clock{}
	}
	return c
}

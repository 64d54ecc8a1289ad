package meetingweb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// listData is the meetings of an area.
type listData struct {
	Shell   web.Shell
	Lead    string
	Tools   []web.Tool
	Quietly string // a quiet word for the chair
	Next    nextCard
	Empty   web.Empty
	Coming  web.Table
	Past    web.Table
	Pages   web.Pagination
	Facts   []web.Fact
	Agenda  []string // who set the agenda, in words
	Feed    string
	Mine    string // where one's own calendar is; "" for who has none
}

// nextCard is the next meeting, as it is shown on several pages.
type nextCard struct {
	Href   string
	Day    string
	Where  []string
	Items  []string
	More   int    // things on the agenda that are not shown
	Holds  string // the bank holiday on which it falls
	Put    web.Link
	Answer *answerForm
}

// mostItems is how much of the next agenda is shown in the list of meetings.
const mostItems = 10

// pastOnAPage is how many meetings that have been are on a page.
const pastOnAPage = 24

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		d = listData{Shell: p.shell(r, by, s.area, "Meetings"), Feed: meetingsHref(s.area) + ".ics"}
		d.Lead = "When the " + s.partnership() + " of " + s.area.Name + " meets, and what came of it. Notes are here for everyone once they are agreed."
		d.Tools = []web.Tool{
			{Icon: "down", Text: "Download as a spreadsheet", Href: meetingsHref(s.area) + ".csv"},
			{Icon: "cal", Text: "Put these meetings in your calendar", Href: d.Feed},
		}
		if s.puts && by.Hat.Scope == access.InArea {
			d.Mine = "/calendar"
		}
		if s.runs {
			d.Tools = append(d.Tools, web.Tool{Icon: "plus", Text: "Arrange a meeting", Href: meetingsHref(s.area) + "/new"})
		}
		if by.May(access.AgreeNotes, s.area.Place()) {
			var err error
			if d.Quietly, err = meeting.Quietly(ctx, tx, s.area, s.now); err != nil {
				return err
			}
		}
		if err := d.fillComing(ctx, tx, s); err != nil {
			return err
		}
		if err := d.fillPast(ctx, tx, s, r.URL.Query().Get("page")); err != nil {
			return err
		}
		return d.fillFacts(ctx, tx, s)
	})
	if err != nil {
		return err
	}
	if d.Next.Answer != nil {
		d.Next.Answer.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

func (d *listData) fillComing(ctx context.Context, tx *db.Tx, s scene) error {
	coming, err := meeting.Since(ctx, tx, s.area.ID, s.dawn)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(coming, func(m meeting.Meeting) bool { return !m.Off })
	if at < 0 {
		d.Empty = web.Empty{Heading: "No meeting is arranged just now", Words: "When one is, it will be here with its agenda."}
		if s.runs {
			d.Empty.Action = web.Link{Text: "Arrange a meeting", Href: meetingsHref(s.area) + "/new"}
		}
	} else if d.Next, err = s.nextCard(ctx, tx, coming[at]); err != nil {
		return err
	}
	d.Coming = s.table("Meetings to come")
	for i, m := range coming {
		if i != at {
			d.Coming.Rows = append(d.Coming.Rows, s.row(m))
		}
	}
	return nil
}

// nextCard shows a meeting that is to come.
func (s scene) nextCard(ctx context.Context, tx *db.Tx, m meeting.Meeting) (nextCard, error) {
	c := nextCard{Href: meetingHref(s.area, m.ID), Day: m.Day().Full(), Where: s.where(m)}
	if name := calendar.HolidayOn(m.Day()); name != "" {
		c.Holds = "That day is a bank holiday: " + name + "."
	}
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return c, err
	}
	for _, i := range items {
		switch {
		case i.TakenOff != "":
		case len(c.Items) < mostItems:
			c.Items = append(c.Items, s.title(i))
		default:
			c.More++
		}
	}
	if s.puts {
		c.Put = web.Link{Text: "Put something on the agenda", Href: meetingHref(s.area, m.ID) + "/agenda/new"}
	}
	c.Answer, err = s.answerForm(ctx, tx, m)
	return c, err
}

// where is how people join a meeting, in lines: the link is not among them. Of a
// meeting that has been it is only where it was.
func (s scene) where(m meeting.Meeting) []string {
	lines := []string{m.Hours()}
	if m.Place != "" {
		lines[0] += ", " + m.Place + "."
	}
	if m.Telephone != "" && !m.Ends.Before(s.dawn) {
		lines = append(lines, "Join by telephone if that is easier: "+m.Telephone)
	}
	return lines
}

// title is an item's, as the reader may see it.
func (s scene) title(i meeting.Item) string {
	if i.MembersOnly && !s.reads {
		return "Something for members only"
	}
	return i.Title
}

func (s scene) table(caption string) web.Table {
	return web.Table{Caption: caption, CaptionHidden: true, Class: "tbl--days", Columns: []web.Column{{Text: "Day"}, {Text: "Meeting"}, {Text: "Where"}, {Text: "Notes"}}}
}

func (s scene) row(m meeting.Meeting) web.Row {
	return web.Row{Cells: []web.Cell{
		{Text: m.Day().Long(), Href: meetingHref(s.area, m.ID), RowHeader: true},
		{Text: m.Title, Small: kindSmall(m)},
		{Text: orElse(m.Place, "not in a room")},
		{Component: s.stageTag(m)},
	}}
}

func kindSmall(m meeting.Meeting) string {
	if m.Kind == meeting.Partnership || m.Kind == meeting.Other {
		return ""
	}
	return m.Kind.Words()
}

func orElse(words, other string) string {
	if words == "" {
		return other
	}
	return words
}

func (s scene) fillRows(t *web.Table, all []meeting.Meeting) {
	for _, m := range all {
		t.Rows = append(t.Rows, s.row(m))
	}
}

func (d *listData) fillPast(ctx context.Context, tx *db.Tx, s scene, page string) error {
	current := max(1, small(page))
	total, err := meeting.CountBefore(ctx, tx, s.area.ID, s.dawn)
	if err != nil {
		return err
	}
	past, err := meeting.Before(ctx, tx, s.area.ID, s.dawn, (current-1)*pastOnAPage, pastOnAPage)
	if err != nil {
		return err
	}
	d.Past = s.table("Meetings that have been")
	s.fillRows(&d.Past, past)
	d.Pages = web.Paginate("Meetings that have been", current, (int(total)+pastOnAPage-1)/pastOnAPage, func(page int) string {
		return meetingsHref(s.area) + "?page=" + strconv.Itoa(page) + "#past"
	})
	return nil
}

func (d *listData) fillFacts(ctx context.Context, tx *db.Tx, s scene) error {
	_, open, err := meeting.CountActions(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	d.Facts = []web.Fact{
		{Term: "What we said we would do", Value: counted(int(open), "thing") + " still open", Href: actionsHref(s.area)},
		{Term: "Forums that we host", Value: "and who came to them", Href: forumsHref(s.area)},
	}
	shares, err := meeting.WhoSetTheAgenda(ctx, tx, s.area.ID, s.today.AddMonths(-12), s.today.AddDays(1))
	if err != nil {
		return err
	}
	d.Agenda = agendaWords(shares)
	return nil
}

// agendaWords says gently who put forward what was talked about (R17).
func agendaWords(shares []meeting.Share) []string {
	items, people, most := 0, 0, 0
	for _, s := range shares {
		items += s.Items
		people += s.People
		most = max(most, s.Most)
	}
	if items == 0 {
		return nil
	}
	by := make([]string, 0, len(shares))
	slices.SortStableFunc(shares, func(a, b meeting.Share) int { return b.Items - a.Items })
	for _, s := range shares {
		who := s.Role.Title() + "s"
		switch s.Role {
		case access.Chair:
			who = "the chair"
		case access.Friend:
			who = "friends of the partnership"
		case access.Nobody:
			who = "the programme"
		default:
			if s.People == 1 {
				who = "a " + s.Role.Title()
			}
		}
		by = append(by, fmt.Sprintf("%d by %s", s.Items, who))
	}
	words := []string{fmt.Sprintf("In the last year %s put forward the %s that we talked about: %s.", countedPeople(people), counted(items, "thing"), listed(by))}
	if items >= 6 && most*2 > items {
		words = append(words, "More than half came from one person. Who else has something on their mind?")
	}
	return words
}

func countedPeople(n int) string {
	if n == 1 {
		return "one person"
	}
	return strconv.Itoa(n) + " people"
}

func listed(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		a = s.area
		all, err := meeting.Between(ctx, tx, a.ID, date.New(2000, 1, 1).At(0, 0), date.New(2200, 1, 1).At(0, 0))
		for _, m := range all {
			rows = append(rows, []string{
				m.Day().String(), calendar.ClockOf(m.Starts).String(), calendar.ClockOf(m.Ends).String(), string(m.Kind), m.Title, m.Place, s.stageWords(m), m.Agreed.String(), string(m.ID),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-meetings", []string{"day", "from", "until", "kind", "meeting", "where", "notes", "notes agreed on", "id"}, rows)
}

// stageTag is where a meeting has got to, as far as the reader is told.
func (s scene) stageTag(m meeting.Meeting) tag {
	words := s.stageWords(m)
	switch {
	case m.Off:
		return tag{web.Out, words}
	case m.Stage() == meeting.Agreed:
		return tag{web.Good, words}
	case words == "to come":
		return tag{web.Info, words}
	}
	return tag{web.Quiet, words}
}

func (s scene) stageWords(m meeting.Meeting) string {
	switch {
	case m.Off:
		return "called off"
	case m.Stage() == meeting.Agreed:
		return "notes agreed"
	case !m.Ends.Before(s.dawn):
		return "to come"
	case s.reads && m.Stage() == meeting.Circulated:
		return "notes to read"
	case s.reads && m.Stage() == meeting.Draft:
		return "being written"
	}
	return "no notes"
}

// forumsData is the forums that the community hosts, and which posts of which
// organisations came.
type forumsData struct {
	Shell  web.Shell
	Lead   string
	Tools  []web.Tool
	Forums web.Table
	Posts  web.Table
	Empty  web.Empty

	MeetingsCSV string
}

func (p pages) forums(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d forumsData
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		d = forumsData{
			Shell: p.shell(r, by, s.area, "Forums that we host", web.Link{Text: "Forums that we host"}),
			Lead:  "Here the community sets the table, and councils, landlords and others come as its guests. A forum is not a meeting of the " + s.partnership() + " and decides nothing for it.",
			Tools: []web.Tool{{Icon: "down", Text: "Download who came", Href: forumsHref(s.area) + ".csv"}}, MeetingsCSV: meetingsHref(s.area) + ".csv",
		}
		all, err := meeting.Between(ctx, tx, s.area.ID, s.now.AddDate(-3, 0, 0), s.now.AddDate(5, 0, 0))
		if err != nil {
			return err
		}
		d.Forums = s.table("Forums")
		for _, m := range slices.Backward(all) {
			if m.Kind == meeting.Forum {
				d.Forums.Rows = append(d.Forums.Rows, s.row(m))
			}
		}
		if len(d.Forums.Rows) == 0 {
			d.Empty = web.Empty{Heading: "No forum in the last three years", Words: "“If you’re not at the table, you’re on the menu.” A forum is your own table: you choose what is talked about, and ask agencies to come."}
			if s.runs {
				d.Empty.Action = web.Link{Text: "Arrange a forum", Href: meetingsHref(s.area) + "/new?kind=forum"}
			}
		}
		posts, err := meeting.PostsAtForums(ctx, tx, s.area.ID, s.today.AddMonths(-36))
		d.Posts = web.Table{Caption: "Who came from which organisation", CaptionHidden: true, Columns: []web.Column{{Text: "Organisation and post"}, {Text: "Forums", Numeric: true}, {Text: "Different people", Numeric: true}, {Text: "Last came"}}}
		for _, one := range posts {
			d.Posts.Rows = append(d.Posts.Rows, web.Row{Cells: []web.Cell{
				{Text: one.Organisation, Small: one.Post, RowHeader: true}, {Text: strconv.Itoa(one.Forums)}, {Text: people(one)}, {Text: one.Last.Long()},
			}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, forumsPage(d))
}

func people(p meeting.Post) string {
	if p.People == 0 {
		return "not written down"
	}
	return strconv.Itoa(p.People)
}

func (p pages) forumsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		a = s.area
		posts, err := meeting.PostsAtForums(ctx, tx, s.area.ID, s.today.AddMonths(-36))
		for _, one := range posts {
			rows = append(rows, []string{one.Organisation, one.Post, strconv.Itoa(one.Forums), strconv.Itoa(one.People), one.Last.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-forums", []string{"organisation", "post", "forums", "different people", "last came"}, rows)
}

// newMeeting asks when, where and what for.
func (p pages) newMeeting(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	t := typed{fresh: map[string]string{"kind": string(meeting.Partnership), "from": "7pm", "until": "8.30pm"}}
	if r.URL.Query().Get("kind") == string(meeting.Forum) {
		t.fresh["kind"], t.fresh["everyone"] = string(meeting.Forum), "yes"
	}
	return p.askMeeting(w, r, by, a, t, nil)
}

func (p pages) askMeeting(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return err
	}
	q := question{
		Shell: p.shell(r, by, a, "Arrange a meeting", web.Link{Text: "Arrange a meeting"}), Title: "Arrange a meeting", Wrong: wrong, Form: t.key(), Action: meetingsHref(a),
		Button: "Arrange this meeting", Back: web.Link{Text: "Go back", Href: meetingsHref(a)},
	}
	kinds := make([]web.Option, 0, len(meeting.Kinds()))
	for _, k := range meeting.Kinds() {
		o := web.Option{Value: string(k), Text: k.Words()}
		if k == meeting.Forum {
			o.Hint = "The community is the host. It is not counted as a meeting of the partnership."
		}
		kinds = append(kinds, o)
	}
	q.Fields = append(q.Fields,
		web.Radios{Name: "kind", Label: "What sort of meeting?", Value: t.text("kind"), Options: kinds, Error: wrong.For("kind")},
		web.TextField{Name: "title", Label: "A name for it, if it has one", Hint: "Such as “Annual open day”. Leave it empty for the usual.", Value: t.text("title"), Error: wrong.For("title")},
	)
	q.Fields = append(q.Fields, whenAndWhere(t, wrong)...)
	q.Fields = append(q.Fields,
		web.Checkboxes{Name: "everyone", Label: "Who is invited?", Values: []string{t.text("everyone")}, Options: []web.Option{{Value: "yes", Text: "Everyone who lives here, not only the partnership"}}},
		web.TextArea{Name: "guests", Label: "Guests from elsewhere", Hint: "One on each line: the organisation, a comma, and the post. No names. Such as “Parks department, neighbourhood officer”.", Value: t.text("guests"), Error: wrong.For("guests"), Rows: 3},
	)
	q.Fields = append(q.Fields, boundaries(t, wrong)...)
	q.Good, q.ToKnow = "Good to know", []string{
		"Everyone can see the day, the place and the agenda.",
		"The online link is seen only by those who are invited and sign in.",
		"People of the area can put things on the agenda as soon as it is arranged.",
	}
	return p.show(w, r, q)
}

func (p pages) arrange(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	n := meeting.NewMeeting{
		Form: form.Text("form"), Kind: meeting.Kind(form.Text("kind")), Title: form.Text("title"), On: form.Date("on"), From: clock(form.Text("from")), Until: clock(form.Text("until")),
		Place: form.Text("place"), Online: form.Text("online"), Telephone: form.Text("telephone"), AccessNeeds: t.text("access_needs"), Will: t.text("will"), Wont: t.text("wont"),
		ForEveryone: form.Text("everyone") == "yes", Guests: guests(t.text("guests")),
	}
	mid, err := p.meetings.Arrange(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askMeeting(w, r, by, a, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	words := "The meeting is arranged."
	if name := calendar.HolidayOn(n.On); name != "" {
		words += " Note that it falls on a bank holiday: " + name + "."
	}
	return p.site.Done(w, r, words, meetingHref(a, mid))
}

// guests reads "organisation, post" from each line.
func guests(typed string) (all []meeting.Guest) {
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line != "" {
			organisation, post, _ := strings.Cut(line, ",")
			all = append(all, meeting.Guest{Organisation: strings.TrimSpace(organisation), Post: strings.TrimSpace(post)})
		}
	}
	return all
}

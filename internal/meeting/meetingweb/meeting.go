package meetingweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// meetingData is one meeting.
type meetingData struct {
	Shell      web.Shell
	Title      string
	Lead       string
	Tools      []web.Tool
	Off        string // why it is called off
	Changes    []web.TimelineItem
	Steps      []web.Step
	ToCome     bool
	WhereTitle string
	Where      []string
	Link       string // the online link, for who is invited
	Needs      []string
	Will       []string
	Wont       []string
	Guests     []string
	Holiday    string
	Answer     *answerForm
	Agenda     []itemView
	TakenOff   []itemView
	AgreedBy   string // when the agenda was agreed
	MayPut     string
	MayOrder   string
	Quiet      []quietView // on the meeting as a whole
	MaySay     string
	MayEnter   string
	Reads      bool
	Came       []string // how many, in which hat
	Who        web.Table
	Apology    string
	Notes      bool
	Status     string // what the notes are, in words
	Well       []string
	Badly      []string
	Actions    web.Table
	Fixes      []fixView
	MayFix     string
	Next       nextStep
	More       []web.Link // what else those who run the meeting do
}

// An itemView is an item of the agenda, with what came of it.
type itemView struct {
	ID       string
	Number   string
	Title    string
	Meta     string
	Words    []string
	Decision web.Link
	Touches  string
	Settled  []string   // what is done about them
	Settle   []web.Link // where what is done about them is recorded; none for who may not
	Kept     string     // why the reader is kept from it
	Said     []string
	Agreed   []string
	Quiet    []quietView
}

type quietView struct {
	Words []string
	Who   string
}

// A fixView is a correction beside what agreed notes say.
type fixView struct {
	Where  string
	Stood  []string
	Right  []string
	Status string
	Agree  string // where it is agreed; "" for who may not
	Form   string
	On     [3]string
}

// A nextStep is what those who run the meeting do next.
type nextStep struct {
	Words  string
	Fields []templ.Component
	Action string // a form, or where Href is given a link
	Href   string
	Button string
	Form   string
}

func (p pages) meeting(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showMeeting(w, r, by, nil)
}

// showMeeting shows a meeting, and where its next step was filled in wrongly,
// what is wrong.
func (p pages) showMeeting(w http.ResponseWriter, r *http.Request, by access.Actor, wrong fault.Invalid) error {
	var d meetingData
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) (err error) {
		d, err = p.meetingData(ctx, tx, r, s, m, wrong)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, meetingPage(d, wrong))
}

func (p pages) meetingData(ctx context.Context, tx *db.Tx, r *http.Request, s scene, m meeting.Meeting, wrong fault.Invalid) (d meetingData, err error) {
	title := m.Title + ", " + m.Day().Long()
	href := meetingHref(s.area, m.ID)
	d = meetingData{
		Shell: p.shell(r, s.by, s.area, title, web.Link{Text: m.Day().Long()}), Title: title, Lead: kindLead(m) + m.Day().Full() + ", " + m.Hours() + ".",
		ToCome: !m.Off && !m.Ends.Before(s.dawn), Where: s.where(m), Needs: paragraphs(m.AccessNeeds), Will: paragraphs(m.Will), Wont: paragraphs(m.Wont),
		Tools: []web.Tool{{Icon: "doc", Text: "Agenda and papers on one page", Href: href + "/pack"}, {Icon: "doc", Text: "The same in large print", Href: href + "/pack?print=large"}}, Reads: s.reads,
	}
	d.WhereTitle = "Where it was"
	if d.ToCome {
		d.WhereTitle = "How to join"
	}
	if m.Kind == meeting.Forum {
		d.Lead = "A forum that the community hosts. " + m.Day().Full() + ", " + m.Hours() + "."
	}
	if m.Invites(s.by, s.area.Place()) {
		d.Link = m.Online
	}
	if d.ToCome {
		if name := calendar.HolidayOn(m.Day()); name != "" {
			d.Holiday = "This day is a bank holiday: " + name + "."
		}
		if d.Answer, err = s.answerForm(ctx, tx, m); err != nil {
			return d, err
		}
		if d.Answer != nil {
			d.Answer.Form = p.site.NewForm()
		}
	}
	for _, read := range []func(context.Context, *db.Tx, scene, meeting.Meeting) error{d.fillGuests, d.fillChanges, d.fillAgenda, d.fillAttendance, d.fillActions, d.fillFixes} {
		if err := read(ctx, tx, s, m); err != nil {
			return d, err
		}
	}
	for i := range d.Fixes {
		d.Fixes[i].Form = p.site.NewForm()
	}
	d.steps(s, m)
	d.mayDo(s, m, wrong)
	d.Next.Form = p.site.NewForm()
	return d, nil
}

// kindLead says what sort of meeting it is, where its name does not.
func kindLead(m meeting.Meeting) string {
	if m.Title == m.Kind.Words() {
		return ""
	}
	return m.Kind.Words() + ". "
}

func (d *meetingData) fillGuests(ctx context.Context, tx *db.Tx, _ scene, m meeting.Meeting) error {
	guests, err := meeting.Guests(ctx, tx, m)
	for _, g := range guests {
		words := g.Organisation
		if g.Post != "" {
			words += ", " + g.Post
		}
		d.Guests = append(d.Guests, words)
	}
	return err
}

func (d *meetingData) fillChanges(ctx context.Context, tx *db.Tx, _ scene, m meeting.Meeting) error {
	changes, err := meeting.Changes(ctx, tx, m)
	for _, c := range changes {
		item := web.TimelineItem{Date: date.InLondon(c.At).Long(), Words: "Changed", Detail: c.Why}
		switch c.What {
		case "moved":
			item.Words = "Moved. It was to be on " + date.InLondon(c.Was).Full() + ", " + calendar.ClockOf(c.Was).String()
			if c.WasPlace != m.Place && c.WasPlace != "" {
				item.Words += ", " + c.WasPlace
			}
			item.Words += "."
		case "called off":
			item.Words, d.Off = "Called off", c.Why
		}
		d.Changes = append(d.Changes, item)
	}
	return err
}

func (d *meetingData) fillAgenda(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	if !m.AgendaAgreed.IsZero() {
		d.AgreedBy = "The meeting agreed this agenda."
	}
	barred, err := meeting.Barred(ctx, tx, s.by, s.area, m)
	if err != nil {
		return err
	}
	notes, err := meeting.NotesFor(ctx, tx, s.by, s.area, m, items)
	if d.Notes = err == nil; err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	d.Status = notesStatus(m)
	d.Well, d.Badly = paragraphs(notes.WentWell), paragraphs(notes.WentBadly)
	quiet, err := meeting.QuietFor(ctx, tx, s.by, s.area, m, barred)
	if err != nil {
		return err
	}
	if err := s.learnQuiet(ctx, tx, quiet); err != nil {
		return err
	}
	byItem := map[meeting.ItemID][]quietView{}
	for _, q := range quiet {
		byItem[q.Item] = append(byItem[q.Item], s.quietView(q))
	}
	d.Quiet = byItem[""]
	for _, i := range items {
		if err := s.names.learn(ctx, tx, i.PutBy); err != nil {
			return err
		}
		v := itemView{ID: "item-" + string(i.ID), Number: strconv.Itoa(len(d.Agenda) + 1), Title: s.title(i), Meta: s.itemMeta(i), Quiet: byItem[i.ID]}
		if i.MembersOnly && !s.reads {
			v.Meta = ""
		}
		said := notes.Items[i.ID]
		v.Said, v.Agreed = paragraphs(said.Said), paragraphs(said.Agreed)
		if (s.reads || s.puts) && (!i.MembersOnly || s.reads) {
			v.Words = paragraphs(i.Words)
		}
		if i.Decision != 0 && (!i.MembersOnly || s.reads) {
			v.Decision = web.Link{Text: "Decision " + strconv.FormatInt(i.Decision, 10)}
			there, err := s.there(ctx, tx, s.area.ID, i.Decision)
			if err != nil {
				return err
			}
			if there {
				v.Decision.Href = decisionHref(s.area, i.Decision)
			}
		}
		if barred[i.ID] {
			v.Words, v.Quiet = nil, nil
			v.Kept = "You have an interest in this, so you are not part of the talk about it."
		}
		if err = s.touches(ctx, tx, m, i, &v); err != nil {
			return err
		}
		if i.TakenOff != "" {
			v.Meta = "Taken off: " + i.TakenOff
			d.TakenOff = append(d.TakenOff, v)
			continue
		}
		d.Agenda = append(d.Agenda, v)
	}
	return nil
}

func notesStatus(m meeting.Meeting) string {
	switch m.Stage() {
	case meeting.Draft:
		return "A draft. Only those who read the partnership’s papers see it."
	case meeting.Circulated:
		return "Circulated on " + date.InLondon(m.Circulated).Long() + ", and not agreed yet. Is something wrong? Say so before they are."
	case meeting.Agreed:
		return "Agreed on " + m.Agreed.Long() + ". Agreed notes stay as they are."
	case meeting.NoNotes:
	}
	return ""
}

// itemMeta says how long an item takes, and who put it forward in which hat.
func (s scene) itemMeta(i meeting.Item) string {
	words := ""
	if i.Minutes > 0 {
		words = counted(int(i.Minutes), "minute") + ". "
	}
	hat := i.PutRole.Title()
	switch {
	case i.PutRole == access.Nobody:
		return words
	case s.names.full || s.names.public[i.PutBy]:
		return words + "Put forward by " + s.names.of(i.PutBy) + ", " + hat + "."
	case i.PutRole == access.Chair:
		return words + "Put forward by the chair."
	}
	return words + "Put forward by a " + hat + "."
}

// touches says whose interests an item touches, to those who see interests, and
// where what is done about each is recorded, to those who may.
func (s scene) touches(ctx context.Context, tx *db.Tx, m meeting.Meeting, i meeting.Item, v *itemView) error {
	if !s.by.May(access.SeeInterests, s.area.Place()) {
		return nil
	}
	parties, err := meeting.Parties(ctx, tx, i)
	if err != nil || len(parties) == 0 {
		return err
	}
	touches, err := partnership.TouchesIn(ctx, tx, s.area.ID, i.ID.About(), parties, m.Day())
	if err != nil {
		return err
	}
	bar, err := partnership.BarIn(ctx, tx, s.area.ID, i.ID.About(), parties, m.Day(), s.by.Person)
	if err != nil {
		return err
	}
	maySettle := !m.Off && i.TakenOff == "" && m.Stage() != meeting.Agreed && !bar.Vote && s.by.May(access.HandleInterest, s.area.Place())
	var waits []string
	for _, one := range touches {
		words := one.Name
		if one.With != "" {
			words += " (" + one.With + ")"
		}
		if !one.Handling.IsZero() {
			v.Settled = append(v.Settled, words+": "+one.Handling.Public)
			continue
		}
		if !slices.Contains(waits, words) {
			waits = append(waits, words)
		}
		if maySettle {
			v.Settle = append(v.Settle, web.Link{Text: one.Name, Href: partnership.HandlingPath(s.area, i.ID.About(), one.Interest)})
		}
	}
	if len(waits) > 0 {
		v.Touches = "This touches an interest of " + listed(waits) + ". Agree what is done about it before anyone talks."
	}
	return nil
}

func (s scene) learnQuiet(ctx context.Context, tx *db.Tx, quiet []meeting.Quiet) error {
	var who []access.PersonID
	for _, q := range quiet {
		who = append(who, q.Person, q.EnteredBy)
	}
	return s.names.learn(ctx, tx, who...)
}

func (s scene) quietView(q meeting.Quiet) quietView {
	who := "Somebody who would rather not give a name"
	switch {
	case q.IsOf(s.by.Person) && q.Named():
		who = "You"
	case q.IsOf(s.by.Person):
		who = "You, without your name"
	case q.Person != "":
		who = s.names.of(q.Person)
	case q.Name != "":
		who = q.Name
	}
	if q.Telephone {
		who += ", by telephone, entered by " + s.names.of(q.EnteredBy)
	}
	return quietView{paragraphs(q.Words), who + ", " + q.On.Long()}
}

func (d *meetingData) fillAttendance(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed && !s.reads {
		return nil
	}
	came, err := meeting.Attendance(ctx, tx, m)
	if err != nil {
		return err
	}
	counts := map[meeting.AttendeeHat]int{}
	sorry := 0
	d.Who = web.Table{Caption: "Who came", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "As"}, {Text: "How"}}}
	for _, p := range came {
		if err := s.names.learn(ctx, tx, p.Person); err != nil {
			return err
		}
		if !p.Came() {
			sorry++
		} else {
			counts[p.Hat]++
		}
		d.Who.Rows = append(d.Who.Rows, s.attendeeRow(p))
	}
	for _, hat := range meeting.AttendeeHats() {
		if n := counts[hat]; n > 0 {
			d.Came = append(d.Came, counted(n, string(hat)))
		}
	}
	if sorry > 0 {
		d.Apology = counted(sorry, "person") + " sent apologies."
		if sorry > 1 {
			d.Apology = strconv.Itoa(sorry) + " people sent apologies."
		}
	}
	return nil
}

func (s scene) attendeeRow(p meeting.Attendee) web.Row {
	name, as := "", string(p.Hat)
	switch {
	case p.Person != "":
		name = s.names.of(p.Person)
	case p.Name != "":
		name = s.names.plain(p.Name)
	}
	if p.Hat == meeting.AsGuest {
		as = p.Organisation
		if p.Post != "" {
			as += ", " + p.Post
		}
		as = "guest: " + as
	}
	return web.Row{Cells: []web.Cell{{Text: orElse(name, "a guest"), RowHeader: true}, {Text: as}, {Text: p.Way.Words()}}}
}

func (d *meetingData) fillActions(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed && !s.reads {
		return nil
	}
	all, err := meeting.ActionsOf(ctx, tx, m)
	if err != nil {
		return err
	}
	d.Actions, err = s.actionTable(ctx, tx, all)
	return err
}

func (d *meetingData) fillFixes(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed {
		return nil
	}
	all, err := meeting.Corrections(ctx, tx, m)
	if err != nil {
		return err
	}
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	about := map[meeting.ItemID]meeting.Item{}
	for _, i := range items {
		about[i.ID] = i
	}
	for _, c := range all {
		if c.AgreedOn.IsZero() && !s.reads || about[c.Item].MembersOnly && !s.reads {
			continue
		}
		if err := s.names.learn(ctx, tx, c.PutBy); err != nil {
			return err
		}
		v := fixView{Where: orElse(about[c.Item].Title, "The notes as a whole"), Stood: paragraphs(c.Stood), Right: paragraphs(c.Right)}
		v.Status = "Put by " + s.names.of(c.PutBy) + " on " + date.InLondon(c.PutAt).Long() + "."
		if c.AgreedOn.IsZero() {
			v.Status += " Not agreed yet."
			if s.by.May(access.AgreeNotes, s.area.Place()) {
				v.Agree = meetingHref(s.area, m.ID) + "/corrections/" + string(c.ID) + "/agreement"
				v.On = [3]string{strconv.Itoa(s.today.Day()), strconv.Itoa(int(s.today.Month())), strconv.Itoa(s.today.Year())}
			}
		} else {
			v.Status += " Agreed on " + c.AgreedOn.Long() + "."
		}
		d.Fixes = append(d.Fixes, v)
	}
	return nil
}

func (d *meetingData) steps(s scene, m meeting.Meeting) {
	if m.Off {
		return
	}
	stage := m.Stage()
	over := !m.Starts.After(s.now)
	agenda := web.Step{Words: "Agenda agreed", Done: !m.AgendaAgreed.IsZero(), Now: !over || m.AgendaAgreed.IsZero() && stage == meeting.NoNotes}
	d.Steps = []web.Step{
		{Words: "Arranged", Done: true},
		agenda,
		{Words: "Notes written", Done: stage != meeting.NoNotes, Now: !agenda.Now && stage == meeting.NoNotes},
		{Words: "Circulated", Done: stage == meeting.Circulated || stage == meeting.Agreed, Now: stage == meeting.Draft},
		{Words: "Agreed", Done: stage == meeting.Agreed, Now: stage == meeting.Circulated, When: m.Agreed.Long()},
	}
	if !s.reads {
		d.Steps = nil
	}
}

// mayDo is what the reader may do next.
func (d *meetingData) mayDo(s scene, m meeting.Meeting, wrong fault.Invalid) {
	href := meetingHref(s.area, m.ID)
	stage := m.Stage()
	if m.Off {
		return
	}
	if s.puts {
		d.MaySay = href + "/quiet"
		if stage != meeting.Agreed {
			d.MayPut = href + "/agenda/new"
		}
	}
	if s.by.May(access.EnterForSomeone, s.area.Place()) {
		d.MayEnter = href + "/telephone"
	}
	if s.by.May(access.NoteBehaviour, s.area.Place()) {
		d.More = append(d.More, web.Link{Text: "How people behaved (the chair and the worker alone)", Href: href + "/behaviour"})
	}
	if stage == meeting.Agreed || stage == meeting.Circulated && s.reads {
		d.More = append(d.More, web.Link{Text: "What to tell those who were not there", Href: href + "/digest"})
	}
	if !s.runs {
		return
	}
	if stage == meeting.Agreed {
		d.MayFix = href + "/corrections/new"
		return
	}
	if m.AgendaAgreed.IsZero() {
		d.MayOrder = href + "/agenda"
	}
	began := !s.today.Before(m.Day())
	switch {
	case !began:
		d.More = append(d.More, web.Link{Text: "Move it, or change how people join", Href: href + "/change"}, web.Link{Text: "Call it off", Href: href + "/calling-off"})
		return
	case m.AgendaAgreed.IsZero() && stage == meeting.NoNotes && len(d.Agenda) > 0:
		d.Next = nextStep{Words: "Read the agenda out when the meeting begins. Does everyone agree to talk about these things, in this order?", Action: href + "/agenda/agreement", Button: "Record that the meeting agreed its agenda"}
	case stage == meeting.NoNotes:
		d.Next = nextStep{Words: "Write down what was said and agreed, while it is fresh.", Href: href + "/notes", Button: "Write the notes"}
	case stage == meeting.Draft:
		d.Next = nextStep{
			Words: "The notes are a draft. When they are ready, everyone in the partnership reads them.", Action: href + "/notes/circulation", Button: "Circulate the notes",
			Fields: []templ.Component{web.Checkboxes{Name: "mail", Label: "How do people get them?", Values: []string{"yes"}, Options: []web.Option{{Value: "yes", Text: "Write to every member by email", Hint: "Each gets a mail of their own, with a link. While we are closed it waits until we open again."}}}},
		}
	case s.by.May(access.AgreeNotes, s.area.Place()):
		t := typed{fresh: map[string]string{"on": s.today.String()}}
		d.Next = nextStep{
			Words: "Have you all agreed these notes? From then on everyone can read them, and nobody can change them.", Action: href + "/notes/agreement", Button: "Record that they are agreed",
			Fields: []templ.Component{t.dateField("on", "On which day were they agreed?", "", wrong)},
		}
	default:
		d.Next = nextStep{Words: "The notes wait to be agreed. The chair records it."}
	}
	d.More = append(d.More,
		web.Link{Text: "Who came", Href: href + "/attendance"}, web.Link{Text: "Write or change the notes", Href: href + "/notes"},
		web.Link{Text: "Write down who does what", Href: actionsHref(s.area) + "/new?meeting=" + string(m.ID)},
	)
	if stage == meeting.NoNotes {
		d.More = append(d.More, web.Link{Text: "Call it off", Href: href + "/calling-off"})
	}
}

// answerForm is how many mean to come, and for who is invited the question
// whether they do.
type answerForm struct {
	Enough  enough
	Counted string
	Action  string
	Mine    string
	Form    string
	Buttons []web.Button
}

type enough struct {
	Kind  web.Kind
	Words string
}

func (s scene) answerForm(ctx context.Context, tx *db.Tx, m meeting.Meeting) (*answerForm, error) {
	if !s.puts || m.Off || !m.Starts.After(s.now) {
		return nil, nil //nolint:nilnil // nobody is asked
	}
	answers, err := meeting.Answers(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	f := &answerForm{}
	coming := map[access.PersonID]bool{}
	mine := meeting.Way("")
	for _, x := range answers {
		coming[x.Person] = x.Way != meeting.Apologies
		if x.Person == s.by.Person {
			mine = x.Way
		}
	}
	n := 0
	for _, yes := range coming {
		if yes {
			n++
		}
	}
	f.Counted = "Nobody has said yet whether they are coming."
	if len(answers) > 0 {
		f.Counted = map[bool]string{true: "One person is coming.", false: strconv.Itoa(n) + " are coming."}[n == 1]
	}
	if s.reads && m.Kind == meeting.Partnership {
		if err := s.quorum(ctx, tx, m, coming, f); err != nil {
			return nil, err
		}
	}
	if !m.Invites(s.by, s.area.Place()) {
		return f, nil
	}
	f.Action = meetingHref(s.area, m.ID) + "/answer"
	if mine != "" {
		f.Mine = map[meeting.Way]string{
			meeting.InRoom: "You said yes.", meeting.OnScreen: "You said that you will be online.", meeting.ByTelephone: "You said that you will be on the telephone.", meeting.Apologies: "You said that you cannot come.",
		}[mine]
	}
	f.Buttons = []web.Button{
		{Words: "Yes", Hidden: "I am coming", Name: "way", Value: string(meeting.InRoom), Kind: web.Secondary},
		{Words: "By phone", Hidden: "I am coming", Name: "way", Value: string(meeting.ByTelephone), Kind: web.Secondary},
		{Words: "No", Hidden: "I am not coming", Name: "way", Value: string(meeting.Apologies), Kind: web.Secondary},
	}
	if m.Online != "" {
		f.Buttons = append(f.Buttons[:1], append([]web.Button{{Words: "Online", Hidden: "I am coming", Name: "way", Value: string(meeting.OnScreen), Kind: web.Secondary}}, f.Buttons[1:]...)...)
	}
	return f, nil
}

// quorum says whether enough residents mean to come for a vote.
func (s scene) quorum(ctx context.Context, tx *db.Tx, m meeting.Meeting, coming map[access.PersonID]bool, f *answerForm) error {
	rules, err := partnership.RulesOn(ctx, tx, s.area.ID, m.Day())
	if err != nil || rules.ResidentQuorum == 0 {
		return err
	}
	electors, err := partnership.ElectorsOn(ctx, tx, s.area.ID, m.Day())
	residents := 0
	for _, e := range electors {
		if e.Resident && coming[e.Person] {
			residents++
		}
	}
	switch {
	case residents >= rules.ResidentQuorum:
		f.Enough = enough{web.Good, "Enough people to decide"}
	case len(coming) > 0:
		f.Enough = enough{web.Watch, "Not yet enough residents to decide"}
	}
	f.Counted += " You need " + counted(rules.ResidentQuorum, "resident") + "."
	return err
}

func (p pages) answer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.meetings.Answer(r.Context(), by, a, m.ID, meeting.Way(form.Text("way")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "Thank you. We have noted it.", meetingHref(a, m.ID))
}

// whenAndWhere asks for the day, the hours and how people join.
func whenAndWhere(t typed, wrong fault.Invalid) []templ.Component {
	return []templ.Component{
		t.dateField("on", "Which day?", "For example, 20 10 2026", wrong),
		web.TextField{Name: "from", Label: "From when?", Hint: "Like 7pm or 19:00", Value: t.text("from"), Error: wrong.For("from"), Width: "10"},
		web.TextField{Name: "until", Label: "Until when?", Hint: "Like 8.30pm or 20:30", Value: t.text("until"), Error: wrong.For("until"), Width: "10"},
		web.TextField{Name: "place", Label: "Where is the room?", Hint: "Such as “The Hub, main hall”", Value: t.text("place"), Error: wrong.For("place")},
		web.TextField{Name: "online", Label: "Online link, if people can join by computer", Hint: "Only those who are invited see it.", Value: t.text("online"), Error: wrong.For("online"), Type: "url"},
		web.TextField{Name: "telephone", Label: "How to join by telephone, if people can", Hint: "Such as “Ring 0808 157 0142 at five to seven”. Everyone can read this.", Value: t.text("telephone"), Error: wrong.For("telephone")},
		web.TextArea{Name: "access_needs", Label: "Getting in and taking part", Hint: "Steps, a hearing loop, an interpreter, somebody to mind children, lifts home.", Value: t.text("access_needs"), Error: wrong.For("access_needs"), Rows: 3},
	}
}

// boundaries asks what will and won't be discussed (V9).
func boundaries(t typed, wrong fault.Invalid) []templ.Component {
	return []templ.Component{
		web.TextArea{Name: "will", Label: "What will be discussed", Hint: "So that people feel safe to come, and those who were let down know that they will be heard.", Value: t.text("will"), Error: wrong.For("will"), Rows: 3},
		web.TextArea{Name: "wont", Label: "What won’t be discussed this time", Value: t.text("wont"), Error: wrong.For("wont"), Rows: 3},
	}
}

func (p pages) newChange(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	t := typed{fresh: map[string]string{
		"on": m.Day().String(), "from": calendar.ClockOf(m.Starts).String(), "until": calendar.ClockOf(m.Ends).String(), "place": m.Place, "online": m.Online,
		"telephone": m.Telephone, "access_needs": m.AccessNeeds, "will": m.Will, "wont": m.Wont,
	}}
	return p.askChange(w, r, by, a, m, t, nil)
}

func (p pages) askChange(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return err
	}
	const title = "Move it, or change how people join"
	fields := append(whenAndWhere(t, wrong), boundaries(t, wrong)...)
	fields = append(fields, web.TextField{Name: "why", Label: "Why?", Hint: "Needed when the day, the hour or the place is another. Everyone can read it.", Value: t.text("why"), Error: wrong.For("why")})
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ".", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/change", Fields: fields, Button: "Keep this", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Good: "What happens", ToKnow: []string{"What it was before stays to be read.", "Calendars that follow our meetings change by themselves.", "Tell people who have no email yourself."},
	})
}

func meetingCrumb(a area.Area, m meeting.Meeting) web.Link {
	return web.Link{Text: m.Day().Long(), Href: meetingHref(a, m.ID)}
}

func (p pages) change(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	err = p.meetings.Change(r.Context(), by, a, m.ID, meeting.NewChange{
		Form: form.Text("form"), On: form.Date("on"), From: clock(form.Text("from")), Until: clock(form.Text("until")), Place: form.Text("place"), Online: form.Text("online"),
		Telephone: form.Text("telephone"), AccessNeeds: t.text("access_needs"), Will: t.text("will"), Wont: t.text("wont"), Why: form.Text("why"),
	})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askChange(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The meeting is changed.", meetingHref(a, m.ID))
}

func (p pages) newCallingOff(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askCallingOff(w, r, by, a, m, typed{}, nil)
}

func (p pages) askCallingOff(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return err
	}
	const title = "Call the meeting off"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ". It stays to be seen, as called off.", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/calling-off", Fields: []templ.Component{web.TextField{Name: "why", Label: "Why?", Hint: "Everyone can read this.", Value: t.text("why"), Error: wrong.For("why")}},
		Button: "Call it off", Kind: web.Warning, Back: web.Link{Text: "Go back without calling it off", Href: meetingHref(a, m.ID)},
	})
}

func (p pages) callOff(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.meetings.CallOff(r.Context(), by, a, m.ID, form.Text("why"), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askCallingOff(w, r, by, a, m, typed{form: form}, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The meeting is called off.", meetingHref(a, m.ID))
}

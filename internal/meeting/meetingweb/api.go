package meetingweb

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type operations struct {
	meetings  *meeting.Meetings
	decisions Decisions
}

// Operations registers what programs can read and do with an area's meetings.
func Operations(a *api.API, meetings *meeting.Meetings, decisions Decisions) {
	o := operations{meetings, decisions}
	const tag = "Meetings"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/meetings", ID: "listMeetings", Tag: tag, Summary: "List an area’s meetings",
		Description: "The earliest first. Forums that the community hosts are among them, as a kind of their own.",
	}, o.list)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/meetings/{meeting}", ID: "getMeeting", Tag: tag, Summary: "Read a meeting",
		Description: "With its agenda, and its notes once they are agreed. Those who read the partnership’s papers are given them before.",
	}, o.one)
	api.Write(a, web.Needs(access.RunMeetings), api.Operation{
		Route: "POST /api/v1/areas/{area}/meetings", ID: "arrangeMeeting", Tag: tag, Summary: "Arrange a meeting", Creates: true,
		Example: NewMeeting{Kind: "partnership", On: "2026-11-17", From: "19:00", Until: "20:30", Place: "The Hub, main hall"},
	}, o.arrange)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/meetings/{meeting}/agenda", ID: "putForward", Tag: tag, Summary: "Put something on an agenda", Creates: true,
		Example: NewItem{Title: "Lights on the path to the school"},
	}, o.putForward)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/actions", ID: "listActions", Tag: tag, Summary: "List what people said they would do",
		Description: "Who owns an action is given to those who see who does what in the area.",
	}, o.actions)
	api.Write(a, web.Needs(access.RunMeetings), api.Operation{
		Route: "POST /api/v1/areas/{area}/actions", ID: "addAction", Tag: tag, Summary: "Write down who does what", Creates: true,
		Example: NewAction{Words: "Ask the council about the lights", OwnerName: "Brightwater Council", IsOrganisation: true},
	}, o.addAction)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/actions/{action}/end", ID: "endAction", Tag: tag, Summary: "Record what became of an action",
		Example: ActionEnd{Outcome: "done"},
	}, o.endAction)
	o.acts(a)
}

// Meeting is a meeting in a list.
type Meeting struct {
	ID          string `json:"id"`
	Kind        string `json:"kind" doc:"partnership; open; forum; or other." example:"partnership"`
	Title       string `json:"title"`
	Starts      string `json:"starts" format:"date-time"`
	Ends        string `json:"ends" format:"date-time"`
	Place       string `json:"place,omitempty"`
	Telephone   string `json:"telephone,omitempty" doc:"How to join by telephone."`
	ForEveryone bool   `json:"for_everyone" doc:"Everyone in the area is invited; else the partnership is."`
	CalledOff   bool   `json:"called_off"`
	Agreed      string `json:"notes_agreed_on,omitempty" format:"date"`
	area        area.Area
}

// Location is the meeting's address.
func (m Meeting) Location() string {
	return "/api/v1/areas/" + m.area.Slug + "/meetings/" + m.ID
}

// MeetingRecord is a meeting with its agenda and what came of it.
type MeetingRecord struct {
	Meeting
	Will         string       `json:"will,omitempty" doc:"What will be discussed."`
	Wont         string       `json:"wont,omitempty" doc:"What won’t be discussed."`
	Access       string       `json:"access_needs,omitempty"`
	Online       string       `json:"online,omitempty" doc:"The link, for those who are invited."`
	Agenda       []AgendaItem `json:"agenda" nullable:"false"`
	AgendaAgreed bool         `json:"agenda_agreed" doc:"The meeting agreed its agenda."`
	Notes        string       `json:"notes" doc:"How far the notes are: none; or agreed; and for those who read the partnership’s papers draft or circulated." example:"agreed"`
	WentWell     string       `json:"went_well,omitempty"`
	WentBadly    string       `json:"went_badly,omitempty"`
	Corrections  []Correction `json:"corrections" nullable:"false" doc:"What stands beside agreed notes."`
	Warning      string       `json:"warning,omitempty" doc:"Of a partnership meeting to come, for those who read the partnership’s papers: what the rules ask for and will be missing on that day, by what is known today."`
	Guests       []Guest      `json:"guests" nullable:"false" doc:"Who is asked to come from elsewhere: an organisation, and a post in it."`
	Came         []Came       `json:"came" nullable:"false" doc:"Who came, and who sent apologies: for everyone once the notes are agreed."`
	Actions      []Action     `json:"actions" nullable:"false" doc:"Who does what next: for everyone once the notes are agreed."`
}

// Guest is who is asked to come from elsewhere.
type Guest struct {
	Organisation string `json:"organisation" maxLength:"120"`
	Post         string `json:"post,omitempty" maxLength:"120"`
}

// Came is somebody who came, or who sent apologies.
type Came struct {
	Name         string `json:"name,omitempty" doc:"In full for those who see who does what in the area, and of those who said that they may be named; else their initials. Left out of a guest of whom only the post is known."`
	Hat          string `json:"hat" doc:"member; councillor; friend; worker; lto, of the organisation that holds the money; resident; or guest." example:"councillor"`
	Organisation string `json:"organisation,omitempty" doc:"Of a guest."`
	Post         string `json:"post,omitempty" doc:"Of a guest."`
	Way          string `json:"way" doc:"room; online; telephone; or apologies." example:"telephone"`
}

// AgendaItem is one thing that a meeting talks about.
type AgendaItem struct {
	ID        string         `json:"id"`
	Title     string         `json:"title" doc:"Of an item for members alone, those are told."`
	Words     string         `json:"words,omitempty" doc:"For the people of the area."`
	Minutes   int64          `json:"minutes,omitempty"`
	PutBy     string         `json:"put_forward_by" doc:"The hat in which it was put forward." example:"resident"`
	Decision  int64          `json:"decision,omitempty" doc:"The number of a decision that it is about."`
	Raised    []int64        `json:"decisions_raised,omitempty" doc:"The numbers of the decisions that were put forward from it, as far as you see them."`
	Said      string         `json:"said,omitempty"`
	Agreed    string         `json:"agreed,omitempty"`
	Interests []ItemInterest `json:"interests" nullable:"false" doc:"Of those who have a say, in whom it is about. Whose they are is told to who sees what people have an interest in."`
	area      area.Area
	meeting   meeting.ID
}

// ItemInterest is an interest that a thing on an agenda touches.
type ItemInterest struct {
	Public   string `json:"public" doc:"A sentence for everyone."`
	Handling string `json:"handling,omitempty" doc:"What is done about it. Left out while nobody has said: until then nothing is agreed about the item."`
}

// Location is the address of the meeting on whose agenda it is.
func (i AgendaItem) Location() string {
	return "/api/v1/areas/" + i.area.Slug + "/meetings/" + string(i.meeting)
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// MeetingPath is the meeting that an address names.
type MeetingPath struct {
	AreaPath
	Meeting string `path:"meeting" doc:"The meeting’s ID."`
}

func meetingOf(a area.Area, m meeting.Meeting) Meeting {
	return Meeting{
		ID: string(m.ID), Kind: string(m.Kind), Title: m.Title, Starts: api.Instant(m.Starts), Ends: api.Instant(m.Ends), Place: m.Place, Telephone: m.Telephone,
		ForEveryone: m.ForEveryone, CalledOff: m.Off, Agreed: m.Agreed.String(), area: a,
	}
}

func (o operations) list(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Meeting], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := meeting.Between(ctx, tx, a.ID, date.New(2000, 1, 1).At(0, 0), date.New(2200, 1, 1).At(0, 0))
	shown := []Meeting{}
	for _, m := range all {
		shown = append(shown, meetingOf(a, m))
	}
	if err != nil {
		return list, err
	}
	return api.PageOver(in.Paging, shown, func(m Meeting) string { return m.Starts + " " + m.ID }, false)
}

func (p MeetingPath) meeting(ctx context.Context, tx *db.Tx) (a area.Area, m meeting.Meeting, err error) {
	if a, err = area.BySlug(ctx, tx, p.Area); err != nil {
		return a, m, err
	}
	m, err = meeting.ByID(ctx, tx, a.ID, meeting.ID(p.Meeting))
	return a, m, err
}

func (o operations) one(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ MeetingPath }) (MeetingRecord, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return MeetingRecord{}, err
	}
	shown := MeetingRecord{Meeting: meetingOf(a, m), Will: m.Will, Wont: m.Wont, Access: m.AccessNeeds, Agenda: []AgendaItem{}, Guests: []Guest{}, Came: []Came{}, Actions: []Action{}}
	if m.Invites(by, a.Place()) {
		shown.Online = m.Online
	}
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return shown, err
	}
	notes, err := meeting.NotesFor(ctx, tx, by, a, m, items)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return shown, err
	}
	shown.AgendaAgreed, shown.Notes = !m.AgendaAgreed.IsZero(), "none"
	if m.Stage() == meeting.Agreed || by.May(access.SeePapers, a.Place()) {
		shown.Notes = cmp.Or(string(m.Stage()), shown.Notes)
	}
	barred, err := meeting.Barred(ctx, tx, by, a, m)
	if err != nil {
		return shown, err
	}
	shown.WentWell, shown.WentBadly = notes.WentWell, notes.WentBadly
	s, err := apiScene(ctx, tx, by, a, date.InLondon(o.meetings.Now()))
	if err != nil {
		return shown, err
	}
	s.reads, s.puts = by.May(access.SeePapers, a.Place()), by.May(access.PutForward, a.Place())
	raised, err := o.decisions.Raised(ctx, tx, by, a, m.ID)
	if err != nil {
		return shown, err
	}
	for _, i := range items {
		if i.TakenOff != "" {
			continue
		}
		one := s.agendaItem(i, notes.Items[i.ID], barred[i.ID])
		for _, r := range raised {
			if r.Item == i.ID && (!i.MembersOnly || s.reads) {
				one.Raised = append(one.Raised, r.Number)
			}
		}
		if one.Interests, err = s.itemInterests(ctx, tx, m, i); err != nil {
			return shown, err
		}
		shown.Agenda = append(shown.Agenda, one)
	}
	if now := o.meetings.Now(); s.reads && m.Kind == meeting.Partnership && !m.Off && m.Starts.After(now) {
		then, err := partnership.ByThenOf(ctx, tx, a, date.InLondon(now), m.Day())
		if err != nil {
			return shown, err
		}
		shown.Warning = then.Words()
	}
	if err := s.company(ctx, tx, m, &shown); err != nil {
		return shown, err
	}
	shown.Corrections, err = s.corrections(ctx, tx, m, items)
	return shown, err
}

func (s scene) itemInterests(ctx context.Context, tx *db.Tx, m meeting.Meeting, i meeting.Item) ([]ItemInterest, error) {
	all := []ItemInterest{}
	one, err := meeting.Touching(ctx, tx, m, i)
	if err != nil || len(one.Parties) == 0 || i.MembersOnly && !s.reads {
		return all, err
	}
	touches, err := partnership.TouchesIn(ctx, tx, s.area.ID, one)
	for _, t := range touches {
		if t.Decides {
			all = append(all, ItemInterest{t.Public, t.Handling.Public})
		}
	}
	return all, err
}

// company is who is asked, who came, and what they do next.
func (s scene) company(ctx context.Context, tx *db.Tx, m meeting.Meeting, shown *MeetingRecord) error {
	guests, err := meeting.Guests(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, g := range guests {
		shown.Guests = append(shown.Guests, Guest(g))
	}
	if m.Stage() != meeting.Agreed && !s.reads {
		return nil
	}
	came, err := meeting.Attendance(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, p := range came {
		if err := s.names.learn(ctx, tx, p.Person); err != nil {
			return err
		}
		shown.Came = append(shown.Came, Came{Name: s.attendeeName(p), Hat: string(p.Hat), Organisation: p.Organisation, Post: p.Post, Way: string(p.Way)})
	}
	all, err := meeting.ActionsOf(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, x := range all {
		if err := s.names.learn(ctx, tx, x.Owner); err != nil {
			return err
		}
		shown.Actions = append(shown.Actions, s.action(x))
	}
	return nil
}

func (s scene) agendaItem(i meeting.Item, note meeting.ItemNote, barred bool) AgendaItem {
	shown := AgendaItem{ID: string(i.ID), Title: s.title(i), Minutes: i.Minutes, PutBy: i.PutRole.Title(), Said: note.Said, Agreed: note.Agreed, area: s.area, meeting: i.Meeting}
	if i.MembersOnly && !s.reads {
		return shown
	}
	shown.Decision = i.Decision
	if (s.reads || s.puts) && !barred {
		shown.Words = i.Words
	}
	return shown
}

// NewMeeting is a meeting that is to be arranged.
type NewMeeting struct {
	Kind        string  `json:"kind" doc:"partnership; open; forum; or other." enum:"partnership,open,forum,other"`
	Title       string  `json:"title,omitempty" maxLength:"120"`
	On          string  `json:"on" format:"date"`
	From        string  `json:"from" doc:"On a clock in London: 19:00." example:"19:00"`
	Until       string  `json:"until" example:"20:30"`
	Place       string  `json:"place,omitempty" maxLength:"200"`
	Online      string  `json:"online,omitempty" maxLength:"500"`
	Telephone   string  `json:"telephone,omitempty" maxLength:"200"`
	AccessNeeds string  `json:"access_needs,omitempty" maxLength:"1000"`
	Will        string  `json:"will,omitempty" maxLength:"1000"`
	Wont        string  `json:"wont,omitempty" maxLength:"1000"`
	ForEveryone bool    `json:"for_everyone,omitempty"`
	Guests      []Guest `json:"guests,omitempty" maxItems:"40" doc:"Who is asked to come from elsewhere. Of a forum they are the community’s guests."`
}

func (o operations) arrange(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewMeeting
},
) (Meeting, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Meeting{}, err
	}
	b := in.Body
	var guests []meeting.Guest
	for _, g := range b.Guests {
		guests = append(guests, meeting.Guest(g))
	}
	m, err := o.meetings.ArrangeIn(ctx, tx, by, a, meeting.NewMeeting{
		Kind: meeting.Kind(b.Kind), Title: b.Title, On: api.Day(b.On), From: clock(b.From), Until: clock(b.Until), Place: b.Place, Online: b.Online, Telephone: b.Telephone,
		AccessNeeds: b.AccessNeeds, Will: b.Will, Wont: b.Wont, ForEveryone: b.ForEveryone, Guests: guests,
	})
	return meetingOf(a, m), err
}

// NewItem is something that is to be put on an agenda.
type NewItem struct {
	Title       string   `json:"title" maxLength:"150"`
	Words       string   `json:"words,omitempty" maxLength:"3000"`
	Minutes     int      `json:"minutes,omitempty" minimum:"0" maximum:"300"`
	Parties     []string `json:"parties,omitempty" maxItems:"10" doc:"The names of organisations or people that it touches: an interest in one shows before anyone talks. For those who read the partnership’s papers."`
	MembersOnly bool     `json:"members_only,omitempty" doc:"Not on the public page. For those who read the partnership’s papers."`
	Decision    int64    `json:"decision,omitempty" minimum:"1" doc:"The number of a decision that it is about. For those who read the partnership’s papers."`
}

func (o operations) putForward(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewItem
},
) (AgendaItem, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return AgendaItem{}, err
	}
	n := meeting.NewItem{Title: in.Body.Title, Words: in.Body.Words, Minutes: in.Body.Minutes, MembersOnly: in.Body.MembersOnly, Decision: in.Body.Decision}
	if by.May(access.SeePapers, a.Place()) { // as on the page
		if n.Parties, err = partiesNamed(ctx, tx, a, date.InLondon(o.meetings.Now()), in.Body.Parties); err != nil {
			return AgendaItem{}, err
		}
	}
	i, err := o.meetings.PutForwardIn(ctx, tx, by, a, m.ID, n)
	if err != nil {
		return AgendaItem{}, err
	}
	s := scene{area: a, by: by, reads: true}
	shown := s.agendaItem(i, meeting.ItemNote{}, false)
	shown.Interests, err = s.itemInterests(ctx, tx, m, i)
	return shown, err
}

// Action is what somebody said they would do.
type Action struct {
	ID      string `json:"id"`
	Words   string `json:"words"`
	Owner   string `json:"owner,omitempty" doc:"An organisation; or a person, for those who see who does what."`
	Due     string `json:"due,omitempty" format:"date" doc:"As it was said."`
	DueNow  string `json:"due_now,omitempty" format:"date" doc:"The day that counts: the first on which the area is open, where it is closed on the one that was said."`
	Outcome string `json:"outcome" doc:"still open; done; or let go." example:"still open"`
	Why     string `json:"why,omitempty"`
	Meeting string `json:"meeting,omitempty" doc:"The ID of the meeting that it came of."`
	area    area.Area
}

// Location is the address of the area's actions.
func (x Action) Location() string { return "/api/v1/areas/" + x.area.Slug + "/actions" }

func (s scene) action(x meeting.Action) Action {
	shown := Action{ID: string(x.ID), Words: x.Words, Due: x.Due.String(), DueNow: x.DueNow().String(), Outcome: x.Outcome.Words(), Why: x.Why, Meeting: string(x.Meeting), area: s.area}
	if s.names.full || x.IsOrganisation {
		shown.Owner = s.names.owner(x)
	}
	return shown
}

// apiScene is a scene as programs need one.
func apiScene(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, now date.Date) (s scene, err error) {
	s = scene{area: a, by: by, today: now}
	s.names, err = namesIn(ctx, tx, s)
	return s, err
}

func (o operations) actions(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Action], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	s, err := apiScene(ctx, tx, by, a, date.InLondon(o.meetings.Now()))
	if err != nil {
		return list, err
	}
	all, err := meeting.ActionsFor(ctx, tx, by, a)
	if err != nil {
		return list, err
	}
	if _, err := s.actionTable(ctx, tx, all); err != nil { // which learns the names
		return list, err
	}
	shown := []Action{}
	for _, x := range all {
		shown = append(shown, s.action(x))
	}
	slices.SortFunc(shown, func(x, y Action) int { return strings.Compare(x.ID, y.ID) })
	return api.PageOver(in.Paging, shown, func(x Action) string { return x.ID }, false)
}

// NewAction is an action that is to be written down.
type NewAction struct {
	Meeting        string `json:"meeting,omitempty" doc:"The ID of the meeting that it comes of."`
	Words          string `json:"words" maxLength:"300"`
	Owner          string `json:"owner,omitempty" doc:"The ID of a person."`
	OwnerName      string `json:"owner_name,omitempty" maxLength:"120" doc:"An organisation, or somebody without an account."`
	IsOrganisation bool   `json:"is_organisation,omitempty"`
	Due            string `json:"due,omitempty" format:"date" doc:"Never a day on which the area is closed."`
}

func (o operations) addAction(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAction
},
) (Action, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Action{}, err
	}
	b := in.Body
	x, err := o.meetings.AddActionIn(ctx, tx, by, a, meeting.NewAction{
		Meeting: meeting.ID(b.Meeting), Words: b.Words, Owner: access.PersonID(b.Owner), OwnerName: b.OwnerName, IsOrganisation: b.IsOrganisation, Due: api.Day(b.Due),
	})
	if err != nil {
		return Action{}, err
	}
	return o.shownAction(ctx, tx, by, a, x)
}

func (o operations) shownAction(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, x meeting.Action) (Action, error) {
	s, err := apiScene(ctx, tx, by, a, date.InLondon(o.meetings.Now()))
	if err != nil {
		return Action{}, err
	}
	err = s.names.learn(ctx, tx, x.Owner)
	return s.action(x), err
}

// ActionEnd is what became of an action.
type ActionEnd struct {
	Outcome string `json:"outcome" enum:"done,let go"`
	Why     string `json:"why,omitempty" maxLength:"300" doc:"Needed where it is let go."`
}

func (o operations) endAction(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Action string `path:"action" doc:"The action’s ID."`
	api.Key
	Body ActionEnd
},
) (Action, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Action{}, err
	}
	if err := o.meetings.EndActionIn(ctx, tx, by, a, meeting.ActionID(in.Action), meeting.NewEnd{Outcome: meeting.Outcome(in.Body.Outcome), Why: in.Body.Why}); err != nil {
		return Action{}, err
	}
	x, err := meeting.ActionByID(ctx, tx, a.ID, meeting.ActionID(in.Action))
	if err != nil {
		return Action{}, err
	}
	return o.shownAction(ctx, tx, by, a, x)
}

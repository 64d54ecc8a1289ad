package meetingweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// acts registers what becomes of a meeting: from its agenda to notes that are
// agreed, and what was wrong in them.
func (o operations) acts(a *api.API) {
	const tag, one = "Meetings", "/api/v1/areas/{area}/meetings/{meeting}"
	runs, agrees := web.Needs(access.RunMeetings), web.Needs(access.AgreeNotes)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/change", ID: "changeMeeting", Tag: tag, Summary: "Move a meeting, or change how people join it", Locate: inBody,
		Description: "What is left out is empty from now on. A meeting of which there are notes is not moved.",
		Example:     NewChange{On: "2026-11-24", From: "19:00", Until: "20:30", Place: "The Hub, main hall", Why: "The hall is taken on the 17th"},
	}, o.change)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/calling-off", ID: "callOffMeeting", Tag: tag, Summary: "Call a meeting off", Example: CallingOff{Why: "Too many are ill"},
	}, o.callOff)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/answer", ID: "answerInvitation", Tag: tag, Summary: "Say whether you are coming", Example: Coming{Way: "telephone"},
	}, o.answer)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/agenda/order", ID: "orderAgenda", Tag: tag, Summary: "Put an agenda in order", Locate: inBody,
		Description: "With the minutes that each has, and why something is taken off it. Until the meeting agrees it.",
		Example:     NewOrder{Items: []Ordered{{Item: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Position: 1, Minutes: 20}}},
	}, o.order)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/agenda/agreement", ID: "agreeAgenda", Tag: tag, Summary: "Record that the meeting agreed its agenda",
	}, o.agreeAgenda)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/agenda-parties", ID: "addAgendaParties", Tag: tag, Summary: "Add whom something on an agenda is about", Locate: inBody,
		Description: "Until its notes are agreed. An interest in one of them shows from then on, and a decision about the same learns of it while it is open.",
		Example:     NewParties{Item: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Parties: []string{"Inkwell Print"}},
	}, o.addParties)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/attendance", ID: "writeAttendance", Tag: tag, Summary: "Write down who came", Locate: inBody,
		Description: "All of them: it takes the place of what was written down before.",
		Example:     NewAttendance{Came: []Attendee{{Name: "Nell Hart", Hat: "resident", Way: "room"}, {Hat: "guest", Organisation: "Brightwater Council", Post: "Parks officer", Way: "online"}}},
	}, o.attendance)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/quiet", ID: "sayQuietly", Tag: tag, Summary: "Say something quietly, before or after a meeting",
		Description: "With your name, for those of the partnership. Who would rather give none says it on the page: a program’s call is kept with who sent it.",
		Example:     NewQuiet{Words: "I cannot speak in front of so many. The lights matter most to me."},
	}, o.quiet)
	api.Write(a, web.Needs(access.EnterForSomeone), api.Operation{
		Route: "POST " + one + "/telephone", ID: "enterCall", Tag: tag, Summary: "Enter what somebody said by telephone", Example: NewCall{Name: "Mrs Ode", Words: "The bus stops too early"},
	}, o.call)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/notes", ID: "writeNotes", Tag: tag, Summary: "Write the notes of a meeting", Locate: inBody,
		Description: "In place of what was written before, until they are agreed. An item from which you are kept stays as it is.",
		Example:     NewNotes{WentWell: "Everybody spoke", WentBadly: "We began late", Items: []ItemNote{{Item: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Said: "Two lamps are broken", Agreed: "We ask the council"}}},
	}, o.notes)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/notes/circulation", ID: "circulateNotes", Tag: tag, Summary: "Give the notes to the partnership to read",
		Description: "By mail, to those who have an address, or on paper. While the area is closed mail waits until it is open.", Example: Circulation{How: "mail"},
	}, o.circulate)
	api.Write(a, agrees, api.Operation{
		Route: "POST " + one + "/notes/agreement", ID: "agreeNotes", Tag: tag, Summary: "Record that the notes were agreed",
		Description: "From then on they are public and stay as they are. What is wrong in them is put right beside them.", Example: AgreedOn{On: "2026-12-15"},
	}, o.agreeNotes)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/corrections", ID: "correctNotes", Tag: tag, Summary: "Put what is right beside what agreed notes say", Creates: true,
		Locate: inBody, Example: NewCorrection{Stood: "The cost is £12,000", Right: "The cost is £1,200"},
	}, o.correct)
	api.Write(a, agrees, api.Operation{
		Route: "POST " + one + "/corrections/{correction}/agreement", ID: "agreeCorrection", Tag: tag, Summary: "Record that a correction was agreed", Example: AgreedOn{On: "2026-12-15"},
	}, o.agreeCorrection)
	api.Write(a, web.Hidden(access.NoteBehaviour, ""), api.Operation{
		Route: "POST " + one + "/behaviour", ID: "noteBehaviour", Tag: tag, Summary: "Note how somebody behaved", Seen: o.seesBehaviour,
		Description: "For the chair and the worker alone. It is not told back.", Example: Behaviour{Words: "Two people shouted. We talk with both of them."},
	}, o.behaviour)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/digest", ID: "tellAbsent", Tag: tag, Summary: "Write to those who were not there", Description: "By mail, to those of the partnership who have an address.", Example: Telling{How: "mail"},
	}, o.digest)
}

// inBody is where a field stands that the domain names: a row's as "name-2".
func inBody(field string) string {
	name, row, isRow := strings.Cut(field, "-")
	if !isRow {
		return "body." + field
	}
	list := "items"
	switch name {
	case "name", "organisation", "post", "way", "hat":
		list = "came"
	case "takeoff":
		name = "take_off"
	}
	n, err := strconv.Atoi(row)
	if err != nil {
		return "body." + field
	}
	return "body." + list + "[" + strconv.Itoa(n-1) + "]." + name
}

// does something with a meeting, and answers with it as it is then.
func (o operations) does(ctx context.Context, tx *db.Tx, by access.Actor, in MeetingPath, do func(area.Area, meeting.Meeting) error) (MeetingRecord, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return MeetingRecord{}, err
	}
	if err := do(a, m); err != nil {
		return MeetingRecord{}, err
	}
	return o.one(ctx, tx, by, &struct{ MeetingPath }{in})
}

// NewChange is how a meeting is to be from now on.
type NewChange struct {
	On          string `json:"on" format:"date"`
	From        string `json:"from" doc:"On a clock in London: 19:00." example:"19:00"`
	Until       string `json:"until" example:"20:30"`
	Place       string `json:"place,omitempty" maxLength:"200"`
	Online      string `json:"online,omitempty" maxLength:"500"`
	Telephone   string `json:"telephone,omitempty" maxLength:"200"`
	AccessNeeds string `json:"access_needs,omitempty" maxLength:"1000"`
	Will        string `json:"will,omitempty" maxLength:"1000"`
	Wont        string `json:"wont,omitempty" maxLength:"1000"`
	Why         string `json:"why,omitempty" maxLength:"300" doc:"Needed where day, time or place is another."`
}

func (o operations) change(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewChange
},
) (MeetingRecord, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.ChangeIn(ctx, tx, by, a, m.ID, meeting.NewChange{
			On: api.Day(b.On), From: clock(b.From), Until: clock(b.Until), Place: b.Place, Online: b.Online, Telephone: b.Telephone,
			AccessNeeds: b.AccessNeeds, Will: b.Will, Wont: b.Wont, Why: b.Why,
		})
	})
}

// CallingOff is that a meeting is called off.
type CallingOff struct {
	Why string `json:"why" maxLength:"300"`
}

func (o operations) callOff(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body CallingOff
},
) (MeetingRecord, error) {
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.CallOffIn(ctx, tx, by, a, m.ID, in.Body.Why)
	})
}

// Coming is whether somebody means to come.
type Coming struct {
	Way string `json:"way" enum:"room,online,telephone,apologies" doc:"How they come; apologies where they do not."`
}

func (o operations) answer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body Coming
},
) (MeetingRecord, error) {
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.AnswerIn(ctx, tx, by, a, m.ID, meeting.Way(in.Body.Way))
	})
}

// NewOrder is an agenda in order.
type NewOrder struct {
	Items []Ordered `json:"items" nullable:"false" minItems:"1" maxItems:"100"`
}

// Ordered is an item's place.
type Ordered struct {
	Item     string `json:"item" doc:"Its ID."`
	Position int    `json:"position" minimum:"1" doc:"1 for the first."`
	Minutes  int    `json:"minutes,omitempty" minimum:"0" maximum:"300"`
	TakeOff  string `json:"take_off,omitempty" maxLength:"200" doc:"Why it is taken off; left out where it stays."`
}

func (o operations) order(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewOrder
},
) (MeetingRecord, error) {
	var n meeting.NewOrder
	for _, i := range in.Body.Items {
		n.Items = append(n.Items, meeting.Ordered{ID: meeting.ItemID(i.Item), Position: i.Position, Minutes: i.Minutes, TakeOff: i.TakeOff})
	}
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error { return o.meetings.OrderIn(ctx, tx, by, a, m.ID, n) })
}

func (o operations) agreeAgenda(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
},
) (MeetingRecord, error) {
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.AgreeAgendaIn(ctx, tx, by, a, m.ID)
	})
}

// NewAttendance is who came.
type NewAttendance struct {
	Came []Attendee `json:"came" nullable:"false" maxItems:"300"`
}

// Attendee is somebody who came, or who sent apologies.
type Attendee struct {
	Person       string `json:"person,omitempty" doc:"The ID of who is known here. Else their name."`
	Name         string `json:"name,omitempty" maxLength:"120" doc:"Of who has no account. Of a guest the post is enough."`
	Hat          string `json:"hat" enum:"member,councillor,friend,worker,lto,resident,guest" doc:"In which hat they came: lto is of the organisation that holds the money."`
	Organisation string `json:"organisation,omitempty" maxLength:"120" doc:"Whom a guest comes from."`
	Post         string `json:"post,omitempty" maxLength:"120" doc:"A guest’s post."`
	Way          string `json:"way" enum:"room,online,telephone,apologies"`
}

func (o operations) attendance(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewAttendance
},
) (MeetingRecord, error) {
	var n meeting.NewAttendance
	for _, p := range in.Body.Came {
		one := meeting.Attendee{Person: access.PersonID(p.Person), Name: p.Name, Hat: meeting.AttendeeHat(p.Hat), Organisation: p.Organisation, Post: p.Post, Way: meeting.Way(p.Way)}
		if one.Person != "" {
			one.Name = ""
		}
		n.All = append(n.All, one)
	}
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.WriteAttendanceIn(ctx, tx, by, a, m.ID, n)
	})
}

// NewQuiet is what somebody quietly says.
type NewQuiet struct {
	Item  string `json:"item,omitempty" doc:"The ID of an item of the agenda. Left out, the meeting as a whole."`
	Words string `json:"words" maxLength:"3000"`
}

// QuietlyKept is that something was kept which is not told back.
type QuietlyKept struct {
	Meeting string `json:"meeting" doc:"The ID of the meeting."`
}

func (o operations) quiet(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewQuiet
},
) (QuietlyKept, error) {
	return o.said(ctx, tx, by, in.MeetingPath, meeting.NewQuiet{Form: in.IdempotencyKey, Item: meeting.ItemID(in.Body.Item), Words: in.Body.Words})
}

func (o operations) said(ctx context.Context, tx *db.Tx, by access.Actor, in MeetingPath, n meeting.NewQuiet) (QuietlyKept, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return QuietlyKept{}, err
	}
	return QuietlyKept{string(m.ID)}, o.meetings.SayQuietlyIn(ctx, tx, by, a, m.ID, n)
}

// NewCall is what somebody said by telephone.
type NewCall struct {
	Person  string `json:"person,omitempty" doc:"The ID of who said it. Else their name."`
	Name    string `json:"name,omitempty" maxLength:"120"`
	Unnamed bool   `json:"unnamed,omitempty" doc:"They would not give a name."`
	Item    string `json:"item,omitempty" doc:"The ID of an item of the agenda. Left out, the meeting as a whole."`
	Words   string `json:"words" maxLength:"3000"`
}

func (o operations) call(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewCall
},
) (QuietlyKept, error) {
	b := in.Body
	return o.said(ctx, tx, by, in.MeetingPath, meeting.NewQuiet{
		Form: in.IdempotencyKey, Item: meeting.ItemID(b.Item), Words: b.Words, Unnamed: b.Unnamed, Telephone: true, Person: access.PersonID(b.Person), Name: b.Name,
	})
}

// NewNotes are the notes of a meeting.
type NewNotes struct {
	WentWell  string     `json:"went_well,omitempty" maxLength:"6000"`
	WentBadly string     `json:"went_badly,omitempty" maxLength:"6000"`
	Items     []ItemNote `json:"items" nullable:"false" maxItems:"100"`
}

// ItemNote is what is written down of one item.
type ItemNote struct {
	Item   string `json:"item" doc:"Its ID."`
	Said   string `json:"said,omitempty" maxLength:"6000"`
	Agreed string `json:"agreed,omitempty" maxLength:"6000"`
}

func (o operations) notes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewNotes
},
) (MeetingRecord, error) {
	n := meeting.NewNotes{WentWell: in.Body.WentWell, WentBadly: in.Body.WentBadly}
	for _, i := range in.Body.Items {
		n.Items = append(n.Items, meeting.ItemNote{Item: meeting.ItemID(i.Item), Said: i.Said, Agreed: i.Agreed})
	}
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error { return o.meetings.WriteNotesIn(ctx, tx, by, a, m.ID, n) })
}

// Circulation is that notes go to the partnership.
type Circulation struct {
	How string `json:"how" enum:"mail,paper"`
}

func (o operations) circulate(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body Circulation
},
) (MeetingRecord, error) {
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.CirculateIn(ctx, tx, by, a, m.ID, meeting.NewCirculation{Mail: in.Body.How == "mail"})
	})
}

// AgreedOn is the day of the meeting that agreed something.
type AgreedOn struct {
	On string `json:"on" format:"date"`
}

func (o operations) agreeNotes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body AgreedOn
},
) (MeetingRecord, error) {
	return o.does(ctx, tx, by, in.MeetingPath, func(a area.Area, m meeting.Meeting) error {
		return o.meetings.AgreeNotesIn(ctx, tx, by, a, m.ID, meeting.NewAgreement{On: api.Day(in.Body.On)})
	})
}

// NewCorrection is what agreed notes say, and what is right.
type NewCorrection struct {
	Item  string `json:"item,omitempty" doc:"The ID of an item of the agenda. Left out, the notes as a whole."`
	Stood string `json:"stood" maxLength:"6000" doc:"What the notes say."`
	Right string `json:"right" maxLength:"6000"`
}

// Correction stands beside agreed notes.
type Correction struct {
	ID       string `json:"id"`
	Item     string `json:"item,omitempty" doc:"The ID of the item that it is about; left out of the notes as a whole."`
	Stood    string `json:"stood" doc:"What the notes say."`
	Right    string `json:"right"`
	PutAt    string `json:"put_at" format:"date-time"`
	AgreedOn string `json:"agreed_on,omitempty" format:"date"`
	area     area.Area
	meeting  meeting.ID
}

// Location is the address of the meeting beside whose notes it stands.
func (c Correction) Location() string {
	return "/api/v1/areas/" + c.area.Slug + "/meetings/" + string(c.meeting)
}

func correctionOf(a area.Area, c meeting.Correction) Correction {
	return Correction{string(c.ID), string(c.Item), c.Stood, c.Right, api.Instant(c.PutAt), c.AgreedOn.String(), a, c.Meeting}
}

func (o operations) correct(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewCorrection
},
) (Correction, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return Correction{}, err
	}
	c, err := o.meetings.CorrectIn(ctx, tx, by, a, m.ID, meeting.NewCorrection{Item: meeting.ItemID(in.Body.Item), Stood: in.Body.Stood, Right: in.Body.Right})
	return correctionOf(a, c), err
}

func (o operations) agreeCorrection(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	Correction string `path:"correction" doc:"The ID of the correction."`
	api.Key
	Body AgreedOn
},
) (Correction, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return Correction{}, err
	}
	cid := meeting.CorrectionID(in.Correction)
	if err := o.meetings.AgreeCorrectionIn(ctx, tx, by, a, m.ID, cid, meeting.NewAgreement{On: api.Day(in.Body.On)}); err != nil {
		return Correction{}, err
	}
	c, err := meeting.CorrectionByID(ctx, tx, a.ID, cid)
	return correctionOf(a, c), err
}

// Behaviour is how somebody behaved.
type Behaviour struct {
	Words string `json:"words" maxLength:"2000"`
}

func (o operations) behaviour(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body Behaviour
},
) (QuietlyKept, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return QuietlyKept{}, err
	}
	return QuietlyKept{string(m.ID)}, o.meetings.NoteBehaviourIn(ctx, tx, by, a, m.ID, in.Body.Words)
}

// seesBehaviour says whether what is noted of how people behave is there for who
// asks.
func (o operations) seesBehaviour(r *http.Request, by access.Actor) error {
	return pages{meetings: o.meetings}.seesBehaviour(r, by)
}

// Telling is how those who were not there are told.
type Telling struct {
	How string `json:"how" enum:"mail"`
}

// AbsentTold is how many were written to.
type AbsentTold struct {
	Told int `json:"told"`
}

func (o operations) digest(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body Telling
},
) (AbsentTold, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return AbsentTold{}, err
	}
	told, err := o.meetings.TellAbsentIn(ctx, tx, by, a, m.ID)
	return AbsentTold{told}, err
}

// corrections are those that the reader may see.
func (s scene) corrections(ctx context.Context, tx *db.Tx, m meeting.Meeting, items []meeting.Item) (shown []Correction, err error) {
	all, err := meeting.Corrections(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	barred, err := meeting.Barred(ctx, tx, s.by, s.area, m)
	shown = []Correction{}
	for _, c := range all {
		if s.sees(c, items, barred) {
			shown = append(shown, correctionOf(s.area, c))
		}
	}
	return shown, err
}

// sees reports whether the reader may see a correction: one that is not agreed
// yet, or of an item for members alone, is for those who read the papers, and of such
// an item not for who leaves while it is talked about.
func (s scene) sees(c meeting.Correction, items []meeting.Item, barred map[meeting.ItemID]bool) bool {
	for _, i := range items {
		if i.ID == c.Item && i.MembersOnly && (!s.reads || barred[i.ID]) {
			return false
		}
	}
	return s.reads || !c.AgreedOn.IsZero()
}

// NewParties are whom something on an agenda turned out to be about.
type NewParties struct {
	Item    string   `json:"item" doc:"The ID of the part of the agenda."`
	Parties []string `json:"parties" minItems:"1" maxItems:"10" doc:"The names of organisations or people that it touches."`
}

func (o operations) addParties(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MeetingPath
	api.Key
	Body NewParties
},
) (AgendaItem, error) {
	a, m, err := in.meeting(ctx, tx)
	if err != nil {
		return AgendaItem{}, err
	}
	parties, err := partiesNamed(ctx, tx, a, date.InLondon(o.meetings.Now()), in.Body.Parties)
	if err != nil {
		return AgendaItem{}, err
	}
	if err := o.meetings.AddPartiesIn(ctx, tx, by, a, m.ID, meeting.NewParties{Item: meeting.ItemID(in.Body.Item), Parties: parties}); err != nil {
		return AgendaItem{}, err
	}
	i, err := meeting.ItemByID(ctx, tx, a.ID, meeting.ItemID(in.Body.Item))
	if err != nil {
		return AgendaItem{}, err
	}
	s := scene{area: a, by: by, reads: true}
	shown := s.agendaItem(i, meeting.ItemNote{}, false)
	shown.Interests, err = s.itemInterests(ctx, tx, m, i)
	return shown, err
}

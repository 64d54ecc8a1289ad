package plan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
)

// A Consultation is what people were asked and what was heard (S09). It is
// written section by section, until it is fed back to those who were asked: then
// it is public, and stays as it is.
type Consultation struct {
	Area   area.ID
	Number int64
	Asking
	Options  []Option
	Channels []Channel
	Hearing
	Voices  []Voice
	FedBack FedBack // zero until it is fed back
	BegunBy access.PersonID
	BegunAt time.Time
	SavedBy access.PersonID
	SavedAt time.Time
}

// Asking is what was asked, of whom, and when.
type Asking struct {
	Title    string
	Question string // what we asked
	Whom     string // whom we asked
	From     date.Date
	Until    date.Date
}

// An Option is something that could be done, and whether it really could: people
// are not asked to wish for what cannot be.
type Option struct {
	Words    string
	Possible bool
	Why      string // asked for where it is not possible
}

// A Channel is a way in which people were asked (V44), and how many.
type Channel struct {
	Kind     ChannelKind
	Words    string // where and when, such as "Elm Street to the canal"
	Asked    int    // how many were asked; 0 where nobody knows
	Answered int
}

// A ChannelKind is a way of asking.
type ChannelKind string

// The ways of asking: those of V44 and those of P11.
const (
	Doors          ChannelKind = "doors"
	Events         ChannelKind = "events"
	Online         ChannelKind = "online"
	Meeting        ChannelKind = "meeting"
	Telephone      ChannelKind = "telephone"
	Leaflets       ChannelKind = "leaflets"
	Posters        ChannelKind = "posters"
	SocialMedia    ChannelKind = "social media"
	ShoppingCentre ChannelKind = "shopping centre"
	Newspaper      ChannelKind = "local newspaper"
	AnotherWay     ChannelKind = "another way"
)

// ChannelKinds lists the ways of asking, in the order in which they are offered.
func ChannelKinds() []ChannelKind {
	return []ChannelKind{Doors, Events, Online, Meeting, Telephone, Leaflets, Posters, SocialMedia, ShoppingCentre, Newspaper, AnotherWay}
}

// Words are what people call the way of asking.
func (k ChannelKind) Words() string {
	switch k {
	case Doors:
		return "On the doorstep"
	case Events:
		return "At an event"
	case Online:
		return "Online"
	case Meeting:
		return "At a public meeting"
	case Telephone:
		return "By telephone"
	case Leaflets:
		return "Leaflets"
	case Posters:
		return "Posters"
	case SocialMedia:
		return "Social media"
	case ShoppingCentre:
		return "At the shops"
	case Newspaper:
		return "The local newspaper"
	case AnotherWay:
		return "Another way"
	}
	return ""
}

// Hearing is what was heard, summed up by hand.
type Hearing struct {
	Summary string
	Heard   []Heard
}

// Heard is something that people said, and how many said it.
type Heard struct {
	Words string
	Count int
}

// A Voice is one that was not heard yet, and what is done about it.
type Voice struct {
	Who  string
	What string
}

// FedBack is that those who were asked were told what came of it.
type FedBack struct {
	On  date.Date
	How string
	By  access.PersonID
}

// IsFedBack reports whether those who were asked were told: from then on the
// consultation is for everyone to read.
func (c Consultation) IsFedBack() bool { return !c.FedBack.On.IsZero() }

// MayBeSeenBy reports whether somebody may read the consultation.
func (c Consultation) MayBeSeenBy(by access.Actor, a area.Area) bool {
	return c.IsFedBack() || by.May(access.WritePlan, a.Place()) || by.May(access.SeePapers, a.Place())
}

// Turnout is how many were asked and how many answered, over all ways of asking.
func (c Consultation) Turnout() (asked, answered int) {
	for _, ch := range c.Channels {
		asked, answered = asked+ch.Asked, answered+ch.Answered
	}
	return asked, answered
}

// Seen names a section of the consultation by what it says now.
func (c Consultation) Seen(s Section) string { return seenOf(s.of(c)) }

// A Section is a part of a consultation as somebody leaves it: an AskingSection,
// OptionsSection, ChannelsSection, HearingSection or VoicesSection.
type Section interface {
	section() string
	of(c Consultation) any
	apply(c *Consultation, today date.Date) fault.Invalid
}

// saidIn is what sections say, as text that can be compared.
func saidIn(sections ...Section) any {
	all := map[string]any{}
	for _, s := range sections {
		var c Consultation
		_ = s.apply(&c, date.Date{}) // what is wrong with it is said where it is kept
		all[s.section()] = s.of(c)
	}
	return all
}

// AskingSection is what was asked.
type AskingSection struct{ Asking }

func (AskingSection) section() string       { return "asking" }
func (AskingSection) of(c Consultation) any { return paperAsking(c) }

func (s AskingSection) apply(c *Consultation, today date.Date) fault.Invalid {
	var wrong fault.Invalid
	a := s.Asking
	a.Title, a.Question, a.Whom = strings.TrimSpace(a.Title), strings.TrimSpace(a.Question), strings.TrimSpace(a.Whom)
	if a.Title == "" || len(a.Title) > mostName {
		wrong.Add("title", fmt.Sprintf("Give it a name, in up to %d letters, such as “Doorstep survey, spring 2026”", mostName))
	}
	if len(a.Question) > mostWords {
		wrong.Add("question", "Say it in up to 5,000 letters")
	}
	if len(a.Whom) > 1000 {
		wrong.Add("whom", "Say it in up to 1,000 letters")
	}
	if !a.Until.IsZero() && a.Until.Before(a.From) {
		wrong.Add("until", "Enter a last day that is the first day or later")
	}
	if a.From.After(today.AddMonths(24)) {
		wrong.Add("from", "Enter a first day within the next two years")
	}
	c.Asking = a
	return wrong
}

// OptionsSection is what could be done, and what not.
type OptionsSection struct{ Options []Option }

func (OptionsSection) section() string       { return "options" }
func (OptionsSection) of(c Consultation) any { return c.Options }

func (s OptionsSection) apply(c *Consultation, _ date.Date) fault.Invalid {
	var wrong fault.Invalid
	if len(s.Options) > 40 {
		wrong.Add("words-1", "Give at most 40 options: put some together")
	}
	for i, o := range s.Options {
		at := "-" + strconv.Itoa(i+1)
		if strings.TrimSpace(o.Words) == "" || len(o.Words) > mostLine {
			wrong.Add("words"+at, fmt.Sprintf("Say what the option is, in up to %d letters", mostLine))
		}
		if !o.Possible && strings.TrimSpace(o.Why) == "" {
			wrong.Add("why"+at, "Say why this is not possible, as you would to a neighbour")
		}
		if len(o.Why) > 1000 {
			wrong.Add("why"+at, "Say it in up to 1,000 letters")
		}
	}
	c.Options = s.Options
	return wrong
}

// ChannelsSection is how people were asked.
type ChannelsSection struct{ Channels []Channel }

func (ChannelsSection) section() string       { return "channels" }
func (ChannelsSection) of(c Consultation) any { return c.Channels }

func (s ChannelsSection) apply(c *Consultation, _ date.Date) fault.Invalid {
	var wrong fault.Invalid
	if len(s.Channels) > 40 {
		wrong.Add("kind-1", "Give at most 40 ways of asking: put some together")
	}
	for i, ch := range s.Channels {
		at := "-" + strconv.Itoa(i+1)
		if !slices.Contains(ChannelKinds(), ch.Kind) {
			wrong.Add("kind"+at, "Choose how people were asked")
		}
		if len(ch.Words) > mostLine {
			wrong.Add("words"+at, fmt.Sprintf("Say it in up to %d letters", mostLine))
		}
		if ch.Asked < 0 || ch.Asked > 10_000_000 {
			wrong.Add("asked"+at, "Enter how many were asked, or leave it empty")
		}
		if ch.Answered < 0 || ch.Answered > 10_000_000 {
			wrong.Add("answered"+at, "Enter how many answered, or leave it empty")
		} else if ch.Asked > 0 && ch.Answered > ch.Asked {
			wrong.Add("answered"+at, "More answered than were asked: look at both numbers again")
		}
	}
	c.Channels = s.Channels
	return wrong
}

// HearingSection is what was heard.
type HearingSection struct{ Hearing }

func (HearingSection) section() string       { return "heard" }
func (HearingSection) of(c Consultation) any { return c.Hearing }

func (s HearingSection) apply(c *Consultation, _ date.Date) fault.Invalid {
	var wrong fault.Invalid
	if len(s.Summary) > 10_000 {
		wrong.Add("summary", "Say it in up to 10,000 letters")
	}
	if len(s.Heard) > 60 {
		wrong.Add("words-1", "Give at most 60 things that were said: put some together")
	}
	for i, h := range s.Heard {
		at := "-" + strconv.Itoa(i+1)
		if strings.TrimSpace(h.Words) == "" || len(h.Words) > mostLine {
			wrong.Add("words"+at, fmt.Sprintf("Say what was said, in up to %d letters", mostLine))
		}
		if h.Count < 0 || h.Count > 10_000_000 {
			wrong.Add("count"+at, "Enter how many said this, or leave it empty")
		}
	}
	c.Hearing = s.Hearing
	return wrong
}

// VoicesSection is who was not heard yet.
type VoicesSection struct{ Voices []Voice }

func (VoicesSection) section() string       { return "voices" }
func (VoicesSection) of(c Consultation) any { return c.Voices }

func (s VoicesSection) apply(c *Consultation, _ date.Date) fault.Invalid {
	var wrong fault.Invalid
	if len(s.Voices) > 40 {
		wrong.Add("who-1", "Give at most 40: put some together")
	}
	for i, v := range s.Voices {
		at := "-" + strconv.Itoa(i+1)
		if strings.TrimSpace(v.Who) == "" || len(v.Who) > mostLine {
			wrong.Add("who"+at, fmt.Sprintf("Say whose voice is missing, in up to %d letters", mostLine))
		}
		if len(v.What) > 1000 {
			wrong.Add("what"+at, "Say it in up to 1,000 letters")
		}
	}
	c.Voices = s.Voices
	return wrong
}

// NewConsultation is a consultation as somebody begins it: what was asked, and as
// much of the rest as is known.
type NewConsultation struct {
	Form     string
	Sections []Section
}

// BeginConsultation begins a consultation. Sent twice, it counts once.
func (p *Plans) BeginConsultation(ctx context.Context, by access.Actor, a area.Area, n NewConsultation) (number int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"consultation", a.ID, saidIn(n.Sections...)}, At: p.Now()}, func() (string, error) {
			c, err := p.BeginConsultationIn(ctx, tx, by, a, n)
			return strconv.FormatInt(c.Number, 10), err
		})
		if err != nil {
			return err
		}
		number, err = strconv.ParseInt(subject, 10, 64)
		return err
	})
	return number, wrap("begin consultation", err)
}

// BeginConsultationIn is BeginConsultation as part of a transaction.
func (p *Plans) BeginConsultationIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewConsultation) (Consultation, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Consultation{}, err
	}
	c := Consultation{Area: a.ID, BegunBy: by.Person, BegunAt: p.Now(), SavedBy: by.Person, SavedAt: p.Now()}
	var wrong fault.Invalid
	for _, s := range n.Sections {
		wrong = append(wrong, s.apply(&c, date.Of(p.Now()))...)
	}
	if c.Title == "" && wrong.For("title") == "" {
		wrong.Add("title", "Give it a name")
	}
	if err := wrong.OrNil(); err != nil {
		return Consultation{}, err
	}
	if err := insertConsultation(ctx, tx, &c); err != nil {
		return Consultation{}, fmt.Errorf("insert consultation: %w", err)
	}
	return c, p.recordConsultation(ctx, tx, by, c, "consultation begun", nil)
}

func (c Consultation) subject() string { return "consultation:" + strconv.FormatInt(c.Number, 10) }

func (p *Plans) recordConsultation(ctx context.Context, tx *db.Tx, by access.Actor, c Consultation, act string, facts map[string]string) error {
	content, err := c.content()
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(c.Area), Act: act, Subject: c.subject(), By: by, At: p.Now(), Facts: facts, Private: content,
	})
}

// SaveConsultation changes a section of a consultation. seen is what Seen said
// when the form was opened.
func (p *Plans) SaveConsultation(ctx context.Context, by access.Actor, a area.Area, number int64, form, seen string, s Section) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"consultation", a.ID, number, saidIn(s)}, At: p.Now()}, func() (string, error) {
			return "", p.SaveConsultationIn(ctx, tx, by, a, number, seen, s)
		})
		return err
	})
	return wrap("save consultation", err)
}

var errFedBack = fault.New(fault.Conflict, "This was fed back to those who were asked, so it stays as it is. What you learn from now on belongs in a new one.")

// SaveConsultationIn is SaveConsultation as part of a transaction.
func (p *Plans) SaveConsultationIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, seen string, s Section) error {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	c, err := ConsultationOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	if c.IsFedBack() {
		return errFedBack
	}
	if err := asSeen(seen, c.Seen(s)); err != nil {
		return err
	}
	if err := s.apply(&c, date.Of(p.Now())).OrNil(); err != nil {
		return err
	}
	c.SavedBy, c.SavedAt = by.Person, p.Now()
	if err := updateConsultation(ctx, tx, c); err != nil {
		return fmt.Errorf("update consultation: %w", err)
	}
	return p.recordConsultation(ctx, tx, by, c, "consultation saved", map[string]string{"section": s.section()})
}

// NewFeedback is that those who were asked were told.
type NewFeedback struct {
	Form   string
	Number int64
	On     date.Date
	How    string
}

// FeedBack records that those who were asked were told. Sent twice, it counts once.
func (p *Plans) FeedBack(ctx context.Context, by access.Actor, a area.Area, n NewFeedback) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"feed back", a.ID, n.Number, n.On.String(), n.How}, At: p.Now()}, func() (string, error) {
			return "", p.FeedBackIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("feed back", err)
}

// FeedBackIn is FeedBack as part of a transaction. From then on the consultation
// is public, and frozen.
func (p *Plans) FeedBackIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewFeedback) error {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	c, err := ConsultationOf(ctx, tx, a.ID, n.Number)
	if err != nil {
		return err
	}
	if c.IsFedBack() {
		return errFedBack
	}
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(date.Of(p.Now())) {
		wrong.Add("on", "Enter the day on which people were told: today or earlier")
	}
	if strings.TrimSpace(n.How) == "" || len(n.How) > 1000 {
		wrong.Add("how", "Say how people were told, such as “A page in the newsletter, and at the open day”")
	}
	if strings.TrimSpace(c.Summary) == "" && len(c.Heard) == 0 {
		wrong.Add("", "Write down what you heard first: that is what is fed back")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	c.FedBack = FedBack{On: n.On, How: strings.TrimSpace(n.How), By: by.Person}
	c.SavedBy, c.SavedAt = by.Person, p.Now()
	if err := updateConsultation(ctx, tx, c); err != nil {
		return fmt.Errorf("update consultation: %w", err)
	}
	asked, answered := c.Turnout()
	return p.recordConsultation(ctx, tx, by, c, "consultation fed back", map[string]string{
		"on": n.On.String(), "asked": strconv.Itoa(asked), "answered": strconv.Itoa(answered),
	})
}

// SaysSomething reports whether anything was heard: a consultation that was only
// begun says nothing yet.
func (c Consultation) SaysSomething() bool {
	_, answered := c.Turnout()
	return answered > 0 || len(c.Heard) > 0 || strings.TrimSpace(c.Summary) != ""
}

// HasConsulted reports whether what people of an area said is written down (R4). It
// is asked before a plan is put to the partnership, and before an offer is made.
func HasConsulted(ctx context.Context, tx *db.Tx, a area.ID) (bool, error) {
	all, err := Consultations(ctx, tx, a)
	return slices.ContainsFunc(all, Consultation.SaysSomething), err
}

// forAsking are the themes of what has to be paid for before people can be asked.
var forAsking = []string{"involving-people", "running-the-partnership", "running-the-board"}

// IsForAsking reports whether the line pays for asking people, and for there being
// somebody to ask them.
func (l Line) IsForAsking() bool { return slices.Contains(forAsking, l.ThemeNow()) }

// Consultations lists an area's consultations, newest first.
func Consultations(ctx context.Context, tx *db.Tx, a area.ID) ([]Consultation, error) {
	return db.All(ctx, tx, scanConsultation, `
		SELECT area_id, number, content, begun_by, begun_at, saved_by, saved_at FROM consultations
		WHERE area_id = $1 ORDER BY number DESC`, a)
}

// ConsultationsFor is Consultations as far as somebody may read them.
func ConsultationsFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]Consultation, error) {
	all, err := Consultations(ctx, tx, a.ID)
	return slices.DeleteFunc(all, func(c Consultation) bool { return !c.MayBeSeenBy(by, a) }), err
}

// ConsultationOf is one consultation of an area, or fault.NotFound.
func ConsultationOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Consultation, error) {
	c, err := db.One(ctx, tx, scanConsultation, `
		SELECT area_id, number, content, begun_by, begun_at, saved_by, saved_at FROM consultations
		WHERE area_id = $1 AND number = $2`, a, number)
	if err != nil {
		return c, fmt.Errorf("consultation %d: %w", number, err)
	}
	return c, nil
}

func scanConsultation(r db.Row) (c Consultation, err error) {
	var content string
	if err := r.Scan(&c.Area, &c.Number, &content, &c.BegunBy, &c.BegunAt, &c.SavedBy, &c.SavedAt); err != nil {
		return c, err
	}
	return c, c.read(content)
}

func insertConsultation(ctx context.Context, tx *db.Tx, c *Consultation) (err error) {
	if c.Number, err = db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM consultations WHERE area_id = $1`, c.Area); err != nil {
		return err
	}
	content, err := c.content()
	if err != nil {
		return err
	}
	asked, answered := c.Turnout()
	_, err = tx.Exec(ctx, `
		INSERT INTO consultations (area_id, number, title, content, asked, answered, begun_by, begun_at, saved_by, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.Area, c.Number, c.Title, content, asked, answered, c.BegunBy, c.BegunAt, c.SavedBy, c.SavedAt)
	return err
}

func updateConsultation(ctx context.Context, tx *db.Tx, c Consultation) error {
	content, err := c.content()
	if err != nil {
		return err
	}
	asked, answered := c.Turnout()
	_, err = tx.Exec(ctx, `
		UPDATE consultations SET title = $1, content = $2, asked = $3, answered = $4, saved_by = $5, saved_at = $6, fed_back_on = $7
		WHERE area_id = $8 AND number = $9`,
		c.Title, content, asked, answered, c.SavedBy, c.SavedAt, c.FedBack.On, c.Area, c.Number)
	return err
}

// A consultationPaper is what a consultation says, as text.
type consultationPaper struct {
	askingPaper
	Options  []Option        `json:"options,omitempty"`
	Channels []Channel       `json:"channels,omitempty"`
	Summary  string          `json:"summary,omitempty"`
	Heard    []Heard         `json:"heard,omitempty"`
	Voices   []Voice         `json:"voices,omitempty"`
	On       string          `json:"fed_back_on,omitempty"`
	How      string          `json:"fed_back_how,omitempty"`
	By       access.PersonID `json:"fed_back_by,omitempty"`
}

type askingPaper struct {
	Title    string `json:"title"`
	Question string `json:"question,omitempty"`
	Whom     string `json:"whom,omitempty"`
	From     string `json:"from,omitempty"`
	Until    string `json:"until,omitempty"`
}

func paperAsking(c Consultation) askingPaper {
	return askingPaper{c.Title, c.Question, c.Whom, c.From.String(), c.Until.String()}
}

func (c Consultation) content() (string, error) {
	text, err := json.Marshal(consultationPaper{
		paperAsking(c), c.Options, c.Channels, c.Summary, c.Heard, c.Voices, c.FedBack.On.String(), c.FedBack.How, c.FedBack.By,
	})
	return string(text), err
}

func (c *Consultation) read(content string) error {
	var w consultationPaper
	if err := json.Unmarshal([]byte(content), &w); err != nil {
		return fmt.Errorf("read consultation: %w", err)
	}
	var days [3]date.Date
	var errs [3]error
	for i, text := range []string{w.From, w.Until, w.On} {
		days[i], errs[i] = dayOrNone(text)
	}
	c.Asking = Asking{w.Title, w.Question, w.Whom, days[0], days[1]}
	c.Options, c.Channels, c.Hearing, c.Voices = w.Options, w.Channels, Hearing{w.Summary, w.Heard}, w.Voices
	c.FedBack = FedBack{days[2], w.How, w.By}
	return errors.Join(errs[:]...)
}

package planweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// asking registers what people were asked, and what was heard.
func (o operations) asking(a *api.API) {
	const tag, room, one = "Consultations", "/api/v1/areas/{area}/plan/consultations", "/api/v1/areas/{area}/plan/consultations/{number}"
	writes := web.Needs(access.WritePlan)
	const whole = "All of it. seen is what the consultation said there when you read it: where somebody has changed it since, nothing is kept."
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + room, ID: "listConsultations", Tag: tag, Summary: "List what people were asked",
		Description: "Oldest first. What is not fed back yet is there for those who write the plan and who read the partnership’s papers.",
	}, o.consultations)
	api.Read(a, web.Public(), api.Operation{Route: "GET " + one, ID: "getConsultation", Tag: tag, Summary: "Read a consultation"}, o.consultation)
	api.Write(a, writes, api.Operation{
		Route: "POST " + room, ID: "beginConsultation", Tag: tag, Summary: "Write down what people are asked", Creates: true,
		Example: NewAsking{Title: "Doorstep survey, spring 2026", Question: "What would you change on your street?", Whom: "Every house", From: "2026-03-01"},
	}, o.beginConsultation)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/asking", ID: "changeAsking", Tag: tag, Summary: "Change what was asked", Description: whole,
		Example: NewAsking{Title: "Doorstep survey, spring 2026", Question: "What would you change on your street?"},
	}, o.changeAsking)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/options", ID: "writeOptions", Tag: tag, Summary: "Write what could be done, and what not and why", Description: whole, Locate: locateIn("options"),
		Example: NewOptions{Options: []ConsultationOption{{Words: "A crossing on Mill Lane", Why: "The county decides about roads, and has said no until 2028"}}},
	}, o.options)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/channels", ID: "writeChannels", Tag: tag, Summary: "Write how people were asked, and how many answered", Description: whole, Locate: locateIn("channels"),
		Example: NewChannels{Channels: []ConsultationChannel{{Kind: "doors", Words: "Elm Street to the canal", Asked: 240, Answered: 96}}},
	}, o.channels)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/heard", ID: "writeHeard", Tag: tag, Summary: "Write what was heard, summed up by hand", Description: whole, Locate: locateIn("heard"),
		Example: NewHearing{Summary: "Somewhere to sit, and to meet.", Heard: []HeardWords{{Words: "There is nowhere to sit", Count: 41}}},
	}, o.heard)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/voices", ID: "writeVoices", Tag: tag, Summary: "Write who was not heard yet", Description: whole, Locate: locateIn("voices"),
		Example: NewVoices{Voices: []Voice{{Who: "People who work nights", What: "Ask at the depot in April"}}},
	}, o.voices)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/feedback", ID: "feedBack", Tag: tag, Summary: "Note that those who were asked were told", Description: "From then on everyone can read it, and it stays as it is.",
		Example: NewFeedback{On: "2026-05-01", How: "A page in the newsletter, and at the open day"},
	}, o.feedBack)
}

// Consultation is what people were asked and what was heard.
type Consultation struct {
	Number   int64                 `json:"number"`
	Title    string                `json:"title"`
	Question string                `json:"question,omitempty"`
	Whom     string                `json:"whom,omitempty"`
	From     string                `json:"from,omitempty" format:"date"`
	Until    string                `json:"until,omitempty" format:"date"`
	Options  []ConsultationOption  `json:"options" nullable:"false"`
	Channels []ConsultationChannel `json:"channels" nullable:"false"`
	Asked    int                   `json:"asked"`
	Answered int                   `json:"answered"`
	Summary  string                `json:"summary,omitempty"`
	Heard    []HeardWords          `json:"heard" nullable:"false"`
	Voices   []Voice               `json:"voices" nullable:"false" doc:"Who was not heard yet."`
	FedBack  string                `json:"fed_back_on,omitempty" format:"date"`
	How      string                `json:"fed_back_how,omitempty"`
	Seen     *SeenConsultation     `json:"seen,omitempty" doc:"While it is written: send back the one of what you change."`
	area     area.Area
}

// Location is the consultation's address.
func (c Consultation) Location() string {
	return "/api/v1/areas/" + c.area.Slug + "/plan/consultations/" + ordinal(c.Number)
}

// SeenConsultation names what a consultation says, section by section.
type SeenConsultation struct {
	Asking   string `json:"asking"`
	Options  string `json:"options"`
	Channels string `json:"channels"`
	Heard    string `json:"heard"`
	Voices   string `json:"voices"`
}

// ConsultationOption is something that could be done, or could not.
type ConsultationOption struct {
	Words    string `json:"words"`
	Possible bool   `json:"possible,omitempty"`
	Why      string `json:"why,omitempty" doc:"Needed where it is not possible."`
}

// ConsultationChannel is a way in which people were asked.
type ConsultationChannel struct {
	Kind     string `json:"kind" doc:"doors, events, online, meeting, telephone, leaflets, posters, social media, shopping centre, local newspaper or another way." example:"doors"`
	Words    string `json:"words,omitempty" doc:"Where and when."`
	Asked    int    `json:"asked,omitempty" minimum:"0" doc:"0 where nobody knows."`
	Answered int    `json:"answered,omitempty" minimum:"0"`
}

// HeardWords is something that people said.
type HeardWords struct {
	Words string `json:"words"`
	Count int    `json:"count,omitempty" minimum:"0" doc:"How many said it."`
}

// Voice is one that was not heard yet.
type Voice struct {
	Who  string `json:"who"`
	What string `json:"what,omitempty" doc:"What is done about it."`
}

func consultationOf(a area.Area, c plan.Consultation) Consultation {
	asked, answered := c.Turnout()
	shown := Consultation{
		Number: c.Number, Title: c.Title, Question: c.Question, Whom: c.Whom, From: c.From.String(), Until: c.Until.String(), Asked: asked, Answered: answered,
		Summary: c.Summary, FedBack: c.FedBack.On.String(), How: c.FedBack.How, area: a,
		Options: []ConsultationOption{}, Channels: []ConsultationChannel{}, Heard: []HeardWords{}, Voices: []Voice{},
	}
	for _, x := range c.Options {
		shown.Options = append(shown.Options, ConsultationOption(x))
	}
	for _, x := range c.Channels {
		shown.Channels = append(shown.Channels, ConsultationChannel{string(x.Kind), x.Words, x.Asked, x.Answered})
	}
	for _, x := range c.Heard {
		shown.Heard = append(shown.Heard, HeardWords(x))
	}
	for _, x := range c.Voices {
		shown.Voices = append(shown.Voices, Voice(x))
	}
	if !c.IsFedBack() {
		shown.Seen = &SeenConsultation{
			c.Seen(plan.AskingSection{}), c.Seen(plan.OptionsSection{}), c.Seen(plan.ChannelsSection{}), c.Seen(plan.HearingSection{}), c.Seen(plan.VoicesSection{}),
		}
	}
	return shown
}

func (o operations) consultations(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Consultation], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := plan.ConsultationsFor(ctx, tx, by, a)
	if err != nil {
		return list, err
	}
	slices.SortFunc(all, func(a, b plan.Consultation) int { return int(a.Number - b.Number) })
	shown := []Consultation{}
	for _, c := range all {
		shown = append(shown, consultationOf(a, c))
	}
	return api.PageOver(in.Paging, shown, func(c Consultation) string { return padded(c.Number) }, false)
}

// ConsultationPath is the consultation that an address names.
type ConsultationPath struct {
	AreaPath
	Number int64 `path:"number" minimum:"1" doc:"The consultation’s number." example:"1"`
}

func (p ConsultationPath) read(ctx context.Context, tx *db.Tx, by access.Actor) (area.Area, plan.Consultation, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return a, plan.Consultation{}, err
	}
	c, err := plan.ConsultationOf(ctx, tx, a.ID, p.Number)
	if err == nil && !c.MayBeSeenBy(by, a) {
		err = fault.NotFound
	}
	return a, c, err
}

func (o operations) consultation(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ConsultationPath }) (Consultation, error) {
	a, c, err := in.read(ctx, tx, by)
	if err != nil {
		return Consultation{}, err
	}
	return consultationOf(a, c), nil
}

// NewAsking is what people are asked.
type NewAsking struct {
	Seen     string `json:"seen,omitempty" maxLength:"100"`
	Title    string `json:"title" maxLength:"120"`
	Question string `json:"question,omitempty" maxLength:"5000"`
	Whom     string `json:"whom,omitempty" maxLength:"1000"`
	From     string `json:"from,omitempty" format:"date"`
	Until    string `json:"until,omitempty" format:"date"`
}

func (n NewAsking) section() plan.Section {
	return plan.AskingSection{Asking: plan.Asking{Title: n.Title, Question: n.Question, Whom: n.Whom, From: api.Day(n.From), Until: api.Day(n.Until)}}
}

func (o operations) beginConsultation(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAsking
},
) (Consultation, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Consultation{}, err
	}
	c, err := o.plans.BeginConsultationIn(ctx, tx, by, a, plan.NewConsultation{Sections: []plan.Section{in.Body.section()}})
	return consultationOf(a, c), err
}

// keep keeps a section, and answers with the consultation as it then is.
func (o operations) keep(ctx context.Context, tx *db.Tx, by access.Actor, in ConsultationPath, seen string, s plan.Section) (Consultation, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Consultation{}, err
	}
	if err := o.plans.SaveConsultationIn(ctx, tx, by, a, in.Number, seen, s); err != nil {
		return Consultation{}, err
	}
	_, c, err := in.read(ctx, tx, by)
	return consultationOf(a, c), err
}

func (o operations) changeAsking(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewAsking
},
) (Consultation, error) {
	return o.keep(ctx, tx, by, in.ConsultationPath, in.Body.Seen, in.Body.section())
}

// NewOptions are what could be done, and what not.
type NewOptions struct {
	Seen    string               `json:"seen,omitempty" maxLength:"100"`
	Options []ConsultationOption `json:"options" nullable:"false" maxItems:"40"`
}

func (o operations) options(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewOptions
},
) (Consultation, error) {
	var s plan.OptionsSection
	for _, x := range in.Body.Options {
		s.Options = append(s.Options, plan.Option(x))
	}
	return o.keep(ctx, tx, by, in.ConsultationPath, in.Body.Seen, s)
}

// NewChannels are how people were asked.
type NewChannels struct {
	Seen     string                `json:"seen,omitempty" maxLength:"100"`
	Channels []ConsultationChannel `json:"channels" nullable:"false" maxItems:"40"`
}

func (o operations) channels(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewChannels
},
) (Consultation, error) {
	var s plan.ChannelsSection
	for _, x := range in.Body.Channels {
		s.Channels = append(s.Channels, plan.Channel{Kind: plan.ChannelKind(x.Kind), Words: x.Words, Asked: x.Asked, Answered: x.Answered})
	}
	return o.keep(ctx, tx, by, in.ConsultationPath, in.Body.Seen, s)
}

// NewHearing is what was heard.
type NewHearing struct {
	Seen    string       `json:"seen,omitempty" maxLength:"100"`
	Summary string       `json:"summary,omitempty" maxLength:"10000"`
	Heard   []HeardWords `json:"heard" nullable:"false" maxItems:"60"`
}

func (o operations) heard(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewHearing
},
) (Consultation, error) {
	s := plan.HearingSection{Hearing: plan.Hearing{Summary: in.Body.Summary}}
	for _, x := range in.Body.Heard {
		s.Heard = append(s.Heard, plan.Heard(x))
	}
	return o.keep(ctx, tx, by, in.ConsultationPath, in.Body.Seen, s)
}

// NewVoices are those who were not heard yet.
type NewVoices struct {
	Seen   string  `json:"seen,omitempty" maxLength:"100"`
	Voices []Voice `json:"voices" nullable:"false" maxItems:"40"`
}

func (o operations) voices(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewVoices
},
) (Consultation, error) {
	var s plan.VoicesSection
	for _, x := range in.Body.Voices {
		s.Voices = append(s.Voices, plan.Voice(x))
	}
	return o.keep(ctx, tx, by, in.ConsultationPath, in.Body.Seen, s)
}

// NewFeedback is that those who were asked were told.
type NewFeedback struct {
	On  string `json:"on" format:"date"`
	How string `json:"how" maxLength:"1000"`
}

func (o operations) feedBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ConsultationPath
	api.Key
	Body NewFeedback
},
) (Consultation, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Consultation{}, err
	}
	if err := o.plans.FeedBackIn(ctx, tx, by, a, plan.NewFeedback{Number: in.Number, On: api.Day(in.Body.On), How: in.Body.How}); err != nil {
		return Consultation{}, err
	}
	_, c, err := in.read(ctx, tx, by)
	return consultationOf(a, c), err
}

package partnershipweb

import (
	"context"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type askedOperations struct{ partnerships *partnership.Partnerships }

// AskedOperations registers what programs can read and do with who was asked to
// come while a partnership forms.
func AskedOperations(a *api.API, partnerships *partnership.Partnerships) {
	o := askedOperations{partnerships}
	const tag = "Partnership"
	api.Read(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "GET /api/v1/areas/{area}/asked", ID: "listAsked", Tag: tag, Summary: "List who was asked to come", Seen: o.seen,
		Description: "The last first. A name is left out once it is needed no more.",
	}, o.list)
	api.Write(a, web.Hidden(access.SeePapers, access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/asked", ID: "noteAsked", Tag: tag, Summary: "Write down that somebody was asked to come", Creates: true, Seen: o.seen,
		Locate: func(field string) string { return "body." + field }, Example: NewAsked{Name: "Nell Hart", Kind: "resident", Way: "face to face", On: "2026-10-14"},
	}, o.note)
	api.Write(a, web.Hidden(access.SeePapers, access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/asked/{asked}/answer", ID: "noteAskedAnswer", Tag: tag, Summary: "Write down what somebody said who was asked to come", Seen: o.seen,
		Locate: func(field string) string { return "body." + field }, Example: AskedAnswer{Answer: "comes"},
	}, o.answer)
	api.Write(a, web.Hidden(access.SeePapers, access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/asked/{asked}/forgetting", ID: "forgetAsked", Tag: tag, Summary: "Forget who somebody was who was asked to come", Seen: o.seen,
		Description: "At once, where they ask for that: who it was is kept no more, and that somebody was asked stays. It is not taken back.",
		Locate:      func(field string) string { return "body." + field }, Example: ForgetAsked{Sure: true},
	}, o.forget)
}

// Asked is somebody who was asked to come.
type Asked struct {
	ID         string `json:"id"`
	Name       string `json:"name,omitempty" doc:"Left out once it is forgotten."`
	Kind       string `json:"kind" doc:"resident, group, council, landlord, school, health, business or other." example:"resident"`
	About      string `json:"about,omitempty"`
	Way        string `json:"way" doc:"face to face, telephone, letter, email or somebody else." example:"face to face"`
	By         string `json:"by,omitempty" doc:"Who asked, in words."`
	On         string `json:"on" format:"date"`
	Answer     string `json:"answer,omitempty" doc:"comes, perhaps or no; left out where there is none." example:"comes"`
	AnsweredOn string `json:"answered_on,omitempty" format:"date"`
	ForgetOn   string `json:"forget_on" format:"date" doc:"From when the name is needed no more."`
	area       area.Area
}

// Location is the address of those who were asked in the area.
func (x Asked) Location() string { return "/api/v1/areas/" + x.area.Slug + "/asked" }

func askedOf(a area.Area, x partnership.Invitee) Asked {
	return Asked{string(x.ID), x.Name, string(x.Kind), x.About, string(x.Way), x.By, x.On.String(), string(x.Answer), x.AnsweredOn.String(), x.ForgetOn.String(), a}
}

// NewAsked is somebody who was asked, as it is written down.
type NewAsked struct {
	Name  string `json:"name" maxLength:"200"`
	Kind  string `json:"kind" enum:"resident,group,council,landlord,school,health,business,other"`
	About string `json:"about,omitempty" maxLength:"500" doc:"What they would bring."`
	Way   string `json:"way" enum:"face to face,telephone,letter,email,somebody else"`
	By    string `json:"by,omitempty" maxLength:"200" doc:"Who asked, in words; left out where it is who writes."`
	On    string `json:"on" format:"date"`
}

// AskedAnswer is what somebody said.
type AskedAnswer struct {
	Answer string `json:"answer" enum:"comes,perhaps,no"`
}

// ForgetAsked is that a name is to be forgotten.
type ForgetAsked struct {
	Sure bool `json:"sure" doc:"true: it is not taken back."`
}

func (o askedOperations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Paging
},
) (list api.List[Asked], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
		return list, err
	}
	all, err := partnership.AskedIn(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Asked{}
	for _, x := range all {
		shown = append(shown, askedOf(a, x))
	}
	return api.PageOver(in.Paging, shown, func(x Asked) string { return x.On + x.ID }, true)
}

func (o askedOperations) note(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Key
	Body NewAsked
},
) (Asked, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Asked{}, err
	}
	b := in.Body
	x, err := o.partnerships.NoteAskedIn(ctx, tx, by, a, partnership.NewAsked{
		Name: b.Name, Kind: partnership.AskedKind(b.Kind), About: b.About, Way: partnership.AskedWay(b.Way), By: b.By, On: api.Day(b.On),
	})
	return askedOf(a, x), err
}

func (o askedOperations) answer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Asked string `path:"asked" doc:"The ID of the one who was asked."`
	api.Key
	Body AskedAnswer
},
) (Asked, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Asked{}, err
	}
	if err := o.partnerships.NoteAnswerIn(ctx, tx, by, a, partnership.AskedID(in.Asked), partnership.AskedAnswer(in.Body.Answer)); err != nil {
		return Asked{}, err
	}
	x, err := partnership.AskedOf(ctx, tx, a.ID, partnership.AskedID(in.Asked))
	return askedOf(a, x), err
}

func (o askedOperations) forget(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Asked string `path:"asked" doc:"The ID of the one who was asked."`
	api.Key
	Body ForgetAsked
},
) (Asked, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Asked{}, err
	}
	if !in.Body.Sure {
		return Asked{}, fault.Invalid{{Field: "sure", Words: "Say that you are sure: it is not taken back"}}
	}
	if err := o.partnerships.ForgetAskedIn(ctx, tx, by, a, partnership.AskedID(in.Asked)); err != nil {
		return Asked{}, err
	}
	x, err := partnership.AskedOf(ctx, tx, a.ID, partnership.AskedID(in.Asked))
	return askedOf(a, x), err
}

// seen says whether the list is there for who asks.
func (o askedOperations) seen(r *http.Request, by access.Actor) error {
	return pages{partnerships: o.partnerships}.seesAsked(r, by)
}

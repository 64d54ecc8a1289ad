package partnershipweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

// matters registers what interests do: what they touch, what is done about them,
// and what was told of late.
func (o interestOperations) matters(a *api.API) {
	const tag, all, one = "Interests", "/api/v1/areas/{area}/matters", "/api/v1/areas/{area}/matters/{kind}/{matter}"
	sees, handles := web.Hidden(access.SeeInterests, ""), web.Hidden(access.SeeInterests, access.HandleInterest)
	api.Read(a, sees, api.Operation{
		Route: "GET " + all, ID: "listMatters", Tag: tag, Summary: "List what waits and touches somebody’s interest", Seen: o.seen,
		Description: "Decisions, agenda items, payments and spending that are still open, with whose interests they touch and what is done about each.",
	}, o.touched)
	api.Read(a, sees, api.Operation{
		Route: "GET " + one, ID: "getMatter", Tag: tag, Summary: "Read whose interests something touches", Seen: o.seen,
		Description: "Of a decision, an agenda item, a payment or a spend, open or done. Who has an interest in who is paid has no part in it, whatever is done about it.",
	}, o.matter)
	api.Write(a, handles, api.Operation{
		Route: "POST " + one + "/handlings", ID: "recordHandling", Tag: tag, Summary: "Record what is done about an interest in something", Seen: o.seenMatter,
		Description: "Somebody without an interest in it does, while it is open. Everyone can read it beside the matter.", Locate: func(field string) string { return "body." + field },
		Example: NewHandling{Interest: "0190c6a07b1c7e519c1e6a0f3b9d2c41", How: string(partnership.SpeakOnly)},
	}, o.handle)
	api.Read(a, sees, api.Operation{
		Route: "GET /api/v1/areas/{area}/late-interests", ID: "listLateInterests", Tag: tag, Summary: "List what was done before an interest was told of", Seen: o.seen,
		Description: "By people who had it then and told of it later. The last first. It blames nobody: somebody else looks at each.",
	}, o.late)
	api.Write(a, handles, api.Operation{
		Route: "POST /api/v1/areas/{area}/late-interests/reviews", ID: "reviewLateInterest", Tag: tag, Summary: "Record that you looked at something done before an interest was told of", Seen: o.seen,
		Locate:  func(field string) string { return "body." + field },
		Example: NewLateReview{Interest: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Kind: "payment", Matter: "0190c6a07b1c7e519c1e6a0f3b9d2c42", What: "approved a payment", Words: "Somebody else approved it too. Nothing has to be done."},
	}, o.review)
}

// seen says whether what people have an interest in is there for who asks.
func (o interestOperations) seen(r *http.Request, by access.Actor) error {
	return pages{partnerships: o.partnerships}.exceptionsSeen(r, by)
}

// seenMatter says whether something that is decided is there for who asks.
func (o interestOperations) seenMatter(r *http.Request, by access.Actor) error {
	return o.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := RegisterPath{r.PathValue("area")}.register(r.Context(), tx, by)
		if err != nil {
			return err
		}
		_, err = o.partnerships.MatterIn(r.Context(), tx, a.ID, partnership.AboutPath(r.PathValue("kind"), r.PathValue("matter")))
		return err
	})
}

// Matter is something that is decided and touches somebody's interest.
type Matter struct {
	Kind    string  `json:"kind" doc:"agenda-item; decision; payment; spend; or payee, where money goes to whom a decision does not name." example:"payment"`
	ID      string  `json:"id" doc:"Its ID; of a decision its number."`
	Title   string  `json:"title"`
	Open    bool    `json:"open" doc:"It is still to be decided."`
	DoneAt  string  `json:"done_at,omitempty" format:"date-time"`
	Touches []Touch `json:"touches" nullable:"false"`
}

// Touch is an interest that a matter touches.
type Touch struct {
	Interest   string    `json:"interest" doc:"The interest’s ID."`
	Person     string    `json:"person" doc:"The name of whose it is."`
	Kind       string    `json:"kind" example:"employer"`
	With       string    `json:"with,omitempty" doc:"The organisation; never another person."`
	Public     string    `json:"public" doc:"A sentence for everyone."`
	DeclaredAt string    `json:"declared_at" format:"date-time"`
	Decides    bool      `json:"decides" doc:"They have a say, in decisions or in money: it waits until something is recorded."`
	Handling   *Handling `json:"handling,omitempty" doc:"What is done about it. Left out while nothing is."`
}

// Handling is what is done about an interest in a matter.
type Handling struct {
	How        string `json:"how" doc:"speak only; leave; no vote; or no action." example:"speak only"`
	Why        string `json:"why,omitempty"`
	Public     string `json:"public" doc:"A sentence for everyone."`
	RecordedAt string `json:"recorded_at" format:"date-time"`
}

func matterOf(m partnership.Matter, touches []partnership.Touch) Matter {
	shown := Matter{Kind: strings.ReplaceAll(m.About.Kind, " ", "-"), ID: cmp.Or(m.Called, m.About.ID), Title: m.Title, Open: m.Open, Touches: []Touch{}}
	if !m.DoneAt.IsZero() {
		shown.DoneAt = api.Instant(m.DoneAt)
	}
	for _, t := range touches {
		one := Touch{Interest: string(t.Interest), Person: t.Name, Kind: string(t.Kind), With: t.With, Public: t.Public, DeclaredAt: api.Instant(t.DeclaredAt), Decides: t.Decides}
		if h := t.Handling; !h.IsZero() {
			one.Handling = &Handling{string(h.How), h.Why, h.Public, api.Instant(h.RecordedAt)}
		}
		shown.Touches = append(shown.Touches, one)
	}
	return shown
}

// register is the area that an address names, for who sees what people have an
// interest in.
func (p RegisterPath) register(ctx context.Context, tx *db.Tx, by access.Actor) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return a, err
	}
	return a, by.MustSee(access.SeeInterests, a.Place())
}

func (o interestOperations) touched(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	api.Paging
},
) (list api.List[Matter], err error) {
	a, err := in.register(ctx, tx, by)
	if err != nil {
		return list, err
	}
	all, err := o.partnerships.TouchedIn(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Matter{}
	for _, t := range all {
		shown = append(shown, matterOf(t.Matter, t.Touches))
	}
	slices.SortFunc(shown, func(a, b Matter) int { return strings.Compare(a.Kind+" "+a.ID, b.Kind+" "+b.ID) })
	return api.PageOver(in.Paging, shown, func(m Matter) string { return m.Kind + " " + m.ID }, false)
}

// MatterPath is the matter that an address names.
type MatterPath struct {
	RegisterPath
	Kind   string `path:"kind" doc:"agenda-item, decision, payment, spend or payee." example:"payment"`
	Matter string `path:"matter" doc:"Its ID; of a decision its number."`
}

func (o interestOperations) read(ctx context.Context, tx *db.Tx, a area.Area, in MatterPath) (partnership.Matter, []partnership.Touch, error) {
	m, err := o.partnerships.MatterIn(ctx, tx, a.ID, partnership.AboutPath(in.Kind, in.Matter))
	if err != nil {
		return m, nil, err
	}
	if m.Open {
		m = m.AsOf(pages{partnerships: o.partnerships}.interestDay())
	}
	touches, err := partnership.TouchesIn(ctx, tx, a.ID, m)
	return m, touches, err
}

func (o interestOperations) matter(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ MatterPath }) (Matter, error) {
	a, err := in.register(ctx, tx, by)
	if err != nil {
		return Matter{}, err
	}
	m, touches, err := o.read(ctx, tx, a, in.MatterPath)
	return matterOf(m, touches), err
}

// NewHandling is what is done about an interest.
type NewHandling struct {
	Interest string `json:"interest" doc:"The interest’s ID."`
	How      string `json:"how" enum:"speak only,leave,no vote,no action"`
	Why      string `json:"why,omitempty" maxLength:"300" doc:"Needed where nothing is done. Everyone can read it."`
}

func (o interestOperations) handle(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MatterPath
	api.Key
	Body NewHandling
},
) (Matter, error) {
	a, err := in.register(ctx, tx, by)
	if err != nil {
		return Matter{}, err
	}
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return Matter{}, err
	}
	m, touches, err := o.read(ctx, tx, a, in.MatterPath)
	if err != nil {
		return Matter{}, err
	}
	if !slices.ContainsFunc(touches, func(t partnership.Touch) bool { return string(t.Interest) == in.Body.Interest }) {
		return Matter{}, fault.Invalid{{Field: "interest", Words: "Choose an interest that this touches"}}
	}
	if _, err := o.partnerships.HandleIn(ctx, tx, by, a, partnership.NewHandling{
		About: m.About, Interest: partnership.InterestID(in.Body.Interest), How: partnership.How(in.Body.How), Why: in.Body.Why,
	}); err != nil {
		return Matter{}, err
	}
	m, touches, err = o.read(ctx, tx, a, in.MatterPath)
	return matterOf(m, touches), err
}

// Late is what somebody did before they told of an interest that they had.
type Late struct {
	Interest   string      `json:"interest" doc:"The interest’s ID."`
	Person     string      `json:"person" doc:"The name of who did it."`
	Kind       string      `json:"kind" doc:"agenda-item; decision; payment; spend; or payee, where money goes to whom a decision does not name." example:"payment"`
	Matter     string      `json:"matter" doc:"Its ID; of a decision its number."`
	Title      string      `json:"title"`
	What       string      `json:"what" doc:"What they did, as it follows their name." example:"approved a payment"`
	At         string      `json:"at" format:"date-time"`
	Public     string      `json:"public" doc:"What they told, for everyone."`
	From       string      `json:"held_from" format:"date"`
	DeclaredAt string      `json:"declared_at" format:"date-time"`
	Unnamed    bool        `json:"not_named_then,omitempty" doc:"They may have told of it before: the decision did not say who would be paid, and money went since to whom they have an interest in."`
	Handled    string      `json:"handled,omitempty" doc:"Of that, what was recorded to be done about it since."`
	Review     *LateReview `json:"review,omitempty" doc:"Left out while nobody has looked at it."`
}

// LateReview is that somebody looked at it.
type LateReview struct {
	Words string `json:"words"`
	By    string `json:"by" doc:"The name of who did."`
	At    string `json:"at" format:"date-time"`
}

func (l Late) key() string {
	return l.At + " " + l.Interest + " " + l.Kind + " " + l.Matter + " " + l.What
}

func lateOf(ctx context.Context, tx *db.Tx, l partnership.Late) (Late, error) {
	shown := Late{
		Interest: string(l.Interest.ID), Person: l.Name, Kind: strings.ReplaceAll(l.Deed.About.Kind, " ", "-"), Matter: cmp.Or(l.Deed.Called, l.Deed.About.ID), Title: l.Deed.Title, What: l.Deed.What,
		At: api.Instant(l.Deed.At), Public: l.Interest.Public, From: l.Interest.From.String(), DeclaredAt: api.Instant(l.Interest.DeclaredAt),
		Unnamed: l.Unnamed, Handled: l.Handling.Public,
	}
	if l.Review.ID == "" {
		return shown, nil
	}
	names, err := person.Names(ctx, tx, l.Review.ReviewedBy)
	shown.Review = &LateReview{l.Review.Words, names[l.Review.ReviewedBy], api.Instant(l.Review.ReviewedAt)}
	return shown, err
}

func (o interestOperations) late(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	api.Paging
},
) (list api.List[Late], err error) {
	a, err := in.register(ctx, tx, by)
	if err != nil {
		return list, err
	}
	all, err := o.partnerships.ExceptionsIn(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Late{}
	for _, l := range all {
		one, err := lateOf(ctx, tx, l)
		if err != nil {
			return list, err
		}
		shown = append(shown, one)
	}
	slices.SortFunc(shown, func(a, b Late) int { return strings.Compare(b.key(), a.key()) })
	return api.PageOver(in.Paging, shown, Late.key, true)
}

// NewLateReview is that you looked at it.
type NewLateReview struct {
	Interest string `json:"interest" doc:"The interest’s ID."`
	Kind     string `json:"kind" doc:"agenda-item, decision, payment or spend, as in the list." example:"payment"`
	Matter   string `json:"matter"`
	What     string `json:"what" doc:"As in the list."`
	Words    string `json:"words" maxLength:"2000" doc:"What you found, and what is done about it."`
}

func (o interestOperations) review(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	api.Key
	Body NewLateReview
},
) (Late, error) {
	a, err := in.register(ctx, tx, by)
	if err != nil {
		return Late{}, err
	}
	all, err := o.partnerships.ExceptionsIn(ctx, tx, a.ID)
	if err != nil {
		return Late{}, err
	}
	for _, l := range all {
		about := partnership.AboutPath(in.Body.Kind, in.Body.Matter)
		named := l.Deed.About == about || l.Deed.About.Kind == about.Kind && l.Deed.Called == about.ID
		if !named || string(l.Interest.ID) != in.Body.Interest || l.Deed.What != in.Body.What {
			continue
		}
		l.Review, err = o.partnerships.ReviewIn(ctx, tx, by, a, partnership.NewReview{Interest: l.Interest.ID, About: l.Deed.About, What: l.Deed.What, Words: in.Body.Words})
		if err != nil {
			return Late{}, err
		}
		return lateOf(ctx, tx, l)
	}
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return Late{}, err
	}
	return Late{}, fault.NotFound
}

package relationshipweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// whatFor registers what programs read and write of what a relationship is: with whom,
// how it began and through whom, what it is for, what helps it and what holds it back;
// what is remembered of it; and what all areas of a programme have.
func (o operations) whatFor(a *api.API) {
	const (
		tag = "Relationships"
		one = "/api/v1/areas/{area}/relationships/{relationship}"
	)
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	api.Read(a, see, api.Operation{
		Route: "GET " + one + "/details", ID: "getRelationshipDetails", Tag: tag, Summary: "Read with whom a relationship is, how it began, what it is for, and what helps it or holds it back",
		Description: "As it stands today. One that is over is there too.",
	}, o.details)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/details", ID: "changeRelationship", Tag: tag, Summary: "Write anew with whom a relationship is, how it began and through whom",
		Description: "All of it is written: what is left out is empty then, but for the body, which stays.",
		Example:     NewDetails{Name: "Borough council: parks team", Type: "council", HowBegun: "A playground was closed", Began: "2015-03-01"},
	}, o.change)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/purposes", ID: "setRelationshipPurposes", Tag: tag, Summary: "Say all that a relationship is for",
		Description: "deliver; tell; networks; advice; consult; to-residents; to-agency; assets; works; funds-us; we-fund. What is left out it is for no more, from that day on.",
		Example:     NewPurposes{From: "2026-10-12", Purposes: []NewPurpose{{Purpose: "deliver", Words: "The skate park"}}},
	}, o.purposes)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/factors", ID: "setRelationshipFactor", Tag: tag, Summary: "Note what helps a relationship, or holds it back",
		Example: NewFactor{Factor: "squeeze", Effect: "holds back", Words: "A team of three is a team of two", From: "2026-10-12"},
	}, o.factor)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/notes", ID: "noteRelationshipHistory", Tag: tag, Summary: "Note what happened, or what is remembered of what came before",
		Description: "With where working together is possible, where somebody sees it.",
		Example:     NewHistory{Kind: "history", On: "2015-03-01", Known: "year", Words: "Eastfields playground was closed.", Together: "Everybody wanted children to play.", Seen: "us"},
	}, o.note)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/merging", ID: "mergeRelationships", Tag: tag, Summary: "Note that a relationship went into another", Description: "Who held the one holds the other from that day on; the story of both stays. The answer is the other.",
		Example: NewMerging{Into: "01a13b5b468179cfbe3cbb6a3e1c1c74", On: "2026-10-12"},
	}, o.merge)
	api.Read(a, web.Needs(access.CountRelationships), api.Operation{
		Route: "GET /api/v1/programmes/{programme}/relationship-counts", ID: "countRelationships", Tag: tag, Summary: "Count how many areas of a programme work with each type of body, and for what",
		Description: "Numbers below five are left out: they could tell which areas it is.",
	}, o.counts)
}

// Detailed is what a relationship is.
type Detailed struct {
	ID        string        `json:"id" doc:"An ID."`
	Name      string        `json:"name" example:"Borough council: parks team"`
	Short     string        `json:"short" doc:"The name on the map." example:"Council parks"`
	Type      string        `json:"type" doc:"A code of the list of types." example:"council"`
	Agency    string        `json:"agency" doc:"The ID of the body that it is with."`
	Unit      string        `json:"unit,omitempty" doc:"The ID of the unit that it is with; left out for the body as a whole."`
	HowBegun  string        `json:"how_begun,omitempty" doc:"What set it off."`
	BroughtBy string        `json:"brought_by,omitempty" doc:"The ID of the relationship through which the area came to know them."`
	Through   string        `json:"through,omitempty" doc:"Or who it was, in words."`
	Began     string        `json:"began_on,omitempty" format:"date"`
	Mark      string        `json:"mark,omitempty" doc:"A few words for the map."`
	Over      bool          `json:"over" doc:"It is on the map no more."`
	Into      string        `json:"went_into,omitempty" doc:"The ID of the relationship that it went into."`
	Purposes  []UsedFor     `json:"purposes" nullable:"false" doc:"What it is for."`
	Factors   []WeightNoted `json:"factors" nullable:"false" doc:"What helps it, and what holds it back."`
}

// UsedFor is that a relationship is for something.
type UsedFor struct {
	Purpose string `json:"purpose" example:"deliver"`
	Words   string `json:"words,omitempty" example:"The skate park"`
	From    string `json:"from" format:"date"`
}

// WeightNoted is that something helps a relationship, or holds it back.
type WeightNoted struct {
	Factor string `json:"factor" example:"squeeze"`
	Effect string `json:"effect" doc:"helps; or holds back."`
	Words  string `json:"words,omitempty"`
	From   string `json:"from" format:"date"`
}

func (o operations) detailed(ctx context.Context, tx *db.Tx, by access.Actor, in LinkPath) (d Detailed, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return d, err
	}
	today := o.today()
	d = Detailed{
		ID: string(one.ID), Name: one.Name, Short: one.Short, Type: string(one.Type), Agency: string(one.Body), Unit: string(one.Unit), HowBegun: one.HowBegun, Through: one.Through,
		Began: one.Began.String(), Mark: one.Mark, Into: string(one.MergedIn), Purposes: []UsedFor{}, Factors: []WeightNoted{},
	}
	if one.BroughtBy != "" { // not where who asks may not read of that one
		if other, err := relationship.ByID(ctx, tx, s.area.ID, one.BroughtBy); err != nil {
			return d, err
		} else if !s.hides(other) {
			d.BroughtBy = string(one.BroughtBy)
		}
	}
	noted, err := relationship.StatesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return d, err
	}
	now, is := one.Standing(noted, today)
	d.Over = is && now.Closeness == relationship.Over
	uses, err := relationship.UsesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return d, err
	}
	for _, u := range relationship.UsesOn(uses, today) {
		d.Purposes = append(d.Purposes, UsedFor{string(u.Purpose), u.Words, u.From.String()})
	}
	weights, err := relationship.Weights(ctx, tx, s.area.ID, one.ID, today)
	for _, w := range weights {
		d.Factors = append(d.Factors, WeightNoted{string(w.Factor), string(w.Effect), w.Words, w.From.String()})
	}
	return d, err
}

func (o operations) details(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ LinkPath }) (Detailed, error) {
	return o.detailed(ctx, tx, by, in.LinkPath)
}

// noted does something about a relationship, and gives it as it is then.
func (o operations) noted(ctx context.Context, tx *db.Tx, by access.Actor, in LinkPath, do func(area.Area, relationship.Relationship) error) (Detailed, error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return Detailed{}, err
	}
	if err := do(s.area, one); err != nil {
		return Detailed{}, err
	}
	return o.detailed(ctx, tx, by, in)
}

// NewDetails is what a relationship is, as it is written anew.
type NewDetails struct {
	Name      string `json:"name"`
	Short     string `json:"short,omitempty" doc:"For the map. It is made of the name where it is left out."`
	Type      string `json:"type" doc:"A code of the list of types."`
	Agency    string `json:"agency,omitempty" doc:"The ID of the body that it is with. Left out, it stays."`
	Unit      string `json:"unit,omitempty" doc:"The ID of a unit of that body. Left out, it is with the body as a whole."`
	HowBegun  string `json:"how_begun,omitempty" doc:"What set it off."`
	BroughtBy string `json:"brought_by,omitempty" doc:"The ID of the relationship through which the area came to know them."`
	Through   string `json:"through,omitempty" doc:"Or who it was, in words."`
	Began     string `json:"began_on,omitempty" format:"date"`
	Mark      string `json:"mark,omitempty" doc:"A few words for the map."`
	Links     string `json:"links,omitempty" enum:"end,keep" doc:"Where it goes on with another body: whether the links that are open end, as they do where it is left out, or stay. What officers with an account see ends in any case."`
}

// ends are the links that end where a relationship goes on with another.
func (o operations) ends(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID, links string) (all []share.LinkID, err error) {
	if links == "keep" {
		return nil, nil
	}
	open, err := o.pages.openLinks(ctx, tx, a, of)
	for _, l := range open {
		all = append(all, l.ID)
	}
	return all, err
}

func (o operations) change(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewDetails
},
) (Detailed, error) {
	n := in.Body
	return o.noted(ctx, tx, by, in.LinkPath, func(a area.Area, one relationship.Relationship) error {
		ends, err := o.ends(ctx, tx, a, one.ID, n.Links)
		if err != nil {
			return err
		}
		return o.all.ChangeIn(ctx, tx, by, a, one.ID, relationship.Draft{
			Body: organisation.ID(n.Agency), Unit: agency.UnitID(n.Unit), Name: n.Name, Short: n.Short, Type: agency.Type(n.Type), HowBegun: n.HowBegun,
			BroughtBy: relationship.ID(n.BroughtBy), Through: n.Through, Began: api.Day(n.Began), Mark: n.Mark,
			EndLinks: ends,
		})
	})
}

// NewPurposes are all that a relationship is for.
type NewPurposes struct {
	From     string       `json:"from" format:"date"`
	Purposes []NewPurpose `json:"purposes" nullable:"false"`
}

// NewPurpose is one thing that a relationship is for.
type NewPurpose struct {
	Purpose string `json:"purpose"`
	Words   string `json:"words,omitempty"`
}

func (o operations) purposes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewPurposes
},
) (Detailed, error) {
	n := relationship.NewUses{From: api.Day(in.Body.From), Uses: map[relationship.Purpose]string{}}
	for _, one := range in.Body.Purposes {
		n.Uses[relationship.Purpose(one.Purpose)] = one.Words
	}
	return o.noted(ctx, tx, by, in.LinkPath, func(a area.Area, one relationship.Relationship) error {
		return o.all.SetPurposesIn(ctx, tx, by, a, one.ID, n)
	})
}

// NewFactor is what a factor does to a relationship.
type NewFactor struct {
	Factor string `json:"factor" doc:"own-money; squeeze; engagement; disagreement; language; system; presence; results; keeping-going; partnership; area; places; institution; wider; history; knowing; time; legitimacy; complexity; confidence; skills; evidence; or support."`
	Effect string `json:"effect" doc:"helps; holds back; or neither, any more."`
	Words  string `json:"words,omitempty"`
	From   string `json:"from" format:"date"`
}

func (o operations) factor(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewFactor
},
) (Detailed, error) {
	n := in.Body
	return o.noted(ctx, tx, by, in.LinkPath, func(a area.Area, one relationship.Relationship) error {
		return o.all.SetFactorIn(ctx, tx, by, a, one.ID, relationship.NewWeight{
			Factor: relationship.Factor(n.Factor), Effect: relationship.Effect(n.Effect), From: api.Day(n.From), Words: n.Words,
		})
	})
}

// NewHistory is something that happened, or is remembered.
type NewHistory struct {
	Kind     string `json:"kind" doc:"note, of what happened; or history, of what came before and is remembered."`
	On       string `json:"on" format:"date"`
	Known    string `json:"known,omitempty" doc:"How much of the day is known: day; month; or year."`
	Words    string `json:"words"`
	Together string `json:"together,omitempty" doc:"Where working together is possible."`
	Seen     string `json:"seen,omitempty" doc:"Who may read it: keepers; us; shared; or public. Left out, us."`
}

func (o operations) note(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewHistory
},
) (Detailed, error) {
	n := relationship.NewEntry{
		Kind: relationship.EntryKind(in.Body.Kind), On: api.Day(in.Body.On), ToldBy: in.Body.Known, Words: in.Body.Words, Together: in.Body.Together, Seen: relationship.Seen(in.Body.Seen),
	}
	if n.Seen == "" {
		n.Seen = relationship.SeenByUs
	}
	return o.noted(ctx, tx, by, in.LinkPath, func(a area.Area, one relationship.Relationship) error {
		if n.Kind == relationship.InTouch { // that is noted by its own act, with how
			n.Kind = ""
		}
		_, err := o.all.AddEntryIn(ctx, tx, by, a, one.ID, n)
		return err
	})
}

// NewMerging is that a relationship went into another.
type NewMerging struct {
	Into string `json:"into" doc:"The ID of the other."`
	On   string `json:"on" format:"date"`
	// Links is as in NewDetails.
	Links string `json:"links,omitempty" enum:"end,keep" doc:"Whether the links to it that are open end, as they do where it is left out, or stay. Officers with an account see it no more in any case."`
}

func (o operations) merge(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewMerging
},
) (now Linked, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	ends, err := o.ends(ctx, tx, s.area, one.ID, in.Body.Links)
	if err != nil {
		return now, err
	}
	into := relationship.ID(in.Body.Into)
	if err := o.all.MergeIn(ctx, tx, by, s.area, one.ID, relationship.Merge{Into: into, On: api.Day(in.Body.On), EndLinks: ends}); err != nil {
		return now, err
	}
	return o.one(ctx, tx, s, into)
}

// ProgrammePath is the programme that an address names.
type ProgrammePath struct {
	Programme string `path:"programme" doc:"The programme’s slug." example:"the-patchwork-programme"`
}

// RelationshipCounts are how many areas of a programme work with whom, and for what.
type RelationshipCounts struct {
	Areas    int            `json:"areas,omitempty" doc:"That keep a map. Numbers below five are left out everywhere."`
	Types    []TypeCount    `json:"types" nullable:"false"`
	Purposes []PurposeCount `json:"purposes" nullable:"false" doc:"Whatever the type."`
}

// TypeCount is how many areas work with bodies of a type.
type TypeCount struct {
	Type          string       `json:"type" example:"council"`
	Areas         int          `json:"areas,omitempty"`
	Relationships int          `json:"relationships,omitempty"`
	For           []GroupCount `json:"for" nullable:"false" doc:"For what, by the six groups of purposes."`
}

// GroupCount is how many areas have a relationship for one of a group of purposes.
type GroupCount struct {
	Group string `json:"group" example:"Planning and running things together"`
	Areas int    `json:"areas,omitempty"`
}

// PurposeCount is how many areas have a relationship for something.
type PurposeCount struct {
	Purpose string `json:"purpose" example:"deliver"`
	Areas   int    `json:"areas,omitempty"`
}

// enough is a number that tells nobody who it is, or 0.
func enough(n int) int {
	if n < fewest {
		return 0
	}
	return n
}

func (o operations) counts(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ProgrammePath }) (shown RelationshipCounts, err error) {
	p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
	if err != nil {
		return shown, err
	}
	if err := by.Must(access.CountRelationships, p.Place()); err != nil {
		return shown, err
	}
	kinds, err := agency.KindsFor(ctx, tx, p)
	if err != nil {
		return shown, err
	}
	c, err := relationship.CountIn(ctx, tx, p.ID, o.today())
	shown = RelationshipCounts{Areas: enough(c.Areas), Types: []TypeCount{}, Purposes: []PurposeCount{}}
	for _, k := range kinds {
		one := TypeCount{Type: string(k.Type), Areas: enough(c.Types[k.Type]), For: []GroupCount{}}
		if one.Areas > 0 {
			one.Relationships = c.Links[k.Type]
		}
		for _, group := range relationship.Groups() {
			one.For = append(one.For, GroupCount{group, enough(c.For[k.Type][group])})
		}
		shown.Types = append(shown.Types, one)
	}
	for _, one := range relationship.Purposes() {
		shown.Purposes = append(shown.Purposes, PurposeCount{string(one.Purpose), enough(c.Purposes[one.Purpose])})
	}
	return shown, err
}

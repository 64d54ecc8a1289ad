package agency

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A Type is what sort of body one is: an open list (V1). A type that a programme
// or an area added has a code that begins with the one it is drawn as:
// "group:4f2c…". What it is called is told by Called.
type Type string

// The types that come with the program.
const (
	Council     Type = "council"
	Councillors Type = "councillors"
	Housing     Type = "housing"
	School      Type = "school"
	Health      Type = "health"
	Police      Type = "police"
	Work        Type = "work" // a jobcentre and the like
	Faith       Type = "faith"
	Business    Type = "business"
	Group       Type = "group"
	Other       Type = "other"
)

// A Kind of body is a type as it is explained to people: what it is, on what law or
// good practice a partnership can call (V22), and what others have learned (V23).
type Kind struct {
	Type     Type      `json:"code"`
	Name     string    `json:"name"`
	Many     string    `json:"many"`
	Shape    string    `json:"shape"`
	Plain    string    `json:"plain"`
	Policy   []Policy  `json:"policy"`
	Messages []string  `json:"messages"`
	Subtypes []Subtype `json:"subtypes"`
	Added    bool      `json:"-"` // by a programme or an area
}

// A Policy is a law, or what is held to be good practice, and where it is told.
type Policy struct {
	Words  string `json:"words"`
	Source string `json:"source"`
}

// A Subtype is a type within a type: the list is as open as that of types. The code
// of one that a programme or an area added begins with its type's, and a slash:
// "health/4f2c…".
type Subtype struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Plain string `json:"plain"`
	Added bool   `json:"-"` // by a programme or an area
}

// subMark is the mark by which the code of an added sub-type is known from a type's.
const subMark = "/"

//go:embed types.json
var typesText []byte

var shipped = func() (file struct {
	Version int64  `json:"version"`
	About   string `json:"about"`
	Types   []Kind `json:"types"`
},
) {
	if err := json.Unmarshal(typesText, &file); err != nil {
		panic("types.json: " + err.Error()) // it is part of the program
	}
	return file
}()

// TypesVersion is the version of the list of types that comes with the program.
func TypesVersion() int64 { return shipped.Version }

// ShippedKinds are the types that come with the program, in the order in which
// people look for them.
func ShippedKinds() []Kind { return slices.Clone(shipped.Types) }

// Base is the type that comes with the program from which a type's code begins.
func (t Type) Base() Type {
	code, _, _ := strings.Cut(string(t), ":")
	return Type(code)
}

// Kind explains a type that comes with the program; one that was added is
// explained by what it is drawn as.
func (t Type) Kind() Kind {
	if i := slices.IndexFunc(shipped.Types, func(k Kind) bool { return k.Type == t.Base() }); i >= 0 {
		return shipped.Types[i]
	}
	return Kind{Type: t, Name: string(t), Many: string(t), Shape: "other"}
}

// Called are what types are called. It asks nothing where all come with the program.
func Called(ctx context.Context, tx *db.Tx, types ...Type) (map[Type]string, error) {
	all := map[Type]string{}
	var added []Type
	for _, t := range types {
		all[t] = t.Kind().Name
		if t != t.Base() {
			added = append(added, t)
		}
	}
	if len(added) == 0 {
		return all, nil
	}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var t Type
		var name string
		err := r.Scan(&t, &name)
		all[t] = name
		return err
	}, `SELECT code, name FROM agency_types WHERE code IN (SELECT key FROM json_each($1))`, db.Set(added))
}

// Shape is how a body of the type is drawn everywhere: "council", "councillor",
// "housing", "school", "health", "police", "group" or "other".
func (t Type) Shape() string { return t.Kind().Shape }

// SubtypeName is a sub-type in words, or "".
func (t Type) SubtypeName(code string) string {
	for _, s := range t.Kind().Subtypes {
		if s.Code == code {
			return s.Name
		}
	}
	return ""
}

// Kinds are all types that an area has to choose from: those that come with the
// program, its programme's and its own.
func Kinds(ctx context.Context, tx *db.Tx, a area.Area) ([]Kind, error) {
	added, err := db.All(ctx, tx, scanKind, `SELECT code, name, words FROM agency_types WHERE place IN ($1, $2) ORDER BY name, code`, a.Programme, a.ID)
	all := ShippedKinds()
	for _, k := range added {
		if !strings.Contains(string(k.Type), subMark) {
			all = append(all, k)
		}
	}
	for _, k := range added {
		of, _, is := strings.Cut(string(k.Type), subMark)
		if i := slices.IndexFunc(all, func(one Kind) bool { return string(one.Type) == of }); is && i >= 0 {
			all[i].Subtypes = append(slices.Clip(all[i].Subtypes), Subtype{string(k.Type), k.Name, k.Plain, true})
		}
	}
	return all, err
}

// KindIn explains a type of a list, whether it comes with the program or was added;
// one that is not of the list is explained by what it is drawn as.
func KindIn(kinds []Kind, t Type) Kind {
	if i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Type == t }); i >= 0 {
		return kinds[i]
	}
	return t.Kind()
}

// TierOf is the layer of government that a sub-type of council is, or "".
func TierOf(subtype string) Tier {
	switch subtype {
	case "parish":
		return Parish
	case "district":
		return District
	case "county":
		return County
	case "unitary", "metropolitan", "london":
		return Unitary
	case "combined":
		return Combined
	}
	return ""
}

// NewType is a type of body that those who come with the program do not say, or a
// sub-type.
type NewType struct {
	Form   string
	Like   Type   // of those that come with the program: it is drawn as that
	Within bool   // it is a sub-type of Like, which may be any type then
	Name   string // of one: "Allotment society"
	Plain  string // what it is, in a sentence
}

func (n NewType) check(kinds []Kind) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, longestType) {
		wrong.Add("name", "Enter what one of them is called, in up to 60 letters")
	}
	like := slices.IndexFunc(kinds, func(k Kind) bool { return k.Type == n.Like && (n.Within || !k.Added) })
	if like < 0 {
		wrong.Add("like", "Choose what it is most like: it is drawn as that")
	}
	if !fits(n.Plain, longestName) {
		wrong.Add("plain", "Say it in up to 200 letters")
	}
	var called []string
	switch {
	case !n.Within:
		for _, k := range kinds {
			called = append(called, k.Name)
		}
	case like >= 0:
		for _, s := range kinds[like].Subtypes {
			called = append(called, s.Name)
		}
	}
	for _, name := range called {
		if strings.EqualFold(name, tidy(n.Name)) {
			wrong.Add("name", "There is “"+name+"” already: choose that one")
		}
	}
	return wrong
}

const longestType = 60

// AddType adds a type of body, or a sub-type, to what an area has to choose from. Sent
// twice, it counts once.
func (g *Agencies) AddType(ctx context.Context, by access.Actor, a area.Area, n NewType) (Type, error) {
	made, err := g.once(ctx, by, n.Form, content("add type", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := g.AddTypeIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return Type(made), err
}

// AddTypeIn is AddType as part of a transaction.
func (g *Agencies) AddTypeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewType) (Type, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return "", err
	}
	kinds, err := Kinds(ctx, tx, a)
	if err != nil {
		return "", err
	}
	return g.addType(ctx, tx, by, string(a.ID), kinds, n)
}

// AddTypeFor adds a type of body, or a sub-type, to what all areas of a programme have
// to choose from. Sent twice, it counts once.
func (g *Agencies) AddTypeFor(ctx context.Context, by access.Actor, p area.Programme, n NewType) (Type, error) {
	made, err := g.once(ctx, by, n.Form, content("add type", area.Area{ID: area.ID(p.ID)}, "", n), func(tx *db.Tx) (string, error) {
		made, err := g.AddTypeForIn(ctx, tx, by, p, n)
		return string(made), err
	})
	return Type(made), err
}

// AddTypeForIn is AddTypeFor as part of a transaction.
func (g *Agencies) AddTypeForIn(ctx context.Context, tx *db.Tx, by access.Actor, p area.Programme, n NewType) (Type, error) {
	if err := by.Must(access.ManageAreas, p.Place()); err != nil {
		return "", err
	}
	kinds, err := KindsFor(ctx, tx, p)
	if err != nil {
		return "", err
	}
	return g.addType(ctx, tx, by, string(p.ID), kinds, n)
}

// KindsFor are all types that a programme gives its areas to choose from.
func KindsFor(ctx context.Context, tx *db.Tx, p area.Programme) ([]Kind, error) {
	return Kinds(ctx, tx, area.Area{Programme: p.ID})
}

// addType adds a type or a sub-type in a place: a programme or an area.
func (g *Agencies) addType(ctx context.Context, tx *db.Tx, by access.Actor, place string, kinds []Kind, n NewType) (Type, error) {
	if err := n.check(kinds).OrNil(); err != nil {
		return "", err
	}
	name := tidy(n.Name)
	code := n.Like + ":" + id.New[Type](g.IDs)
	if n.Within {
		code = n.Like + subMark + id.New[Type](g.IDs)
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_types (place, code, name, words, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		place, code, name, tidy(n.Plain), by.Person, g.Now()); err != nil {
		return "", fmt.Errorf("insert type: %w", err)
	}
	return code, audit.Record(ctx, tx, g.IDs, audit.Event{
		Stream: place, Act: "type of body added", Subject: place, By: by, At: g.Now(), Facts: map[string]string{"code": string(code)}, Private: name + "\n" + tidy(n.Plain),
	})
}

func scanKind(r db.Row) (k Kind, err error) {
	err = r.Scan(&k.Type, &k.Name, &k.Plain)
	k.Many, k.Shape, k.Added = k.Name, k.Type.Shape(), true
	return k, err
}

// A Tier is the layer of government of a council. Each layer is a body of its own
// (R41).
type Tier string

// The tiers; "" of what is none.
const (
	Parish   Tier = "parish"
	District Tier = "district"
	County   Tier = "county"
	Unitary  Tier = "unitary"
	Combined Tier = "combined"
	National Tier = "national"
)

// Tiers lists them, the nearest first.
func Tiers() []Tier { return []Tier{Parish, District, County, Unitary, Combined, National} }

// InWords is the tier as people say it.
func (t Tier) InWords() string {
	switch t {
	case Parish:
		return "parish or town"
	case District:
		return "district or borough"
	case County:
		return "county"
	case Unitary:
		return "unitary (does it all)"
	case Combined:
		return "several councils together"
	case National:
		return "the whole country"
	}
	return ""
}

// A Level is how far up a post is.
type Level string

// The levels. Somebody senior who is for it does not make it happen on the ground,
// so that it is worth knowing people on several (P45).
const (
	FrontLine Level = "front line"
	Middle    Level = "middle"
	Senior    Level = "senior"
	Board     Level = "board" // or elected
)

// Levels lists them, from the ground up.
func Levels() []Level { return []Level{FrontLine, Middle, Senior, Board} }

// InWords is the level as people say it.
func (l Level) InWords() string {
	switch l {
	case FrontLine:
		return "On the ground"
	case Middle:
		return "In the middle"
	case Senior:
		return "At the top"
	case Board:
		return "On the board, or elected"
	}
	return "We do not know"
}

package agency

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"commontable/internal/area"
	"commontable/internal/db"
)

// A Type is what sort of body one is: an open list (V1). A type that a programme
// or an area added has a code that begins with the one it is drawn as:
// "group:allotments".
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

// A Subtype is a type within a type.
type Subtype struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Plain string `json:"plain"`
}

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

// base is the type that comes with the program from which a type's code begins.
func (t Type) base() Type {
	code, _, _ := strings.Cut(string(t), ":")
	return Type(code)
}

// Kind explains a type that comes with the program; one that was added is
// explained by what it is drawn as.
func (t Type) Kind() Kind {
	if i := slices.IndexFunc(shipped.Types, func(k Kind) bool { return k.Type == t.base() }); i >= 0 {
		return shipped.Types[i]
	}
	return Kind{Type: t, Name: string(t), Many: string(t), Shape: "other"}
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
	added, err := db.All(ctx, tx, func(r db.Row) (k Kind, err error) {
		err = r.Scan(&k.Type, &k.Name, &k.Plain)
		k.Many, k.Shape, k.Added = k.Name, k.Type.Shape(), true
		return k, err
	}, `SELECT code, name, words FROM agency_types WHERE place IN ($1, $2) ORDER BY name, code`, a.Programme, a.ID)
	return append(ShippedKinds(), added...), err
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

package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commontable/internal/access"
	"commontable/internal/web"
)

// The guide is the description of the API as a page: the same data, for people.
type guideData struct {
	Shell    web.Shell
	Problems web.Table
	Rooms    []guideRoom
}

type guideRoom struct {
	ID, Name   string
	Operations []guideOperation
}

type guideOperation struct {
	ID, Method, Path, Summary, Description, Who string
	Sent                                        web.Table
	Example                                     string
}

func (a *API) guide(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := guideData{Shell: a.site.Shell(r, by, "For programs"), Problems: problemTable()}
	for _, op := range a.operations() {
		at := slices.IndexFunc(d.Rooms, func(r guideRoom) bool { return r.Name == op.Tags[0] })
		if at < 0 {
			at = len(d.Rooms)
			d.Rooms = append(d.Rooms, guideRoom{ID: "room-" + strconv.Itoa(at+1), Name: op.Tags[0]})
		}
		room := &d.Rooms[at]
		room.Operations = append(room.Operations, a.guideOperation(op))
	}
	return a.site.Show(w, r, http.StatusOK, guidePage(d))
}

func (a *API) guideOperation(op *huma.Operation) guideOperation {
	g := guideOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		Who:  whoMay(op.Extensions["x-who-may"].(string)),
		Sent: web.Table{Caption: "What is sent", CaptionHidden: true, Columns: []web.Column{{Text: "Name"}, {Text: "Where"}, {Text: "Kind"}, {Text: "What it is"}}},
	}
	for _, p := range op.Parameters {
		g.Sent.Rows = append(g.Sent.Rows, sentRow(p.Name, p.In, p.Schema, p.Required, p.Description))
	}
	if op.RequestBody != nil {
		media := op.RequestBody.Content["application/json"]
		g.Sent.Rows = append(g.Sent.Rows, a.bodyRows("", media.Schema)...)
		if media.Example != nil {
			if text, err := json.MarshalIndent(media.Example, "", "  "); err == nil {
				g.Example = string(text)
			}
		}
	}
	return g
}

func whoMay(policy string) string {
	switch policy {
	case "anyone":
		return "Anyone, without a token"
	case "signed in":
		return "Anyone with a token"
	}
	may, _, _ := strings.Cut(strings.TrimSuffix(policy, ", else hidden"), "; hidden")
	return "For those who " + may
}

// bodyRows are the fields of a body, those of its parts too.
func (a *API) bodyRows(before string, s *huma.Schema) []web.Row {
	s = a.resolve(s)
	var rows []web.Row
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int {
		// What must be there stands first, in the order of the schema.
		ix, iy := slices.Index(s.Required, x), slices.Index(s.Required, y)
		if ix >= 0 && iy >= 0 {
			return ix - iy
		}
		if ix >= 0 || iy >= 0 {
			return iy - ix
		}
		return strings.Compare(x, y)
	})
	for _, name := range names {
		of := s.Properties[name]
		rows = append(rows, sentRow(before+name, "body", a.resolve(of), slices.Contains(s.Required, name), cmpOr(of.Description, a.resolve(of).Description)))
		switch part := a.resolve(of); {
		case part.Type == huma.TypeObject:
			rows = append(rows, a.bodyRows(before+name+".", part)...)
		case part.Type == huma.TypeArray && a.resolve(part.Items).Type == huma.TypeObject:
			rows = append(rows, a.bodyRows(before+name+"[].", part.Items)...)
		}
	}
	return rows
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (a *API) resolve(s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return a.doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

func sentRow(name, where string, s *huma.Schema, required bool, words string) web.Row {
	kind := s.Type
	if s.Format != "" && s.Format != "int64" {
		kind = s.Format
	}
	if len(s.Enum) > 0 {
		var all []string
		for _, v := range s.Enum {
			text, _ := v.(string)
			all = append(all, text)
		}
		kind = strings.Join(all, ", ")
	}
	if !required {
		kind += " (may be left out)"
	}
	return web.Row{Cells: []web.Cell{{Text: name, RowHeader: true}, {Text: where}, {Text: kind}, {Text: words}}}
}

func problemTable() web.Table {
	t := web.Table{Caption: "What may go wrong", CaptionHidden: true, Columns: []web.Column{{Text: "Status", Numeric: true}, {Text: "Kind"}, {Text: "In words"}}}
	for _, p := range problems {
		t.Rows = append(t.Rows, web.Row{ID: web.ProblemKind(p.status), Cells: []web.Cell{
			{Text: strconv.Itoa(p.status)}, {Text: web.ProblemKind(p.status), RowHeader: true}, {Text: p.words},
		}})
	}
	return t
}

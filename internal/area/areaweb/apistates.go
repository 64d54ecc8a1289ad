package areaweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/web"
)

// stateOperations registers what programs can read and note of how far areas have come.
func stateOperations(a *api.API, areas *area.Areas) {
	o := operations{a, areas}
	const tag = "Areas"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/states", ID: "listStates", Tag: tag, Summary: "List how far an area had come, and from which day",
		Description: "The oldest first. They describe, and no day by which anything must be done hangs on them. Of two of one day the later one counts.",
	}, o.states)
	api.Write(a, web.Needs(access.ManageAreas), api.Operation{
		Route: "POST /api/v1/areas/{area}/states", ID: "noteState", Tag: tag, Summary: "Note how far an area has come", Creates: true,
		Example: NewState{State: "delivering", From: "2026-04-01", Note: "The first project began"},
	}, o.noteState)
}

// NotedState is how far an area had come, from a day on.
type NotedState struct {
	State   string `json:"state" example:"delivering"`
	From    string `json:"from" format:"date"`
	Note    string `json:"note" doc:"What was said of it; may be empty."`
	NotedAt string `json:"noted_at" format:"date-time"`
}

// NewState is how far an area has come, as it is noted.
type NewState struct {
	State string `json:"state" enum:"selected,endorsed,plan agreed,delivering,spending out,closed"`
	From  string `json:"from" format:"date" doc:"The day from which it is so: today or before."`
	Note  string `json:"note,omitempty" maxLength:"200" doc:"In a few words. Anyone can read it."`
}

func (o operations) states(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[NotedState], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := area.StatesOf(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []NotedState{}
	for _, n := range all {
		shown = append(shown, NotedState{string(n.State), n.From.String(), n.Note, api.Instant(n.NotedAt)})
	}
	return api.PageOver(in.Paging, shown, func(n NotedState) string { return n.From + n.NotedAt + n.State }, false)
}

func (o operations) noteState(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewState
},
) (NotedState, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return NotedState{}, err
	}
	n := area.NewState{State: area.State(in.Body.State), From: api.Day(in.Body.From), Note: in.Body.Note}
	if err := o.areas.NoteNewStateIn(ctx, tx, by, a, n); err != nil {
		return NotedState{}, err
	}
	return NotedState{in.Body.State, in.Body.From, in.Body.Note, api.Instant(o.areas.Now())}, nil
}

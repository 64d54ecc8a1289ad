package projectweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/project"
)

// inside is an area, for who reads its partnership's papers.
func inside(ctx context.Context, tx *db.Tx, by access.Actor, in AreaPath) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return a, err
	}
	return a, by.MustSee(access.SeePapers, a.Place())
}

// Sheet is a short risk assessment.
type Sheet struct {
	ID         string `json:"id" doc:"An ID."`
	Project    string `json:"project,omitempty" doc:"The project’s ID; left out of the area’s own, to begin from."`
	Name       string `json:"name"`
	ReviewedOn string `json:"reviewed_on" format:"date"`
	Times      int64  `json:"times" doc:"How often it was written."`
	Risks      []Risk `json:"risks" nullable:"false"`
}

// Risk is one thing that could go wrong, and what is done so that it does not.
type Risk struct {
	Risk string `json:"risk" maxLength:"200"`
	Whom string `json:"whom,omitempty" maxLength:"120" doc:"Who could be harmed."`
	What string `json:"what" maxLength:"400" doc:"What we do."`
	Who  string `json:"who,omitempty" maxLength:"120" doc:"Who does it."`
}

func sheetOf(s project.Sheet) Sheet {
	shown := Sheet{string(s.ID), string(s.Project), s.Name, s.ReviewedOn.String(), s.Number, []Risk{}}
	for _, r := range s.Risks {
		shown.Risks = append(shown.Risks, Risk(r))
	}
	return shown
}

func (o operations) sheets(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Sheet], err error) {
	a, err := inside(ctx, tx, by, in.AreaPath)
	if err != nil {
		return list, err
	}
	all, err := project.Sheets(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Sheet{}
	for _, s := range all {
		whole, err := project.SheetByID(ctx, tx, a.ID, s.ID)
		if err != nil {
			return list, err
		}
		shown = append(shown, sheetOf(whole))
	}
	slices.SortFunc(shown, func(a, b Sheet) int { return compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(s Sheet) string { return s.ID }, false)
}

// NewSheet is a risk assessment as somebody writes it.
type NewSheet struct {
	Sheet      string `json:"sheet,omitempty" doc:"The ID of the one that is gone through again."`
	Project    string `json:"project,omitempty" doc:"The ID of the project that it is for, where it is new."`
	Name       string `json:"name" maxLength:"120"`
	ReviewedOn string `json:"reviewed_on" format:"date" doc:"The day on which you went through it."`
	Risks      []Risk `json:"risks" nullable:"false" minItems:"1" maxItems:"12"`
}

func (o operations) writeSheet(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewSheet
},
) (Sheet, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Sheet{}, err
	}
	n := project.NewSheet{Name: in.Body.Name, ReviewedOn: api.Day(in.Body.ReviewedOn)}
	for _, r := range in.Body.Risks {
		n.Risks = append(n.Risks, project.Risk(r))
	}
	made, err := o.projects.WriteSheetIn(ctx, tx, by, a, project.ID(in.Body.Project), project.SheetID(in.Body.Sheet), n)
	if err != nil {
		return Sheet{}, err
	}
	s, err := project.SheetByID(ctx, tx, a.ID, made)
	return sheetOf(s), err
}

// NewTurn is what became of an activity.
type NewTurn struct {
	Kind  string `json:"kind" enum:"now run by,copied by,stopped"`
	On    string `json:"on" format:"date"`
	Who   string `json:"who,omitempty" maxLength:"200"`
	Words string `json:"words,omitempty" maxLength:"500"`
}

func (o operations) turn(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ActivityPath
	api.Key
	Body NewTurn
},
) (Activity, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Activity{}, err
	}
	b := in.Body
	if err := o.projects.TurnIn(ctx, tx, by, a, project.ActivityID(in.Activity), project.NewTurn{Kind: project.TurnKind(b.Kind), On: api.Day(b.On), Who: b.Who, Words: b.Words}); err != nil {
		return Activity{}, err
	}
	return in.read(ctx, tx, by)
}

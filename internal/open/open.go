// Package open gives away what anyone may have: the programme's awards as
// 360Giving data, its lists for a spreadsheet, and its ledger as plain-text
// accounting.
//
// Promises it keeps: organisations are named and people never are; amounts are
// exact to the penny; what is long is written as it is read; and the same
// database gives the same bytes, for nothing here asks what day it is.
package open

import (
	"context"
	"fmt"
	"slices"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// A register is a programme with what its lists need to name things by.
type register struct {
	programme     area.Programme
	areas         []area.Area // by name
	position      map[area.ID]int
	organisations map[organisation.ID]organisation.Organisation
	lines         map[area.ID]map[plan.LineID]plan.Line
}

func registerOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (r register, err error) {
	if r.programme, err = area.ProgrammeByID(ctx, tx, p); err != nil {
		return r, fmt.Errorf("programme: %w", err)
	}
	if r.areas, err = area.All(ctx, tx, p); err != nil {
		return r, fmt.Errorf("areas: %w", err)
	}
	if r.organisations, err = organisation.All(ctx, tx); err != nil {
		return r, err
	}
	if r.lines, err = plan.LinesOf(ctx, tx, p); err != nil {
		return r, err
	}
	r.position = make(map[area.ID]int, len(r.areas))
	for i, a := range r.areas {
		r.position[a.ID] = i
	}
	return r, nil
}

func (r register) area(a area.ID) area.Area { return r.areas[r.position[a]] }

func (r register) theme(code string) string {
	if t, ok := r.programme.Rules.Theme(code); ok {
		return t.Name
	}
	if code == "" {
		return plan.NotCoded
	}
	return code
}

// byArea puts what is in the order of area IDs in that of their names, and
// leaves the rest of its order as it is.
func byArea[T any](r register, list []T, of func(T) area.ID) {
	slices.SortStableFunc(list, func(a, b T) int { return r.position[of(a)] - r.position[of(b)] })
}

package fundingweb

import (
	"context"
	"errors"
	"strconv"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

func decisionsHref(a area.Area) string { return home(a) + "/decisions" }

func decisionHref(a area.Area, number int64) string { return decisionsHref(a) + "/" + ordinal(number) }

// decisionsFrom are the decisions that a form offers: those that stand and are of
// one of some kinds, the newest first. Of those that adopted a plan it offers the
// one whose version is in force.
func decisionsFrom(ctx context.Context, tx *db.Tx, a area.Area, kinds ...decision.Kind) ([]web.Option, error) {
	standing, err := decision.Standing(ctx, tx, a.ID, kinds...)
	if err != nil {
		return nil, err
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	var options []web.Option
	for _, d := range standing {
		if d.Kind == decision.AdoptPlan && d.PlanVersion != current.Number {
			continue
		}
		options = append(options, web.Option{Value: ordinal(d.Number), Text: "Decision " + ordinal(d.Number) + ", " + d.On.Long() + ": " + d.Title})
	}
	return options, nil
}

// orNone puts an answer before the others that chooses none of them.
func orNone(words string, options []web.Option) []web.Option {
	return append([]web.Option{{Value: "", Text: words}}, options...)
}

// numberIn is the number that was chosen; 0 for none.
func numberIn(form *web.Form, name string) int64 {
	number, err := strconv.ParseInt(form.Text(name), 10, 64)
	if err != nil {
		return 0
	}
	return number
}

// typedNumber is a number as a form has it.
func typedNumber(n int64) string {
	if n == 0 {
		return ""
	}
	return ordinal(n)
}

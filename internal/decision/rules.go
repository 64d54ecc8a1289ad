package decision

import (
	"context"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// RulesOf are those by which a decision was made: of a vote, from its opening on.
// What is set later, even for a day before it, changes nothing about it. While it is
// neither made nor voted on, they are those of today.
func (d *Decisions) RulesOf(ctx context.Context, tx *db.Tx, of Decision) (partnership.Rules, error) {
	all, err := partnership.EveryRules(ctx, tx, of.Area)
	if err != nil {
		return partnership.Rules{}, err
	}
	if rules, ok := rulesOf(of.ruled(), all); ok {
		return rules, nil
	}
	return partnership.RulesKnown(all, d.today(), d.Now()), nil
}

// RulesOfEach are the versions of the rules by which the decisions of an area were
// made or are voted on, by the decisions' numbers. Of others there are none.
func RulesOfEach(ctx context.Context, tx *db.Tx, a area.ID, of []Summary) (map[int64]partnership.Rules, error) {
	all, err := partnership.EveryRules(ctx, tx, a)
	by := map[int64]partnership.Rules{}
	for _, s := range of {
		if rules, ok := rulesOf(ruled{s.RulesKept, s.Rules, s.DecidedOn, s.MadeAt}, all); ok {
			by[s.Number] = rules
		}
	}
	return by, err
}

// ruled is what is known of the rules by which something is decided.
type ruled struct {
	kept    bool
	version int64
	on      date.Date // when it was decided, and when that was recorded
	at      time.Time
}

func (d Decision) ruled() ruled {
	switch r := d.Result; {
	case r.RulesKept:
		return ruled{true, r.Rules, r.On, r.At}
	case d.Poll.Exists():
		return ruled{kept: true, version: d.Poll.RulesVersion}
	default:
		return ruled{on: r.On, at: r.At}
	}
}

// rulesOf finds a decision's rules among all versions of its area. A result from
// before they were kept had those of its day that had been set when it was recorded.
func rulesOf(r ruled, all []partnership.Rules) (partnership.Rules, bool) {
	switch {
	case r.kept:
		return partnership.RulesNumbered(all, r.version), true
	case !r.on.IsZero():
		return partnership.RulesKnown(all, r.on, r.at), true
	}
	return partnership.Rules{}, false
}

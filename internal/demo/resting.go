package demo

import (
	"context"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// rest says that the area is closed next August, where it is one that closes then:
// the richly shown area is, and one in six of the others.
func (s *story) rest(ctx context.Context, tx *db.Tx) error {
	if s.area.ID != s.star.area.ID && s.area.Name[0]%6 != 0 {
		return nil
	}
	today := date.Of(s.now)
	august := date.New(today.Year(), time.August, 1)
	if !today.Before(august) {
		august = august.AddMonths(12)
	}
	_, err := s.areas.CloseIn(ctx, tx, s.chair, s.area, area.NewClosure{From: august, Until: august.AddMonths(1), Why: "School holidays: nobody meets in August"})
	return err
}

// resting leaves the richly shown area with a rest to come, and one that was
// taken back.
func (p *player) resting(ctx context.Context, tx *db.Tx) error {
	christmas := date.New(p.what.Today.Year(), time.December, 19)
	if !christmas.After(p.what.Today) {
		christmas = christmas.AddMonths(12)
	}
	if _, err := p.areas.CloseIn(ctx, tx, p.star.worker, p.star.area, area.NewClosure{From: christmas, Until: christmas.AddDays(16), Why: "Christmas and New Year"}); err != nil {
		return err
	}
	half, err := p.areas.CloseIn(ctx, tx, p.star.worker, p.star.area, area.NewClosure{From: p.what.Today.AddDays(12), Until: p.what.Today.AddDays(19), Why: "Half-term"})
	if err != nil {
		return err
	}
	return p.areas.WithdrawClosureIn(ctx, tx, p.star.chair, p.star.area, half.ID)
}

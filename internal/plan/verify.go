package plan

import (
	"context"
	"fmt"
	"strconv"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/money"
)

// Readers hold every version against the event that was recorded when it was
// written, and every adoption against its own, and report every bad place once
// they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	written, err := kept(ctx, tx, `
		SELECT v.area_id, v.number, v.written_by, CAST(COALESCE(SUM(l.minor), 0) AS BIGINT), CAST(COUNT(l.line_id) AS TEXT)
		FROM plan_versions v LEFT JOIN plan_lines l ON l.area_id = v.area_id AND l.version = v.number
		GROUP BY v.area_id, v.number, v.written_by`)
	if err != nil {
		return nil, err
	}
	adopted, err := kept(ctx, tx, `
		SELECT area_id, version, noted_by, 0, CAST(adopted_on AS TEXT) FROM plan_adoptions`)
	if err != nil {
		return nil, err
	}
	discarded, err := kept(ctx, tx, `
		SELECT area_id, version, discarded_by, 0, '' FROM plan_discards`)
	if err != nil {
		return nil, err
	}
	return []audit.Reader{
		against("plan written", written, report, func(e audit.Recorded) string { return e.Facts["total"] + " " + e.Facts["lines"] }),
		against("plan adopted", adopted, report, func(e audit.Recorded) string { return money.Pence(0).Decimal() + " " + e.Facts["on"] }),
		against("plan discarded", discarded, report, func(audit.Recorded) string { return money.Pence(0).Decimal() + " " }),
	}, nil
}

type versionKey struct{ area, subject, person string }

func kept(ctx context.Context, tx *db.Tx, query string) (map[versionKey]string, error) {
	all := map[versionKey]string{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var k versionKey
		var number, minor int64
		var more string
		err := r.Scan(&k.area, &number, &k.person, &minor, &more)
		k.subject = subject(number)
		all[k] = money.Pence(minor).Decimal() + " " + more
		return err
	}, query)
	return all, err
}

func against(act string, records map[versionKey]string, report func(string), says func(audit.Recorded) string) audit.Reader {
	return audit.Reader{
		Act: act,
		Hear: func(e audit.Recorded) {
			k := versionKey{e.Stream, e.Subject, e.Person}
			if got, ok := records[k]; !ok || got != says(e) {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
			}
			delete(records, k)
		},
		End: func() {
			for k := range records {
				report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k.area, act, strconv.Quote(k.subject)))
			}
		},
	}
}

package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"commontable/internal/db"
)

// count adds an event to those of all streams, in the part that its stream is
// in: one row for all would be waited for by every change.
func count(ctx context.Context, tx *db.Tx, stream string, h treeHead) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO audit_counts (part, events, digest) VALUES ($1, 1, $2)
		ON CONFLICT (part) DO UPDATE SET events = audit_counts.events + 1, digest = (audit_counts.digest + excluded.digest) % 1099511627776`,
		stream[max(0, len(stream)-2):], h.digest())
	return err
}

// digest is 40 bits of a head's last peak, which every event makes another.
func (h treeHead) digest() int64 {
	last := h.peaks[len(h.peaks)-sha256.Size:]
	return int64(binary.BigEndian.Uint64(last) >> 24)
}

// Version names the state of all that is recorded: as every change records an
// event, what is drawn of the data is as it was for as long as the version is.
func Version(ctx context.Context, tx *db.Tx) (string, error) {
	type sums struct{ events, digest int64 }
	v, err := db.One(ctx, tx, func(r db.Row) (s sums, err error) { return s, r.Scan(&s.events, &s.digest) }, `
		SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT), CAST(COALESCE(SUM(digest), 0) AS BIGINT) FROM audit_counts`)
	return fmt.Sprintf("%x-%x", v.events, v.digest), err
}

// VersionOf is Version for what is drawn of two streams and the installation's
// alone, as an area's page is of its own stream and its programme's.
func VersionOf(ctx context.Context, tx *db.Tx, one, other string) (string, error) {
	sum := sha256.New()
	err := db.Each(ctx, tx, func(r db.Row) error {
		var stream string
		var peaks []byte
		err := r.Scan(&stream, &peaks)
		fmt.Fprintf(sum, "%q %x\n", stream, peaks)
		return err
	}, `SELECT stream, peaks FROM audit_heads WHERE stream IN ($1, $2, $3) ORDER BY stream`, one, other, Installation)
	return hex.EncodeToString(sum.Sum(nil)[:12]), err
}

// VerifyCounts counts the events of all streams again.
func VerifyCounts(ctx context.Context, tx *db.Tx, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var part string
		var kept, counted int64
		err := r.Scan(&part, &kept, &counted)
		report(fmt.Sprintf("audit part %q: %d events are counted as kept, there are %d", part, kept, counted))
		return err
	}, `
		SELECT part, CAST(SUM(kept) AS BIGINT), CAST(SUM(counted) AS BIGINT) FROM (
			SELECT part, events AS kept, 0 AS counted FROM audit_counts
			UNION ALL
			SELECT substr(stream, length(stream) - 1), 0, size FROM audit_heads
		) c GROUP BY part HAVING SUM(kept) <> SUM(counted) ORDER BY part`)
}

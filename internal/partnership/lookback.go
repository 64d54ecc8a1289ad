package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A LookBackID names a partnership’s review of itself.
type LookBackID string

// A LookBack is a partnership looking at how it works (P09): what goes well, what
// is hard, what it changes, and what it keeps on purpose. Nothing in it is scored,
// and nobody has to do one. It is a draft, kept as often as people like, until it
// is finished; then it stays as it is.
type LookBack struct {
	ID         LookBackID
	Area       area.ID
	BegunBy    access.PersonID
	BegunAt    time.Time
	Number     int64 // how many times it was kept
	KeptBy     access.PersonID
	KeptAt     time.Time
	FinishedBy access.PersonID // "" while it is a draft
	FinishedAt time.Time
	Said
}

// Finished reports whether it is no draft any more.
func (l LookBack) Finished() bool { return l.FinishedBy != "" }

// Said is what people said when they looked back.
type Said struct {
	On       date.Date
	TookPart string // who took part, and how
	Well     string
	Hard     string
	Changes  string            // what we change
	Keeps    string            // what we keep on purpose, and why
	Answers  map[string]string // to prompts, by their codes; those that nobody took up are left out
}

// A Prompt is a question that may help people to begin. All are optional.
type Prompt struct{ Code, Question, Hint string }

var prompts = []Prompt{
	{"people", "Who are we?", "Who decides, what we are good at, how we get on with each other. Who is missing?"},
	{"place", "What is this place like now?", "Work, homes, who has come and who has gone since we began."},
	{"meeting", "Where do people meet, and how do they hear of us?", "Halls, parks, groups, the internet."},
	{"agencies", "How do the council and others around us work?", "Who has changed, what they can and cannot do, what they spend."},
	{"world", "What has happened in the country that touches us?", "New laws, prices, an illness that went round."},
	{"memory", "What do people here remember?", "Good and bad, from before us too. It shapes whom people trust."},
	{"energy", "How tired are we?", "Do we need a rest, more people, or somebody from outside for a few days?"},
	{"form", "Are we still the right kind of group?", "If we want to own a building or employ people ourselves, we would have to become an organisation."},
}

// Prompts lists every prompt, in the order in which they are offered.
func Prompts() []Prompt { return slices.Clone(prompts) }

// NewLookBack is a review as somebody keeps it.
type NewLookBack struct {
	Form   string
	Review LookBackID // of the one that is kept again; "" begins one
	Before int64      // how often it had been kept when this person opened it
	Finish bool
	Said   Said
}

// Check says what is wrong with n, if anything.
func (n NewLookBack) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	s := n.Said
	if s.On.IsZero() || s.On.After(today) {
		wrong.Add("on", "Enter the day on which you looked back together: today or earlier")
	}
	for _, f := range []struct{ field, words string }{{"took_part", s.TookPart}, {"well", s.Well}, {"hard", s.Hard}, {"changes", s.Changes}, {"keeps", s.Keeps}} {
		checkSaid(&wrong, f.field, f.words)
	}
	for _, q := range prompts {
		checkSaid(&wrong, "prompt-"+q.Code, s.Answers[q.Code])
	}
	if n.Finish {
		if strings.TrimSpace(s.TookPart) == "" {
			wrong.Add("took_part", "Say who took part, such as “Nine of us, and four neighbours”")
		}
		if strings.TrimSpace(s.Changes) == "" && strings.TrimSpace(s.Keeps) == "" {
			wrong.Add("changes", "Say what you change, or below what you keep on purpose. To change nothing is an answer")
		}
	}
	return wrong
}

func (s Said) tidy() Said {
	for _, words := range []*string{&s.TookPart, &s.Well, &s.Hard, &s.Changes, &s.Keeps} {
		*words = plainLines(*words)
	}
	answers := map[string]string{}
	for _, q := range prompts {
		if words := plainLines(s.Answers[q.Code]); words != "" {
			answers[q.Code] = words
		}
	}
	s.Answers = answers
	return s
}

// words is all that was said, as it is committed to.
func (s Said) words() string {
	all := []string{s.TookPart, s.Well, s.Hard, s.Changes, s.Keeps}
	for _, q := range prompts {
		all = append(all, s.Answers[q.Code])
	}
	return strings.Join(all, "\x1f")
}

// KeepLookBack keeps a review, as a draft or finished. Sent twice, it counts once.
func (p *Partnerships) KeepLookBack(ctx context.Context, by access.Actor, a area.Area, n NewLookBack) (LookBackID, error) {
	s := n.Said.tidy()
	content := []any{"look back", a.ID, n.Review, n.Before, n.Finish, s.On.String(), s.words()}
	subject, err := p.once(ctx, by, "keep review", n.Form, content, func(tx *db.Tx) (string, error) {
		l, err := p.KeepLookBackIn(ctx, tx, by, a, n)
		return string(l.ID), err
	})
	return LookBackID(subject), err
}

// KeepLookBackIn is KeepLookBack as part of a transaction.
func (p *Partnerships) KeepLookBackIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewLookBack) (LookBack, error) {
	if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
		return LookBack{}, err
	}
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return LookBack{}, err
	}
	l := LookBack{ID: n.Review, Area: a.ID, BegunBy: by.Person, BegunAt: p.Now()}
	if n.Review != "" {
		was, err := LookBackOf(ctx, tx, a.ID, n.Review)
		if err != nil {
			return LookBack{}, err
		}
		switch {
		case was.Finished():
			return LookBack{}, fault.New(fault.Conflict, "This review is finished, so it stays as it is. Begin another when you look back again.")
		case was.Number != n.Before:
			return LookBack{}, fault.New(fault.Conflict, "Somebody else kept this review while you were writing. Copy what you typed, open it again, and put it in there.")
		}
		l = was
	}
	if err := n.Check(date.InLondon(p.Now())).OrNil(); err != nil {
		return LookBack{}, err
	}
	l.Said = n.Said.tidy()
	l.Number, l.KeptBy, l.KeptAt = l.Number+1, by.Person, p.Now()
	if l.ID == "" {
		l.ID = id.New[LookBackID](p.IDs)
		if _, err := tx.Exec(ctx, `
			INSERT INTO partnership_reviews (area_id, id, begun_by, begun_at) VALUES ($1, $2, $3, $4)`, l.Area, l.ID, l.BegunBy, l.BegunAt); err != nil {
			return LookBack{}, fmt.Errorf("insert review: %w", err)
		}
	}
	if err := insertDraft(ctx, tx, l); err != nil {
		return LookBack{}, err
	}
	act := "review kept"
	if n.Finish {
		act = "review finished"
		l.FinishedBy, l.FinishedAt = by.Person, p.Now()
		if _, err := tx.Exec(ctx, `
			INSERT INTO partnership_review_endings (area_id, review_id, number, finished_by, finished_at) VALUES ($1, $2, $3, $4, $5)`,
			l.Area, l.ID, l.Number, l.FinishedBy, l.FinishedAt); err != nil {
			return LookBack{}, fmt.Errorf("insert end of review: %w", err)
		}
	}
	return l, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: act, Subject: string(l.ID), By: by, At: l.KeptAt,
		Facts: map[string]string{"number": strconv.FormatInt(l.Number, 10), "on": l.On.String()}, Private: l.words(),
	})
}

func insertDraft(ctx context.Context, tx *db.Tx, l LookBack) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO partnership_review_drafts (area_id, review_id, number, held_on, took_part, well, hard, changes, keeps, kept_by, kept_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		l.Area, l.ID, l.Number, l.On, l.TookPart, l.Well, l.Hard, l.Changes, l.Keeps, l.KeptBy, l.KeptAt); err != nil {
		return fmt.Errorf("insert review draft: %w", err)
	}
	for _, q := range prompts {
		if words := l.Answers[q.Code]; words != "" {
			if _, err := tx.Exec(ctx, `
				INSERT INTO partnership_review_answers (area_id, review_id, number, prompt, words) VALUES ($1, $2, $3, $4, $5)`,
				l.Area, l.ID, l.Number, q.Code, words); err != nil {
				return fmt.Errorf("insert review answer: %w", err)
			}
		}
	}
	return nil
}

const lookBackColumns = `r.id, r.area_id, r.begun_by, r.begun_at, d.number, d.held_on, d.took_part, d.well, d.hard, d.changes, d.keeps, d.kept_by, d.kept_at,
	COALESCE(e.finished_by, ''), e.finished_at
	FROM partnership_reviews r JOIN partnership_review_drafts d ON d.area_id = r.area_id AND d.review_id = r.id
	LEFT JOIN partnership_review_endings e ON e.area_id = r.area_id AND e.review_id = r.id`

func scanLookBack(r db.Row) (l LookBack, err error) {
	return l, r.Scan(&l.ID, &l.Area, &l.BegunBy, &l.BegunAt, &l.Number, &l.On, &l.TookPart, &l.Well, &l.Hard, &l.Changes, &l.Keeps, &l.KeptBy, &l.KeptAt, &l.FinishedBy, &l.FinishedAt)
}

// LookBackOf is one review of an area’s partnership as it was last kept, or
// fault.NotFound.
func LookBackOf(ctx context.Context, tx *db.Tx, a area.ID, lid LookBackID) (LookBack, error) {
	l, err := db.One(ctx, tx, scanLookBack, `
		SELECT `+lookBackColumns+` WHERE r.area_id = $1 AND r.id = $2
			AND d.number = (SELECT MAX(x.number) FROM partnership_review_drafts x WHERE x.area_id = r.area_id AND x.review_id = r.id)`, a, lid)
	if err != nil {
		return l, err
	}
	l.Answers = map[string]string{}
	return l, db.Each(ctx, tx, func(r db.Row) error {
		var code, words string
		err := r.Scan(&code, &words)
		l.Answers[code] = words
		return err
	}, `
		SELECT prompt, words FROM partnership_review_answers WHERE area_id = $1 AND review_id = $2 AND number = $3`, a, lid, l.Number)
}

// LookBacks lists the reviews of an area’s partnership as they were last kept,
// without answers to prompts: the latest first.
func LookBacks(ctx context.Context, tx *db.Tx, a area.ID) ([]LookBack, error) {
	return db.All(ctx, tx, scanLookBack, `
		SELECT `+lookBackColumns+` WHERE r.area_id = $1
			AND d.number = (SELECT MAX(x.number) FROM partnership_review_drafts x WHERE x.area_id = r.area_id AND x.review_id = r.id)
		ORDER BY d.held_on DESC, r.id DESC`, a)
}

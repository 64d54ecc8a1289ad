package plan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
)

// A Review is a look back at the plan in force, once a year (P13, R6): what was
// done and spent for each priority, what was learnt, and whether it is kept or
// changed. To keep something on purpose is a full answer. It is written in place
// until it is finished; then it stays, and is public.
type Review struct {
	Area    area.ID
	Number  int64
	Version int64 // the plan in force that is looked at
	Looking
	Finished date.Date // zero until it is
	BegunBy  access.PersonID
	BegunAt  time.Time
	SavedBy  access.PersonID
	SavedAt  time.Time
}

// Looking is what a review says.
type Looking struct {
	Parts     []Part
	Newcomers string // who has come to live here, or gone
	Changes   string // what else has changed around us
	Learnt    string // what we learnt, all in all
}

// A Part is what a review says of one priority.
type Part struct {
	Priority PriorityID
	Name     string
	Learnt   string
	Choice   Choice
	Why      string // why it is kept, or what is to change
	// As it stood when the review was finished.
	Planned money.Amount
	Spent   money.Amount
	Actions int
	Done    int
}

// A Choice is what becomes of a priority.
type Choice string

// The choices.
const (
	NotChosen Choice = ""
	Kept      Choice = "kept"
	Changed   Choice = "changed"
)

// IsFinished reports whether the review is finished.
func (r Review) IsFinished() bool { return !r.Finished.IsZero() }

// MayBeSeenBy reports whether somebody may read the review.
func (r Review) MayBeSeenBy(by access.Actor, a area.Area) bool {
	return r.IsFinished() || by.May(access.WritePlan, a.Place()) || by.May(access.SeePapers, a.Place())
}

// ChangedNothing reports whether everything was kept on purpose.
func (r Review) ChangedNothing() bool {
	for _, part := range r.Parts {
		if part.Choice != Kept {
			return false
		}
	}
	return len(r.Parts) > 0
}

// Seen names what the review says now, for a form to send back.
func (r Review) Seen() string { return seenOf(paperLooking(r.Looking)) }

// BeginReview begins a review of the plan in force. Sent twice, it counts once.
func (p *Plans) BeginReview(ctx context.Context, by access.Actor, a area.Area, version int64, form string) (number int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"review", a.ID, version}, At: p.Now()}, func() (string, error) {
			r, err := p.BeginReviewIn(ctx, tx, by, a, version)
			return strconv.FormatInt(r.Number, 10), err
		})
		if err != nil {
			return err
		}
		number, err = strconv.ParseInt(subject, 10, 64)
		return err
	})
	return number, wrap("begin review", err)
}

// BeginReviewIn is BeginReview as part of a transaction. The version is the one in
// force, as somebody has it before them.
func (p *Plans) BeginReviewIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, version int64) (Review, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Review{}, err
	}
	v, err := InForce(ctx, tx, a.ID)
	if err != nil {
		return Review{}, err
	}
	if v.Number != version {
		return Review{}, fault.Invalid{{Field: "version", Words: fmt.Sprintf("Version %d is in force now: look back at that one.", v.Number)}}
	}
	if open, err := openReview(ctx, tx, a.ID); err == nil {
		return Review{}, fault.New(fault.Conflict, fmt.Sprintf("Review %d is being written already. Go on with that one.", open.Number))
	} else if !errors.Is(err, fault.NotFound) {
		return Review{}, err
	}
	r := Review{Area: a.ID, Version: v.Number, BegunBy: by.Person, BegunAt: p.Now(), SavedBy: by.Person, SavedAt: p.Now()}
	for _, pr := range v.Parts() {
		r.Parts = append(r.Parts, Part{Priority: pr.ID, Name: pr.Name})
	}
	if err := insertReview(ctx, tx, &r); err != nil {
		return Review{}, fmt.Errorf("insert review: %w", err)
	}
	return r, p.recordReview(ctx, tx, by, r, "plan review begun")
}

func (r Review) subject() string { return "plan review:" + strconv.FormatInt(r.Number, 10) }

func (p *Plans) recordReview(ctx context.Context, tx *db.Tx, by access.Actor, r Review, act string) error {
	content, err := r.content()
	if err != nil {
		return err
	}
	facts := map[string]string{"version": strconv.FormatInt(r.Version, 10)}
	if r.IsFinished() {
		facts["on"], facts["changed nothing"] = r.Finished.String(), strconv.FormatBool(r.ChangedNothing())
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(r.Area), Act: act, Subject: r.subject(), By: by, At: p.Now(), Facts: facts, Private: content,
	})
}

// SaveReview changes what a review says. seen is what Seen said when the form was
// opened.
func (p *Plans) SaveReview(ctx context.Context, by access.Actor, a area.Area, number int64, form, seen string, l Looking) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"review", a.ID, number, paperLooking(l)}, At: p.Now()}, func() (string, error) {
			_, err := p.SaveReviewIn(ctx, tx, by, a, number, seen, l)
			return "", err
		})
		return err
	})
	return wrap("save review", err)
}

// SaveReviewIn is SaveReview as part of a transaction.
func (p *Plans) SaveReviewIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, seen string, l Looking) (Review, error) {
	r, err := p.look(ctx, tx, by, a, number, seen, l)
	if err != nil {
		return r, err
	}
	if err := updateReview(ctx, tx, r); err != nil {
		return r, fmt.Errorf("update review: %w", err)
	}
	return r, p.recordReview(ctx, tx, by, r, "plan review saved")
}

// look is a review as it is to be, without keeping it.
func (p *Plans) look(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, seen string, l Looking) (Review, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Review{}, err
	}
	r, err := ReviewOf(ctx, tx, a.ID, number)
	if err != nil {
		return r, err
	}
	if r.IsFinished() {
		return r, fault.New(fault.Conflict, "This review is finished, so it stays as it is. The next one can say more.")
	}
	if err := asSeen(seen, r.Seen()); err != nil {
		return r, err
	}
	var wrong fault.Invalid
	said := map[PriorityID]Part{}
	for _, part := range l.Parts {
		said[part.Priority] = part
	}
	for i := range r.Parts {
		at := "-" + strconv.Itoa(i+1)
		part := said[r.Parts[i].Priority]
		if len(part.Learnt) > mostWords {
			wrong.Add("learnt"+at, "Say it in up to 5,000 letters")
		}
		if len(part.Why) > 2000 {
			wrong.Add("why"+at, "Say it in up to 2,000 letters")
		}
		if part.Choice != NotChosen && part.Choice != Kept && part.Choice != Changed {
			wrong.Add("choice"+at, "Choose whether to keep it or to change it")
		}
		r.Parts[i].Learnt, r.Parts[i].Choice, r.Parts[i].Why = strings.TrimSpace(part.Learnt), part.Choice, strings.TrimSpace(part.Why)
	}
	for field, words := range map[string]string{"newcomers": l.Newcomers, "changes": l.Changes, "learnt": l.Learnt} {
		if len(words) > mostWords {
			wrong.Add(field, "Say it in up to 5,000 letters")
		}
	}
	r.Newcomers, r.Changes, r.Learnt = strings.TrimSpace(l.Newcomers), strings.TrimSpace(l.Changes), strings.TrimSpace(l.Learnt)
	r.SavedBy, r.SavedAt = by.Person, p.Now()
	return r, wrong.OrNil()
}

// NewFinish finishes a review.
type NewFinish struct {
	Form   string
	Number int64
	Seen   string
	Looking
	On       date.Date                   // today where it is zero
	Spent    map[PriorityID]money.Amount // what was spent for each priority so far, as the books say
	NewDraft bool                        // a draft is begun from the plan in force
}

// FinishReview finishes a review. Sent twice, it counts once.
func (p *Plans) FinishReview(ctx context.Context, by access.Actor, a area.Area, n NewFinish) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"finish review", a.ID, n.Number, paperLooking(n.Looking), n.NewDraft}, At: p.Now()}, func() (string, error) {
			_, err := p.FinishReviewIn(ctx, tx, by, a, n)
			return "", err
		})
		return err
	})
	return wrap("finish review", err)
}

// FinishReviewIn is FinishReview as part of a transaction. Every priority is kept
// or changed, with the reason; the figures are kept as they stand.
func (p *Plans) FinishReviewIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewFinish) (Review, error) {
	r, err := p.look(ctx, tx, by, a, n.Number, n.Seen, n.Looking)
	if err != nil {
		return r, err
	}
	v, err := VersionOf(ctx, tx, a.ID, r.Version)
	if err != nil {
		return r, err
	}
	done, err := Done(ctx, tx, a.ID)
	if err != nil {
		return r, err
	}
	var wrong fault.Invalid
	for i := range r.Parts {
		part, at := &r.Parts[i], "-"+strconv.Itoa(i+1)
		switch {
		case part.Choice == NotChosen:
			wrong.Add("choice"+at, "Choose whether to keep “"+part.Name+"” or to change it")
		case part.Why == "" && part.Choice == Kept:
			wrong.Add("why"+at, "Say why you keep “"+part.Name+"”. “It needs time to bed in” is a good answer.")
		case part.Why == "":
			wrong.Add("why"+at, "Say what is to change about “"+part.Name+"”")
		}
		part.Planned, part.Spent = money.Pence(0), money.Pence(0).Add(n.Spent[part.Priority])
		for _, l := range v.LinesOf(part.Priority) {
			part.Planned = part.Planned.Add(l.Budget)
		}
		pr, _ := v.Priority(part.Priority)
		part.Actions, part.Done = len(pr.Actions), 0
		for _, a := range pr.Actions {
			if _, is := done[a.ID]; is {
				part.Done++
			}
		}
	}
	today := date.Of(p.Now())
	if r.Finished = n.On; n.On.IsZero() {
		r.Finished = today
	}
	if r.Finished.After(today) {
		wrong.Add("on", "Enter the day on which it was agreed: today or earlier")
	}
	if err := wrong.OrNil(); err != nil {
		return r, err
	}
	if err := updateReview(ctx, tx, r); err != nil {
		return r, fmt.Errorf("update review: %w", err)
	}
	if err := p.recordReview(ctx, tx, by, r, "plan review finished"); err != nil {
		return r, err
	}
	if !n.NewDraft {
		return r, nil
	}
	if _, err := DraftOf(ctx, tx, a.ID); !errors.Is(err, fault.NotFound) {
		return r, err // one is being written already
	}
	current, err := InForce(ctx, tx, a.ID)
	if err != nil {
		return r, err
	}
	_, err = p.BeginDraftIn(ctx, tx, by, a, NewDraft{From: current.Number})
	return r, err
}

// ReviewSince tells since when a look back at the plan in force would be due: a
// year after it was adopted or last looked at, and never while the area is
// closed. It is the zero day where there is no plan, or a review is being
// written. A review that is due is a note, not an alarm.
func ReviewSince(ctx context.Context, tx *db.Tx, a area.ID) (date.Date, error) {
	v, err := currentBare(ctx, tx, a)
	if errors.Is(err, fault.NotFound) {
		return date.Date{}, nil
	}
	if err != nil {
		return date.Date{}, err
	}
	last := v.Adopted.On
	all, err := Reviews(ctx, tx, a)
	if err != nil {
		return date.Date{}, err
	}
	for _, r := range all {
		if !r.IsFinished() {
			return date.Date{}, nil
		}
		if r.Finished.After(last) {
			last = r.Finished
		}
	}
	return area.NextOpenDay(ctx, tx, a, last.AddMonths(12))
}

// Reviews lists an area's reviews, newest first.
func Reviews(ctx context.Context, tx *db.Tx, a area.ID) ([]Review, error) {
	return db.All(ctx, tx, scanReview, `
		SELECT area_id, number, version, content, begun_by, begun_at, saved_by, saved_at, finished_on FROM plan_reviews
		WHERE area_id = $1 ORDER BY number DESC`, a)
}

// ReviewOf is one review of an area, or fault.NotFound.
func ReviewOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Review, error) {
	r, err := db.One(ctx, tx, scanReview, `
		SELECT area_id, number, version, content, begun_by, begun_at, saved_by, saved_at, finished_on FROM plan_reviews
		WHERE area_id = $1 AND number = $2`, a, number)
	if err != nil {
		return r, fmt.Errorf("review %d: %w", number, err)
	}
	return r, nil
}

func openReview(ctx context.Context, tx *db.Tx, a area.ID) (Review, error) {
	return db.One(ctx, tx, scanReview, `
		SELECT area_id, number, version, content, begun_by, begun_at, saved_by, saved_at, finished_on FROM plan_reviews
		WHERE area_id = $1 AND finished_on IS NULL`, a)
}

func scanReview(row db.Row) (r Review, err error) {
	var content string
	if err := row.Scan(&r.Area, &r.Number, &r.Version, &content, &r.BegunBy, &r.BegunAt, &r.SavedBy, &r.SavedAt, &r.Finished); err != nil {
		return r, err
	}
	return r, r.read(content)
}

func insertReview(ctx context.Context, tx *db.Tx, r *Review) (err error) {
	if r.Number, err = db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM plan_reviews WHERE area_id = $1`, r.Area); err != nil {
		return err
	}
	content, err := r.content()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO plan_reviews (area_id, number, version, content, begun_by, begun_at, saved_by, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.Area, r.Number, r.Version, content, r.BegunBy, r.BegunAt, r.SavedBy, r.SavedAt)
	return err
}

func updateReview(ctx context.Context, tx *db.Tx, r Review) error {
	content, err := r.content()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE plan_reviews SET content = $1, saved_by = $2, saved_at = $3, finished_on = $4 WHERE area_id = $5 AND number = $6`,
		content, r.SavedBy, r.SavedAt, r.Finished, r.Area, r.Number)
	return err
}

// A lookingPaper is what a review says, as text.
type lookingPaper struct {
	Parts     []partPaper `json:"parts"`
	Newcomers string      `json:"newcomers,omitempty"`
	Changes   string      `json:"changes,omitempty"`
	Learnt    string      `json:"learnt,omitempty"`
}

type partPaper struct {
	Priority PriorityID `json:"priority"`
	Name     string     `json:"name"`
	Learnt   string     `json:"learnt,omitempty"`
	Choice   Choice     `json:"choice,omitempty"`
	Why      string     `json:"why,omitempty"`
	Planned  int64      `json:"planned"`
	Spent    int64      `json:"spent"`
	Actions  int        `json:"actions"`
	Done     int        `json:"done"`
}

func paperLooking(l Looking) lookingPaper {
	w := lookingPaper{Parts: []partPaper{}, Newcomers: l.Newcomers, Changes: l.Changes, Learnt: l.Learnt}
	for _, p := range l.Parts {
		w.Parts = append(w.Parts, partPaper{p.Priority, p.Name, p.Learnt, p.Choice, p.Why, p.Planned.Minor(), p.Spent.Minor(), p.Actions, p.Done})
	}
	return w
}

func (r Review) content() (string, error) {
	text, err := json.Marshal(paperLooking(r.Looking))
	return string(text), err
}

func (r *Review) read(content string) error {
	var w lookingPaper
	if err := json.Unmarshal([]byte(content), &w); err != nil {
		return fmt.Errorf("read review: %w", err)
	}
	r.Looking = Looking{Newcomers: w.Newcomers, Changes: w.Changes, Learnt: w.Learnt}
	for _, p := range w.Parts {
		r.Parts = append(r.Parts, Part{p.Priority, p.Name, p.Learnt, p.Choice, p.Why, money.Pence(p.Planned), money.Pence(p.Spent), p.Actions, p.Done})
	}
	return nil
}

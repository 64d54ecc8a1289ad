package workshop

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Done is that something is done which was taken on in a workshop, a talk or a
// check.
type Done struct {
	Number int64
	What   string // as it stands on the list
	On     date.Date
	Words  string
	By     access.PersonID
}

// A Task is something that was taken on, and whether it is done.
type Task struct {
	What, Who string
	By        date.Date // the day that counts (R37); no day where nobody knew
	Moved     string    // why that is another than was said; "" where it is not
	Done      Done      // its Number is 0 while it is to do
}

// Tasks lists what was taken on, in the order in which it was.
func (r Record) Tasks() (all []Task) {
	for _, item := range r.Sheet("actions", Ours).Items {
		t := Task{What: item["what"], Who: item["who"]}
		if by, err := date.Parse(item["by"]); err == nil {
			t.By, t.Moved = r.rests.Counts(by), r.rests.Note(by)
		}
		for _, d := range r.Done {
			if strings.EqualFold(d.What, t.What) {
				t.Done = d
			}
		}
		all = append(all, t)
	}
	return all
}

// ToDo lists what was taken on and is not done.
func (r Record) ToDo() []Task {
	return slices.DeleteFunc(r.Tasks(), func(t Task) bool { return t.Done.Number > 0 })
}

// NewDone is what is done, as somebody ticks it off.
type NewDone struct {
	Form  string
	What  []string
	On    date.Date
	Words string
}

// Tick ticks off what is done. Sent twice, it counts once.
func (w *Workshops) Tick(ctx context.Context, by access.Actor, a area.Area, of ID, n NewDone) error {
	_, err := w.once(ctx, by, n.Form, content("done", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), w.TickIn(ctx, tx, by, a, of, n)
	})
	return err
}

// TickIn is Tick as part of a transaction. What was taken on may be done after the
// record is finished, which it mostly is.
func (w *Workshops) TickIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewDone) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !r.SeenBy(by, a) {
		return fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	if len(n.What) == 0 {
		wrong.Add("what", "Tick what is done")
	}
	if n.On.IsZero() || n.On.After(w.today()) {
		wrong.Add("on", "Enter the day on which it was done: today or earlier")
	}
	if len([]rune(strings.TrimSpace(n.Words))) > 500 {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	for _, what := range n.What {
		if !slices.ContainsFunc(r.ToDo(), func(t Task) bool { return t.What == what }) {
			wrong.Add("what", "Choose from the list what is done")
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	for i, what := range n.What {
		number := int64(len(r.Done) + i + 1)
		if _, err := tx.Exec(ctx, `INSERT INTO workshop_done (area_id, record_id, number, what, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, of, number, what, n.On, strings.TrimSpace(n.Words), by.Person, w.Now()); err != nil {
			return fmt.Errorf("insert what is done: %w", err)
		}
		if err := w.record(ctx, tx, by, a, "workshop done", string(of), map[string]string{"number": strconv.FormatInt(number, 10), "on": n.On.String()}, what+"\n"+strings.TrimSpace(n.Words)); err != nil {
			return err
		}
	}
	return nil
}

package relationship

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// The parts of a relationship that a partnership may choose to show to an officer
// of the body: nothing is shown that was not chosen.
const (
	PartAbout      = "about"      // what it is for, and who knows whom
	PartAgreements = "agreements" // what was agreed
	PartPromises   = "promises"   // and they may say that theirs is kept
	PartQuestions  = "questions"  // those that are with them
	PartTimeline   = "timeline"   // of the story what is meant for them
	PartApproved   = "approved"   // words that both sides approved
	PartHandover   = "handover"   // and the successor may confirm it
)

// Parts lists what can be chosen, in the order of the page, with words for it.
func Parts() []struct{ Part, Words, Hint string } {
	return []struct{ Part, Words, Hint string }{
		{PartAbout, "What it is for, and who of us to ask", "Our names are shown: ask those who hold it."},
		{PartAgreements, "What we agreed", ""},
		{PartPromises, "Who said they would do what", "They can confirm what they said, and tell you that it is done."},
		{PartQuestions, "Questions that are with them", "Without the names of who asked."},
		{PartTimeline, "The story so far", "Only what you marked to be shared."},
		{PartApproved, "Words that both sides approved", "Summaries of talks, and who gets the credit."},
		{PartHandover, "The handover that is open", "Who takes over can say: I have what I need."},
	}
}

// PartNames are the parts that can be chosen.
func PartNames() []string {
	var all []string
	for _, p := range Parts() {
		all = append(all, p.Part)
	}
	return all
}

// A View is what officers of a body who have an account see of a relationship.
type View struct {
	Number   int64
	Contents []string
	By       access.PersonID
	At       time.Time
}

// NewView is what they are to see from now on; no contents are nothing.
type NewView struct {
	Form     string
	Contents []string
	Nothing  bool // said so, and not only left empty
}

// ShowOfficers says what officers with an account see of a relationship. Sent
// twice, it counts once.
func (r *Relationships) ShowOfficers(ctx context.Context, by access.Actor, a area.Area, of ID, n NewView) error {
	_, err := r.once(ctx, by, n.Form, content("view", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.ShowOfficersIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ShowOfficersIn is ShowOfficers as part of a transaction.
func (r *Relationships) ShowOfficersIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewView) error {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := by.Must(access.ShareOutside, a.Place()); err != nil {
		return err
	}
	contents := inOrder(n.Contents)
	if n.Nothing == (len(contents) > 0) {
		return fault.Invalid{{Field: "contents", Words: "Tick what they can see, or “Nothing”"}}
	}
	was, err := ViewOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	return r.show(ctx, tx, by, a, of, was.Number+1, contents)
}

func (r *Relationships) show(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, number int64, contents []string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO relationship_views (area_id, relationship_id, number, contents, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, of, number, strings.Join(contents, " "), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert relationship view: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship shown", string(of), map[string]string{"number": strconv.FormatInt(number, 10), "contents": strings.Join(contents, " ")}, "")
}

// inOrder are the parts that were chosen, each once and in the order of the page.
func inOrder(chosen []string) (contents []string) {
	for _, part := range PartNames() {
		if slices.Contains(chosen, part) {
			contents = append(contents, part)
		}
	}
	return contents
}

// showNobody ends what officers see, all of them and each: it was chosen for those of
// another body.
func (r *Relationships) showNobody(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID) error {
	was, err := ViewOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if len(was.Contents) > 0 {
		if err := r.show(ctx, tx, by, a, of, was.Number+1, nil); err != nil {
			return err
		}
	}
	own, err := db.All(ctx, tx, scanOwnView, `
		SELECT `+ownViewColumns+` o WHERE area_id = $1 AND relationship_id = $2 AND own
			AND number = (SELECT MAX(x.number) FROM relationship_person_views x WHERE x.area_id = o.area_id AND x.relationship_id = o.relationship_id AND x.person_id = o.person_id)
		ORDER BY person_id`, a.ID, of)
	if err != nil {
		return fmt.Errorf("own views: %w", err)
	}
	for _, v := range own {
		if err := r.showOne(ctx, tx, by, a, of, OwnView{Person: v.Person, Number: v.Number + 1}); err != nil {
			return err
		}
	}
	return nil
}

const viewColumns = `number, contents, noted_by, noted_at FROM relationship_views`

func scanView(r db.Row) (v View, err error) {
	var contents string
	err = r.Scan(&v.Number, &contents, &v.By, &v.At)
	v.Contents = strings.Fields(contents)
	return v, err
}

// ViewOf is what officers with an account see of a relationship, where nothing else was
// chosen for one of them: nothing where nothing was chosen.
func ViewOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) (View, error) {
	v, err := db.One(ctx, tx, scanView, `SELECT `+viewColumns+` WHERE area_id = $1 AND relationship_id = $2 ORDER BY number DESC LIMIT 1`, a, of)
	if errors.Is(err, fault.NotFound) {
		return View{}, nil
	}
	return v, err
}

// An Officer is who of a body acts on what was shown to them: by a link, in which
// case they typed their name, or under an account of their own.
type Officer struct {
	By    access.Actor // on whose behalf it is recorded: the officer, or who shared the link
	Name  string       // of the officer
	Shows []string     // what they see
}

func (o Officer) must(part string) error {
	if !slices.Contains(o.Shows, part) {
		return fault.NotFound
	}
	if !said(o.Name, 120) {
		return fault.Invalid{{Field: "name", Words: "Enter your name, in up to 120 letters"}}
	}
	return nil
}

// SayKept records that an officer says a promise of their side is kept. Sent twice,
// it is done once.
func (r *Relationships) SayKept(ctx context.Context, o Officer, a area.Area, of ID, p PromiseID, words, form string) error {
	return r.says(ctx, o, a, of, p, NewPromiseStep{What: Kept, Words: words}, form)
}

// SayPromised records that an officer confirms in writing what their side promised.
// Sent twice, it is done once.
func (r *Relationships) SayPromised(ctx context.Context, o Officer, a area.Area, of ID, p PromiseID, form string) error {
	return r.says(ctx, o, a, of, p, NewPromiseStep{What: Confirmed}, form)
}

func (r *Relationships) says(ctx context.Context, o Officer, a area.Area, of ID, p PromiseID, n NewPromiseStep, form string) error {
	_, err := r.once(ctx, o.By, form, content("said "+n.What, a, p, o.Name+"\n"+n.Words), func(tx *db.Tx) (string, error) {
		return string(p), r.SaysIn(ctx, tx, o, a, of, p, n)
	})
	return err
}

// SaysIn is what an officer says of a promise of their side, as part of a transaction:
// that it is kept, or that it was promised.
func (r *Relationships) SaysIn(ctx context.Context, tx *db.Tx, o Officer, a area.Area, of ID, p PromiseID, n NewPromiseStep) error {
	if err := o.must(PartPromises); err != nil {
		return err
	}
	one, err := PromiseByID(ctx, tx, a.ID, p)
	if err != nil {
		return err
	}
	if one.Relationship != of || one.Side != Theirs {
		return fault.NotFound
	}
	if n.What != Kept && n.What != Confirmed {
		return fault.Invalid{{Field: "what", Words: "Say that it is done, or that you said it"}}
	}
	if n.What == Confirmed && one.InWriting() {
		return nil
	}
	n.On, n.SaidBy = r.today(), o.Name
	return r.notePromise(ctx, tx, o.By, a, one, n)
}

// A StaffChange is what an officer gives notice of.
type StaffChange struct {
	Form  string
	What  Why       // one of Told; Leaving where it is empty
	Who   string    // who leaves, is away or is new
	On    date.Date // when: of who leaves their last day
	Until date.Date // of who is away, the day on which they are back
	Next  string    // who comes after them, or stands in
}

// GiveNotice records that an officer tells of a change of staff, in good time (R20).
// Sent twice, it is done once.
func (r *Relationships) GiveNotice(ctx context.Context, o Officer, a area.Area, of ID, n StaffChange) error {
	_, err := r.once(ctx, o.By, n.Form, content("notice", a, of, o.Name+fmt.Sprintf("%+v", n)), func(tx *db.Tx) (string, error) {
		made, err := r.GiveNoticeIn(ctx, tx, o, a, of, n)
		return string(made), err
	})
	return err
}

// GiveNoticeIn is GiveNotice as part of a transaction. It is for the partnership: no
// other officer reads it unless somebody says so.
func (r *Relationships) GiveNoticeIn(ctx context.Context, tx *db.Tx, o Officer, a area.Area, of ID, n StaffChange) (ChangeID, error) {
	if len(o.Shows) == 0 {
		return "", fault.NotFound
	}
	if _, err := ByID(ctx, tx, a.ID, of); err != nil {
		return "", err
	}
	if n.What == "" {
		n.What = Leaving
	}
	c := NewChange{Why: n.What, Side: Theirs, From: n.On, Until: n.Until, Who: n.Who, Cover: n.Next}
	if n.What != Absence {
		c.Until = date.Date{}
	}
	var wrong fault.Invalid
	for _, w := range c.Check(Told()) {
		field := map[string]string{"from": "on", "cover": "next", "why": "what"}[w.Field]
		if field == "" {
			field = w.Field
		}
		wrong.Add(field, w.Words)
	}
	if !said(o.Name, 120) {
		wrong.Add("name", "Enter your name, in up to 120 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	name := strings.TrimSpace(o.Name)
	made, err := r.change(ctx, tx, o.By, a, of, c, name)
	if err != nil {
		return "", err
	}
	told, err := ChangeByID(ctx, tx, a.ID, made)
	if err != nil {
		return "", err
	}
	_, err = r.entry(ctx, tx, o.By, a, of, NewEntry{Kind: Notice, On: r.today(), ToldBy: "day", Words: told.Says(r.today()), Seen: SeenByUs}, name)
	return made, err
}

// ConfirmHandover records that the successor has what they need. Sent twice, it is
// done once.
func (r *Relationships) ConfirmHandover(ctx context.Context, o Officer, a area.Area, of ID, hid HandoverID, form string) error {
	_, err := r.once(ctx, o.By, form, content("confirm", a, hid, o.Name), func(tx *db.Tx) (string, error) {
		return string(hid), r.ConfirmHandoverIn(ctx, tx, o, a, of, hid)
	})
	return err
}

// ConfirmHandoverIn is ConfirmHandover as part of a transaction. A handover on our
// side is nothing of theirs.
func (r *Relationships) ConfirmHandoverIn(ctx context.Context, tx *db.Tx, o Officer, a area.Area, of ID, hid HandoverID) error {
	if err := o.must(PartHandover); err != nil {
		return err
	}
	h, err := HandoverByID(ctx, tx, a.ID, hid)
	if err != nil {
		return err
	}
	if h.Relationship != of || h.Side != Theirs || !h.StoppedOn.IsZero() {
		return fault.NotFound
	}
	for _, s := range h.Steps {
		if s.Kind == ConfirmedIt && s.DoneOn.IsZero() {
			return r.tick(ctx, tx, o.By, a, hid, s.Position, r.today(), strings.TrimSpace(o.Name))
		}
	}
	return nil
}

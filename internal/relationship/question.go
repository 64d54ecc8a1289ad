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
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/person"
)

// A QuestionID names a question.
type QuestionID string

// A Question is something that somebody asks of an agency, or reports to it,
// through the partnership (S13). It says whose turn it is, how often it was passed
// on, and how old it is, in words that accuse nobody.
type Question struct {
	ID      QuestionID
	Number  int64 // in its area, from 1 on
	Issue   bool  // something is wrong somewhere; else somebody wants to know
	What    string
	Place   string
	AskedBy access.PersonID // "" where they have no account
	Asker   string
	Reach   string
	AskedOn date.Date
	NotedBy access.PersonID
	Steps   []QuestionStep

	rests area.Rests // when the area rests: such days are nobody's silence
}

// A QuestionStep is what was done about a question.
type QuestionStep struct {
	Number int64
	What   QuestionAct
	On     date.Date
	With   ID // the relationship with whom it is
	Who    string
	Words  string
	By     access.PersonID
	At     time.Time
}

// A QuestionAct is one thing that is done about a question.
type QuestionAct string

// What is done.
const (
	Sent         QuestionAct = "sent"             // to whose it is
	PassedOn     QuestionAct = "passed on"        // by them, to somebody else
	Answered     QuestionAct = "answered"         //
	AskedWriting QuestionAct = "asked in writing" // once
	InWriting    QuestionAct = "confirmed"        // in writing
	ToldAsker    QuestionAct = "told"             // to who asked
	Closed       QuestionAct = "closed"           // without an answer, with a reason
)

// QuestionActs lists them, with what each is in words.
func QuestionActs() []struct {
	Act   QuestionAct
	Words string
} {
	return []struct {
		Act   QuestionAct
		Words string
	}{
		{Sent, "We sent it to whose it is"},
		{PassedOn, "It was passed on to somebody else"},
		{Answered, "There is an answer"},
		{AskedWriting, "We asked for it in writing (once)"},
		{InWriting, "They confirmed it in writing"},
		{ToldAsker, "We told who asked"},
		{Closed, "We leave it there"},
	}
}

// InWords is what was done, as a reader wants it.
func (a QuestionAct) InWords() string {
	for _, one := range QuestionActs() {
		if one.Act == a {
			return one.Words
		}
	}
	return ""
}

func (q Question) has(act QuestionAct) bool {
	return slices.ContainsFunc(q.Steps, func(s QuestionStep) bool { return s.What == act })
}

// Redirects counts how often it was passed on.
func (q Question) Redirects() (n int) {
	for _, s := range q.Steps {
		if s.What == PassedOn {
			n++
		}
	}
	return n
}

// With is with whom it is: the last to whom it went.
func (q Question) With() (of ID, who string) {
	for _, s := range q.Steps {
		if s.What == Sent || s.What == PassedOn {
			of, who = s.With, s.Who
		}
	}
	return of, who
}

// Open reports whether it waits for an answer, or who asked for being told it.
func (q Question) Open() bool { return !q.has(ToldAsker) && !q.has(Closed) }

// Days is how many days it took, or has taken so far, on which the area was open: from
// when it was asked to when there was an answer (R37).
func (q Question) Days(day date.Date) int { return q.rests.OpenDays(q.AskedOn, q.until(day)) }

// Rested reports whether the area was closed on some of the days since it was asked.
func (q Question) Rested(day date.Date) bool {
	return q.Days(day) != q.AskedOn.DaysUntil(q.until(day))
}

func (q Question) until(day date.Date) date.Date {
	for _, s := range q.Steps {
		if s.What == Answered || s.What == Closed {
			day = s.On
		}
	}
	return day
}

// Stands is whose turn it is, in words.
func (q Question) Stands() string {
	_, who := q.With()
	switch {
	case q.has(ToldAsker):
		return "Answered, and told"
	case q.has(Closed):
		return "Left there"
	case q.has(Answered) || q.has(InWriting):
		return "Answered: tell who asked"
	case who != "":
		return "With " + who
	}
	return "With us: find out whose it is"
}

// Step is the last step of an act, and whether there is one.
func (q Question) Step(act QuestionAct) (found QuestionStep, is bool) {
	for _, s := range q.Steps {
		if s.What == act {
			found, is = s, true
		}
	}
	return found, is
}

// NewQuestion is a question as somebody asks it.
type NewQuestion struct {
	Form   string
	Issue  bool
	What   string
	Place  string
	Asker  string          // where it is noted for somebody else
	Person access.PersonID // of whom it is noted for, where they have an account
	Reach  string
	On     date.Date // when they asked, where it is noted for somebody else; today where it is empty
}

// Check says what is wrong with n, if anything.
func (n NewQuestion) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.What, 1000) {
		wrong.Add("what", "Say what you want to know, or what is wrong, in up to 1,000 letters")
	}
	if !fits(n.Place, 200) {
		wrong.Add("place", "Say where it is in up to 200 letters")
	}
	if !fits(n.Asker, 120) {
		wrong.Add("asker", "Enter their name, in up to 120 letters")
	}
	if !fits(n.Reach, 200) {
		wrong.Add("reach", "Say how to tell them in up to 200 letters")
	}
	return wrong
}

// Ask asks something. Sent twice, it counts once.
func (r *Relationships) Ask(ctx context.Context, by access.Actor, a area.Area, n NewQuestion) (QuestionID, error) {
	made, err := r.once(ctx, by, n.Form, content("ask", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := r.AskIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return QuestionID(made), err
}

// AskIn is Ask as part of a transaction. Who keeps the relationships may note it
// for somebody else.
func (r *Relationships) AskIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewQuestion) (QuestionID, error) {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	asker, who, on := by.Person, by.Name, r.today()
	if by.May(access.KeepRelationships, a.Place()) {
		if n.On.After(on) {
			return "", fault.Invalid{{Field: "on", Words: "Enter the day on which it was asked: today or earlier"}}
		}
		if n.Asker != "" {
			asker, who = n.Person, n.Asker
		}
		if !n.On.IsZero() {
			on = n.On
		}
	}
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM questions WHERE area_id = $1`, a.ID)
	if err != nil {
		return "", err
	}
	kind := "question"
	if n.Issue {
		kind = "issue"
	}
	made := id.New[QuestionID](r.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO questions (area_id, id, number, kind, what, place, asked_by, asker, reach, asked_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, made, number, kind, strings.TrimSpace(n.What), strings.TrimSpace(n.Place), asker, strings.TrimSpace(who), strings.TrimSpace(n.Reach), on, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert question: %w", err)
	}
	return made, r.record(ctx, tx, by, a, "question asked", string(made), map[string]string{
		"number": strconv.FormatInt(number, 10), "kind": kind, "on": on.String(),
	}, strings.Join([]string{n.What, n.Place, who, n.Reach}, "\n"))
}

// NewQuestionStep is what is done about a question, as somebody notes it.
type NewQuestionStep struct {
	Form  string
	What  QuestionAct
	On    date.Date
	With  ID
	Who   string // where it is nobody with whom we keep a relationship
	Words string
}

// Check says what is wrong with n, if anything.
func (n NewQuestionStep) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.What.InWords() == "" {
		wrong.Add("what", "Choose what was done")
	}
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it was: today or earlier")
	}
	if (n.What == Sent || n.What == PassedOn) && n.With == "" && !said(n.Who, 120) {
		wrong.Add("with", "Choose with whom it is now, or write who it is")
	}
	if !fits(n.Who, 120) {
		wrong.Add("who", "Say it in up to 120 letters")
	}
	if (n.What == Answered || n.What == Closed) && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say what the answer is, or why you leave it there")
	}
	if !fits(n.Words, 2000) {
		wrong.Add("words", "Say it in up to 2,000 letters")
	}
	return wrong
}

// NoteQuestion records what was done about a question. Sent twice, it counts once.
func (r *Relationships) NoteQuestion(ctx context.Context, by access.Actor, a area.Area, q QuestionID, n NewQuestionStep) error {
	_, err := r.once(ctx, by, n.Form, content("question step", a, q, n), func(tx *db.Tx) (string, error) {
		return string(q), r.NoteQuestionIn(ctx, tx, by, a, q, n)
	})
	return err
}

// NoteQuestionIn is NoteQuestion as part of a transaction.
func (r *Relationships) NoteQuestionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, qid QuestionID, n NewQuestionStep) error {
	q, err := QuestionByID(ctx, tx, a.ID, qid)
	if err != nil {
		return err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	wrong := n.Check(r.today())
	if n.On.Before(q.AskedOn) {
		wrong.Add("on", "Enter a day after it was asked, on "+q.AskedOn.Long())
	}
	if n.What == AskedWriting && q.has(AskedWriting) {
		wrong.Add("what", "We asked for it in writing once already: that is enough")
	}
	if n.What == ToldAsker && !q.has(Answered) && !q.has(InWriting) {
		wrong.Add("what", "Note first what the answer is")
	}
	if n.With != "" && n.Who == "" {
		one, err := ByID(ctx, tx, a.ID, n.With)
		if err != nil {
			wrong.Add("with", "Choose one from the list")
		}
		n.Who = one.Name
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if n.What != Sent && n.What != PassedOn {
		n.With, n.Who = "", ""
	}
	number := int64(len(q.Steps) + 1)
	if _, err := tx.Exec(ctx, `
		INSERT INTO question_steps (area_id, question_id, number, what, on_day, relationship_id, who, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, q.ID, number, n.What, n.On, orNull(n.With), strings.TrimSpace(n.Who), strings.TrimSpace(n.Words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert question step: %w", err)
	}
	if n.What == ToldAsker {
		if err := r.tell(ctx, tx, by, a, q); err != nil {
			return err
		}
	}
	return r.record(ctx, tx, by, a, "question step", string(q.ID), map[string]string{
		"number": strconv.FormatInt(number, 10), "what": string(n.What), "on": n.On.String(), "relationship": string(n.With),
	}, n.Who+"\n"+n.Words)
}

// tell writes to who asked, where they have an account and did not note it
// themselves, that there is an answer: not what was asked, and not what the answer is.
func (r *Relationships) tell(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, q Question) error {
	if q.AskedBy == "" || q.AskedBy == by.Person {
		return nil
	}
	who, err := person.ByID(ctx, tx, q.AskedBy)
	if errors.Is(err, fault.NotFound) || err == nil && who.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return mail.SendIn(ctx, tx, r.IDs, r.Now(), mail.Message{
		To: who.Email, Subject: a.Name + ": there is an answer for you",
		Words:  []string{"Hello " + who.Name + ".", "You asked something through the people of " + a.Name + ", on " + q.AskedOn.Long() + ". There is an answer now."},
		Action: "Read the answer", Link: r.BaseURL + "/areas/" + a.Slug + "/questions/" + string(q.ID),
		After: []string{"What you asked, and what was answered, does not stand in this mail."},
	})
}

// Mailed reports whether who asked can be told by mail that there is an answer.
func (q Question) Mailed(by access.Actor) bool { return q.AskedBy != "" && q.AskedBy != by.Person }

const questionColumns = `id, number, kind, what, place, asked_by, asker, reach, asked_on, noted_by FROM questions`

func scanQuestion(r db.Row) (q Question, err error) {
	var kind string
	err = r.Scan(&q.ID, &q.Number, &kind, &q.What, &q.Place, &q.AskedBy, &q.Asker, &q.Reach, &q.AskedOn, &q.NotedBy)
	q.Issue = kind == "issue"
	return q, err
}

// Questions lists the questions of an area, or those that one person asked or noted,
// the latest first.
func Questions(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) ([]Question, error) {
	all, err := db.All(ctx, tx, scanQuestion, `
		SELECT `+questionColumns+` WHERE area_id = $1 AND ($2 = '' OR asked_by = $2 OR noted_by = $2) ORDER BY number DESC`, a, who)
	if err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	return all, questionSteps(ctx, tx, a, all)
}

func questionSteps(ctx context.Context, tx *db.Tx, a area.ID, all []Question) error {
	if len(all) == 0 {
		return nil
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	at := map[QuestionID]int{}
	for i, q := range all {
		at[q.ID], all[i].rests = i, rests
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var q QuestionID
		var s QuestionStep
		err := r.Scan(&q, &s.Number, &s.What, &s.On, &s.With, &s.Who, &s.Words, &s.By, &s.At)
		if i, is := at[q]; is {
			all[i].Steps = append(all[i].Steps, s)
		}
		return err
	}, `SELECT question_id, number, what, on_day, COALESCE(relationship_id, ''), who, words, noted_by, noted_at FROM question_steps WHERE area_id = $1 ORDER BY question_id, number`, a)
	if err != nil {
		return fmt.Errorf("question steps: %w", err)
	}
	return nil
}

// QuestionByID is a question, or fault.NotFound.
func QuestionByID(ctx context.Context, tx *db.Tx, a area.ID, q QuestionID) (Question, error) {
	one, err := db.One(ctx, tx, scanQuestion, `SELECT `+questionColumns+` WHERE area_id = $1 AND id = $2`, a, q)
	if err != nil {
		return one, err
	}
	all := []Question{one}
	err = questionSteps(ctx, tx, a, all)
	return all[0], err
}

// SeenBy reports whether somebody may read a question: who asked it, and who sees
// the relationships of the area.
func (q Question) SeenBy(by access.Actor, a area.Area) bool {
	return by.May(access.SeeRelationships, a.Place()) || by.May(access.PutForward, a.Place()) && (q.AskedBy == by.Person || q.NotedBy == by.Person)
}

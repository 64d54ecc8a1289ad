package project

import (
	"cmp"
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
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// An ActivityID names an activity.
type ActivityID string

// A SessionID names a session of an activity.
type SessionID string

// An Activity is what people do together, again and again: a lunch club, a job
// club that an agency brings, a clean-up (S16).
type Activity struct {
	ID        ActivityID
	Project   ID // "" for one that is part of none
	Name      string
	Words     string
	Timetable string // when and where: "Thursdays, 3 to 6, in the Hub"
	Host      string // whose service it is, where somebody else brings it
	BegunOn   date.Date
	Sums      Sums
	Turns     []Turn // in the order of their days
}

// Sums are what an activity's sessions come to.
type Sums struct {
	Sessions, Came, Meals, Placements, Cleanups int64
	LastOn                                      date.Date
}

// A TurnKind is what became of an activity.
type TurnKind string

// The kinds. To be run by somebody else, or copied, is success.
const (
	NowRunBy TurnKind = "now run by"
	CopiedBy TurnKind = "copied by"
	Ceased   TurnKind = "stopped"
)

// A Turn is that an activity is run by somebody else from a day on, that somebody
// copied it, or that it stopped.
type Turn struct {
	Kind         TurnKind
	On           date.Date
	Who          string
	Organisation organisation.ID
	Words        string
}

// RunBy is who runs it now, "" where it is still ours.
func (a Activity) RunBy() string {
	who := ""
	for _, t := range a.Turns {
		if t.Kind == NowRunBy {
			who = t.Who
		}
	}
	return who
}

// StoppedOn is the day on which it stopped, no day while it goes on.
func (a Activity) StoppedOn() date.Date {
	var day date.Date
	for _, t := range a.Turns {
		if t.Kind == Ceased {
			day = t.On
		}
	}
	return day
}

// Standing is how it stands with an activity, in words.
func (a Activity) Standing() string {
	switch {
	case !a.StoppedOn().IsZero():
		return "stopped"
	case a.RunBy() != "":
		return "now run by " + a.RunBy()
	}
	return "goes on"
}

// A GiftKind is what a party brings.
type GiftKind string

// The kinds.
const (
	Money  GiftKind = "money"
	Space  GiftKind = "space"
	People GiftKind = "people"
	Food   GiftKind = "food"
	Things GiftKind = "things"
	Advice GiftKind = "advice"
)

// GiftKinds lists them with words for each.
func GiftKinds() []struct {
	Kind  GiftKind
	Words string
} {
	return []struct {
		Kind  GiftKind
		Words string
	}{
		{Food, "Food and tea"}, {People, "People and their time"}, {Space, "Space"}, {Money, "Money"}, {Things, "Things"}, {Advice, "Advice"},
	}
}

// InWords is the kind for people: "food and tea".
func (k GiftKind) InWords() string {
	for _, g := range GiftKinds() {
		if g.Kind == k {
			return strings.ToLower(g.Words)
		}
	}
	return string(k)
}

// A Gift is what one party brought to a session.
type Gift struct {
	Party  string
	Kind   GiftKind
	Amount int64 // pence of money, hours of people, else 0
	Words  string
}

// A Session is one time that an activity took place.
type Session struct {
	ID         SessionID
	Activity   ActivityID
	On         date.Date
	Came       int64
	Meals      int64
	Placements int64
	Cleanups   int64
	Words      string // for those who read the partnership's papers
	Gifts      []Gift
}

// NewActivity is an activity as somebody begins it.
type NewActivity struct {
	Form      string
	Project   ID
	Name      string
	Words     string
	Timetable string
	Host      string
	BegunOn   date.Date
}

// Check says what is wrong with n, if anything.
func (n NewActivity) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter a name, in up to 120 letters")
	}
	for field, words := range map[string]string{"words": n.Words, "timetable": n.Timetable, "host": n.Host} {
		if !fits(words, 500) {
			wrong.Add(field, "Say it in up to 500 letters")
		}
	}
	if n.BegunOn.IsZero() {
		wrong.Add("begun_on", "Enter the day of the first time")
	}
	return wrong
}

// BeginActivity begins an activity. Sent twice, it counts once.
func (p *Projects) BeginActivity(ctx context.Context, by access.Actor, a area.Area, n NewActivity) (ActivityID, error) {
	made, err := p.once(ctx, by, n.Form, content("activity", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := p.BeginActivityIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return ActivityID(made), err
}

// BeginActivityIn is BeginActivity as part of a transaction.
func (p *Projects) BeginActivityIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewActivity) (ActivityID, error) {
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	if n.Project != "" {
		if _, err := ByID(ctx, tx, a.ID, n.Project, p.today()); isNotFound(err) {
			return "", fault.Invalid{{Field: "project", Words: "Choose a project from the list"}}
		} else if err != nil {
			return "", err
		}
	}
	made := id.New[ActivityID](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO activities (area_id, id, project_id, name, words, timetable, host, begun_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, made, orNull(string(n.Project)), strings.TrimSpace(n.Name), strings.TrimSpace(n.Words), strings.TrimSpace(n.Timetable), strings.TrimSpace(n.Host), n.BegunOn, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert activity: %w", err)
	}
	return made, p.record(ctx, tx, by, a, "activity begun", string(made), map[string]string{"project": string(n.Project), "on": n.BegunOn.String()},
		strings.Join([]string{n.Name, n.Words, n.Timetable, n.Host}, "\n"))
}

// NewSession is a session as somebody notes it.
type NewSession struct {
	Form                              string
	On                                date.Date
	Came, Meals, Placements, Cleanups int64
	Words                             string
	Gifts                             []Gift
}

// MostCame bounds every count: who enters more has slipped.
const MostCame = 100_000

// MostGifts is how many contributions a session has.
const MostGifts = 20

// Check says what is wrong with n, if anything. Gifts are named "party-1",
// "gift-1", "amount-1" and so on.
func (n NewSession) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day: today or earlier")
	}
	for _, c := range []struct {
		field string
		count int64
	}{{"came", n.Came}, {"meals", n.Meals}, {"placements", n.Placements}, {"cleanups", n.Cleanups}} {
		if c.count < 0 || c.count > MostCame {
			wrong.Add(c.field, "Enter a whole number, like 24")
		}
	}
	if !fits(n.Words, 1000) {
		wrong.Add("words", "Say it in up to 1,000 letters")
	}
	if len(n.Gifts) > MostGifts {
		wrong.Add("party-1", fmt.Sprintf("Enter up to %d contributions", MostGifts))
	}
	for i, g := range n.Gifts {
		at := "-" + strconv.Itoa(i+1)
		if !said(g.Party, 120) {
			wrong.Add("party"+at, "Say who brought it, in up to 120 letters")
		}
		if !slices.Contains([]GiftKind{Money, Space, People, Food, Things, Advice}, g.Kind) {
			wrong.Add("gift"+at, "Choose what they brought")
		}
		if g.Amount < 0 || (g.Kind == People && g.Amount > MostCame) {
			wrong.Add("amount"+at, "Enter an amount of money, or hours as a whole number")
		}
		if !fits(g.Words, 200) {
			wrong.Add("brought"+at, "Say it in up to 200 letters")
		}
	}
	return wrong
}

// AddSession notes that an activity took place. Sent twice, it counts once.
func (p *Projects) AddSession(ctx context.Context, by access.Actor, a area.Area, of ActivityID, n NewSession) (SessionID, error) {
	made, err := p.once(ctx, by, n.Form, content("session", a, ID(of), n), func(tx *db.Tx) (string, error) {
		made, err := p.AddSessionIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return SessionID(made), err
}

// AddSessionIn is AddSession as part of a transaction.
func (p *Projects) AddSessionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ActivityID, n NewSession) (SessionID, error) {
	if _, err := ActivityByID(ctx, tx, a.ID, of); err != nil {
		return "", err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return "", err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return "", err
	}
	made := id.New[SessionID](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO activity_sessions (area_id, id, activity_id, on_day, came, meals, placements, cleanups, words, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, made, of, n.On, n.Came, n.Meals, n.Placements, n.Cleanups, strings.TrimSpace(n.Words), by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert session: %w", err)
	}
	said := []string{n.Words}
	for i, g := range n.Gifts {
		if g.Kind != Money && g.Kind != People {
			g.Amount = 0
		}
		said = append(said, g.Party, string(g.Kind), strconv.FormatInt(g.Amount, 10), g.Words)
		if _, err := tx.Exec(ctx, `INSERT INTO session_gifts (area_id, session_id, position, party, kind, amount, words) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			a.ID, made, i+1, strings.TrimSpace(g.Party), g.Kind, g.Amount, strings.TrimSpace(g.Words)); err != nil {
			return "", fmt.Errorf("insert contribution: %w", err)
		}
	}
	return made, p.record(ctx, tx, by, a, "session noted", string(made), map[string]string{
		"activity": string(of), "on": n.On.String(), "came": strconv.FormatInt(n.Came, 10), "meals": strconv.FormatInt(n.Meals, 10), "gifts": strconv.Itoa(len(n.Gifts)),
		"placements": strconv.FormatInt(n.Placements, 10), "cleanups": strconv.FormatInt(n.Cleanups, 10),
	}, strings.Join(said, "\n"))
}

// NewTurn is what became of an activity, as somebody notes it.
type NewTurn struct {
	Form  string
	Kind  TurnKind
	On    date.Date
	Who   string
	Words string
}

// Turn notes what became of an activity. Sent twice, it counts once.
func (p *Projects) Turn(ctx context.Context, by access.Actor, a area.Area, of ActivityID, n NewTurn) error {
	_, err := p.once(ctx, by, n.Form, content("turn", a, ID(of), n), func(tx *db.Tx) (string, error) {
		return string(of), p.TurnIn(ctx, tx, by, a, of, n)
	})
	return err
}

// TurnIn is Turn as part of a transaction.
func (p *Projects) TurnIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ActivityID, n NewTurn) error {
	one, err := ActivityByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	switch n.Kind {
	case NowRunBy, CopiedBy:
		if !said(n.Who, 200) {
			wrong.Add("who", "Say by whom, in up to 200 letters")
		}
	case Ceased:
		n.Who = ""
	default:
		wrong.Add("kind", "Choose what became of it")
	}
	if n.On.IsZero() || n.On.After(p.today()) {
		wrong.Add("on", "Enter the day: today or earlier")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if n.Kind == Ceased && !one.StoppedOn().IsZero() {
		return fault.New(fault.Conflict, "It was recorded already that this stopped, on "+one.StoppedOn().Long()+".")
	}
	organisation, err := known(ctx, tx, n.Who)
	if err != nil {
		return err
	}
	number := int64(len(one.Turns)) + 1
	if _, err := tx.Exec(ctx, `
		INSERT INTO activity_turns (area_id, activity_id, number, kind, on_day, who, organisation_id, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, of, number, n.Kind, n.On, strings.TrimSpace(n.Who), orNull(string(organisation)), strings.TrimSpace(n.Words), by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert turn: %w", err)
	}
	return p.record(ctx, tx, by, a, "activity turned", string(of), map[string]string{
		"number": strconv.FormatInt(number, 10), "kind": string(n.Kind), "on": n.On.String(), "organisation": string(organisation),
	}, n.Who+"\n"+n.Words)
}

// Activities lists an area's activities, or those of a project, with their sums:
// those that go on first, by name.
func Activities(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Activity, error) {
	return activities(ctx, tx, a, of, "")
}

// ActivityByID is an activity with its sums, or fault.NotFound.
func ActivityByID(ctx context.Context, tx *db.Tx, a area.ID, of ActivityID) (Activity, error) {
	all, err := activities(ctx, tx, a, "", of)
	if err == nil && len(all) == 0 {
		return Activity{}, fault.NotFound
	}
	if err != nil {
		return Activity{}, err
	}
	return all[0], nil
}

func activities(ctx context.Context, tx *db.Tx, a area.ID, of ID, one ActivityID) ([]Activity, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (x Activity, err error) {
		return x, r.Scan(&x.ID, &x.Project, &x.Name, &x.Words, &x.Timetable, &x.Host, &x.BegunOn,
			&x.Sums.Sessions, &x.Sums.Came, &x.Sums.Meals, &x.Sums.Placements, &x.Sums.Cleanups, &x.Sums.LastOn)
	}, `
		SELECT a.id, COALESCE(a.project_id, ''), a.name, a.words, a.timetable, a.host, a.begun_on,
			COUNT(s.id), CAST(COALESCE(SUM(s.came), 0) AS BIGINT), CAST(COALESCE(SUM(s.meals), 0) AS BIGINT), CAST(COALESCE(SUM(s.placements), 0) AS BIGINT), CAST(COALESCE(SUM(s.cleanups), 0) AS BIGINT), MAX(s.on_day)
		FROM activities a LEFT JOIN activity_sessions s ON s.area_id = a.area_id AND s.activity_id = a.id
		WHERE a.area_id = $1 AND ($2 = '' OR a.project_id = $2) AND ($3 = '' OR a.id = $3)
		GROUP BY a.id, a.project_id, a.name, a.words, a.timetable, a.host, a.begun_on ORDER BY a.name, a.id`, a, of, one)
	if err != nil {
		return nil, fmt.Errorf("activities: %w", err)
	}
	turns := map[ActivityID][]Turn{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ActivityID
		var t Turn
		err := r.Scan(&of, &t.Kind, &t.On, &t.Who, &t.Organisation, &t.Words)
		turns[of] = append(turns[of], t)
		return err
	}, `
		SELECT activity_id, kind, on_day, who, COALESCE(organisation_id, ''), words FROM activity_turns WHERE area_id = $1 ORDER BY on_day, number`, a); err != nil {
		return nil, fmt.Errorf("what became of activities: %w", err)
	}
	for i := range all {
		all[i].Turns = turns[all[i].ID]
	}
	slices.SortStableFunc(all, func(a, b Activity) int {
		return cmp.Compare(len(a.StoppedOn().String()), len(b.StoppedOn().String()))
	})
	return all, nil
}

// Sessions lists up to most sessions of an activity, the latest first, with what
// each party brought.
func Sessions(ctx context.Context, tx *db.Tx, a area.ID, of ActivityID, most int) ([]Session, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (s Session, err error) {
		return s, r.Scan(&s.ID, &s.Activity, &s.On, &s.Came, &s.Meals, &s.Placements, &s.Cleanups, &s.Words)
	}, `
		SELECT id, activity_id, on_day, came, meals, placements, cleanups, words FROM activity_sessions
		WHERE area_id = $1 AND activity_id = $2 ORDER BY on_day DESC, id DESC LIMIT $3`, a, of, most)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	gifts := map[SessionID][]Gift{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of SessionID
		var g Gift
		err := r.Scan(&of, &g.Party, &g.Kind, &g.Amount, &g.Words)
		gifts[of] = append(gifts[of], g)
		return err
	}, `
		SELECT g.session_id, g.party, g.kind, g.amount, g.words
		FROM session_gifts g JOIN activity_sessions s ON s.area_id = g.area_id AND s.id = g.session_id
		WHERE g.area_id = $1 AND s.activity_id = $2 ORDER BY g.session_id, g.position`, a, of); err != nil {
		return nil, fmt.Errorf("contributions: %w", err)
	}
	for i := range all {
		all[i].Gifts = gifts[all[i].ID]
	}
	return all, nil
}

// Given is what one party brought to an activity in all.
type Given struct {
	Party  string
	Kind   GiftKind
	Times  int64
	Amount int64
}

// Givers adds up what each party brought to an activity: who gave most often
// first.
func Givers(ctx context.Context, tx *db.Tx, a area.ID, of ActivityID) ([]Given, error) {
	return db.All(ctx, tx, func(r db.Row) (g Given, err error) {
		return g, r.Scan(&g.Party, &g.Kind, &g.Times, &g.Amount)
	}, `
		SELECT g.party, g.kind, COUNT(*), CAST(SUM(g.amount) AS BIGINT)
		FROM session_gifts g JOIN activity_sessions s ON s.area_id = g.area_id AND s.id = g.session_id
		WHERE g.area_id = $1 AND s.activity_id = $2 GROUP BY g.party, g.kind ORDER BY COUNT(*) DESC, g.party, g.kind`, a, of)
}

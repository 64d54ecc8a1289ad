package area

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// TakenRules are a rule book as a programme took it, from a day on. What was
// done before that day was done by the rules before.
type TakenRules struct {
	Number  int64
	Rules   RuleBook
	From    date.Date
	TakenBy access.PersonID
	TakenAt time.Time
}

func insertRuleBook(ctx context.Context, tx *db.Tx, p ProgrammeID, t TakenRules, text string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO programme_rulebooks (programme_id, number, rulebook, version, text, from_on, taken_by, taken_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p, t.Number, t.Rules.Code, t.Rules.Version, text, t.From, t.TakenBy, t.TakenAt)
	return err
}

// RulesOf lists the rule books that a programme has had, the first one first.
func RulesOf(ctx context.Context, tx *db.Tx, p ProgrammeID) ([]TakenRules, error) {
	return db.All(ctx, tx, func(r db.Row) (t TakenRules, err error) {
		var text string
		if err := r.Scan(&t.Number, &text, &t.From, &t.TakenBy, &t.TakenAt); err != nil {
			return t, err
		}
		t.Rules, err = readRuleBook([]byte(text))
		return t, err
	}, `SELECT number, text, from_on, taken_by, taken_at FROM programme_rulebooks WHERE programme_id = $1 ORDER BY number`, p)
}

// RulesAt is the rule book by which something was done at an instant: a payment
// that was prepared then keeps it, whatever came later.
func RulesAt(ctx context.Context, tx *db.Tx, p ProgrammeID, at time.Time) (RuleBook, error) {
	all, err := RulesOf(ctx, tx, p)
	if err != nil {
		return RuleBook{}, err
	}
	if len(all) == 0 {
		return RuleBook{}, fault.NotFound
	}
	for _, t := range slices.Backward(all) {
		if !t.TakenAt.After(at) {
			return t.Rules, nil
		}
	}
	return all[0].Rules, nil
}

// ReadRuleBook reads the text of a rule book, as it stands in a file.
func ReadRuleBook(text []byte) (RuleBook, error) {
	b, err := readRuleBook(text)
	if err != nil {
		return RuleBook{}, fault.Invalid{{Field: "file", Words: "This rule book cannot be used: " + err.Error()}}
	}
	return b, nil
}

// ShippedRuleBook is the text of a rule book that came with the program.
func ShippedRuleBook(code string) ([]byte, error) { return ruleBookText(code) }

// TakeRules has a programme go by another version of its rule book from now on.
func (a *Areas) TakeRules(ctx context.Context, by access.Actor, p ProgrammeID, text []byte) (t TakenRules, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		t, err = a.TakeRulesIn(ctx, tx, by, p, text)
		return err
	})
	if err != nil {
		return TakenRules{}, fmt.Errorf("take rules: %w", err)
	}
	return t, nil
}

// TakeRulesIn is TakeRules as part of a transaction.
func (a *Areas) TakeRulesIn(ctx context.Context, tx *db.Tx, by access.Actor, pid ProgrammeID, text []byte) (TakenRules, error) {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return TakenRules{}, err
	}
	rules, err := ReadRuleBook(text)
	if err != nil {
		return TakenRules{}, err
	}
	before, err := RulesOf(ctx, tx, pid)
	if err != nil {
		return TakenRules{}, err
	}
	if len(before) == 0 {
		return TakenRules{}, fault.NotFound
	}
	last := before[len(before)-1]
	if err := MayFollow(last.Rules, rules); err != nil {
		return TakenRules{}, err
	}
	now := a.Now()
	t := TakenRules{Number: last.Number + 1, Rules: rules, From: date.Of(now), TakenBy: by.Person, TakenAt: now}
	if err := insertRuleBook(ctx, tx, pid, t, string(text)); err != nil {
		return TakenRules{}, err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE programmes SET rulebook_version = $1, rulebook_text = $2 WHERE id = $3`, rules.Version, string(text), pid); err != nil {
		return TakenRules{}, err
	}
	return t, audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(pid), Act: "rule book taken", Subject: string(pid), By: by, At: now,
		Facts: facts("rule book", rules.Code, "was version", strconv.Itoa(last.Rules.Version), "is version", strconv.Itoa(rules.Version), "from", t.From.String(), "text", textDigest(text)),
	})
}

// textDigest is the SHA-256 of the text of a rule book, as its event has it.
func textDigest(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// ruleBookReaders hold every rule book that a programme had against the event of when
// it was taken, and that by which it goes against the last. Events of old do not say
// what was in it.
func ruleBookReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	type taken struct{ code, version, from, by, text string }
	rows, heard, last := map[[2]string]taken{}, map[string]int{}, map[string]taken{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var programme, number, text string
		var t taken
		err := r.Scan(&programme, &number, &t.code, &t.version, &text, &t.from, &t.by)
		t.text = textDigest([]byte(text))
		if rules, err := readRuleBook([]byte(text)); err != nil || rules.Code != t.code || strconv.Itoa(rules.Version) != t.version {
			report("programme " + programme + ": rule book " + number + " is kept as another than it says")
		}
		rows[[2]string{programme, number}], last[programme] = t, t
		return err
	}, `
		SELECT programme_id, CAST(number AS TEXT), rulebook, CAST(version AS TEXT), text, CAST(from_on AS TEXT), taken_by
		FROM programme_rulebooks ORDER BY programme_id, number`); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var programme, code, version, text string
		err := r.Scan(&programme, &code, &version, &text)
		if was := last[programme]; was.code != code || was.version != version || was.text != textDigest([]byte(text)) {
			report("programme " + programme + ": it goes by another rule book than it took last")
		}
		return err
	}, `SELECT id, rulebook, CAST(rulebook_version AS TEXT), rulebook_text FROM programmes`); err != nil {
		return nil, err
	}
	hear := func(version string) func(audit.Recorded) {
		return func(e audit.Recorded) {
			heard[e.Stream]++
			k := [2]string{e.Stream, strconv.Itoa(heard[e.Stream])}
			is, there := rows[k]
			from, text := e.Facts["from"], e.Facts["text"]
			if !there || is.code != e.Facts["rule book"] || is.version != e.Facts[version] || is.by != "system" && is.by != e.Person ||
				from != "" && is.from != from || text != "" && is.text != text {
				report("programme " + e.Stream + ": rule book " + k[1] + " is not as it was taken")
			}
			delete(rows, k)
		}
	}
	return []audit.Reader{
		{Act: "programme begun", Hear: hear("rule book version")},
		{Act: "rule book taken", Hear: hear("is version"), End: func() {
			for k := range rows {
				report("programme " + k[0] + ": rule book " + k[1] + " has no event that recorded it")
			}
		}},
	}, nil
}

// MayFollow refuses a rule book that is no later version, or that no longer
// knows a theme that money was told of under.
func MayFollow(was, is RuleBook) error {
	switch {
	case was.Code != is.Code:
		return fault.New(fault.Conflict, fmt.Sprintf("This programme goes by %s, and the file is of %s. Take a version of the former.", was.Code, is.Code))
	case is.Version <= was.Version:
		return fault.New(fault.Conflict, fmt.Sprintf("This programme goes by version %d already. A change needs a higher number than that.", was.Version))
	case is.RegrantType == "" && was.RegrantType != "":
		return fault.New(fault.Conflict, "The rule book says no longer how 360Giving counts its money (regrant_type). Put it back.")
	}
	for _, t := range was.Themes {
		if _, ok := is.Theme(t.Code); !ok {
			return fault.New(fault.Conflict, fmt.Sprintf("The rule book no longer has the theme %s, under which money may have been spent. Put it back: its name may change.", t.Code))
		}
	}
	return nil
}

// A RuleChange is one rule that differs between two rule books, in words.
type RuleChange struct{ Rule, Was, Is string }

// RuleChanges lists what differs between two rule books, rule by rule.
func RuleChanges(was, is RuleBook) []RuleChange {
	var all []RuleChange
	now := is.Plain()
	for i, r := range was.Plain() {
		if r.Value != now[i].Value {
			all = append(all, RuleChange{r.Name, r.Value, now[i].Value})
		}
	}
	return all
}

package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// NewRules is how a partnership agreed to decide, from a day on.
type NewRules struct {
	Form            string
	From            date.Date
	MayVote         bool
	Majority        Majority
	ResidentQuorum  int
	Councillors     CouncillorRule
	CouncillorWords string
	Words           string
	DecidedAt       string
}

const longestRules = 3000

// Check says what is wrong with n, if anything.
func (n NewRules) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid // in the order in which people are asked
	if n.MayVote && !slices.Contains(Majorities(), n.Majority) {
		wrong.Add("majority", "Choose how many of the votes carry it")
	}
	if n.ResidentQuorum < 0 || n.ResidentQuorum > 200 {
		wrong.Add("resident_quorum", "Enter how many residents must vote, from 0 to 200")
	}
	if !slices.Contains(CouncillorRules(), n.Councillors) {
		wrong.Add("councillors", "Choose what part councillors have")
	}
	checkWords(&wrong, "councillor_words", n.CouncillorWords, longestRules)
	checkWords(&wrong, "words", n.Words, longestRules)
	checkDays(&wrong, n.From, date.Date{}, today)
	if strings.TrimSpace(n.DecidedAt) == "" {
		wrong.Add("decided_at", "Enter where it was agreed, such as “Meeting of 20 October, item 4”")
	}
	checkWords(&wrong, "decided_at", n.DecidedAt, 200)
	return wrong
}

// SetRules records how a partnership decides from a day on. Sent twice, it counts once.
func (p *Partnerships) SetRules(ctx context.Context, by access.Actor, a area.Area, n NewRules) error {
	content := []any{a.ID, n.From.String(), n.MayVote, n.Majority, n.ResidentQuorum, n.Councillors, n.CouncillorWords, n.Words, n.DecidedAt}
	_, err := p.once(ctx, by, "set rules", n.Form, content, func(tx *db.Tx) (string, error) {
		r, err := p.SetRulesIn(ctx, tx, by, a, n)
		return strconv.FormatInt(r.Version, 10), err
	})
	return err
}

// SetRulesIn is SetRules as part of a transaction. A version holds from its day
// until the next one does, so the days of versions never go back.
func (p *Partnerships) SetRulesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewRules) (Rules, error) {
	if err := by.Must(access.SetHowWeDecide, a.Place()); err != nil {
		return Rules{}, err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Rules{}, err
	}
	before, err := EveryRules(ctx, tx, a.ID)
	if err != nil {
		return Rules{}, err
	}
	r := Rules{
		Version: 1, From: n.From, MayVote: n.MayVote, Majority: n.Majority, ResidentQuorum: n.ResidentQuorum, Councillors: n.Councillors,
		CouncillorWords: strings.TrimSpace(n.CouncillorWords), Words: strings.TrimSpace(n.Words), DecidedAt: strings.TrimSpace(n.DecidedAt),
		SetBy: by.Person, SetAt: p.Now(),
	}
	if !r.MayVote {
		r.Majority, r.ResidentQuorum = MoreThanHalf, 0
	}
	if len(before) > 0 {
		r.Version = before[0].Version + 1
		if n.From.Before(before[0].From) {
			return Rules{}, fault.Invalid{{Field: "from", Words: "What was agreed last holds from " + before[0].From.Long() + ". Enter that day or a later one"}}
		}
	}
	if err := insertRules(ctx, tx, a.ID, r); err != nil {
		return Rules{}, fmt.Errorf("insert rules: %w", err)
	}
	return r, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "how we decide set", Subject: "rules:" + strconv.FormatInt(r.Version, 10), By: by, At: r.SetAt,
		Facts: r.facts(), Private: strings.Join([]string{r.DecidedAt, r.CouncillorWords, r.Words}, "\n\n"),
	})
}

func (r Rules) facts() map[string]string {
	return map[string]string{
		"from": r.From.String(), "may vote": yesNo(r.MayVote), "majority": string(r.Majority),
		"residents’ votes": strconv.Itoa(r.ResidentQuorum), "councillors": string(r.Councillors),
	}
}

func insertRules(ctx context.Context, tx *db.Tx, a area.ID, r Rules) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO partnership_rules (area_id, number, from_on, may_vote, majority, resident_quorum, councillors, councillor_words, words, decided_at, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a, r.Version, r.From, r.MayVote, r.Majority, r.ResidentQuorum, r.Councillors, r.CouncillorWords, r.Words, r.DecidedAt, r.SetBy, r.SetAt)
	return err
}

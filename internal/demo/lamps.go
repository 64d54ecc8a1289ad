package demo

import (
	"context"
	"slices"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/meeting"
)

// forumOnThePaths is what the forum is called from whose agenda the lamps came.
const forumOnThePaths = "Forum on the green and the paths"

// lamps is a decision that came of a forum and was voted on: some voted on paper or
// by telephone, and the minority’s words stand beside the result.
func (t *tableStory) lamps(ctx context.Context, tx *db.Tx) error {
	a, closes := t.star.area, t.today.AddDays(-14)
	if resting, err := area.ClosedOn(ctx, tx, a.ID, closes); err != nil || resting {
		return err // no vote closes while they rest
	}
	n := decision.NewProposal{Kind: decision.Other, Words: decision.NewText{
		Title: "Lamps along the path", Question: "Shall we ask the council for six lamps along the path to the school?",
		Words: "Low ones, that go off at eleven. We say where it is too dark, and they say what it costs.", Told: "At the forum, nearly everybody with children",
		HearDays: 7, Parties: []decision.Party{{Part: decision.Hears, Name: a.AuthorityName}},
	}}
	if err := t.fromTheForum(ctx, tx, &n); err != nil {
		return err
	}
	t.on(30, 10)
	number, err := t.put(ctx, tx, "Aneela Hussain", n)
	if err != nil {
		return err
	}
	t.on(27, 18)
	if err := t.allSupport(ctx, tx, number, "Denise Okafor", "Yusuf Rahman", "Aneela Hussain", "Bernadette Lowe", "Leroy Grant"); err != nil {
		return err
	}
	if err := t.say(ctx, tx, number, "Tom Pearce", decision.Cannot, "Six lamps all night is a runway. Two at the bend would do."); err != nil {
		return err
	}
	if err := t.record(ctx, tx, number, decision.NewAttempt{Words: "Tom cannot live with six. The others would not have two."}); err != nil {
		return err
	}
	t.on(22, 9)
	if err := t.decisions.OpenVoteIn(ctx, tx, t.star.chair, a, number, decision.NewVote{ClosesAt: decision.At(closes, 20)}); err != nil {
		return err
	}
	if err := t.lampBallots(ctx, tx, number); err != nil {
		return err
	}
	t.now = closes.AddDays(1).At(10, 0)
	if err := t.decisions.CloseIn(ctx, tx, t.star.chair, a, number, decision.NewResult{Words: "We tell the council that not all of us wanted as many."}); err != nil {
		return err
	}
	t.now = closes.AddDays(4).At(14, 0)
	return t.decisions.TellIn(ctx, tx, t.star.worker, a, number, decision.NewTelling{Party: 0, On: date.Of(t.now), How: "by letter to the lighting team"})
}

// fromTheForum has a proposal come of what the forum said about lights, where there
// was one.
func (t *tableStory) fromTheForum(ctx context.Context, tx *db.Tx, n *decision.NewProposal) error {
	past, err := meeting.Before(ctx, tx, t.star.area.ID, t.today.At(0, 0), 0, 10)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(past, func(m meeting.Meeting) bool { return m.Title == forumOnThePaths })
	if at < 0 {
		return nil
	}
	items, err := meeting.Agenda(ctx, tx, past[at])
	if err != nil || len(items) == 0 {
		return err
	}
	n.Meeting, n.AgendaItem = string(past[at].ID), string(items[len(items)-1].ID)
	return nil
}

// lampBallots are seven votes: one of them on paper and one by telephone, each
// confirmed by a second person, and the councillors’ one.
func (t *tableStory) lampBallots(ctx context.Context, tx *db.Tx, number int64) error {
	a := t.star.area
	d, err := decision.ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	for turn, b := range []struct {
		whose  string
		choice decision.Choice
		reason string
		via    decision.Via
	}{
		{"Denise Okafor", decision.Yes, "", decision.BySelf},
		{"Yusuf Rahman", decision.Yes, "", decision.BySelf},
		{"Aneela Hussain", decision.Yes, "My two walk home there.", decision.BySelf},
		{"Tom Pearce", decision.No, "Two at the bend would do, and the bats would stay.", decision.BySelf},
		{"Maggie Doyle", decision.No, "", decision.BySelf},
		{"Bernadette Lowe", decision.Yes, "", decision.OnPaper},
		{"Leroy Grant", decision.Yes, "", decision.ByTelephone},
	} {
		t.now = t.now.Add(9 * time.Hour)
		n := decision.NewBallot{Hash: d.Text().Hash, Choice: b.choice, Reason: b.reason, MayPrint: b.reason != ""}
		by := t.who[b.whose]
		if b.via != decision.BySelf {
			n.For, n.Via, by = by.Person, b.via, t.star.worker
		}
		if err := t.decisions.VoteIn(ctx, tx, by, a, number, n); err != nil {
			return err
		}
		if n.For == "" {
			continue
		}
		if err := t.decisions.ConfirmIn(ctx, tx, t.who["Yusuf Rahman"], a, number, decision.ABallot, int64(turn)+1); err != nil {
			return err
		}
	}
	return nil
}

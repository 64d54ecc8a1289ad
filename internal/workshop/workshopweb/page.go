package workshopweb

import (
	"context"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// recordData is the page of one record.
type recordData struct {
	Shell       web.Shell
	Title, Lead string
	Kind        web.Kind
	Status      string
	Shared      bool
	Tools       []web.Tool
	Notes       []note
	Cards       []card
	Does        []doing
}

var leads = map[workshop.Kind]string{
	workshop.Mapping:      "One step after the other, in your own time. Everything is kept as you go: stop when the tea is ready.",
	workshop.Conversation: "Both sides have to want it. Each says so by itself, and “not now” needs no reason.",
	workshop.Scores:       "Both sides score apart. What each says is shown to the other only once both agree.",
	workshop.Check:        "Each marks by themselves what happens already. Where people see it differently, there is something to talk about.",
	workshop.Agreement:    "What was agreed, in plain words, so that whoever comes next can find it.",
	workshop.Seat:         "Who sits at whose table, and what it is worth.",
	workshop.Credit:       "Nothing is published before both sides agree to the words.",
	workshop.Celebration:  "So that those who did it are seen.",
}

func (p pages) show(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d recordData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) (err error) {
		d, err = p.recordOf(r, tx, s, one)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, recordPage(d))
}

func (p pages) recordOf(r *http.Request, tx *db.Tx, s scene, one workshop.Record) (recordData, error) {
	ctx := r.Context()
	title, err := p.called(r, tx, s, one)
	if err != nil {
		return recordData{}, err
	}
	d := recordData{Title: title, Lead: leads[one.Kind], Shared: one.Shared()}
	d.Shell = p.shell(r, s.by, s.area, title, listLink(s.area, one.Kind), web.Link{Text: title})
	d.Kind, d.Status = status(one)
	open := s.mayKeep && !one.Finished()
	switch one.Kind {
	case workshop.Mapping:
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "The sheets for paper", Href: togetherHref(s.area) + "/paper"})
		before, err := lastBefore(ctx, tx, one)
		if err != nil {
			return d, err
		}
		if before.ID != "" {
			d.Tools = append(d.Tools, web.Tool{Icon: "swap", Text: "Beside the one before", Href: href(s.area, one.ID) + "/compare"})
		}
		if people := len(one.Sheet("gathering", workshop.Ours).Answers.Lines("who")); people > 12 || people > 0 && people < 4 {
			d.Notes = append(d.Notes, note{web.Info, "Four to twelve people are a good number for this. It works with others too, only differently."})
		}
	case workshop.Conversation:
		conversationNotes(&d, one)
	case workshop.Credit:
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "A sheet to brief colleagues", Href: href(s.area, one.ID) + "/brief"})
	case workshop.Scores:
		if open && one.Written("marks") {
			d.Tools = append(d.Tools, web.Tool{Icon: "pen", Text: "Change what we marked", Href: partHref(s.area, one.ID, "marks")})
		}
	case workshop.Check, workshop.Agreement, workshop.Seat, workshop.Celebration:
	}
	if one.Finished() && one.Kind.Words() != "" {
		with, err := otherSide(ctx, tx, one)
		if err != nil {
			return d, err
		}
		if with != "" {
			d.Notes = append(d.Notes, note{web.Good, "Both sides agreed to these words: " + s.area.Name + " and " + with + "."})
		}
	}
	if signed := one.SignedInWords(); signed != "" {
		d.Notes = append(d.Notes, note{web.Good, signed + "."})
	}
	if one.Kind.Invited() && s.mayShare && !one.Finished() {
		d.Tools = append(d.Tools, web.Tool{Icon: "out", Text: "Invite the other side", Href: href(s.area, one.ID) + "/invite"})
	}
	for _, part := range one.Parts() {
		d.Cards = append(d.Cards, p.cardOf(s, one, part, open)...)
	}
	switch one.Kind {
	case workshop.Scores:
		before, err := lastBefore(ctx, tx, one)
		if err != nil {
			return d, err
		}
		if one.Written("marks") {
			d.Cards = append(d.Cards, scoresCards(one.Scoring(before), "We say", "They say")...)
		}
	case workshop.Check:
		d.Cards = append(d.Cards, p.checkCards(s, one)...)
	case workshop.Mapping:
		if err := p.missing(ctx, tx, s, one, &d); err != nil {
			return d, err
		}
	case workshop.Conversation, workshop.Agreement, workshop.Seat, workshop.Credit, workshop.Celebration:
	}
	files, err := workshop.Files(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return d, err
	}
	d.Cards = append(d.Cards, p.filesCard(s, one, files, ""))
	d.Does = p.doings(s, one)
	return d, p.officersDoing(ctx, tx, s, one, &d)
}

// officersDoing lets their officers who have an account take part, or takes that
// back, for who may share.
func (p pages) officersDoing(ctx context.Context, tx *db.Tx, s scene, one workshop.Record, d *recordData) error {
	if !s.mayKeep || !s.mayShare || !one.Kind.Invited() || one.Relationship == "" {
		return nil
	}
	asked, err := workshop.OfficersAsked(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return err
	}
	ask := doing{href(s.area, one.ID) + "/officers", p.site.NewForm(), "Ask their officers who have an account", "They see what a link would show them, and can answer here.", web.Secondary, [][2]string{{"open", "yes"}}}
	if asked {
		d.Notes = append(d.Notes, note{web.Info, "Their officers who have an account can take part."})
		ask.Words, ask.Hint, ask.Fields = "Stop asking their officers", "They see it no more. What they said stays.", [][2]string{{"open", "no"}}
	} else if one.Finished() {
		return nil
	}
	d.Does = append(d.Does, ask)
	return nil
}

// lastBefore is the one of the same kind, and with the same body, before this one.
func lastBefore(ctx context.Context, tx *db.Tx, one workshop.Record) (found workshop.Record, err error) {
	all, err := workshop.Of(ctx, tx, one.Area, one.Kind, one.Relationship)
	for _, r := range all {
		if r.ID != one.ID && r.Day().Before(one.Day()) && (found.ID == "" || found.Day().Before(r.Day())) {
			found = r
		}
	}
	return found, err
}

// paragraphs are the parts of a text that stand apart, by their lines.
func paragraphs(text string) (all [][]string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, strings.Split(part, "\n"))
		}
	}
	return all
}

package app

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/mail"
	"commontable/internal/outbox"
	"commontable/internal/person"
)

// Work does what waits in the outbox, until ctx ends. Any instance does what no
// other is doing.
func (a *App) Work(ctx context.Context) {
	w := a.worker()
	w.Run(ctx, a.tasks(w))
}

func (a *App) worker() *outbox.Worker {
	return &outbox.Worker{DB: a.DB, IDs: a.IDs, Now: a.sessions.Now, Log: a.Log}
}

// tasks are what the program does by itself. Without a server to hand it in,
// mail waits.
func (a *App) tasks(w *outbox.Worker) map[outbox.Kind]outbox.Task {
	tasks := map[outbox.Kind]outbox.Task{
		"sweep expired sessions": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.sessions.Sweep(ctx)
			return err
		}},
		"make checkpoint": {Every: 15 * time.Minute, Do: func(ctx context.Context, _ outbox.Job) error {
			return a.checkpoint(ctx)
		}},
		"sweep uploads that were not sent again": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			return a.DB.Write(ctx, func(tx *db.Tx) error {
				_, err := document.Sweep(ctx, tx, a.Now())
				return err
			})
		}},
		"mail checkpoint": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			return a.mailCheckpoint(ctx)
		}},
		"sweep finished jobs": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := w.Sweep(ctx, a.sessions.Now().AddDate(0, -1, 0))
			return err
		}},
		"remind people": {Every: 30 * time.Minute, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.reminders.Round(ctx)
			return err
		}},
		"sweep reminders": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			return a.reminders.Sweep(ctx)
		}},
		"forget who was asked to come": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.partnerships.ForgetAskedInTime(ctx)
			return err
		}},
		"forget what programs were answered": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.api.Forget(ctx)
			return err
		}},
		"sweep sign-in": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.people.SweepSignIn(ctx)
			return err
		}},
		person.SignInMail: {Do: a.people.WriteSignInMail},
		"sweep mails": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.postman.Sweep(ctx)
			return err
		}},
	}
	if a.postman.Server != nil || a.postman.Keep {
		tasks[mail.Kind] = outbox.Task{Do: a.postman.Send}
	}
	return tasks
}

// checkpoint signs what has happened since the last one, where there is a key
// to sign with and anything happened.
func (a *App) checkpoint(ctx context.Context) error {
	if a.Checkpoints.Key == nil {
		return nil
	}
	_, _, err := a.Checkpoints.Make(ctx)
	switch {
	case errors.Is(err, audit.ErrNothing):
		return nil
	case errors.Is(err, fault.Conflict):
		a.Log.WarnContext(ctx, "no checkpoint was made", "why", err)
		return nil
	}
	return err
}

// mailCheckpoint sends the latest checkpoint to each party that has not had it.
func (a *App) mailCheckpoint(ctx context.Context) error {
	if err := a.checkpoint(ctx); err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		latest, err := audit.LatestCheckpoint(ctx, tx)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		parties, err := audit.Parties(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range parties {
			if p.Sent >= latest.Number {
				continue
			}
			if err := mail.SendIn(ctx, tx, a.IDs, a.Now(), mail.Message{
				To: p.Email, Subject: "Checkpoint " + strconv.FormatInt(latest.Number, 10) + " of the programme’s history: please keep this email",
				Words: []string{
					"Please keep this email. You need do nothing else with it.",
					"It proves what had happened in the programme’s records up to now. If anything of that is ever changed or removed, even by those who run the site, this email will show it.",
					strings.TrimSuffix(latest.Note, "\n"),
				},
				Action: "See all checkpoints", Link: a.baseURL + "/checkpoints",
				After: []string{"To check the records against it: commontable verify --checkpoint FILE, with the text of this email in FILE."},
			}); err != nil {
				return err
			}
			if err := audit.SentTo(ctx, tx, p.ID, latest.Number); err != nil {
				return err
			}
		}
		return nil
	})
}

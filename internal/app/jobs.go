package app

import (
	"context"
	"time"

	"commontable/internal/outbox"
)

// Work does what waits in the outbox, until ctx ends. Any instance does what no
// other is doing.
func (a *App) Work(ctx context.Context) {
	w := &outbox.Worker{DB: a.DB, IDs: a.IDs, Now: a.sessions.Now, Log: a.Log}
	w.Run(ctx, map[outbox.Kind]outbox.Task{
		"sweep expired sessions": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := a.sessions.Sweep(ctx)
			return err
		}},
		"sweep finished jobs": {Every: 24 * time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			_, err := w.Sweep(ctx, a.sessions.Now().AddDate(0, -1, 0))
			return err
		}},
	})
}

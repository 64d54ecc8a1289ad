package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// A Task is what is done for a kind of job. To have something done every hour
// it is enough to name it:
//
//	worker.Run(ctx, map[outbox.Kind]outbox.Task{
//		"sweep expired sessions": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
//			_, err := sessions.Sweep(ctx)
//			return err
//		}},
//	})
//
// However many instances run, it is done once each time.
type Task struct {
	Do    func(ctx context.Context, j Job) error
	Every time.Duration // for what comes round; 0 for what is added
}

// A Worker does jobs.
type Worker struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
	Log *slog.Logger

	kept atomic.Bool // that what comes round is in the table
}

// Pause is how long a worker rests when it found nothing to do.
const Pause = 2 * time.Second

// Run does jobs, one at a time, until ctx ends. What goes wrong is logged, and
// tried again later.
func (w *Worker) Run(ctx context.Context, tasks map[Kind]Task) {
	for {
		if _, err := w.Work(ctx, tasks); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "jobs cannot be claimed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(Pause):
		}
	}
}

// Work does all jobs that are due now and tells how many it tried. Where none
// is due it writes nothing.
func (w *Worker) Work(ctx context.Context, tasks map[Kind]Task) (tried int, err error) {
	if !w.kept.Load() {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return w.keepPeriodic(ctx, tx, tasks) }); err != nil {
			return 0, err
		}
		w.kept.Store(true)
	}
	var due []Kind
	if err := w.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = kindsDue(ctx, tx, w.Now())
		return err
	}); err != nil {
		return 0, err
	}
	for _, k := range due {
		t, ours := tasks[k]
		for ours { // what is not is left to an instance that knows it
			found, err := w.next(ctx, k, t)
			if err != nil {
				return tried, err
			}
			if !found {
				break
			}
			tried++
		}
	}
	return tried, nil
}

// Sweep removes the jobs that were done before a time and tells how many.
func (w *Worker) Sweep(ctx context.Context, before time.Time) (gone int64, err error) {
	err = w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		gone, err = removeDone(ctx, tx, before)
		return err
	})
	return gone, err
}

func (w *Worker) keepPeriodic(ctx context.Context, tx *db.Tx, tasks map[Kind]Task) error {
	for _, k := range slices.Sorted(maps.Keys(tasks)) {
		if tasks[k].Every == 0 {
			continue
		}
		if err := keep(ctx, tx, id.New[JobID](w.IDs), k, w.Now()); err != nil {
			return err
		}
	}
	return nil
}

// next does the next job of a kind, if one is due.
func (w *Worker) next(ctx context.Context, k Kind, t Task) (found bool, err error) {
	var j Job
	if err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		j, found, err = Claim(ctx, tx, k, w.Now())
		return err
	}); err != nil || !found {
		return false, err
	}
	failed := w.do(ctx, t, j)
	if failed != nil && ctx.Err() != nil {
		return true, ctx.Err() // the program is ending: the job is taken up when its lease is over
	}
	if failed != nil {
		w.Log.ErrorContext(ctx, "a job failed", "kind", string(k), "about", j.About, "tries", j.Tries, "error", failed)
	}
	ctx = context.WithoutCancel(ctx) // what was done is noted, even at the end
	return true, w.DB.Write(ctx, func(tx *db.Tx) error {
		switch {
		case failed != nil:
			return Fail(ctx, tx, j, w.Now())
		case t.Every > 0:
			return again(ctx, tx, j, w.Now().Add(t.Every))
		}
		return Done(ctx, tx, j, w.Now())
	})
}

// do does a job within its lease. One that panics has failed, and takes nobody
// with it.
func (w *Worker) do(ctx context.Context, t Task, j Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, Lease-10*time.Second)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("panic: %v", r))
		}
	}()
	return t.Do(ctx, j)
}

package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/id"
	"commontable/internal/outbox"
	"commontable/internal/person"
)

var noon = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)

// A house is a database with a clock that stands still until it is told, and
// the log of its workers.
type house struct {
	*testing.T
	db   *db.DB
	ids  *id.Maker
	mu   sync.Mutex
	now  time.Time
	said bytes.Buffer
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{T: t, db: d, now: noon}
	h.ids = id.Real(h.clock)
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.said.Write(p)
}

func (h *house) worker() *outbox.Worker {
	return &outbox.Worker{DB: h.db, IDs: h.ids, Now: h.clock, Log: slog.New(slog.NewTextHandler(h, nil))}
}

func (h *house) write(f func(tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(h.Context(), f); err != nil {
		h.Fatal(err)
	}
}

func (h *house) add(k outbox.Kind, about string, at time.Time) {
	h.Helper()
	h.write(func(tx *db.Tx) error { return outbox.Add(h.Context(), tx, h.ids, k, about, at) })
}

func (h *house) work(w *outbox.Worker, tasks map[outbox.Kind]outbox.Task, want int) {
	h.Helper()
	if tried, err := w.Work(h.Context(), tasks); err != nil || tried != want {
		h.Fatalf("worked on %d jobs, %v; want %d", tried, err, want)
	}
}

// mail is a task that notes what it was about.
func mail(sent *[]string) map[outbox.Kind]outbox.Task {
	return map[outbox.Kind]outbox.Task{"mail": {Do: func(_ context.Context, j outbox.Job) error {
		*sent = append(*sent, j.About)
		return nil
	}}}
}

func wantSent(t *testing.T, got []string, want string) {
	t.Helper()
	if s := strings.Join(got, " "); s != want {
		t.Errorf("sent %q, want %q", s, want)
	}
}

func TestAJobIsDoneOnceAndInItsTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var sent []string
		w := h.worker()
		h.add("mail", "later", noon.Add(time.Hour))
		h.add("mail", "second", noon.Add(-time.Minute))
		h.add("mail", "first", noon.Add(-time.Hour))
		h.add("mail", "second", noon)                 // the same, while it waits: still one
		h.add("mail", "later", noon.Add(2*time.Hour)) // not put off by it
		h.add("letter", "of another kind", noon)
		h.work(w, mail(&sent), 2)
		wantSent(t, sent, "first second")
		h.work(w, mail(&sent), 0)
		h.pass(time.Hour)
		h.work(w, mail(&sent), 1)
		wantSent(t, sent, "first second later")
		h.add("mail", "first", noon) // anew, for what was done is done
		h.work(w, mail(&sent), 1)
		wantSent(t, sent, "first second later first")
		var q outbox.Queue
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { q, err = outbox.QueueOn(t.Context(), tx, h.clock()); return err }); err != nil {
			t.Fatal(err)
		}
		if want := (outbox.Queue{Due: 1, Oldest: noon}); q != want {
			t.Errorf("what waits: got %+v, want %+v: the kind that nobody here knows", q, want)
		}
		if gone, err := w.Sweep(t.Context(), h.clock().Add(time.Second)); err != nil || gone != 3 {
			t.Errorf("swept %d, %v; want 3", gone, err)
		}
	})
}

// A job is kept with what calls for it, or not at all.
func TestAJobIsPartOfItsTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		errNo := errors.New("no")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(outbox.Add(t.Context(), tx, h.ids, "mail", "x", noon), errNo)
		})
		if !errors.Is(err, errNo) {
			t.Fatal(err)
		}
		var sent []string
		h.work(h.worker(), mail(&sent), 0)
	})
}

func TestWhatFailsIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.add("mail", "x", noon)
		tries := 0
		w := h.worker()
		tasks := map[outbox.Kind]outbox.Task{"mail": {Do: func(_ context.Context, j outbox.Job) error {
			if tries++; j.Tries != tries {
				t.Errorf("try %d says it is try %d", tries, j.Tries)
			}
			switch tries {
			case 1:
				return errors.New("no route to the mail provider")
			case 2:
				panic("a bug")
			case 3:
				return errors.New("still none")
			}
			return nil
		}}}
		for _, wait := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
			h.work(w, tasks, 1)
			h.pass(wait - time.Microsecond)
			h.work(w, tasks, 0)
			h.pass(time.Microsecond)
		}
		h.work(w, tasks, 1)
		h.pass(24 * time.Hour)
		h.work(w, tasks, 0)
		for _, want := range []string{"no route to the mail provider", "panic: a bug", "still none", "tries=3", "about=x"} {
			if !strings.Contains(h.said.String(), want) {
				t.Errorf("the log says nothing of %q:\n%s", want, h.said.String())
			}
		}
	})
}

// A program that ends half-way leaves its job to another, when its lease is over.
func TestAnAbandonedJobIsTakenUpAfterItsLease(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.add("mail", "x", noon)
		var abandoned outbox.Job
		h.write(func(tx *db.Tx) (err error) {
			var found bool
			abandoned, found, err = outbox.Claim(t.Context(), tx, "mail", h.clock())
			if !found {
				t.Error("nothing to claim, want the job")
			}
			return err
		})
		var sent []string
		w := h.worker()
		h.pass(outbox.Lease - time.Microsecond)
		h.work(w, mail(&sent), 0)
		h.pass(time.Microsecond)
		tasks := map[outbox.Kind]outbox.Task{"mail": {Do: func(_ context.Context, j outbox.Job) error {
			sent = append(sent, fmt.Sprintf("%s (try %d)", j.About, j.Tries))
			// The first comes back from the dead and wants to say that it is done, or
			// that it failed: it is not asked any more.
			h.write(func(tx *db.Tx) error { return outbox.Fail(t.Context(), tx, abandoned, h.clock()) })
			h.write(func(tx *db.Tx) error { return outbox.Done(t.Context(), tx, abandoned, h.clock()) })
			h.write(func(tx *db.Tx) error {
				_, found, err := outbox.Claim(t.Context(), tx, "mail", h.clock())
				if found {
					t.Error("the job can be claimed while it is being done")
				}
				return err
			})
			return nil
		}}}
		h.work(w, tasks, 1)
		wantSent(t, sent, "x (try 2)")
		h.pass(24 * time.Hour)
		h.work(w, tasks, 0)
	})
}

// Ending the program is no failure: nothing is said, and the job is kept.
func TestAJobIsKeptWhenTheProgramEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.add("mail", "x", noon)
		ctx, end := context.WithCancel(t.Context())
		_, err := h.worker().Work(ctx, map[outbox.Kind]outbox.Task{"mail": {Do: func(ctx context.Context, _ outbox.Job) error {
			end()
			<-ctx.Done()
			return ctx.Err()
		}}})
		if !errors.Is(err, context.Canceled) || h.said.Len() > 0 {
			t.Errorf("got %v and the log %q, want it cancelled and nothing said", err, h.said.String())
		}
		var sent []string
		h.pass(outbox.Lease)
		h.work(h.worker(), mail(&sent), 1)
		// One that was done all the same is noted as done.
		h.add("mail", "y", noon)
		ctx, end = context.WithCancel(t.Context())
		if _, err := h.worker().Work(ctx, map[outbox.Kind]outbox.Task{"mail": {Do: func(context.Context, outbox.Job) error { end(); return nil }}}); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		h.pass(24 * time.Hour)
		h.work(h.worker(), mail(&sent), 0)
	})
}

// What is called for while it is being done is done once more: who does it may
// have looked before.
func TestWhatIsAddedWhileItIsDoneIsDoneOnceMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.add("mail", "x", noon)
		var sent []string
		h.work(h.worker(), map[outbox.Kind]outbox.Task{"mail": {Do: func(_ context.Context, j outbox.Job) error {
			if sent = append(sent, j.About); len(sent) == 1 {
				h.add("mail", "x", h.clock())
				h.add("mail", "x", h.clock())
			}
			return nil
		}}}, 2)
		wantSent(t, sent, "x x")
	})
}

// An effect that is written with Done in one transaction comes about once,
// however many work and however often they fall.
func TestManyWorkersHaveOneEffect(t *testing.T) {
	t.Parallel()
	const jobs, workers = 20, 4
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for i := range jobs {
			h.add("mail", fmt.Sprint(i), noon)
		}
		var at sync.Map
		var tried atomic.Int64
		tasks := map[outbox.Kind]outbox.Task{"mail": {Do: func(ctx context.Context, j outbox.Job) error {
			if _, busy := at.LoadOrStore(j.About, true); busy {
				t.Errorf("%s is done by two at once", j.About)
			}
			defer at.Delete(j.About)
			tried.Add(1)
			return h.db.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `INSERT INTO sessions (token, data, expires_at) VALUES ($1, $2, $3)`, j.About, []byte{}, noon); err != nil {
					return err
				}
				return outbox.Done(ctx, tx, j, h.clock())
			})
		}}}
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				if _, err := h.worker().Work(t.Context(), tasks); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := tried.Load(); n != jobs {
			t.Errorf("%d jobs were tried %d times, want each once\n%s", jobs, n, h.said.String())
		}
		h.pass(24 * time.Hour)
		h.work(h.worker(), tasks, 0)
	})
}

// What comes round is done once in its time, by whichever instance comes first.
func TestSessionsAreSweptEveryHour(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		sessions := &person.Sessions{DB: d, Now: h.clock}
		swept := 0
		tasks := map[outbox.Kind]outbox.Task{"sweep expired sessions": {Every: time.Hour, Do: func(ctx context.Context, _ outbox.Job) error {
			if swept++; swept == 3 {
				return errors.New("not now")
			}
			_, err := sessions.Sweep(ctx)
			return err
		}}}
		if err := sessions.CommitCtx(t.Context(), "token", []byte("data"), noon.Add(90*time.Minute)); err != nil {
			t.Fatal(err)
		}
		one, other := h.worker(), h.worker()
		h.work(one, tasks, 1)
		h.work(other, tasks, 0)
		h.pass(time.Hour)
		h.work(other, tasks, 1)
		h.work(one, tasks, 0)
		if _, found, err := sessions.FindCtx(t.Context(), "token"); err != nil || !found {
			t.Errorf("before it expires: found %v, %v; want it found", found, err)
		}
		h.pass(time.Hour)
		h.work(one, tasks, 1) // fails
		h.pass(10 * time.Second)
		h.work(one, tasks, 1)
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(t.Context(), tx, db.Value[int], `SELECT COUNT(*) FROM sessions`)
			if n != 0 {
				t.Errorf("%d sessions are left, want none", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// An instance that starts anew does not begin the hour anew.
		h.work(h.worker(), tasks, 0)
		if swept != 4 {
			t.Errorf("swept %d times, want 4", swept)
		}
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	h := newHouse(t, dbtest.SQLite(t))
	h.add("mail", "x", noon)
	ctx, end := context.WithCancel(t.Context())
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		h.worker().Run(ctx, map[outbox.Kind]outbox.Task{"mail": {Do: func(context.Context, outbox.Job) error { end(); return nil }}})
	}()
	select {
	case <-finished:
	case <-time.After(20 * time.Second):
		t.Fatal("Run goes on 20 seconds after its context ended")
	}
}

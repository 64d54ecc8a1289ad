package app

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/metrics"
	"commontable/internal/outbox"
	"commontable/internal/web"
)

// metricsRoute is where a program that watches over this one asks for figures.
func (a *App) metricsRoute() web.Route {
	return web.Route{Pattern: "GET /metrics", Policy: web.FromHere(), Do: func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		if a.metricsElsewhere {
			return fault.NotFound
		}
		return a.metrics(w, r, by)
	}}
}

// MetricsAlone answers /metrics to whoever reaches it, and nothing else: it is for an
// address of its own, which main keeps from the public.
func (a *App) MetricsAlone() http.Handler {
	nobody := func(*http.Request) (access.Actor, error) { return access.Actor{}, nil }
	return a.Site.Router(nobody, web.Route{Pattern: "GET /metrics", Policy: web.Public(), Do: a.metrics})
}

// metrics answers with figures for whoever watches over the program.
func (a *App) metrics(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	up := 1.0
	var due outbox.Queue
	if err := a.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		due, err = outbox.QueueOn(r.Context(), tx, a.sessions.Now())
		return err
	}); err != nil {
		up = 0
		a.Log.WarnContext(r.Context(), "cannot read the outbox", "error", err)
	}
	var oldest float64
	if !due.Oldest.IsZero() {
		oldest = max(0, a.sessions.Now().Sub(due.Oldest).Seconds())
	}
	s := a.DB.Stats()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	return a.requests.Write(w,
		metrics.Figure{Name: "database_up", Help: "1 while the database can be read.", Value: up},
		metrics.Figure{Name: "database_statements_total", Help: "Statements run.", Counts: true, Value: float64(s.Statements)},
		metrics.Figure{Name: "database_reads_total", Help: "Reading transactions.", Counts: true, Value: float64(s.Reads)},
		metrics.Figure{Name: "database_writes_total", Help: "Writing transactions that were kept.", Counts: true, Value: float64(s.Writes)},
		metrics.Figure{Name: "database_commits_total", Help: "Commits: waits for the disk, which writes share.", Counts: true, Value: float64(s.Commits)},
		metrics.Figure{Name: "jobs_due", Help: "Jobs that are due and not done.", Value: float64(due.Due)},
		metrics.Figure{Name: "jobs_oldest_seconds", Help: "How long the oldest of them has been due.", Value: oldest},
	)
}

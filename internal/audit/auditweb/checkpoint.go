package auditweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// aPage is how many checkpoints, or days' happenings, a page has.
const aPage = 50

type checkpointsData struct {
	Shell  web.Shell
	Newest string // in words
	Table  web.Table
	Older  string
	Keys   []string
}

func (p pages) checkpoints(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	d := checkpointsData{Shell: p.site.Shell(r, by, "Checkpoints")}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		all, err := audit.CheckpointsBefore(r.Context(), tx, max(0, before), aPage+1)
		if err != nil {
			return err
		}
		if len(all) > aPage {
			all = all[:aPage]
			d.Older = "/checkpoints?before=" + strconv.FormatInt(all[aPage-1].Number, 10)
		}
		d.Table = p.checkpointTable(all)
		if len(all) > 0 && before <= 0 {
			d.Newest = "The latest is number " + strconv.FormatInt(all[0].Number, 10) + ", of " + p.moment(all[0].At) + "."
		}
		d.Keys, err = keyLines(r, tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, checkpointsPage(d))
}

func (p pages) checkpointTable(all []audit.Made) web.Table {
	t := web.Table{
		Caption: "Checkpoints, newest first", CaptionHidden: true,
		Columns: []web.Column{{Text: "Checkpoint"}, {Text: "Made"}, {Text: "Events it counts", Short: "Events", Numeric: true}},
	}
	for _, m := range all {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: "Checkpoint " + strconv.FormatInt(m.Number, 10), Href: "/checkpoints/" + strconv.FormatInt(m.Number, 10), RowHeader: true},
			{Text: p.moment(m.At)},
			{Text: thousands(m.Size)},
		}})
	}
	return t
}

// moment is a time in words, by the clock of the place: "20 October 2026 at 13:05".
func (p pages) moment(at time.Time) string {
	at = p.here(at)
	return date.Of(at).Long() + " at " + at.Format("15:04")
}

// here is an instant by the clock that the programme's people have on the wall.
func (p pages) here(at time.Time) time.Time { return at.In(p.site.Now().Location()) }

func (p pages) checkpointsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		all, err := audit.CheckpointsBefore(r.Context(), tx, 0, 1_000_000)
		rows = make([][]string, 0, len(all))
		for _, m := range all {
			rows = append(rows, []string{strconv.FormatInt(m.Number, 10), m.At.UTC().Format(time.RFC3339), strconv.FormatInt(m.Size, 10)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "checkpoints", []string{"Number", "Made", "Events"}, rows)
}

func (p pages) latestCheckpoint(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.sendCheckpoint(w, r, func(tx *db.Tx) (audit.Checkpoint, error) { return audit.LatestCheckpoint(r.Context(), tx) })
}

func (p pages) checkpoint(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	number, err := strconv.ParseInt(r.PathValue("checkpoint"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	return p.sendCheckpoint(w, r, func(tx *db.Tx) (audit.Checkpoint, error) { return audit.CheckpointOf(r.Context(), tx, number) })
}

func (p pages) sendCheckpoint(w http.ResponseWriter, r *http.Request, of func(*db.Tx) (audit.Checkpoint, error)) error {
	var c audit.Checkpoint
	if err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		c, err = of(tx)
		return err
	}); err != nil {
		return err
	}
	return plain(w, c.File())
}

// keys are the public keys, as verify --public-key takes them.
func (p pages) keys(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var lines []string
	if err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		lines, err = keyLines(r, tx)
		return err
	}); err != nil {
		return err
	}
	if len(lines) == 0 {
		return fault.NotFound
	}
	return plain(w, strings.Join(lines, "\n")+"\n")
}

func keyLines(r *http.Request, tx *db.Tx) ([]string, error) {
	keys, err := audit.Keys(r.Context(), tx)
	lines := make([]string, 0, len(keys))
	for _, k := range keys {
		lines = append(lines, k.String())
	}
	return lines, err
}

func plain(w http.ResponseWriter, text string) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Access-Control-Allow-Origin", "*") // anyone may keep them
	_, err := w.Write([]byte(text))
	return err
}

// thousands is a count with commas.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

package openweb

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/open"
	"commontable/internal/web"
)

type dataData struct {
	shell web.Shell
	files []web.Item
}

// data is the page that says what can be taken away.
func (p pages) data(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := dataData{shell: p.site.Shell(r, by, "Open data")}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(r.Context(), tx)
		if len(programmes) > 0 {
			d.files = files
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, dataPage(d))
}

// files are what can be taken away of any programme.
var files = []web.Item{
	{Mark: web.Icon("down", 24), Text: "Awards, 360Giving JSON", Href: "/data/360giving.json", Detail: "Each award to an organisation that holds an area’s money, by the 360Giving standard 1.4.3."},
	{Mark: web.Icon("down", 24), Text: "Awards, spreadsheet (CSV)", Href: "/data/360giving.csv", Detail: "The same awards, with the standard’s column titles."},
	{Mark: web.Icon("down", 24), Text: "Areas (CSV)", Href: "/data/areas.csv", Detail: "Every area: where it is, and its money in five figures."},
	{Mark: web.Icon("down", 24), Text: "Payments (CSV)", Href: "/data/payments.csv", Detail: "Every payment to an organisation that holds an area’s money."},
	{Mark: web.Icon("down", 24), Text: "Spending (CSV)", Href: "/data/spending.csv", Detail: "What the money was spent on, by theme. People are never named, and pay is grouped."},
	{Mark: web.Icon("lock", 24), Text: "Checkpoints", Href: "/checkpoints", Detail: "Signatures of all that has happened here, to keep: with one, any later change to history is found."},
}

func (p pages) grantsJSON(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.send(w, r, "application/json", "360giving.json", open.WriteGrants360)
}

func (p pages) grantsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.send(w, r, "text/csv; charset=utf-8", "360giving.csv", open.WriteGrantsCSV)
}

func (p pages) send(w http.ResponseWriter, r *http.Request, kind, name string, write func(context.Context, *db.Tx, io.Writer, string) error) error {
	// The file is made before any of it is sent, so that a slow reader keeps no
	// view of the database, and a fault is answered as one.
	var file bytes.Buffer
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		file.Reset()
		return write(r.Context(), tx, &file, p.baseURL)
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Access-Control-Allow-Origin", "*") // anyone's page may read open data
	_, err = file.WriteTo(w)
	return err
}

type listing func(context.Context, *db.Tx, area.ProgrammeID) (header []string, rows [][]string, err error)

func (p pages) areasCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.list(w, r, "areas", open.AreasCSV)
}

func (p pages) paymentsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.list(w, r, "payments", open.PaymentsCSV)
}

func (p pages) spendingCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return p.list(w, r, "spending", open.SpendingCSV)
}

// list sends a list of every programme in one file.
func (p pages) list(w http.ResponseWriter, r *http.Request, name string, of listing) error {
	var header []string
	var rows [][]string
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(r.Context(), tx)
		if err != nil {
			return err
		}
		header, rows = nil, nil
		for _, one := range programmes {
			head, more, err := of(r.Context(), tx, one.ID)
			if err != nil {
				return err
			}
			header, rows = head, append(rows, more...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	return web.CSV(w, name, header, rows)
}

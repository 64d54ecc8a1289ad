package workshopweb

import (
	"net/http"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// listData is the list of one half of the room.
type listData struct {
	Shell       web.Shell
	Title, Lead string
	Tools       []web.Tool
	Sections    []section
}

type section struct {
	ID, Heading, Words, Empty string
	Table                     web.Table
	Begin                     web.Link
}

var together = []struct {
	kind                        workshop.Kind
	heading, words, empty, verb string
}{
	{workshop.Mapping, "Afternoons with the map", "What makes a relationship work, then the map of all of them, then two of them closely.", "None was held yet. It takes an afternoon, four to twelve people and some cut paper.", "Hold a mapping workshop"},
	{workshop.Conversation, "Talks with somebody neutral", "Two from each side and somebody independent. Both have to want it.", "None yet.", "Ask for a talk"},
	{workshop.Scores, "How well it works", "Eight signs, as both sides see them, year by year. There is no sum, and nobody is compared.", "Nobody has scored yet.", "Score one of them"},
	{workshop.Check, "Council and community", "Short lists for councils and for us: what happens already, and what could.", "None yet.", "Begin a check"},
}

var agreedList = []struct {
	kind                        workshop.Kind
	heading, words, empty, verb string
}{
	{workshop.Agreement, "Agreements", "Memoranda, working together, upkeep, leases. Only where one is useful.", "None is noted. That is fine where word of mouth works.", "Note an agreement"},
	{workshop.Seat, "Seats at tables", "Ours with them, and theirs with us.", "None is noted.", "Note a seat"},
	{workshop.Credit, "Who gets the credit", "Words that both sides agreed to before anything was published.", "None yet.", "Agree on the credit"},
	{workshop.Celebration, "Celebrations", "What we showed, and whom we thanked.", "None yet. Something worth showing?", "Plan a celebration"},
}

func (p pages) together(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.list(w, r, by, false)
}

func (p pages) agreed(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.list(w, r, by, true)
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor, agreed bool) error {
	var d listData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		d.Title, d.Lead = "How we work together", "Looking, from time to time, at how it goes with those we work with. All of it is for us until we share it."
		list, other, csv := together, agreedLink(s.area), togetherHref(s.area)+".csv"
		if agreed {
			d.Title, d.Lead = "What we agreed", "Agreements, seats, credit and celebrations: on paper where that helps."
			list, other, csv = agreedList, togetherLink(s.area), agreedHref(s.area)+".csv"
		} else {
			d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "The workshop on paper", Href: togetherHref(s.area) + "/paper"})
		}
		d.Tools = append(d.Tools, web.Tool{Icon: "doc", Text: other.Text, Href: other.Href}, web.Tool{Icon: "down", Text: "Download as a spreadsheet", Href: csv})
		d.Shell = p.shell(r, by, s.area, d.Title, web.Link{Text: d.Title})
		all, by, err := p.seenOf(r, tx, s)
		for _, k := range list {
			sec := section{ID: string(k.kind), Heading: k.heading, Words: k.words, Empty: k.empty, Table: web.Table{Caption: k.heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "When"}, {Text: "How it stands"}}}}
			if k.kind == workshop.Conversation || k.kind == workshop.Credit {
				sec.Table.Columns = append(sec.Table.Columns, web.Column{Text: "What next", Hidden: true})
			}
			if s.mayKeep {
				sec.Begin = web.Link{Text: k.verb, Href: beginHref(s.area, k.kind)}
			} else {
				sec.Empty = "None that is shared with you."
			}
			for _, one := range slices.Backward(all) {
				if one.Kind == k.kind {
					tag, words := status(one)
					row := web.Row{Cells: []web.Cell{{Text: name(one, by), Href: href(s.area, one.ID), RowHeader: true}, {Text: one.Day().Long()}, {Component: web.Tag(tag, words)}}}
					row.Cells[1].Small = one.SignedInWords()
					if !one.ReviewOn().IsZero() {
						row.Cells[1].Small = strings.TrimPrefix(row.Cells[1].Small+". Look again by "+one.ReviewOn().Long(), ". ")
					}
					if len(sec.Table.Columns) > len(row.Cells) {
						row.Cells = append(row.Cells, next(s, one, by))
					}
					sec.Table.Rows = append(sec.Table.Rows, row)
				}
			}
			d.Sections = append(d.Sections, sec)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

// next leads on from a record of the list: to the other side, or to a sheet.
func next(s scene, one workshop.Record, by map[relationship.ID]string) web.Cell {
	switch {
	case one.Kind == workshop.Credit && one.Finished():
		return web.Cell{Text: "Print a sheet for colleagues", Href: href(s.area, one.ID) + "/brief", Hidden: ": " + name(one, by)}
	case one.Kind.Invited() && s.mayShare && !one.Finished():
		return web.Cell{Text: "Invite the other side", Href: href(s.area, one.ID) + "/invite", Hidden: ": " + name(one, by)}
	}
	return web.Cell{}
}

// seenOf are the records of an area that somebody may read.
func (p pages) seenOf(r *http.Request, tx *db.Tx, s scene) ([]workshop.Record, map[relationship.ID]string, error) {
	all, err := workshop.All(r.Context(), tx, s.area.ID, "")
	if err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(one workshop.Record) bool { return !one.SeenBy(s.by, s.area) })
	by, _, err := names(r.Context(), tx, s.area.ID)
	return all, by, err
}

func (p pages) togetherCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.listCSV(w, r, by, false)
}

func (p pages) agreedCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.listCSV(w, r, by, true)
}

// isOf reports whether a sheet is of a part: of a health check each has one of their own.
func isOf(s workshop.Sheet, part workshop.Part) bool {
	return s.Part == part.Name || strings.HasPrefix(part.Name, "marks ") && strings.HasPrefix(s.Part, part.Name+" ")
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor, agreed bool) error {
	var rows [][]string
	var a area.Area
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		all, by, err := p.seenOf(r, tx, s)
		for _, one := range all {
			if isAgreed(one.Kind) != agreed {
				continue
			}
			_, stands := status(one)
			for _, part := range one.Parts() {
				for _, sheet := range one.Sheets {
					if !isOf(sheet, part) || sheet.Side == workshop.Theirs && !one.BothShow() && one.Kind != workshop.Check {
						continue
					}
					if part.Name == "actions" {
						for _, t := range one.Tasks() {
							if t.Done.Number > 0 {
								rows = append(rows, []string{kindWords(one.Kind), name(one, by), one.Day().String(), stands, string(sheet.Side), part.Title, "Done: " + t.What, t.Done.On.String()})
							}
						}
					}
					for _, answers := range append([]workshop.Answers{sheet.Answers}, sheet.Items...) {
						for _, q := range part.Questions {
							if answers[q.Name] != "" {
								rows = append(rows, []string{kindWords(one.Kind), name(one, by), one.Day().String(), stands, string(sheet.Side), part.Title, q.Words, q.InWords(answers[q.Name])})
							}
						}
					}
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	file := a.Slug + "-together"
	if agreed {
		file = a.Slug + "-agreed"
	}
	return web.CSV(w, file, []string{"kind", "name", "day", "how it stands", "side", "part", "question", "answer"}, rows)
}

package partnershipweb

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// turnsData is the programme’s list of what waits to be endorsed or signed.
type turnsData struct {
	web.Shell
	Lead  string
	Table web.Table
	Pages web.Pagination
	CSV   string
}

const turnsPerPage = 50

func turnsHref(p area.Programme) string { return "/programmes/" + p.Slug + "/agreements" }

func (p pages) readTurns(r *http.Request, by access.Actor, f func(tx *db.Tx, programme area.Programme, all []partnership.AreaTurn) error) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		programme, err := area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme"))
		if err != nil {
			return err
		}
		if err := by.MustSee(access.SeePapers, programme.Place()); err != nil {
			return err
		}
		all, err := p.partnerships.TurnsIn(r.Context(), tx, programme.ID)
		if err != nil {
			return err
		}
		return f(tx, programme, all)
	})
}

func (p pages) turns(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d turnsData
	err := p.readTurns(r, by, func(tx *db.Tx, programme area.Programme, all []partnership.AreaTurn) error {
		d.Shell = p.site.ShellIn(r, by, "Endorsing and signing", web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "")
		d.Crumbs = []web.Link{{Text: programme.Name, Href: "/programmes/" + programme.Slug}, {Text: "Endorsing and signing"}}
		d.CSV = turnsHref(programme) + ".csv"
		d.Lead = "What waits, and for whom. A partnership that is forming may take its time: it is here so that nobody is forgotten, and for nothing else."
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil || page < 1 || (page-1)*turnsPerPage >= len(all) {
			page = 1
		}
		d.Pages = web.Paginate("Pages of what waits", page, (len(all)+turnsPerPage-1)/turnsPerPage, func(n int) string { return turnsHref(programme) + "?page=" + strconv.Itoa(n) })
		d.Table = web.Table{Caption: "What waits to be endorsed or signed", CaptionHidden: true, Columns: []web.Column{{Text: "Area"}, {Text: "What waits"}, {Text: "For whom"}, {Text: "Since"}}}
		shown := all[(page-1)*turnsPerPage : min(page*turnsPerPage, len(all))]
		lacks, err := missingOf(r.Context(), tx, shown, programme, p.site.Today())
		if err != nil {
			return err
		}
		for _, t := range shown {
			said, err := sayTurn(r.Context(), tx, t, lacks)
			if err != nil {
				return err
			}
			d.Table.Rows = append(d.Table.Rows, web.Row{Cells: []web.Cell{
				{Text: t.Area.Name, Href: said.href, RowHeader: true}, {Text: said.what, Small: said.more}, {Text: said.whose}, {Text: t.Since.Long()},
			}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, turnsPage(d))
}

// said is a turn in words.
type said struct{ what, more, whose, href string }

// missingOf is what each partnership that is not endorsed lacks for it, in as many
// statements as for one.
func missingOf(ctx context.Context, tx *db.Tx, turns []partnership.AreaTurn, programme area.Programme, today date.Date) (map[area.ID][]string, error) {
	var forming []area.ID
	for _, t := range turns {
		if t.Turn == partnership.ToEndorse {
			forming = append(forming, t.Area.ID)
		}
	}
	all, err := partnership.CompositionsOn(ctx, tx, forming, programme.Rules, today)
	lacks := make(map[area.ID][]string, len(all))
	for i, c := range all {
		lacks[forming[i]] = partnership.Missing(c)
	}
	return lacks, err
}

func sayTurn(ctx context.Context, tx *db.Tx, t partnership.AreaTurn, lacks map[area.ID][]string) (s said, err error) {
	var whose []string
	for _, role := range t.Whose() {
		whose = append(whose, role.Title())
	}
	s = said{whose: capitalised(strings.Join(whose, " or ")), href: agreementsHref(t.Area)}
	if t.Agreement.ID != "" {
		s.href = agreementHref(t.Area, t.Agreement.ID)
	}
	switch t.Turn {
	case partnership.ToEndorse:
		s.href = endorsementHref(t.Area)
		s.what, s.more = "Not endorsed yet", strings.Join(lacks[t.Area.ID], " ")
		if s.more == "" {
			s.what = "Ready to be endorsed"
		} else {
			s.whose = "The partnership, which is forming"
		}
	case partnership.ToWrite:
		s.what = "The memorandum is to be written"
	case partnership.ToSignFirst:
		s.what = "The memorandum is to be signed by the chair"
	case partnership.ToCountersign:
		s.what = "The memorandum is to be countersigned"
	case partnership.ToSign:
		name, err := organisation.NameOf(ctx, tx, t.Agreement.Organisation)
		if err != nil {
			return s, err
		}
		s.what = "The agreement with " + name + " is to be signed"
	}
	return s, nil
}

func (p pages) turnsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var programme area.Programme
	err := p.readTurns(r, by, func(tx *db.Tx, one area.Programme, all []partnership.AreaTurn) error {
		programme = one
		lacks, err := missingOf(r.Context(), tx, all, one, p.site.Today())
		if err != nil {
			return err
		}
		for _, t := range all {
			said, err := sayTurn(r.Context(), tx, t, lacks)
			if err != nil {
				return err
			}
			rows = append(rows, []string{t.Area.Name, said.what, said.more, said.whose, t.Since.String()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, programme.Slug+"-agreements", []string{"area", "what_waits", "what_is_missing", "for_whom", "since"}, rows)
}

// Waiting finds what of an area’s endorsement and agreements waits for a person.
func Waiting(p *partnership.Partnerships) func(context.Context, *db.Tx, access.Actor, area.Area, date.Date) ([]web.Todo, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error) {
		if !by.Holds(access.SignAgreement) {
			return nil, nil
		}
		r, err := p.RelationsOf(ctx, tx, a, today)
		if err != nil {
			return nil, err
		}
		var todos []web.Todo
		if !r.Endorsed() && by.May(access.Endorse, a.Place()) {
			c, err := partnership.CompositionOn(ctx, tx, a, today)
			if err != nil {
				return nil, err
			}
			if c.Valid() {
				todos = append(todos, web.Todo{
					Icon: "people", Title: "This partnership can be endorsed", Detail: fmt.Sprintf("%d people have a say in it, %d of them residents.", c.People, c.Residents),
					Action: web.Link{Text: "Look at it", Href: endorsementHref(a)}, Hidden: "and endorse it",
				})
			}
		}
		for _, b := range r.Bonds {
			todos = append(todos, bondTodos(by, r, b, today)...)
		}
		return todos, nil
	}
}

func bondTodos(by access.Actor, r partnership.Relations, b partnership.Bond, today date.Date) []web.Todo {
	if b.Ended(today) {
		return nil
	}
	with := map[partnership.AgreementKind]string{
		partnership.Memorandum: "the memorandum", partnership.FunderAndLTO: "the agreement about the money", partnership.PartnershipAndLTO: "our agreement with whoever holds the money",
	}[b.Kind]
	var todos []web.Todo
	if b.Waits.ID != "" && b.Waits.MaySign(by, r.Area, r.Endorsed(), true) == nil {
		todos = append(todos, web.Todo{
			Icon: "pen", Title: capitalised(with) + " waits for you to sign", Detail: "Read version " + strconv.FormatInt(b.Waits.Version, 10) + ", and sign it if you agree.",
			Action: web.Link{Text: "Read it", Href: agreementHref(r.Area, b.Waits.ID)}, Hidden: with,
		})
	}
	side, err := (partnership.Agreement{Kind: b.Kind, Organisation: b.Organisation}).MaySignFor(by, r.Area)
	if err != nil {
		return todos
	}
	switch {
	case len(b.Versions) == 0 && b.Kind == partnership.Memorandum && side == partnership.ForFunder && r.Endorsed():
		todos = append(todos, web.Todo{
			Icon: "doc", Title: "The memorandum is to be written", Detail: "The partnership is endorsed. A first text is there to begin with.",
			Action: web.Link{Text: "Write it", Href: agreementsHref(r.Area) + "/new?with=memorandum"}, Hidden: with,
		})
	case b.Waits.ID == "" && b.InForce.ID != "" && side == partnership.ForPartnership && !b.InForce.ReadBy(by.Person):
		todos = append(todos, web.Todo{
			Icon: "doc", Title: "Read " + with + " again", Detail: "You are chair since it was signed. Nothing lapses while you have not.",
			Action: web.Link{Text: "Read it", Href: agreementHref(r.Area, b.InForce.ID)}, Hidden: with,
		})
	case b.Waits.ID == "" && !b.InForce.ReviewOn.IsZero() && !today.Before(b.InForce.ReviewOn):
		todos = append(todos, web.Todo{
			Icon: "doc", Title: "Look at " + with + " again", Detail: "You both said that you would, by " + b.InForce.ReviewOn.Long() + ". It goes on meanwhile.",
			Action: web.Link{Text: "Read it", Href: agreementHref(r.Area, b.InForce.ID)}, Hidden: with,
		})
	}
	return todos
}

// WaitingIn finds what waits for a programme officer to endorse or to sign, in all
// of a programme: a line for each sort.
func WaitingIn(p *partnership.Partnerships) func(context.Context, *db.Tx, access.Actor, area.Programme, date.Date) ([]web.Todo, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, programme area.Programme, today date.Date) ([]web.Todo, error) {
		if !by.May(access.Endorse, programme.Place()) {
			return nil, nil
		}
		waits, err := p.WaitsIn(ctx, tx, programme, today)
		if err != nil {
			return nil, err
		}
		ready, sign := waits.ToEndorse, waits.ToSign
		var todos []web.Todo
		see := web.Link{Text: "See which", Href: turnsHref(programme)}
		if ready > 0 {
			todos = append(todos, web.Todo{Icon: "people", Title: counted(ready, "partnership") + " can be endorsed", Detail: "All that the rules ask is so.", Action: see, Hidden: "can be endorsed"})
		}
		if sign > 0 {
			todos = append(todos, web.Todo{Icon: "pen", Title: counted(sign, "agreement") + " to write or to sign", Detail: "The other side is done, or waits for a text.", Action: see, Hidden: "are to be signed"})
		}
		return todos, nil
	}
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

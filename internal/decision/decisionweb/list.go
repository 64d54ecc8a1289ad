package decisionweb

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type listData struct {
	Shell    web.Shell
	Tools    []web.Tool
	Asking   web.Table // under way, for those who read papers
	Made     web.Table
	HasAsks  bool
	HasMade  bool
	Put      web.Link // where something is put forward
	Rules    []string
	RulesSet string
	Led      string    // who put forward what was decided
	LedBy    web.Table // the same, year by year
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.in(r, func(ctx context.Context, tx *db.Tx, a area.Area) error {
		all, err := p.decisions.ListIn(ctx, tx, by, a)
		if err != nil {
			return err
		}
		rules, err := partnership.RulesOn(ctx, tx, a.ID, p.site.Today())
		if err != nil {
			return err
		}
		d = listData{Shell: p.shell(r, by, a, "What we decide"), Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: roomHref(a) + ".csv"}}}
		d.Rules, d.RulesSet = rulesInWords(rules)
		if by.May(access.PutForward, a.Place()) {
			d.Put = web.Link{Text: "Put something forward", Href: roomHref(a) + "/new"}
		}
		d.Asking = web.Table{Caption: "Being decided", CaptionHidden: true, Columns: []web.Column{{Text: "Proposal"}, {Text: "Where it is"}}}
		d.Made = web.Table{Caption: "Decided", CaptionHidden: true, Columns: []web.Column{{Text: "Decision"}, {Text: "Result"}, {Text: "Decided on"}}}
		for _, s := range all {
			if s.State(p.site.Now()).IsMade() {
				d.Made.Rows = append(d.Made.Rows, p.madeRow(a, s))
				continue
			}
			d.Asking.Rows = append(d.Asking.Rows, p.askingRow(a, s))
		}
		d.HasAsks, d.HasMade = len(d.Asking.Rows) > 0, len(d.Made.Rows) > 0
		d.Led, d.LedBy = ledBy(all), ledByYear(all)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

func (p pages) askingRow(a area.Area, s decision.Summary) web.Row {
	state := s.State(p.site.Now())
	where := string(state)
	switch state {
	case decision.Draft:
		where = "A draft"
	case decision.Asking:
		where = "Do we agree?"
	case decision.Voting:
		where = "Vote, until " + clockDay(s.ClosesAt)
	case decision.Counting:
		where = "The vote has closed"
	case decision.Agreed, decision.NotAgreed, decision.NoQuorum, decision.Withdrawn:
	}
	kind := web.Info
	if state == decision.Voting {
		kind = web.Watch
	}
	return web.Row{Cells: []web.Cell{
		{Text: s.Title, Href: decisionHref(a, s.Number), Small: s.Question, RowHeader: true}, {Component: web.Tag(kind, where)},
	}}
}

func (p pages) madeRow(a area.Area, s decision.Summary) web.Row {
	kind, words := resultTag(s.Outcome)
	small := "By agreement"
	switch {
	case s.ReplacedBy != 0:
		small = "Decision " + ordinal(s.ReplacedBy) + " took its place"
	case s.Way == decision.ByVote:
		small = "By a vote"
	case s.Outcome != decision.IsAgreed:
		small = ""
	}
	return web.Row{Cells: []web.Cell{
		{Text: s.Title, Href: decisionHref(a, s.Number), Small: "Decision " + ordinal(s.Number) + ". " + s.Question, RowHeader: true},
		{Component: web.Tag(kind, words), Small: small},
		{Text: s.DecidedOn.Long()},
	}}
}

func resultTag(o decision.Outcome) (web.Kind, string) {
	switch o {
	case decision.IsAgreed:
		return web.Good, "Agreed"
	case decision.IsNotAgreed:
		return web.Quiet, "Not agreed"
	case decision.HasNoQuorum:
		return web.Quiet, "Too few residents"
	case decision.IsWithdrawn:
	}
	return web.Quiet, "Withdrawn"
}

// ledBy says in words how much of what was decided residents put forward (R17).
func ledBy(all []decision.Summary) string {
	made, residents := 0, 0
	for _, s := range all {
		if s.Outcome != "" && s.Outcome != decision.IsWithdrawn {
			made++
			if s.Resident {
				residents++
			}
		}
	}
	switch {
	case made == 0:
		return ""
	case residents == made:
		return "Residents put forward everything that was decided here."
	case residents == 0:
		return "Nothing that was decided here was put forward by residents so far."
	}
	return "Residents put forward " + strings.ToLower(inWords(residents)) + " of the " + strings.ToLower(inWords(made)) + " things decided here."
}

// ledByYear is the same year by year, the newest first: whether it changes (R17).
func ledByYear(all []decision.Summary) web.Table {
	made, residents := map[int]int{}, map[int]int{}
	for _, s := range all {
		if s.Outcome != "" && s.Outcome != decision.IsWithdrawn {
			made[s.DecidedOn.Year()]++
			if s.Resident {
				residents[s.DecidedOn.Year()]++
			}
		}
	}
	t := web.Table{
		Caption: "Who put forward what was decided, year by year", CaptionHidden: true,
		Columns: []web.Column{{Text: "Year"}, {Text: "Decided", Numeric: true}, {Text: "Put forward by residents", Numeric: true}},
	}
	for _, year := range slices.Backward(slices.Sorted(maps.Keys(made))) {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: strconv.Itoa(year), RowHeader: true}, {Text: strconv.Itoa(made[year])}, {Text: strconv.Itoa(residents[year])}}})
	}
	return t
}

// rulesInWords are how an area decides, as its people read it.
func rulesInWords(r partnership.Rules) (all []string, set string) {
	all = []string{"Look for agreement first"}
	if r.MayVote {
		all = append(all, "If not, "+string(r.Majority)+" of the votes")
	} else {
		all = append(all, "No votes: we agree, or we leave it")
	}
	if r.ResidentQuorum > 0 {
		words := "residents must take part"
		if r.ResidentQuorum == 1 {
			words = "resident must take part"
		}
		all = append(all, "At least "+strings.ToLower(inWords(r.ResidentQuorum))+" "+words)
	} else {
		all = append(all, "At least half of our residents take part")
	}
	switch r.Councillors {
	case partnership.CouncillorsShareOne:
		all = append(all, "Councillors share one vote")
	case partnership.CouncillorsExcluded:
		all = append(all, "Councillors have no vote")
	case partnership.CouncillorsNonResident:
		all = append(all, "Councillors have a vote each, and do not count as residents")
	case partnership.CouncillorsStandAside:
		all = append(all, "Councillors stand aside on what concerns the council")
	case partnership.CouncillorsAsOthers:
		all = append(all, "Councillors have a vote each, like everyone")
	}
	if r.Version > 0 {
		set = "We set these rules in " + r.From.Month().String() + " " + ordinal(int64(r.From.Year())) + "."
	}
	return all, set
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.in(r, func(ctx context.Context, tx *db.Tx, a area.Area) error {
		slug = a.Slug
		all, err := p.decisions.ListIn(ctx, tx, by, a)
		if err != nil {
			return err
		}
		hearing, err := decision.HearingsOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		rules, err := decision.RulesOfEach(ctx, tx, a.ID, all)
		if err != nil {
			return err
		}
		for _, s := range all {
			hears, due, told, err := hearingIn(ctx, tx, a, s, hearing[s.Number])
			if err != nil {
				return err
			}
			amount, replaced, led := "", "", "no"
			if s.Total.Positive() {
				amount = s.Total.Decimal()
			}
			if s.ReplacedBy != 0 {
				replaced = ordinal(s.ReplacedBy)
			}
			if s.Resident {
				led = "yes"
			}
			rows = append(rows, []string{ordinal(s.Number), s.Title, s.Question, s.Kind.Words(), string(s.State(p.site.Now())), string(s.Way), s.DecidedOn.String(), amount, led, replaced, hears, due, told, rulesColumn(rules, s.Number)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-decisions", []string{"decision", "title", "question", "about", "where it is", "way", "decided on", "amount", "put forward by a resident", "replaced by", "who must hear", "by when", "told on", "by the rules of version"}, rows)
}

// rulesColumn is by which version of the rules something was decided, or is voted on.
func rulesColumn(of map[int64]partnership.Rules, number int64) string {
	rules, ok := of[number]
	switch {
	case !ok:
		return ""
	case rules.Version == 0:
		return "none set"
	}
	return ordinal(rules.Version)
}

// hearingIn is who must hear of a decision, by when, and on which days they did, as
// a spreadsheet has them.
func hearingIn(ctx context.Context, tx *db.Tx, a area.Area, s decision.Summary, all []decision.Hearing) (hears, due, told string, err error) {
	var names, days []string
	for _, h := range all {
		name, err := partyName(ctx, tx, h.Party, true)
		if err != nil {
			return "", "", "", err
		}
		names = append(names, name)
		if !h.Told.IsZero() {
			days = append(days, h.Told.String())
		}
	}
	if s.Outcome == decision.IsWithdrawn {
		s.HearDays = 0
	}
	by, err := decision.HeardBy(ctx, tx, a.ID, s.DecidedOn, s.HearDays)
	return strings.Join(names, "; "), by.String(), strings.Join(days, "; "), err
}

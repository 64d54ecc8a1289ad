package partnershipweb

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

func (p pages) ruleRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/how-we-decide", Policy: web.Public(), Do: p.site.Keep(p.rules)},
		{Pattern: "GET /areas/{area}/how-we-decide.csv", Policy: web.Public(), Do: p.rulesCSV},
		{Pattern: "GET /areas/{area}/how-we-decide/new", Policy: web.Needs(access.SetHowWeDecide), Do: p.askRules},
		{Pattern: "POST /areas/{area}/how-we-decide", Policy: web.Needs(access.SetHowWeDecide), Do: p.setRules},
		{Pattern: "GET /areas/{area}/elections.csv", Policy: web.Public(), Do: p.electionsCSV},
		{Pattern: "GET /areas/{area}/elections/new", Policy: web.Needs(access.KeepMembers), Do: p.askElection},
		{Pattern: "POST /areas/{area}/elections", Policy: web.Needs(access.KeepMembers), Do: p.noteElection},
		{Pattern: "POST /areas/{area}/elections/{election}/withdrawal", Policy: web.Needs(access.KeepMembers), Do: p.withdrawElection},
	}
}

// A rulesData is the page of how a partnership decides.
type rulesData struct {
	web.Shell
	CSV          string
	Now          partnership.Rules
	Since        string
	Facts        []web.Fact
	Next         []string
	Before       web.Table
	Elections    []electionData
	Change       string
	AddElection  string
	ElectionsCSV string
}

type electionData struct{ On, Name, Action, Form string }

func (p pages) rules(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := rulesData{}
	err := p.in(r, func(tx *db.Tx, s scene) error {
		d.Shell = p.peopleShell(r, by, s.area, "How we decide", web.Link{Text: "How we decide"})
		d.CSV = rulesHref(s.area) + ".csv"
		all, err := partnership.EveryRules(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		if d.Now, err = partnership.RulesOn(r.Context(), tx, s.area.ID, s.today); err != nil {
			return err
		}
		d.Facts = ruleFacts(d.Now)
		if d.Now.Version > 0 {
			d.Since = "So since " + d.Now.From.Long() + ", as was agreed: " + d.Now.DecidedAt + "."
		}
		d.Before = versionTable()
		for _, v := range all {
			switch {
			case v.Version > d.Now.Version:
				d.Next = append(d.Next, "From "+v.From.Long()+" it will be otherwise: "+v.DecidedAt+".")
			case v.Version == d.Now.Version:
				continue
			}
			d.Before.Rows = append(d.Before.Rows, web.Row{Cells: []web.Cell{
				{Text: "From " + v.From.Long(), RowHeader: true, Small: v.DecidedAt}, {Text: voteWords(v)}, {Text: councillorsShort[v.Councillors], Small: v.CouncillorWords}, {Text: v.Words},
			}})
		}
		elections, err := partnership.ElectionsIn(r.Context(), tx, s.area.ID, s.today.AddMonths(-12), s.today.AddMonths(60))
		if err != nil {
			return err
		}
		d.ElectionsCSV = "/areas/" + s.area.Slug + "/elections.csv"
		keeps := by.May(access.KeepMembers, s.area.Place())
		for _, e := range elections {
			one := electionData{On: e.On.Full(), Name: e.Name}
			if keeps && !e.On.Before(s.today) {
				one.Action, one.Form = "/areas/"+s.area.Slug+"/elections/"+string(e.ID)+"/withdrawal", p.site.NewForm()
			}
			d.Elections = append(d.Elections, one)
		}
		if keeps {
			d.AddElection = "/areas/" + s.area.Slug + "/elections/new"
		}
		if by.May(access.SetHowWeDecide, s.area.Place()) {
			d.Change = rulesHref(s.area) + "/new"
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, rulesPage(d))
}

// daysAfterElection are those in which people are asked to look at their rule again.
const daysAfterElection = 90

// ElectionsWaiting asks who records how a partnership decides to look at the part of
// councillors again after an election (P05), until they have recorded it since.
func ElectionsWaiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error) {
	if by.Hat.Scope != access.InArea || !by.May(access.SetHowWeDecide, a.Place()) {
		return nil, nil
	}
	been, err := partnership.ElectionsIn(ctx, tx, a.ID, today.AddDays(-daysAfterElection), today.AddDays(-1))
	if err != nil || len(been) == 0 {
		return nil, err
	}
	last := been[len(been)-1]
	rules, err := partnership.EveryRules(ctx, tx, a.ID)
	if err != nil || len(rules) > 0 && !date.InLondon(rules[0].SetAt).Before(last.On) {
		return nil, err
	}
	return []web.Todo{{
		Icon: "vote", Title: "Does the part of councillors still fit?", Detail: last.Name + ", " + last.On.Long() + ". Are the councillors the same? Record how you decide once more, also if nothing changes.",
		Action: web.Link{Text: "How we decide", Href: rulesHref(a)}, Hidden: "after " + last.Name,
	}}, nil
}

func ruleFacts(v partnership.Rules) []web.Fact {
	facts := []web.Fact{{Term: "First", Value: "We look for what everybody can live with."}}
	if v.MayVote {
		facts = append(facts, web.Fact{Term: "If that is not to be found", Value: "We may vote. " + capital(string(v.Majority)) + " of the votes carry it."})
		if v.ResidentQuorum > 0 {
			facts = append(facts, web.Fact{Term: "For a vote to count", Value: "At least " + count(v.ResidentQuorum, "resident has", "residents have") + " to vote."})
		}
	} else {
		facts = append(facts, web.Fact{Term: "If that is not to be found", Value: "We do not vote. It is not decided, and we can talk about it again."})
	}
	return append(facts,
		web.Fact{Term: "Councillors", Value: councillorsShort[v.Councillors] + ". " + councillorsLong[v.Councillors]},
		web.Fact{Term: "Friends and workers", Value: "They come and speak, and have no vote."},
		web.Fact{Term: "Who has an interest", Value: "They say so before anybody decides, and what they then do is written down."},
	)
}

func voteWords(v partnership.Rules) string {
	if !v.MayVote {
		return "Agree, or leave it"
	}
	words := "Agree, or vote: " + string(v.Majority)
	if v.ResidentQuorum > 0 {
		words += ", at least " + count(v.ResidentQuorum, "resident", "residents")
	}
	return words
}

func versionTable() web.Table {
	return web.Table{Caption: "How we decided before, or will", CaptionHidden: true, Columns: []web.Column{{Text: "When"}, {Text: "How"}, {Text: "Councillors"}, {Text: "In our words"}}}
}

func (p pages) rulesCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-how-we-decide"
		all, err := partnership.EveryRules(r.Context(), tx, s.area.ID)
		for _, v := range all {
			rows = append(rows, []string{strconv.FormatInt(v.Version, 10), v.From.String(), yesNo(v.MayVote), string(v.Majority), strconv.Itoa(v.ResidentQuorum), string(v.Councillors), v.CouncillorWords, v.Words, v.DecidedAt})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"version", "from", "may vote", "majority", "residents who must vote", "councillors", "on councillors, in our words", "in our words", "agreed at"}, rows)
}

// electionsCSV is every election that was noted and not taken back, also those that
// are too long ago for the page.
func (p pages) electionsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-elections"
		all, err := partnership.ElectionsIn(r.Context(), tx, s.area.ID, s.today.AddMonths(-1200), s.today.AddMonths(60))
		for _, e := range all {
			rows = append(rows, []string{e.Name, e.On.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"election", "on"}, rows)
}

// A rulesForm is the form on which it is recorded how a partnership decides.
type rulesForm struct {
	web.Shell
	Form, Action, Back               string
	Wrong                            fault.Invalid
	MayVote, Majority, Quorum        string
	Councillors, CouncillorWords     string
	Words, DecidedAt                 string
	From                             [3]string
	MajorityOptions, CouncillorRules []web.Option
}

func (p pages) askRules(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRules(w, r, by, rulesForm{From: boxes(p.site.Today())}, true)
}

func (p pages) showRules(w http.ResponseWriter, r *http.Request, by access.Actor, d rulesForm, fresh bool) error {
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.SetHowWeDecide, s.area.Place()); err != nil {
			return err
		}
		d.Shell = p.peopleShell(r, by, s.area, "Record how we decide", web.Link{Text: "How we decide", Href: rulesHref(s.area)}, web.Link{Text: "Record how we decide"})
		d.NoIndex, d.Action, d.Back = true, rulesHref(s.area), rulesHref(s.area)
		if fresh {
			now, err := partnership.RulesOn(r.Context(), tx, s.area.ID, s.today)
			if err != nil {
				return err
			}
			d.MayVote, d.Majority, d.Quorum = yesNo(now.MayVote), string(now.Majority), strconv.Itoa(now.ResidentQuorum)
			d.Councillors, d.CouncillorWords, d.Words = string(now.Councillors), now.CouncillorWords, now.Words
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Title = http.StatusUnprocessableEntity, "Error: "+d.Title
	}
	d.Form = cmp.Or(d.Form, p.site.NewForm())
	for _, m := range partnership.Majorities() {
		d.MajorityOptions = append(d.MajorityOptions, web.Option{Value: string(m), Text: capital(string(m))})
	}
	for _, c := range partnership.CouncillorRules() {
		d.CouncillorRules = append(d.CouncillorRules, web.Option{Value: string(c), Text: councillorsShort[c], Hint: councillorsLong[c]})
	}
	return p.site.Show(w, r, status, rulesFormPage(d))
}

func (p pages) setRules(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	d := rulesForm{
		Form: form.Text("form"), MayVote: form.Text("may_vote"), Majority: form.Text("majority"), Quorum: form.Text("resident_quorum"),
		Councillors: form.Text("councillors"), CouncillorWords: form.Text("councillor_words"), Words: form.Text("words"), DecidedAt: form.Text("decided_at"), From: form.DateParts("from"),
	}
	n := partnership.NewRules{
		Form: d.Form, From: form.Date("from"), MayVote: d.MayVote == "yes", Majority: partnership.Majority(cmp.Or(d.Majority, string(partnership.MoreThanHalf))),
		Councillors: partnership.CouncillorRule(d.Councillors), CouncillorWords: d.CouncillorWords, Words: d.Words, DecidedAt: d.DecidedAt,
	}
	if d.Quorum != "" {
		n.ResidentQuorum = form.Int("resident_quorum")
	}
	var found fault.Invalid
	if d.MayVote != "yes" && d.MayVote != "no" {
		found.Add("may_vote", "Choose whether you may vote")
	}
	found = append(found, n.Check(p.site.Today())...)
	if d.Wrong = form.Over(found); len(d.Wrong) > 0 {
		return p.showRules(w, r, by, d, false)
	}
	err = p.partnerships.SetRules(r.Context(), by, a, n)
	if wrong, ok := isInvalid(err); ok {
		d.Wrong = wrong
		return p.showRules(w, r, by, d, false)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded, and holds from its day.", rulesHref(a))
}

// An electionForm is the form on which an election is noted.
type electionForm struct {
	web.Shell
	Form, Action, Back, Name string
	On                       [3]string
	Wrong                    fault.Invalid
}

func (p pages) askElection(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showElection(w, r, by, electionForm{})
}

func (p pages) showElection(w http.ResponseWriter, r *http.Request, by access.Actor, d electionForm) error {
	err := p.in(r, func(_ *db.Tx, s scene) error {
		if err := by.Must(access.KeepMembers, s.area.Place()); err != nil {
			return err
		}
		d.Shell = p.peopleShell(r, by, s.area, "Note an election", web.Link{Text: "How we decide", Href: rulesHref(s.area)}, web.Link{Text: "Note an election"})
		d.NoIndex, d.Action, d.Back = true, "/areas/"+s.area.Slug+"/elections", rulesHref(s.area)
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Title = http.StatusUnprocessableEntity, "Error: "+d.Title
	}
	d.Form = cmp.Or(d.Form, p.site.NewForm())
	return p.site.Show(w, r, status, electionPage(d))
}

func (p pages) noteElection(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	d := electionForm{Form: form.Text("form"), Name: form.Text("name"), On: form.DateParts("on")}
	n := partnership.NewElection{Form: d.Form, On: form.Date("on"), Name: d.Name}
	if d.Wrong = form.Over(n.Check()); len(d.Wrong) > 0 {
		return p.showElection(w, r, by, d)
	}
	if _, err := p.partnerships.NoteElection(r.Context(), by, a, n); err != nil {
		return err
	}
	return p.site.Done(w, r, "The election is noted.", rulesHref(a))
}

func (p pages) withdrawElection(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if form.Text("end") != "yes" {
		return fault.Invalid{{Field: "end", Words: "Press the button beside the election"}}
	}
	if err := p.partnerships.WithdrawElection(r.Context(), by, a, partnership.ElectionID(r.PathValue("election")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "It is taken back.", rulesHref(a))
}

package decisionweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// act reads a form about a decision, does something with it, and goes on to the
// decision's page; what is wrong with it is shown there.
func (p pages) act(w http.ResponseWriter, r *http.Request, by access.Actor, done string, show func(wrong fault.Invalid, form *web.Form) error, do func(a area.Area, d decision.Decision, form *web.Form) error) error {
	var a area.Area
	var d decision.Decision
	err := p.one(r, by, func(_ context.Context, _ *db.Tx, in area.Area, of decision.Decision, _ decision.Sight) error {
		a, d = in, of
		return nil
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = do(a, d, form)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return show(form.Over(wrong), form)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, done, decisionHref(a, d.Number))
}

// onPage shows the decision's page with what is wrong, and what was typed.
func (p pages) onPage(w http.ResponseWriter, r *http.Request, by access.Actor) func(fault.Invalid, *web.Form) error {
	return func(wrong fault.Invalid, form *web.Form) error {
		typed := &myPart{Choice: form.Text("stand") + form.Text("choice"), Reason: form.Text("reason"), MayPrint: form.Text("may_print") == "yes"}
		return p.show(w, r, by, http.StatusUnprocessableEntity, typed, form, wrong)
	}
}

func (p pages) position(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "Your answer is kept. You can change it until it is recorded what came of it.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.TakePosition(r.Context(), by, a, d.Number, decision.NewPosition{
			Form: form.Text("form"), Hash: form.Text("hash"), Stand: decision.Stand(form.Text("stand")), Reason: form.Text("reason"), MayPrint: form.Text("may_print") == "yes",
		})
	})
}

func (p pages) ballot(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "Your vote is in. You can change it until the vote closes.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.Vote(r.Context(), by, a, d.Number, decision.NewBallot{
			Form: form.Text("form"), Hash: form.Text("hash"), Choice: decision.Choice(form.Text("choice")), Reason: form.Text("reason"), MayPrint: form.Text("may_print") == "yes",
		})
	})
}

func (p pages) stepOut(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "Thank you for saying so. You do not take part in this one.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.Recuse(r.Context(), by, a, d.Number, form.Text("why"), form.Text("form"))
	})
}

func (p pages) answer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "It is noted what was done.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		turn, err := strconv.ParseInt(form.Text("turn"), 10, 64)
		if err != nil {
			return fault.NotFound
		}
		return p.decisions.AnswerWorry(r.Context(), by, a, d.Number, turn, form.Text("answer-"+ordinal(turn)), form.Text("form"))
	})
}

func (p pages) confirm(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "Confirmed. It counts now.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		turn, err := strconv.ParseInt(form.Text("turn"), 10, 64)
		if err != nil {
			return fault.NotFound
		}
		return p.decisions.Confirm(r.Context(), by, a, d.Number, form.Text("what"), turn, form.Text("form"))
	})
}

func (p pages) tell(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "It is noted that they were told.", p.onPage(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		party, err := strconv.Atoi(form.Text("party"))
		if err != nil {
			return fault.NotFound
		}
		at := "-" + strconv.Itoa(party)
		err = p.decisions.Tell(r.Context(), by, a, d.Number, decision.NewTelling{Form: form.Text("form"), Party: party, On: form.Date("on" + at), How: form.Text("how" + at)})
		if wrong, ok := errors.AsType[fault.Invalid](err); ok {
			for i := range wrong {
				wrong[i].Field += at
			}
		}
		return err
	})
}

// stepsData is where the chair, or who put it forward, takes a decision further.
type stepsData struct {
	Shell    web.Shell
	Heading  string
	Title    string
	Href     string
	Form     string
	Wrong    fault.Invalid
	Draft    bool
	Asking   bool
	Voting   bool
	Counting bool
	Chair    bool
	Barred   string
	Frozen   bool
	Standing string
	Found    bool
	Failed   bool
	Tried    bool
	MayVote  bool
	Closes   string
	Hours    []web.Option
	Day      [3]string
	Hour     string
	Words    string
	Paper    string
}

func (p pages) steps(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showSteps(w, r, by, http.StatusOK, nil, nil)
}

func (p pages) showSteps(w http.ResponseWriter, r *http.Request, by access.Actor, status int, wrong fault.Invalid, form *web.Form) error {
	var d stepsData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) error {
		chair := by.May(access.RunDecisions, a.Place())
		if !chair && !of.PutForwardBy(by.Person) {
			return fault.New(fault.Forbidden, "The chair, and those who put it forward, take a decision further.")
		}
		state := of.State(p.site.Now())
		if state.IsMade() {
			return fault.New(fault.Conflict, "This is decided.")
		}
		heading, _ := furtherFor(chair, true, state)
		if heading == "" {
			return fault.New(fault.Conflict, "The vote has begun, so the words do not change any more.")
		}
		title := of.Text().Title
		d = stepsData{
			Shell:   p.shell(r, by, a, heading, web.Link{Text: title, Href: decisionHref(a, of.Number)}, web.Link{Text: heading}),
			Heading: heading, Title: title, Href: decisionHref(a, of.Number), Form: p.site.NewForm(), Wrong: wrong, Chair: chair,
			Draft: state == decision.Draft, Asking: state == decision.Asking, Voting: state == decision.Voting, Counting: state == decision.Counting,
			Hour: "20",
		}
		for h := 9; h <= 22; h++ {
			words := strconv.Itoa(h) + "am"
			if h >= 12 {
				words = strconv.Itoa((h+11)%12+1) + "pm"
			}
			d.Hours = append(d.Hours, web.Option{Value: strconv.Itoa(h), Text: words})
		}
		if s.Bar.Vote && state != decision.Draft {
			d.Barred = s.Bar.Why
		}
		agree, err := p.decisions.AgreementOf(ctx, tx, of)
		if err != nil {
			return err
		}
		waiting, err := partnership.UnhandledIn(ctx, tx, a.ID, of.MatterOn(p.site.Today()))
		if err != nil {
			return err
		}
		d.Frozen = len(waiting) > 0
		d.Found, d.Failed, d.MayVote = agree.Found(), agree.Failed(), agree.Rules.MayVote
		for _, t := range of.Attempts {
			d.Tried = d.Tried || !t.Agreed
		}
		if !s.Bar.See {
			d.Standing = counted(agree.Tally.Residents, "resident has", "residents have") + " answered, and " + ordinal(int64(agree.Quorum)) + " must. " +
				counted(agree.Tally.Said["cannot"], "person cannot", "people cannot") + " live with it."
		}
		if of.Poll.Exists() {
			d.Closes = clockDay(of.Poll.ClosesAt)
			out, err := p.decisions.Out(ctx, tx, of)
			if err != nil {
				return err
			}
			if n := len(of.Poll.Unconfirmed(out)); n > 0 {
				d.Paper = counted(n, "vote on paper waits", "votes on paper wait") + " for a second person. What is not confirmed before you record the result does not count."
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
		d.Day, d.Hour, d.Words = form.DateParts("closes"), form.Text("hour"), form.Text("words")+form.Text("why")
	}
	return p.site.Show(w, r, status, stepsPage(d))
}

func (p pages) onSteps(w http.ResponseWriter, r *http.Request, by access.Actor) func(fault.Invalid, *web.Form) error {
	return func(wrong fault.Invalid, form *web.Form) error {
		return p.showSteps(w, r, by, http.StatusUnprocessableEntity, wrong, form)
	}
}

func (p pages) open(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "Everybody is asked now.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.Open(r.Context(), by, a, d.Number, form.Text("form"))
	})
}

func (p pages) withdraw(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "It is withdrawn.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.Withdraw(r.Context(), by, a, d.Number, form.Text("words"), form.Text("form"))
	})
}

func (p pages) attempt(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "It is recorded how looking for agreement went.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		outcome := form.Text("outcome")
		if outcome != "agreed" && outcome != "not yet" && outcome != "leave" {
			return fault.Invalid{{Field: "outcome", Words: "Choose how it went"}}
		}
		return p.decisions.RecordAttempt(r.Context(), by, a, d.Number, decision.NewAttempt{
			Form: form.Text("form"), Agreed: outcome == "agreed", Leave: outcome == "leave", Words: form.Text("words"),
		})
	})
}

// closing is when a vote closes, as somebody filled it in.
func closing(form *web.Form) (time.Time, error) {
	day := form.Date("closes")
	hour, err := strconv.Atoi(form.Text("hour"))
	if day.IsZero() || err != nil || hour < 0 || hour > 23 {
		return time.Time{}, fault.Invalid{{Field: "closes", Words: "Enter the day on which the vote closes"}}
	}
	return decision.At(day, hour), nil
}

func (p pages) openVote(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "The vote is open.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		closes, err := closing(form)
		if err != nil {
			return err
		}
		return p.decisions.OpenVote(r.Context(), by, a, d.Number, decision.NewVote{Form: form.Text("form"), ClosesAt: closes})
	})
}

func (p pages) extend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "There is more time to vote.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		closes, err := closing(form)
		if err != nil {
			return err
		}
		return p.decisions.Extend(r.Context(), by, a, d.Number, decision.NewExtension{Form: form.Text("form"), ClosesAt: closes, Why: form.Text("why")})
	})
}

func (p pages) result(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.act(w, r, by, "The result is recorded. It stays as it is.", p.onSteps(w, r, by), func(a area.Area, d decision.Decision, form *web.Form) error {
		return p.decisions.Close(r.Context(), by, a, d.Number, decision.NewResult{Form: form.Text("form"), Words: form.Text("words")})
	})
}

// outData is where somebody says that they should not take part.
type outData struct {
	Shell web.Shell
	Title string
	Href  string
	Form  string
}

func (p pages) steppingOut(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d outData
	err := p.one(r, by, func(_ context.Context, _ *db.Tx, a area.Area, of decision.Decision, _ decision.Sight) error {
		if of.State(p.site.Now()).IsMade() {
			return fault.New(fault.Conflict, "This is decided.")
		}
		href := decisionHref(a, of.Number)
		d = outData{
			Shell: p.shell(r, by, a, "I should not take part", web.Link{Text: of.Text().Title, Href: href}, web.Link{Text: "I should not take part"}),
			Title: of.Text().Title, Href: href, Form: p.site.NewForm(),
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, outPage(d))
}

// paperData is where an answer or a vote is entered for somebody.
type paperData struct {
	Shell    web.Shell
	Title    string
	Question string
	Code     string
	Href     string
	Form     string
	Hash     string
	Voting   bool
	People   []web.Option
	Spoke    string // who cannot be chosen, because they have spoken for themselves; never what they said
	Options  []web.Option
	Wrong    fault.Invalid
	For      string
	Via      string
	Choice   string
	Reason   string
	MayPrint bool
}

func (p pages) paper(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPaper(w, r, by, http.StatusOK, nil, nil)
}

func (p pages) showPaper(w http.ResponseWriter, r *http.Request, by access.Actor, status int, wrong fault.Invalid, form *web.Form) error {
	var d paperData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) error {
		state := of.State(p.site.Now())
		switch {
		case s.Bar.Vote:
			return fault.New(fault.Forbidden, s.Bar.Why)
		case state != decision.Asking && state != decision.Voting:
			return fault.New(fault.Conflict, "Nobody is asked about this just now.")
		}
		href := decisionHref(a, of.Number)
		d = paperData{
			Shell: p.shell(r, by, a, "Enter for somebody", web.Link{Text: of.Text().Title, Href: href}, web.Link{Text: "Enter for somebody"}),
			Title: of.Text().Title, Question: of.Text().Question, Code: of.Text().Code(), Href: href, Form: p.site.NewForm(), Hash: of.Text().Hash,
			Voting: state == decision.Voting, Wrong: wrong,
		}
		givers, err := p.decisions.GiversIn(ctx, tx, of)
		if err != nil {
			return err
		}
		var electors []decision.Elector
		for _, g := range givers {
			electors = append(electors, g.Elector)
		}
		n, err := namesOf(ctx, tx, a, of, true, electors)
		if err != nil {
			return err
		}
		d.offer(givers, n, by)
		if d.Voting {
			d.Options = []web.Option{{Value: "yes", Text: "Yes, go ahead"}, {Value: "no", Text: "No"}, {Value: "aside", Text: "I stand aside"}}
			return nil
		}
		for _, s := range decision.Stands() {
			d.Options = append(d.Options, web.Option{Value: string(s), Text: s.Words()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
		d.For, d.Via, d.Choice, d.Reason = form.Text("for"), form.Text("via"), form.Text(d.name()), form.Text("reason")
		d.MayPrint = form.Text("may_print") == "yes"
	}
	return p.site.Show(w, r, status, paperPage(d))
}

// offer is of whom a slip may be entered, and who spoke for themselves.
func (d *paperData) offer(givers []decision.Giver, n names, by access.Actor) {
	d.People = []web.Option{{Value: "", Text: "Choose"}}
	var spoke []string
	for _, g := range givers {
		name := n.of(g.Person)
		switch {
		case g.Person == by.Person:
			continue
		case g.Spoke:
			spoke = append(spoke, name)
			continue
		case g.Waits:
			name += " (a slip waits for a second person; a new one takes its place)"
		case g.In:
			name += " (is in already; a new one takes its place)"
		}
		d.People = append(d.People, web.Option{Value: string(g.Person), Text: name})
	}
	what := map[bool]string{true: "voted", false: "answered"}[d.Voting]
	switch {
	case len(spoke) == 1:
		d.Spoke = spoke[0] + " has " + what + " for themselves, and only they can change that."
	case len(spoke) > 1:
		d.Spoke = listed(spoke) + " have " + what + " for themselves, and only they can change that."
	}
}

func (d paperData) name() string { return myPart{Voting: d.Voting}.name() }

func (p pages) enter(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	status := http.StatusUnprocessableEntity
	onPaper := func(wrong fault.Invalid, form *web.Form) error {
		return p.showPaper(w, r, by, status, wrong, form)
	}
	// Somebody else was quicker, or something has changed: what was typed is not lost.
	return p.act(w, r, by, "It is entered. It counts when a second person has confirmed it.", onPaper, func(a area.Area, d decision.Decision, form *web.Form) (err error) {
		defer func() {
			words := fault.Public(err)
			switch {
			case words == "":
				return
			case errors.Is(err, fault.Conflict):
				status = http.StatusConflict
			case errors.Is(err, fault.Forbidden):
				status = http.StatusForbidden
			default:
				return
			}
			err = fault.Invalid{{Field: "for", Words: words + " Nothing was entered."}}
		}()
		whose, via := access.PersonID(form.Text("for")), decision.Via(form.Text("via"))
		if whose == "" {
			wrong := fault.Invalid{{Field: "for", Words: "Choose whose answer this is"}}
			if via == "" {
				wrong.Add("via", "Choose how they told you")
			}
			if form.Text("choice") == "" && form.Text("stand") == "" {
				name := "stand"
				if d.State(p.site.Now()) == decision.Voting {
					name = "choice"
				}
				wrong.Add(name, "Choose what they said")
			}
			return wrong
		}
		if form.Has("choice") || d.State(p.site.Now()) == decision.Voting {
			return p.decisions.Vote(r.Context(), by, a, d.Number, decision.NewBallot{
				Form: form.Text("form"), Hash: form.Text("hash"), Choice: decision.Choice(form.Text("choice")), Reason: form.Text("reason"),
				MayPrint: form.Text("may_print") == "yes", For: whose, Via: via,
			})
		}
		return p.decisions.TakePosition(r.Context(), by, a, d.Number, decision.NewPosition{
			Form: form.Text("form"), Hash: form.Text("hash"), Stand: decision.Stand(form.Text("stand")), Reason: form.Text("reason"),
			MayPrint: form.Text("may_print") == "yes", For: whose, Via: via,
		})
	})
}

// slipsData are slips of paper, one for each who has a say.
type slipsData struct {
	Shell    web.Shell
	Title    string
	Question string
	Words    []string
	Code     string
	Closes   string
	Href     string
	Names    []string
	Options  []string
}

func (p pages) slips(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d slipsData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, _ decision.Sight) error {
		state := of.State(p.site.Now())
		if state != decision.Asking && state != decision.Voting {
			return fault.New(fault.Conflict, "Nobody is asked about this just now.")
		}
		href, t := decisionHref(a, of.Number), of.Text()
		d = slipsData{
			Shell: p.shell(r, by, a, "Slips of paper", web.Link{Text: t.Title, Href: href}, web.Link{Text: "Slips of paper"}),
			Title: t.Title, Question: t.Question, Words: paragraphs(t.Words), Code: t.Code(), Href: href,
		}
		agree, err := p.decisions.AgreementOf(ctx, tx, of)
		if err != nil {
			return err
		}
		electors := agree.Electors
		if state == decision.Voting {
			electors, d.Closes = of.Poll.Electors, clockDay(of.Poll.ClosesAt)
			d.Options = []string{"Yes, go ahead", "No", "I stand aside: I would not choose this, but I will not stop it"}
		} else {
			for _, s := range decision.Stands() {
				d.Options = append(d.Options, s.Words())
			}
		}
		n, err := namesOf(ctx, tx, a, of, true, electors)
		for _, e := range electors {
			if !e.Barred {
				d.Names = append(d.Names, n.of(e.Person))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, slipsPage(d))
}

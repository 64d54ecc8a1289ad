package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type handover struct {
	ID, Between, Change string
	Steps               []step
	Confirm             bool // the successor may confirm it
}

type step struct {
	Words, Detail string
	Done          bool
}

func (v *view) handovers(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader) error {
	all, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	for _, h := range all {
		if !h.Open() || !rd.inside && h.Side != relationship.Theirs {
			continue
		}
		shown := handover{ID: string(h.ID), Between: h.Between() + ", by " + h.ByWhen()}
		if v.base != "" {
			shown.Change = handoverHref(s.area, h.ID)
		}
		for _, st := range h.Steps {
			one := step{Words: st.Words, Detail: stepDetail(st), Done: !st.DoneOn.IsZero()}
			if st.SaidBy != "" {
				one.Detail = st.SaidBy + " told us on " + st.DoneOn.Long()
			}
			shown.Confirm = shown.Confirm || !rd.inside && st.Kind == relationship.ConfirmedIt && st.DoneOn.IsZero()
			shown.Steps = append(shown.Steps, one)
		}
		v.Handover = append(v.Handover, shown)
	}
	return err
}

// packData is what is printed for who takes over.
type packData struct {
	Shell web.Shell
	Lead  string
	Full  web.Link // with or without what is in confidence
	view
}

// pack is all that a successor needs, to print. What is in confidence is left out
// unless somebody who reads it asks for it to be in.
func (p pages) pack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d packData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		full := s.keeps && r.URL.Query().Get("with") == "confidence"
		d.view, err = p.viewOf(r.Context(), tx, s, one, reader{shows: func(string) bool { return true }, keeps: full, inside: true})
		title := "Handover pack: " + one.Name
		d.Shell = p.shell(r, by, s.area, title, web.Link{Text: one.Name, Href: href(s.area, one.ID)}, web.Link{Text: "Handover pack"})
		d.Lead = "All that somebody new needs to know, as it stands on " + p.site.Today().Long() + ". Print it, or read it together."
		if s.keeps {
			d.Full = web.Link{Text: "Put in the notes that are in confidence too", Href: href(s.area, one.ID) + "/pack?with=confidence"}
			if full {
				d.Full = web.Link{Text: "Leave out the notes that are in confidence", Href: href(s.area, one.ID) + "/pack"}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, packPage(d))
}

func (p pages) openHandover() section {
	return section{
		path: "relationships/{relationship}/handover",
		about: p.of("Begin a handover", "When somebody leaves, is away, or is new. You get a list of small steps, and a pack to print.", "Begin it", "The handover is open.", func(r *http.Request, tx *db.Tx, about *subject) error {
			q := r.URL.Query()
			about.begins = url.Values{"why": {q.Get("why")}, "side": {q.Get("side")}, "who": {q.Get("who")}, "to_whom": {q.Get("to")}}
			setDate(about.begins, "by", p.site.Today().AddDays(28))
			holders, err := relationship.Holders(r.Context(), tx, about.area.ID, about.relationship.ID)
			for _, h := range holders {
				if h.On(p.site.Today()) {
					about.suggest["people"] = append(about.suggest["people"], h.Name)
				}
			}
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			var whys []web.Option
			for _, one := range relationship.Whys() {
				whys = append(whys, web.Option{Value: string(one.Why), Text: one.Words})
			}
			return []templ.Component{
				f.radios("side", "On whose side?", "", sideOptions("On ours", "On theirs")...),
				f.radios("why", "Why?", "", whys...),
				f.text("who", "Who hands over?", "", about.suggest["people"]...),
				f.text("to_whom", "Who takes over?", "Leave it empty if you do not know yet.", about.suggest["people"]...),
				f.date("by", "By when should it be done?", todayToo),
				f.text("walk_with", "Who could lead a walkabout with residents?", "You can leave this out."),
				f.date("walk_on", "On which day is the walkabout?", "Leave it empty if none is agreed."),
				f.area("words", "Anything else?", inPrivate, 1000),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			made, err := p.all.OpenHandover(ctx, by, about.area, about.relationship.ID, relationship.NewHandover{
				Form: form.Text("form"), Why: relationship.Why(form.Text("why")), Side: relationship.Side(form.Text("side")), Who: form.Text("who"), ToWhom: form.Text("to_whom"),
				By: form.Date("by"), Words: form.Text("words"), WalkWith: form.Text("walk_with"), WalkOn: form.Date("walk_on"),
			})
			return handoverHref(about.area, made), err
		},
	}
}

func (p pages) tick() section {
	return section{
		path: "handovers/{handover}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			h, err := relationship.HandoverByID(r.Context(), tx, s.area.ID, relationship.HandoverID(r.PathValue("handover")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.button, about.done, about.id = "The handover: what is done?", "Keep this", "That is noted.", string(h.ID)
			about.lead = h.Between() + ", by " + h.ByWhen() + ". " + strconv.Itoa(h.Done()) + " of " + counted(len(h.Steps), "step") + " are done."
			for _, step := range h.Steps {
				if step.DoneOn.IsZero() {
					about.options["done"] = append(about.options["done"], web.Option{Value: strconv.FormatInt(step.Position, 10), Text: step.Words, Hint: stepDetail(step)})
				}
			}
			setDate(about.begins, "on", p.site.Today())
			if walk, is := h.Walkabout(); is {
				about.options["walk"] = []web.Option{{Text: walk.Words}}
				about.begins.Set("walk_who", walk.Who)
				setDate(about.begins, "walk_on", walk.PlannedOn)
			}
			return about, nil
		},
		fields: func(f filled, about subject) []templ.Component {
			var fields []templ.Component
			if len(about.options["done"]) > 0 {
				fields = append(fields, f.boxes("done", "What is done?", "", about.options["done"]...))
			}
			fields = append(fields, f.date("on", "When?", todayToo))
			if len(about.options["walk"]) > 0 {
				fields = append(
					fields,
					f.date("walk_on", "For which day is the walkabout arranged?", "Leave it empty until you both know."), f.text("walk_who", "Who of us leads it?", "You can leave this out."),
				)
			}
			return append(
				fields,
				folded(
					"Add a step, or stop it",
					f.text("more", "Another step", ""), f.text("more_who", "Who does it?", ""), f.date("more_on", "When?", "You can leave this out."),
					f.boxes("stop", "Is it not needed after all?", "", web.Option{Value: "yes", Text: "Stop this handover"}), f.text("words", "Why is it not needed?", ""),
				),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewTicks{Form: form.Text("form"), On: form.Date("on"), More: form.Text("more"), MoreWho: form.Text("more_who"), MoreOn: form.Date("more_on"), Stop: form.Text("stop") == "yes", Words: form.Text("words"), WalkOn: form.Date("walk_on"), WalkWho: form.Text("walk_who")}
			for _, one := range form.Texts("done") {
				position, _ := strconv.ParseInt(one, 10, 64)
				n.Done = append(n.Done, position)
			}
			return about.back, p.all.Tick(ctx, by, about.area, relationship.HandoverID(about.id), n)
		},
	}
}

func stepDetail(s relationship.HandoverStep) string {
	var parts []string
	if s.Who != "" {
		parts = append(parts, s.Who)
	}
	if !s.PlannedOn.IsZero() {
		parts = append(parts, s.PlannedOn.Long())
	}
	return strings.Join(parts, ", ")
}

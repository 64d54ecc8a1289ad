package relationshipweb

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type holder struct {
	Name, Role, Words, Initials, Tone string
	Touch                             string // how often we mean to be in touch, and when we were
	Without, Leave, Tier              string
}

func sideOptions(ours, theirs string) []web.Option {
	return []web.Option{{Value: string(relationship.Ours), Text: ours}, {Value: string(relationship.Theirs), Text: theirs}}
}

func (p pages) addHolder() section {
	return section{
		path: "relationships/{relationship}/holders",
		about: p.of("Who knows whom", "Two on each side are better than one: then nobody has to hold it alone.", "Add them", "They are added.", func(r *http.Request, tx *db.Tx, about *subject) (err error) {
			about.begins.Set("side", r.URL.Query().Get("side"))
			setDate(about.begins, "from", p.site.Today())
			about.suggest["people"], err = peopleOf(r.Context(), tx, about.area.ID, p.site.Today())
			if err != nil {
				return err
			}
			contacts, err := p.contacts(r.Context(), tx, about.area.ID, about.relationship)
			for name := range contacts {
				about.suggest["people"] = append(about.suggest["people"], name)
			}
			slices.Sort(about.suggest["people"])
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.radios("side", "On whose side?", "", sideOptions("On ours", "On theirs")...),
				f.text("name", "What is their name?", "", about.suggest["people"]...),
				f.text("role", "What are they?", "For example worker, resident, parks officer.", "worker", "chair", "resident", "adviser"),
				f.text("words", "A word on it", "For example, “Leads. Knows Karen and Jas.” You can leave this out."),
				f.date("from", "Since when?", todayToo),
				f.date("until", "Until when, if that is known?", "The first day on which they do it no more. Leave it empty if they stay."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewHolder{
				Form: form.Text("form"), Side: relationship.Side(form.Text("side")), Name: form.Text("name"), Role: roleCode(form.Text("role")), Words: form.Text("words"), From: form.Date("from"), Until: form.Date("until"),
			}
			if err := p.settle(ctx, about, &n); err != nil {
				return "", err
			}
			_, err := p.all.Hold(ctx, by, about.area, about.relationship.ID, n)
			return about.back, err
		},
	}
}

// settle finds the account or the contact of a holder's name.
func (p pages) settle(ctx context.Context, about subject, n *relationship.NewHolder) (err error) {
	if n.Side == relationship.Ours {
		n.Person, err = about.person(ctx, n.Name)
		return err
	}
	return p.all.DB.Read(ctx, func(tx *db.Tx) error {
		contacts, err := p.contacts(ctx, tx, about.area.ID, about.relationship)
		if h, is := contacts[strings.Join(strings.Fields(n.Name), " ")]; is {
			n.Contact, n.Post = h.Contact, h.Post
		}
		return err
	})
}

// contacts are whom we know in the body, by name.
func (p pages) contacts(ctx context.Context, tx *db.Tx, a area.ID, one relationship.Relationship) (map[string]agency.Holding, error) {
	holders, err := agency.HoldersOn(ctx, tx, a, one.Body, p.site.Today())
	all := map[string]agency.Holding{}
	for _, h := range holders {
		if h.Contact.Name != "" {
			all[h.Contact.Name] = agency.Holding{Contact: h.Contact.ID, Post: h.Post.ID}
		}
	}
	return all, err
}

// roleCode is the code of a role that somebody typed in its words.
func roleCode(words string) string {
	for _, r := range relationship.Roles() {
		if strings.EqualFold(r.Words, words) || strings.EqualFold(r.Code, words) {
			return r.Code
		}
	}
	return words
}

// leave is that somebody on either side steps back.
func (p pages) leave() section {
	return section{
		path: "holders/{holder}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			h, err := relationship.HolderByID(r.Context(), tx, s.area.ID, relationship.HolderID(r.PathValue("holder")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead = h.Name+" steps back", "Say so early, and who could take over. Then nothing is lost."
			about.button, about.done, about.id = "Keep this", "That is noted.", string(h.ID)
			about.begins.Set("side", string(h.Side))
			about.suggest["people"], err = peopleOf(r.Context(), tx, s.area.ID, p.site.Today())
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.date("until", "What is the first day on which they do it no more?", todayToo),
				f.area("words", "A word on it", "You can leave this out. A thank-you is always right.", 500),
				f.text("next_name", "Who takes over?", "Leave it empty if nobody does yet.", about.suggest["people"]...),
				f.text("next_role", "What are they?", "You can leave this out.", "worker", "chair", "resident", "adviser"),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewLeaving{Form: form.Text("form"), Until: form.Date("until"), Words: form.Text("words")}
			n.Next = relationship.NewHolder{Name: form.Text("next_name"), Role: roleCode(form.Text("next_role")), Side: relationship.Side(about.begins.Get("side"))}
			if n.Next.Name != "" {
				if err := p.settle(ctx, about, &n.Next); err != nil {
					return "", err
				}
			}
			return about.back, p.all.Leave(ctx, by, about.area, relationship.HolderID(about.id), n)
		},
	}
}

// touched is how it stands with one person of theirs, in a line.
func touched(t relationship.Touch) string {
	var parts []string
	if words := t.Tier.InWords(); words != "" {
		parts = append(parts, words)
	}
	if !t.Last.IsZero() {
		parts = append(parts, "In touch on "+t.Last.Long())
	}
	if t.QuietWeeks > 0 {
		parts = append(parts, "Quiet for "+counted(t.QuietWeeks, "week")+": a short word is enough")
	}
	return sentences(parts)
}

// tier is how often we mean to be in touch with one person of theirs.
func (p pages) tier() section {
	return section{
		path: "holders/{holder}/tier",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			h, err := relationship.HolderByID(r.Context(), tx, s.area.ID, relationship.HolderID(r.PathValue("holder")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead = "How often do you want a word with "+h.Name+"?", "Not everybody needs the same. We say so on this page when it goes quiet."
			about.button, about.done, about.id, about.back = "Keep this", "That is noted.", string(h.ID), about.back+"#who"
			held, err := relationship.Holders(r.Context(), tx, s.area.ID, one.ID)
			if err != nil {
				return about, err
			}
			touches, err := relationship.Touches(r.Context(), tx, s.area.ID, held, p.site.Today())
			about.begins.Set("tier", string(touches[h.ID].Tier))
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			var options []web.Option
			for _, t := range relationship.Tiers() {
				options = append(options, web.Option{Value: string(t.Tier), Text: t.Words})
			}
			return []templ.Component{f.radios("tier", "How often?", "", options...)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.SetTier(ctx, by, about.area, relationship.HolderID(about.id), relationship.Tier(form.Text("tier")), form.Text("form"))
		},
	}
}

package workshopweb

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// officersHref is where what is shared with officers of a body is listed.
func officersHref(o organisation.Organisation) string {
	return "/organisations/" + o.Slug + "/relationships"
}

// AskedTo is something that officers of a body are asked to take part in, or were, and
// what came of it, as far as it is theirs to read.
type AskedTo struct {
	Link web.Link
	Over bool
	Came string
}

// AskedOfOfficers lists what officers of a body who have an account are asked to take
// part in, or were, the latest first.
func AskedOfOfficers(ctx context.Context, tx *db.Tx, o organisation.Organisation) (all []AskedTo, err error) {
	records, err := workshop.AskedOf(ctx, tx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(records) {
		a, err := area.ByID(ctx, tx, r.Area)
		if err != nil {
			return nil, err
		}
		title := visit{area: a, record: r}.title()
		if r.Kind != workshop.Conversation {
			title += " (" + a.Name + ")"
		}
		over, came := cameOf(r)
		all = append(all, AskedTo{web.Link{Text: title, Href: "/organisations/" + o.Slug + "/together/" + string(r.ID)}, over, came})
	}
	return all, nil
}

// cameOf is whether something is over, and what came of it that both sides share: words
// that both agreed to, or marks that both show. What a side keeps to itself is not told.
func cameOf(r workshop.Record) (over bool, came string) {
	switch {
	case r.BothShow():
		return true, "Scored on " + r.Day().Long() + ". Each side sees how the other marked it."
	case !r.Finished():
		return false, ""
	case r.Kind.Words() != "":
		came = "Both sides agreed to: “" + shortened(r.Sheet(r.Kind.Words(), workshop.Ours).Answers["words"], 160) + "”"
		if signed := r.BothSigned(); !signed.IsZero() {
			came = "Signed by both on " + signed.Long() + ". " + came
		}
		return true, came
	}
	return true, "It is finished. Thank you for taking part."
}

// shortened are the first words of a text.
func shortened(words string, most int) string {
	words = strings.Join(strings.Fields(words), " ")
	if len([]rune(words)) <= most {
		return words
	}
	cut := string([]rune(words)[:most])
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}

// officer finds what an officer with an account is asked to take part in.
func (p pages) officerVisit(r *http.Request, by access.Actor) (v visit, err error) {
	ctx := r.Context()
	err = p.workshops.DB.Read(ctx, func(tx *db.Tx) error {
		if v.of, err = organisation.BySlug(ctx, tx, r.PathValue("organisation")); err != nil {
			return err
		}
		if err := by.MustSee(access.SeeShared, access.Place{Organisation: string(v.of.ID)}); err != nil {
			return err
		}
		asked, err := workshop.AskedOf(ctx, tx, v.of.ID)
		if err != nil {
			return err
		}
		for _, one := range asked {
			if string(one.ID) == r.PathValue("talk") {
				v.record, v.guest, v.whom = one, workshop.Guest{By: by, Body: v.of.ID}, "officers of "+v.of.Name
				v.with = v.of.Name
				v.area, err = area.ByID(ctx, tx, one.Area)
				return err
			}
		}
		return fault.NotFound
	})
	return v, err
}

func (p pages) officer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	v, err := p.officerVisit(r, by)
	if err != nil {
		return err
	}
	return p.showGuest(w, r, by, v, nil, nil, "")
}

func (p pages) officerDoes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	v, err := p.officerVisit(r, by)
	if err != nil {
		return err
	}
	return p.does(w, r, by, v)
}

// askOfficers lets officers who have an account take part, or takes that back.
func (p pages) askOfficers(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	said := map[string]string{"yes": "Their officers who have an account are asked.", "no": "Their officers see it no more. What they said stays."}[form.Text("open")]
	if said == "" {
		return fault.Invalid{{Field: "open", Words: "Say whether they may take part"}}
	}
	if err := p.workshops.AskOfficers(r.Context(), by, a, one.ID, form.Text("open") == "yes", form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, said, href(a, one.ID))
}

// LinksOf lists the links by which single people of a body take part in what is done
// together with it.
func LinksOf(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID) (all []share.Link, err error) {
	records, err := workshop.Of(ctx, tx, a.ID, "", of)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		links, err := share.LinksOf(ctx, tx, string(a.ID), workshop.LinkKind, string(r.ID))
		if err != nil {
			return nil, err
		}
		all = append(all, links...)
	}
	return all, nil
}

package projectweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// sounds looks for what sounds like what somebody is about to begin. Where there is
// something, and nothing was said of it yet, it is shown before anything begins.
func (p pages) sounds(ctx context.Context, by access.Actor, about subject, form *web.Form, name, what string, wrong fault.Invalid) ([]Like, error) {
	if p.alike.Look == nil || name == "" {
		return nil, nil
	}
	likes, err := p.alike.Look(ctx, by, about.area, name, what)
	if err != nil || len(likes) == 0 {
		return nil, err
	}
	for _, l := range likes {
		about.options["alike"] = append(about.options["alike"], web.Option{Text: l.Name, Hint: l.Detail})
	}
	if form.Text("because") == "" {
		wrong.Add("because", "Something here sounds like it. Look at it, then say why you go on")
	}
	return likes, wrong.OrNil()
}

// saw keeps that somebody saw what sounds alike.
func (p pages) saw(ctx context.Context, by access.Actor, about subject, form *web.Form, n Saw) error {
	if len(n.Likes) == 0 || p.alike.Keep == nil {
		return nil
	}
	n.Form, n.Because = form.Text("form")+"-alike", form.Text("because")
	return p.alike.Keep(ctx, by, about.area, n)
}

// seenBefore is what somebody saw that sounds like what they began, in sentences.
func (p pages) seenBefore(ctx context.Context, tx *db.Tx, a area.Area, kind, subject string) (all []string, err error) {
	if p.alike.Kept == nil {
		return nil, nil
	}
	saw, err := p.alike.Kept(ctx, tx, a, kind, subject)
	for _, one := range saw {
		var names []string
		for _, l := range one.Likes {
			names = append(names, "“"+l.Name+"”")
		}
		all = append(all, "On "+one.On.Long()+" we looked at "+strings.Join(names, ", ")+", and went on: "+one.Because)
	}
	return all, err
}

// alikeFields show what sounds alike, and ask why somebody goes on.
func alikeFields(f filled, about subject) []templ.Component {
	likes := about.options["alike"]
	if len(likes) == 0 {
		return nil
	}
	return []templ.Component{
		alikeNote(likes),
		f.area("because", "You saw these. Why do you go on?", "Such as “theirs is full”, or “we do it together with them”. It is kept with the project.", 1000),
	}
}

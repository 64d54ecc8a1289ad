package partnershipweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// newcomer is somebody on the list who has no say before a second person says that
// they know them.
type newcomer struct {
	Name, Initials, Tone string
	Href, Words          string
	Key                  string // of its form, beside those of the others
	Confirm              string // where the reader says so; "" where somebody else does
}

func confirmHref(a area.Area, m partnership.Member) string {
	return entryHref(a, m.Person) + "/entries/" + string(m.ID) + "/confirmation"
}

func (p pages) newcomers(ctx context.Context, tx *db.Tx, by access.Actor, s scene) ([]newcomer, error) {
	all, err := partnership.Newcomers(ctx, tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	var shown []newcomer
	for i, m := range all {
		one := newcomer{
			Key: strconv.Itoa(i), Name: m.Name, Initials: m.Initials(), Tone: tone(m.Name), Href: entryHref(s.area, m.Person),
			Words: capital(m.Kind.Words()) + ", from " + m.From.Long(),
		}
		if p.partnerships.MayConfirm(ctx, tx, by, s.area, m) == nil {
			one.Confirm = confirmHref(s.area, m)
		}
		shown = append(shown, one)
	}
	return shown, nil
}

func (p pages) confirmMember(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.partnerships.ConfirmMember(r.Context(), by, a, partnership.MemberID(r.PathValue("member")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "Thank you. They have a say from now on.", peopleHref(a))
}

// TooFewWaiting tells who keeps the list of a partnership, before it is so, that it
// will not be what is asked of it: the soonest of what is known.
func TooFewWaiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error) {
	if by.Hat.Scope != access.InArea || !by.May(access.KeepMembers, a.Place()) {
		return nil, nil
	}
	look, err := partnership.OutlookOf(ctx, tx, a, today)
	if err != nil || look.Forming || look.Now.People == 0 {
		return nil, err
	}
	notes := warnings(look)
	if len(notes) == 0 {
		return nil, nil
	}
	return []web.Todo{{
		Icon: "people", Title: strings.TrimSuffix(notes[0].Lead, "."), Detail: notes[0].Words,
		Action: web.Link{Text: "See who we are", Href: peopleHref(a)}, Hidden: "and what is coming",
	}}, nil
}

// NewcomersWaiting shows everybody with a say who is new, until a second person has
// said that they know them. While an area is closed it waits.
func NewcomersWaiting(p *partnership.Partnerships) func(context.Context, *db.Tx, access.Actor, area.Area, date.Date) ([]web.Todo, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, _ date.Date) ([]web.Todo, error) {
		if by.Hat.Scope != access.InArea || !by.May(access.TakePart, a.Place()) && !by.May(access.KeepMembers, a.Place()) {
			return nil, nil
		}
		all, err := partnership.Newcomers(ctx, tx, a.ID)
		var todos []web.Todo
		for _, m := range all {
			if p.MayConfirm(ctx, tx, by, a, m) != nil {
				continue
			}
			todos = append(todos, web.Todo{
				Icon: "people", Title: m.Name + " is new with us", Detail: "They have a say when a second person says that they know them. Do you?",
				Action: web.Link{Text: "Look", Href: peopleHref(a) + "#newcomers"}, Hidden: "at who is new: " + m.Name,
			})
		}
		return todos, err
	}
}

package projectweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/project"
	"commontable/internal/web"
)

func (p pages) newActivity() section {
	return section{
		path: "activities/new",
		about: func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error) {
			about := subject{
				scene: s, title: "Begin something that we do together", button: "Begin it", done: "It has begun. Note each time, and how many came.", back: activitiesHref(s.area),
				lead: "Something that takes place again and again: a lunch club, a clean-up, a service that somebody brings to us.", crumbs: []web.Link{activitiesLink(s.area)},
				begins: url.Values{"project": {r.URL.Query().Get("project")}}, options: map[string][]web.Option{"project": {{Text: "None"}}},
			}
			setDate(about.begins, "begun_on", p.site.Today())
			all, err := p.seen(r, tx, s, by)
			for _, one := range all {
				about.options["project"] = append(about.options["project"], web.Option{Value: string(one.ID), Text: one.Name})
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := append(
				alikeFields(f, about),
				f.text("name", "What is it called?", nobodysName),
				f.area("words", "What is it?", "You can leave this out.", 500),
				f.text("timetable", "When and where is it?", "For example, “Thursdays, 12 to 2, the Hub”. Leave it out if that changes."),
				f.text("host", "Does somebody else bring it?", "The organisation whose service it is, such as a bank of advisers who sit in our Hub. Leave it out if it is ours."),
				f.date("begun_on", "When was, or is, the first time?", todayToo),
			)
			if len(about.options["project"]) > 1 {
				fields = append(fields, f.choose("project", "Is it part of a project?", about.options["project"]))
			}
			return fields
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.NewActivity{
				Form: form.Text("form"), Project: project.ID(form.Text("project")), Name: form.Text("name"), Words: form.Text("words"),
				Timetable: form.Text("timetable"), Host: form.Text("host"), BegunOn: form.Date("begun_on"),
			}
			likes, err := p.sounds(ctx, by, about, form, n.Name, n.Words, n.Check())
			if err != nil {
				return "", err
			}
			made, err := p.projects.BeginActivity(ctx, by, about.area, n)
			if err != nil {
				return "", err
			}
			return activityHref(about.area, made), p.saw(ctx, by, about, form, Saw{Kind: "activity", Subject: string(made), Name: n.Name, Likes: likes})
		},
	}
}

// ofActivity is what the forms about one activity have in common.
func (p pages) ofActivity(title, lead, button, done string, more func(r *http.Request, tx *db.Tx, about *subject, one project.Activity) error) func(*http.Request, *db.Tx, scene, access.Actor) (subject, error) {
	return func(r *http.Request, tx *db.Tx, s scene, _ access.Actor) (subject, error) {
		one, err := project.ActivityByID(r.Context(), tx, s.area.ID, project.ActivityID(r.PathValue("activity")))
		if err != nil {
			return subject{}, err
		}
		href := activityHref(s.area, one.ID)
		about := subject{
			scene: s, title: title + one.Name, lead: lead, button: button, done: done, back: href, id: string(one.ID), begins: url.Values{},
			crumbs: []web.Link{activitiesLink(s.area), {Text: one.Name, Href: href}},
		}
		setDate(about.begins, "on", p.site.Today())
		if more != nil {
			err = more(r, tx, &about, one)
		}
		return about, err
	}
}

// giftRows are how many contributions there is room for: those of the last time,
// and some more.
const giftRows = 3

func (p pages) addSession() section {
	return section{
		path: "activities/{activity}/times",
		about: p.ofActivity("Note a time: ", "The day and how many came are enough.", "Note this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject, one project.Activity) error {
			last, err := project.Sessions(r.Context(), tx, about.area.ID, one.ID, 1)
			about.rows = giftRows
			if err != nil || len(last) == 0 {
				return err
			}
			for i, g := range last[0].Gifts {
				at := "-" + strconv.Itoa(i+1)
				about.begins.Set("party"+at, g.Party)
				about.begins.Set("gift"+at, string(g.Kind))
				about.begins.Set("brought"+at, g.Words)
				switch {
				case g.Amount == 0:
				case g.Kind == project.Money:
					about.begins.Set("amount"+at, strings.TrimSuffix(money.Pence(g.Amount).Decimal(), ".00"))
				default:
					about.begins.Set("amount"+at, strconv.FormatInt(g.Amount, 10))
				}
			}
			about.rows = min(project.MostGifts, len(last[0].Gifts)+2)
			return nil
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.date("on", "When was it?", ""),
				f.count("came", "How many came?", "A good guess is fine."),
				counts(f), gifts(f, max(about.rows, giftRows)),
				web.TextField{Name: "words", Label: "Anything to remember?", Hint: "You can leave this out. Those who read our papers can see it. Write nothing that somebody told you in confidence.", Value: f.values.Get("words"), Error: f.wrong.For("words")},
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.NewSession{Form: form.Text("form"), On: form.Date("on"), Came: readCount(form, "came"), Meals: optional(form, "meals"), Placements: optional(form, "placements"), Cleanups: optional(form, "cleanups"), Words: form.Text("words")}
			var at []int
			for i := 1; i <= project.MostGifts; i++ {
				row := "-" + strconv.Itoa(i)
				if form.Text("party"+row) == "" && form.Text("brought"+row) == "" && form.Text("amount"+row) == "" {
					continue
				}
				g := project.Gift{Party: form.Text("party" + row), Kind: project.GiftKind(form.Text("gift" + row)), Words: form.Text("brought" + row)}
				switch {
				case form.Text("amount"+row) == "":
				case g.Kind == project.Money:
					g.Amount = form.Money("amount" + row).Minor()
				default:
					g.Amount = int64(form.Int("amount" + row))
				}
				n.Gifts = append(n.Gifts, g)
				at = append(at, i)
			}
			// What cannot be read is said with all else that is wrong.
			if unread := form.Over(n.Check(p.site.Today())); len(unread) > 0 {
				return "", onRows(unread, at)
			}
			_, err := p.projects.AddSession(ctx, by, about.area, project.ActivityID(about.id), n)
			return about.back, rowsOf(err, at)
		},
	}
}

// readCount is a number that has to be said.
func readCount(form *web.Form, field string) int64 {
	if form.Text(field) == "" {
		return -1
	}
	return optional(form, field)
}

// optional is a number that may be left out.
func optional(form *web.Form, field string) int64 {
	if form.Text(field) == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(form.Text(field), ",", ""), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// onRows has what is wrong with a contribution point at the row that the person
// sees: rows left empty are none, so the two count differently. Of fields that
// could not be read the number is the row's already.
func onRows(wrong fault.Invalid, at []int) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		field, number, numbered := strings.Cut(w.Field, "-")
		if n, err := strconv.Atoi(number); numbered && err == nil && n >= 1 && n <= len(at) && field != "amount" {
			w.Field = field + "-" + strconv.Itoa(at[n-1])
		}
		all.Add(w.Field, w.Words)
	}
	return all
}

func rowsOf(err error, at []int) error {
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return onRows(wrong, at)
	}
	return err
}

func (p pages) turnActivity() section {
	return section{
		path:  "activities/{activity}/turn",
		about: p.ofActivity("What became of it: ", "That somebody else runs it now, or copies it, is success.", "Keep this", "That is noted.", nil),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("kind", "What became of it?", "",
					web.Option{Value: string(project.NowRunBy), Text: "Somebody else runs it now"},
					web.Option{Value: string(project.CopiedBy), Text: "Somebody else copied it"},
					web.Option{Value: string(project.Ceased), Text: "It takes place no more"}),
				f.text("who", "Who?", "The organisation or group. Leave it out if it takes place no more."),
				f.date("on", "Since when?", todayToo),
				f.area("words", "What would help others to know?", nobodysName, 500),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Turn(ctx, by, about.area, project.ActivityID(about.id), project.NewTurn{
				Form: form.Text("form"), Kind: project.TurnKind(form.Text("kind")), On: form.Date("on"), Who: form.Text("who"), Words: form.Text("words"),
			})
		},
	}
}

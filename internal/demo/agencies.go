package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// registers brings in the registers that come with the program, and a list of the
// invented councils.
func (p *player) registers(ctx context.Context, tx *db.Tx) error {
	by, edition := access.System("import agencies"), date.Of(p.now)
	var councils strings.Builder
	councils.WriteString("local-authority-code,official-name,gss-code,local-authority-type\n")
	var names []string
	for _, at := range p.names {
		if at.authority != "" && !slices.Contains(names, at.authority) {
			names = append(names, at.authority)
		}
	}
	for i, name := range names {
		fmt.Fprintf(&councils, "Z%03d,%q,X06000%03d,UA\n", i+1, name, i+1)
	}
	if _, err := p.agencies.ImportIn(ctx, tx, by, strings.NewReader(councils.String()), "councils.csv", agency.Say{Edition: edition}); err != nil {
		return err
	}
	for _, name := range []string{"housing.csv", "health.csv", "police.tsv", "police_teams.tsv", "schools.csv"} {
		file, err := agency.Sample.Open("sample/" + name)
		if err != nil {
			return err
		}
		if _, err := p.agencies.ImportIn(ctx, tx, by, file, name, agency.Say{Edition: edition}); err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	return nil
}

// acquaintances are whom an area knows, as they are played.
type acquaintances struct {
	*doings

	bodies   map[string]organisation.ID
	units    map[string]agency.UnitID
	posts    map[string]agency.PostID
	contacts map[string]agency.ContactID
}

// whoIsWho writes the script of whom an area knows.
func (d *doings) whoIsWho(i int) {
	a := &acquaintances{d, map[string]organisation.ID{}, map[string]agency.UnitID{}, map[string]agency.PostID{}, map[string]agency.ContactID{}}
	council := "GB-LAE"
	a.lists(0.03, "council", council, "")
	if i > 0 {
		a.unit(0.05, "parks", "council", "Parks and open spaces")
		a.job(0.06, "officer", "council", "parks", "Parks officer", agency.FrontLine, "")
		return
	}
	a.lists(0.1, "police", agency.ForceList, "marlow")
	a.lists(0.12, "st aidan", "GB-EDU", "900001")
	a.lists(0.2, "college", "GB-EDU", "900002")
	a.lists(0.55, "northway", "GB-SHPE", "X0001")
	a.adds(0.06, "town", agency.NewBody{Name: "Marlowbridge Town Council", Type: agency.Council, Subtype: "parish", Tier: agency.Parish, Place: "Market Square"})
	a.adds(0.05, "councillors", agency.NewBody{Name: "Ward councillors", Type: agency.Councillors, Subtype: "ward"})
	a.adds(0.3, "network", agency.NewBody{Name: "Calder Primary Care Network", Type: agency.Health, Subtype: "network"})
	a.adds(0.25, "living", agency.NewBody{Name: "Healthy Living Team", Type: agency.Health, Subtype: "public-health"})
	a.adds(0.18, "jobcentre", agency.NewBody{Name: "Marlowbridge Jobcentre", Type: agency.Work, Subtype: "jobcentre", Place: "Bridge Street"})
	a.adds(0.09, "food", agency.NewBody{Name: "Open Door food project", Type: agency.Group, Subtype: "charity"})
	a.adds(0.15, "union", agency.NewBody{Name: "Marlow Credit Union", Type: agency.Business})
	a.adds(0.08, "brightwell", agency.NewBody{Name: "Brightwell Homes", Type: agency.Housing, Subtype: "association"})

	a.unit(0.05, "parks", "council", "Parks team")
	a.unit(0.07, "highways", "council", "Highways")
	a.unit(0.08, "sweeping", "council", "Street cleaning")
	a.unit(0.09, "lamps", "council", "Street lighting")
	a.unit(0.11, "team", "police", "Tanners Reach and Quay")
	a.unit(0.1, "kitchen", "food", "The kitchen")
	a.unit(0.26, "walks", "living", "Walks and cooking")
	a.job(0.12, "ranger", "council", "parks", "Ranger", agency.FrontLine, "Moira Deans")
	a.job(0.14, "sweeper", "council", "sweeping", "Street cleaning officer", agency.FrontLine, "Len Barker")
	a.job(0.16, "director", "council", "", "Director of places", agency.Senior, "")
	a.job(0.07, "clerk", "town", "", "Town clerk", agency.Senior, "Peter Lunn")
	a.job(0.11, "sergeant", "police", "team", "Sergeant", agency.Middle, "Sgt Dan Frost")
	a.job(0.13, "head", "st aidan", "", "Head teacher", agency.Senior, "Claire Whitby")
	a.job(0.21, "principal", "college", "", "Principal", agency.Senior, "Colin Marsh")
	a.job(0.27, "cook", "living", "walks", "Health trainer", agency.FrontLine, "Priya Nair")
	a.job(0.19, "partner", "jobcentre", "", "Partnership manager", agency.Middle, "Lesley Tait")
	a.job(0.1, "rev", "food", "kitchen", "Organiser", agency.FrontLine, "Rev Ann Sykes")
	a.job(0.3, "homes", "brightwell", "", "Community manager", agency.FrontLine, "Raj Bains")

	// People move on, and a restructure comes.
	a.next(0.42, "ranger", "Iris Hale")
	a.next(0.61, "principal", "Sunita Rao")
	a.merged(0.66, "sweeping", "council", "streets", "Clean and bright streets", "lamps")
	a.leaves(0.93, "cook")
	a.off(0.55, "union")
	a.next(0.7, "director", "Mark Ellery")
	a.directory()
}

// lists puts a body of a register on the list: the area's council where number is "".
func (a *acquaintances) lists(at float64, key, list, number string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) (err error) {
		var b agency.Body
		if number == "" {
			var found []agency.Body
			found, err = agency.Near(ctx, tx, a.area, on, 1)
			if err != nil || len(found) == 0 {
				return err
			}
			b = found[0]
		} else if b, err = agency.BodyByCode(ctx, tx, list, number); err != nil {
			return err
		}
		a.bodies[key] = b.ID
		return a.agencies.ListIn(ctx, tx, a.keeper(), a.area, b.ID, on)
	})
}

func (a *acquaintances) adds(at float64, key string, n agency.NewBody) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) (err error) {
		n.From, n.Different = on, true
		a.bodies[key], err = a.agencies.AddBodyIn(ctx, tx, a.keeper(), a.area, n)
		return err
	})
}

func (a *acquaintances) unit(at float64, key, of, name string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) (err error) {
		if a.bodies[of] == "" {
			return nil
		}
		a.units[key], err = a.agencies.AddUnitIn(ctx, tx, a.keeper(), a.area, agency.NewUnit{Body: a.bodies[of], Name: name, From: on})
		return err
	})
}

// job adds a post and, where there is a name, who holds it.
func (a *acquaintances) job(at float64, key, of, in, title string, level agency.Level, name string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) (err error) {
		if a.bodies[of] == "" {
			return nil
		}
		if a.posts[key], err = a.agencies.AddPostIn(ctx, tx, a.keeper(), a.area, agency.NewPost{Body: a.bodies[of], Unit: a.units[in], Title: title, Level: level, From: on}); err != nil || name == "" {
			return err
		}
		return a.holds(ctx, tx, on, key, name)
	})
}

func (a *acquaintances) holds(ctx context.Context, tx *db.Tx, on date.Date, key, name string) (err error) {
	words := strings.Fields(organisation.Fold(name))
	n := agency.NewContact{Name: name, Email: words[len(words)-2] + "." + words[len(words)-1] + "@patchwork.example"}
	if a.contacts[name], err = a.agencies.AddContactIn(ctx, tx, a.keeper(), a.area, n); err != nil {
		return err
	}
	_, err = a.agencies.HoldIn(ctx, tx, a.keeper(), a.area, agency.NewHolding{Post: a.posts[key], Contact: a.contacts[name], From: on, Instead: true})
	return err
}

// next is that somebody else has a job.
func (a *acquaintances) next(at float64, key, name string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error { return a.holds(ctx, tx, on, key, name) })
}

// leaves is that a job is empty.
func (a *acquaintances) leaves(at float64, key string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		held, err := agency.HoldingsOf(ctx, tx, a.area.ID, a.posts[key])
		for _, h := range held {
			if err == nil && h.Until.IsZero() {
				err = a.agencies.EndHoldingIn(ctx, tx, a.keeper(), a.area, h.ID, on)
			}
		}
		return err
	})
}

// off is that a body is on the list no more.
func (a *acquaintances) off(at float64, key string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return a.agencies.TakeOffIn(ctx, tx, a.keeper(), a.area, a.bodies[key], on)
	})
}

// merged is that two teams became one.
func (a *acquaintances) merged(at float64, from, of, key, name string, and string) {
	a.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) (err error) {
		if a.units[key], err = a.agencies.AddUnitIn(ctx, tx, a.keeper(), a.area, agency.NewUnit{Body: a.bodies[of], Name: name, From: on}); err != nil {
			return err
		}
		for _, one := range []string{from, and} {
			if err := a.agencies.EndUnitIn(ctx, tx, a.keeper(), a.area, a.units[one], agency.EndUnit{On: on, Why: "A restructure", Next: []agency.UnitID{a.units[key]}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// directory is what others do around the area, and whom to ask.
func (a *acquaintances) directory() {
	for i, n := range []agency.NewEntry{
		{Name: "Soup and company", Host: "Open Door food project", What: "A hot meal, and no questions.", WhoFor: "Anybody", Days: "Wednesdays, 12 to 2", Place: "St Aidan’s hall", Contact: "Drop in", Public: true},
		{Name: "Help with benefits", Host: "Marlowbridge Jobcentre", What: "Somebody from the Jobcentre sits with us.", WhoFor: "Who looks for work", Days: "First Monday of the month, 10 to 1", Place: "The Hub", Contact: "0121 496 0150", Public: true},
		{Name: "Walks for health", Host: "Healthy Living Team", What: "Slow walks along the river.", WhoFor: "Older neighbours", Days: "Tuesdays at 10", Place: "From the Hub", Contact: "0121 496 0151", Public: true},
		{Name: "Evening classes", Host: "Marlowbridge College", What: "English, sums and computers.", WhoFor: "From 16", Days: "In term time", Place: "The college", Contact: "0121 496 0152", Public: true},
		{Name: "Repairs of bicycles", Host: "Two neighbours", What: "They mend what is brought.", WhoFor: "Anybody", Days: "Saturdays", Place: "Behind the shops"},
	} {
		a.then(0.4+0.05*float64(i), func(ctx context.Context, tx *db.Tx, on date.Date) error {
			n.SeenOn = on
			_, err := a.agencies.WriteEntryIn(ctx, tx, a.keeper(), a.area, "", n)
			return err
		})
	}
	for _, n := range []agency.NewCard{
		{Activity: "Lunch club", About: "a child", Ask: "The council’s duty team for children", Reach: "0121 496 0160", Otherwise: "At night: 0121 496 0161"},
		{Activity: "Walks for health", Ask: "The council’s duty team for grown-ups", Reach: "0121 496 0162"},
	} {
		a.then(0.6, func(ctx context.Context, tx *db.Tx, on date.Date) error {
			n.CheckedOn = on
			_, err := a.agencies.WriteCardIn(ctx, tx, a.keeper(), a.area, "", n)
			return err
		})
	}
}

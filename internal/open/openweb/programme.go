package openweb

import (
	"context"
	"fmt"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/web"
)

// front is the programme, or the list of them.
func (p pages) front(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var one *programmeData
	var list frontData
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(r.Context(), tx)
		if err != nil {
			return err
		}
		if len(programmes) == 1 {
			one, err = p.programmeData(r.Context(), tx, programmes[0], "/areas")
			return err
		}
		for _, programme := range programmes {
			sum, err := funding.ProgrammeMoney(r.Context(), tx, programme.ID)
			if err != nil {
				return err
			}
			list.items = append(list.items, web.Item{
				Text: programme.Name, Href: programmeHref(programme),
				Detail: fmt.Sprintf("%s allocated, %s spent", sum.Allocated.Short(), sum.Spent.Short()),
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if one != nil {
		return p.showProgramme(w, r, by, one)
	}
	list.shell = p.site.Shell(r, by, "Programmes")
	return p.site.Show(w, r, http.StatusOK, frontPage(list))
}

func programmeHref(p area.Programme) string { return "/programmes/" + p.Slug }

type frontData struct {
	shell web.Shell
	items []web.Item
}

func (p pages) programme(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var data *programmeData
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		one, err := area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme"))
		if err != nil {
			return err
		}
		data, err = p.programmeData(r.Context(), tx, one, "/areas?programme="+one.Slug)
		return err
	})
	if err != nil {
		return err
	}
	return p.showProgramme(w, r, by, data)
}

type programmeData struct {
	shell     web.Shell
	programme area.Programme
	funder    string
	areas     int
	areasHref string // the list of this programme's areas
	lead      string
	endowment string // what was set aside of it, in a sentence
	figures   []web.Figure
	hexes     []chart.Hex
	groups    map[chart.Group]int
	first     web.Table
	regions   []web.Option
	personas  []person.Persona
	looking   bool // as somebody already
}

func (p pages) programmeData(ctx context.Context, tx *db.Tx, programme area.Programme, areasHref string) (*programmeData, error) {
	data := &programmeData{programme: programme, areasHref: areasHref, groups: map[chart.Group]int{}}
	funder, err := organisation.ByID(ctx, tx, programme.Funder)
	if err != nil {
		return nil, err
	}
	data.funder = funder.Name
	all, err := area.All(ctx, tx, programme.ID)
	if err != nil {
		return nil, err
	}
	money, err := funding.MoneyOfAreas(ctx, tx, programme.ID)
	if err != nil {
		return nil, err
	}
	sum, err := funding.ProgrammeMoney(ctx, tx, programme.ID)
	if err != nil {
		return nil, err
	}
	data.fill(all, money, sum)
	if p.site.Demonstration {
		data.personas, err = person.Personas(ctx, tx)
	}
	return data, err
}

func (p pages) showProgramme(w http.ResponseWriter, r *http.Request, by access.Actor, data *programmeData) error {
	// The programme's menu is for those who work in it; to others its page is the
	// front of the site.
	programme := data.programme
	data.looking = by.SignedIn()
	data.shell = p.site.Shell(r, by, programme.Name)
	if by.May(access.SeePayments, programme.Place()) {
		data.shell = p.site.ShellIn(r, by, programme.Name, web.Link{Text: programme.Name, Href: programmeHref(programme)}, p.site.ProgrammeRooms, "Programme")
	}
	return p.site.Show(w, r, http.StatusOK, programmePage(*data))
}

// firstAreas is how many areas the programme's page lists itself.
const firstAreas = 12

func (d *programmeData) fill(all []area.Area, money map[area.ID]funding.Money, sum funding.Money) {
	d.areas = len(all)
	d.endowment = fmt.Sprintf("Of its endowment, %s has set aside %s for %s. Each sum set aside is an entry in the books, and every pound begins there.",
		d.funder, sum.Allocated, counted(len(all), "area"))
	d.lead = fmt.Sprintf("%s gives %s a share of %s, and the people who live there decide together what it is for. Every pound can be followed: from the fund to the street, and back.",
		d.funder, counted(len(all), "neighbourhood"), sum.Allocated.Short())
	d.figures = []web.Figure{
		{Number: sum.Allocated.Short(), Label: "allocated to " + counted(len(all), "area"), Href: d.areasHref},
		{Number: sum.Spent.Short(), Label: "spent by local people’s decisions", Href: d.areasHref},
		{Number: sum.Held().Add(sum.Promised).Short(), Label: "paid or promised, not spent yet", Href: d.areasHref},
		{Number: sum.Left().Short(), Label: "left to plan", Href: d.areasHref},
	}
	for _, a := range all {
		m := money[a.ID]
		group := chart.GroupOf(m.Spent.Minor(), m.Allocated.Minor())
		d.groups[group]++
		d.hexes = append(d.hexes, chart.Hex{Name: a.Name, Region: a.Region, Group: group})
	}
	d.first = areasTable(all[:min(firstAreas, len(all))], money, nil)
	d.first.Caption, d.first.CaptionHidden = "The first areas by name, with their money", true
	d.regions = regionOptions(regionsOf(all))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func regionsOf(all []area.Area) []string {
	var regions []string
	seen := map[string]bool{"": true}
	for _, a := range all {
		if !seen[a.Region] {
			regions = append(regions, a.Region)
			seen[a.Region] = true
		}
	}
	return regions
}

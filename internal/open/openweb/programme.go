package openweb

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
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
			one, err = p.programmeData(r.Context(), tx, by, programmes[0], "/areas")
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
	list.shell, list.theirs = p.site.Shell(r, by, "Programmes"), p.site.RoomsOfTheirs(by)
	return p.site.Show(w, r, http.StatusOK, frontPage(list))
}

func programmeHref(p area.Programme) string { return "/programmes/" + p.Slug }

type frontData struct {
	shell  web.Shell
	items  []web.Item
	theirs []web.Link
}

func (p pages) programme(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var data *programmeData
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		one, err := area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme"))
		if err != nil {
			return err
		}
		data, err = p.programmeData(r.Context(), tx, by, one, "/areas?programme="+one.Slug)
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
	each      int // how many areas a hexagon stands for
	stages    [3]int
	outlook   web.Table // how many areas are likely to have spent all by the last day; no rows where nothing can be said
	ends      []string
	first     web.Table
	personas  []person.Persona
	looking   string // as whom already; "" for nobody
	waiting   []web.Todo
	theirs    []web.Link // the rooms of the organisation of whoever looks

	agreements string // the list of what waits to be endorsed or signed, for who may see it
}

func (p pages) programmeData(ctx context.Context, tx *db.Tx, by access.Actor, programme area.Programme, areasHref string) (*programmeData, error) {
	data := &programmeData{programme: programme, areasHref: areasHref}
	funder, err := organisation.ByID(ctx, tx, programme.Funder)
	if err != nil {
		return nil, err
	}
	data.funder = funder.Name
	if data.waiting, err = p.waitingIn(ctx, tx, by, programme); err != nil {
		return nil, err
	}
	counts, err := area.Counts(ctx, tx, programme.ID)
	if err != nil {
		return nil, err
	}
	most := mostDrawn
	if area.Total(counts, "") > mostDrawn {
		most = firstAreas
	}
	first, err := area.First(ctx, tx, programme.ID, most)
	if err != nil {
		return nil, err
	}
	money, err := funding.MoneyOf(ctx, tx, first[:min(firstAreas, len(first))])
	if err != nil {
		return nil, err
	}
	sum, err := funding.ProgrammeMoney(ctx, tx, programme.ID)
	if err != nil {
		return nil, err
	}
	forecasts, err := funding.ForecastsOf(ctx, tx, programme.ID, programme.Ends, p.site.Today(), mostDrawn)
	if err != nil {
		return nil, err
	}
	data.expect(forecasts, p.site.Today())
	data.fill(counts, first, money, sum, forecasts, p.site.Today())
	if p.site.Demonstration {
		data.personas, err = person.Personas(ctx, tx)
	}
	return data, err
}

func (p pages) showProgramme(w http.ResponseWriter, r *http.Request, by access.Actor, data *programmeData) error {
	// The programme's menu is for those who work in it; to others its page is the
	// front of the site.
	programme := data.programme
	if by.SignedIn() {
		data.looking = by.Name + ", " + by.Title
	}
	if by.May(access.SeePapers, programme.Place()) {
		data.agreements = programmeHref(programme) + "/agreements"
	}
	data.theirs = p.site.RoomsOfTheirs(by)
	data.shell = p.site.Shell(r, by, programme.Name)
	if by.May(access.SeePayments, programme.Place()) {
		data.shell = p.site.ShellIn(r, by, programme.Name, web.Link{Text: programme.Name, Href: programmeHref(programme)}, p.site.ProgrammeRooms, "Programme")
	}
	return p.site.Show(w, r, http.StatusOK, programmePage(*data))
}

const (
	firstAreas = 12  // so many areas the programme's page lists itself
	mostDrawn  = 250 // so many have a hexagon each; of more, one stands for several
)

// fill takes how many areas there are, and of them all, or the first.
func (d *programmeData) fill(counts []area.Count, first []area.Area, money map[area.ID]funding.Money, sum funding.Money, forecasts map[area.ID]funding.Forecast, today date.Date) {
	d.areas = area.Total(counts, "")
	many := counted(d.areas, "area")
	d.endowment = fmt.Sprintf("Of its endowment, %s has set aside %s for %s. Each sum set aside is an entry in the books, and every pound begins there.",
		d.funder, sum.Allocated, many)
	d.lead = fmt.Sprintf("%s gives %s a share of %s, and the people who live there decide together what it is for. Every pound can be followed: from the fund to the street, and back.",
		d.funder, counted(d.areas, "neighbourhood"), sum.Allocated.Short())
	d.figures = []web.Figure{
		{Number: sum.Allocated.Short(), Label: "allocated to " + many, Href: d.areasHref},
		{Number: sum.Spent.Short(), Label: "spent by local people’s decisions", Href: d.areasHref},
		{Number: sum.Held().Add(sum.Promised).Short(), Label: "paid or promised, not spent yet", Href: d.areasHref},
		{Number: sum.Left().Short(), Label: "left to plan", Href: d.areasHref},
	}
	if !sum.Allocated.Positive() {
		d.beforeTheMoney(many)
	}
	for _, c := range counts {
		d.stages[c.Stage] += c.Areas
	}
	d.each = 1
	if d.areas <= mostDrawn {
		for _, a := range first {
			d.hexes = append(d.hexes, chart.Hex{Name: a.Name, Region: a.Region, Group: chart.Groups[a.Stage]})
		}
	} else {
		d.each = eachStandsFor(d.areas)
		d.hexes = hexesOf(counts, d.each)
	}
	d.first = areasTable(first[:min(firstAreas, len(first))], money, nil)
	withForecast(&d.first, first[:min(firstAreas, len(first))], forecasts, today)
	d.first.Caption, d.first.CaptionHidden = "The first areas by name, with their money", true
}

// beforeTheMoney says what there is while nothing has been set aside for any
// area: figures of nothing would read as news.
func (d *programmeData) beforeTheMoney(areas string) {
	d.lead = fmt.Sprintf("The people of %s will decide together what money from %s is for. None has been set aside yet. When it has, every pound can be followed here: from the fund to the street, and back.",
		counted(d.areas, "neighbourhood"), d.funder)
	d.endowment = d.funder + " has not set anything aside yet. Each sum that it sets aside for an area will be an entry in the books, and every pound begins there."
	d.figures = []web.Figure{{Number: strconv.Itoa(d.areas), Label: strings.TrimLeft(areas, "0123456789, ") + " in the programme", Href: d.areasHref}}
}

// eachStandsFor is the round number of areas for which a hexagon stands.
func eachStandsFor(areas int) int {
	for each := 1; ; each *= 10 {
		for _, n := range []int{each, 2 * each, 5 * each} {
			if areas <= n*mostDrawn {
				return n
			}
		}
	}
}

// hexesOf has a hexagon for every so many areas of each region and stage, and
// one for those that are left over.
func hexesOf(counts []area.Count, each int) []chart.Hex {
	var hexes []chart.Hex
	for _, c := range counts {
		for left := c.Areas; left > 0; left -= each {
			n := min(each, left)
			hexes = append(hexes, chart.Hex{Name: counted(n, "area"), Region: c.Region, Group: chart.Groups[c.Stage], Areas: n})
		}
	}
	return hexes
}

// mapWords say how to read the map.
func (d *programmeData) mapWords() string {
	words := "One hexagon for each area, grouped by region."
	if d.each > 1 {
		words = fmt.Sprintf("One hexagon for every %d areas, grouped by region.", d.each)
	}
	return words + " Places within a region are not exact. How far an area has come is told by the share of its money that is spent, not by the calendar."
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

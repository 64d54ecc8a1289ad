package areaweb

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/geography"
	"commontable/internal/web"
)

func dayOf(e geography.Edition) string { return date.Of(e.ImportedAt).Long() }

type profileData struct {
	shell       web.Shell
	area        area.Area
	lead        string
	tools       []web.Tool
	figures     []web.Figure
	facts       []web.Fact
	patches     []chart.Patch
	behind      [][]chart.Spot
	mapWords    string
	caption     string
	editions    []editionData
	compare     bool
	smalls      web.Table
	smallsWords string
	needs       []needsData
	people      web.Table
	peopleWords string
	boundaries  web.Table
	sources     []source
	missing     []string
	invented    bool
	mayManage   bool
}

type editionData struct {
	id, heading string
	known       [11]int
	guess       [11]int
	label       string
	words       []string
}

type needsData struct {
	heading string
	words   []string
	table   web.Table
	hidden  bool // from people who are not signed in
}

func (p pages) profile(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := profileData{}
	err := p.read(r, func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		profile, err := area.ProfileOf(r.Context(), tx, a, p.site.Today(), by.SignedIn())
		if err != nil {
			return err
		}
		outlines, used, err := geography.OutlinesOf(r.Context(), tx, profile.LSOAs)
		if err != nil {
			return err
		}
		d = profileData{area: a, invented: p.site.Demonstration, mayManage: by.May(access.ManageAreas, a.Place())}
		if len(outlines) == 0 {
			council, of, err := geography.AuthorityOutline(r.Context(), tx, a.AuthorityCode)
			if err != nil {
				return err
			}
			d.drawCouncil(council)
			used = of
		}
		d.fill(profile)
		d.draw(profile, outlines)
		d.sources = from(slices.Concat(profile.Facts.Used, used))
		return nil
	})
	if err != nil {
		return err
	}
	d.shell = p.shell(r, by, d.area, roomName)
	return p.site.Show(w, r, http.StatusOK, profilePage(d))
}

func (d *profileData) fill(p area.Profile) {
	d.tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: profileHref(d.area) + ".csv"}}
	if d.mayManage {
		d.tools = append(d.tools,
			web.Tool{Icon: "people", Text: "Record how many people live here", Href: profileHref(d.area) + "/population/new"},
			web.Tool{Icon: "pen", Text: "Change the boundary", Href: profileHref(d.area) + "/boundary/new"})
	}
	d.fillPeople(p)
	d.fillFacts(p)
	for i, e := range p.Deprivation {
		d.editions = append(d.editions, edition(i, e, len(p.LSOAs)))
	}
	d.compare = len(p.Deprivation) > 1
	d.fillSmalls(p)
	d.fillNeeds(p)
	d.fillBoundaries(p)
	d.fillMissing(p)
	place := strings.Join(nonEmpty(d.area.AuthorityName, d.area.Region), ", ")
	switch {
	case place != "" && d.peopleWords != "":
		d.lead = d.area.Name + " is in " + place + ". " + d.peopleWords
	case place != "":
		d.lead = d.area.Name + " is in " + place + "."
	default:
		d.lead = d.peopleWords
	}
	if p.Counted {
		label := "people, " + p.Population.AsAt.Long()
		if p.Population.Estimate {
			label += " (estimate)"
		}
		d.figures = append(d.figures, web.Figure{Number: grouped(p.Population.Residents), Label: label, Href: "#people"})
	}
	if n := len(p.LSOAs); n > 0 {
		d.figures = append(d.figures, web.Figure{Number: strconv.Itoa(n), Label: "small areas of the census of 2021", Href: "#small-areas"})
	}
	if len(p.Deprivation) > 0 && p.Deprivation[0].Scored > 0 {
		e := p.Deprivation[0]
		d.figures = append(d.figures, web.Figure{
			Number: fmt.Sprintf("%d of %d", e.InMostDeprived(), e.Scored), Label: "small areas are among the most deprived tenth in England (" + strconv.Itoa(e.Year) + ")", Href: "#" + editionID(0),
		})
	}
}

func nonEmpty(words ...string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// fillPeople says how many live here, and lists every count.
func (d *profileData) fillPeople(p area.Profile) {
	if !p.Counted {
		return
	}
	now := p.Population
	d.peopleWords = grouped(now.Residents) + " people live here, as counted on " + now.AsAt.Long() + "."
	if now.Basis == area.FromSmallAreas {
		d.peopleWords = grouped(now.Residents) + " people live here, by the official figures for " + now.AsAt.Long() + "."
	}
	if now.Estimate {
		d.peopleWords = "About " + grouped(now.Residents) + " people live here: an estimate for " + now.AsAt.Long() + "."
	}
	for _, s := range now.Seasons {
		d.peopleWords += fmt.Sprintf(" From %s to %s there are about %s: %s.", s.From, s.Until, grouped(s.People), s.Name)
	}
	d.people = web.Table{
		Caption: "How many people live here, each time it was recorded", CaptionHidden: true,
		Columns: []web.Column{{Text: "Counted for"}, {Text: "People", Numeric: true}, {Text: "In a season"}, {Text: "Where it is from"}, {Text: "Recorded"}},
	}
	withSeasons := slices.ContainsFunc(p.Populations, func(one area.Population) bool { return len(one.Seasons) > 0 })
	if !withSeasons {
		d.people.Columns = slices.Delete(d.people.Columns, 2, 3)
	}
	for _, one := range slices.Backward(p.Populations) {
		kind := "Counted"
		if one.Basis == area.FromSmallAreas {
			kind = "Official figures of the small areas, added up"
		}
		if one.Estimate {
			kind = strings.Replace("Estimate. "+kind, "Estimate. Counted", "Estimate", 1)
		}
		if one.ID == now.ID {
			kind += ". In use now"
		}
		var seasons []string
		for _, s := range one.Seasons {
			seasons = append(seasons, fmt.Sprintf("%s, %s to %s: %s", s.Name, s.From, s.Until, grouped(s.People)))
		}
		cells := []web.Cell{{Text: one.AsAt.Long(), Small: kind, RowHeader: true}, {Text: grouped(one.Residents)}}
		if withSeasons {
			cells = append(cells, web.Cell{Text: strings.Join(seasons, "; ")})
		}
		d.people.Rows = append(d.people.Rows, web.Row{Cells: append(cells, web.Cell{Text: one.Source}, web.Cell{Text: date.Of(one.SetAt).Long()})})
	}
}

func (d *profileData) fillFacts(p area.Profile) {
	a := d.area
	if a.AuthorityName != "" {
		name := a.AuthorityName
		if strings.HasPrefix(a.AuthorityBasis, "inferred") {
			name += " (we think so: no source says it)"
		}
		d.facts = append(d.facts, web.Fact{Term: "Council", Value: name})
	}
	if a.AuthorityCode != "" {
		d.facts = append(d.facts, web.Fact{Term: "Council’s code", Value: codeWords(a.AuthorityCode)})
	}
	if a.Region != "" {
		d.facts = append(d.facts, web.Fact{Term: "Region", Value: a.Region})
	}
	if all := a.Settings(); len(all) > 0 {
		d.facts = append(d.facts, web.Fact{Term: "What kind of place", Value: strings.ToUpper(all[0][:1]) + strings.Join(all, ", ")[1:]})
	}
	for _, one := range []struct {
		term string
		of   func(geography.SmallArea) string
	}{{"Wards", func(s geography.SmallArea) string { return s.Ward }}, {"Neighbourhoods of the census", func(s geography.SmallArea) string { return s.MSOA }}, {"NHS board", func(s geography.SmallArea) string { return s.IntegratedCareBoard }}} {
		var names []string
		for _, code := range p.LSOAs {
			if name := one.of(p.Facts.Base[code]); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			d.facts = append(d.facts, web.Fact{Term: one.term, Value: strings.Join(names, ", ")})
		}
	}
	if a.BoundaryBasis != "" {
		d.facts = append(d.facts, web.Fact{Term: "How the boundary was found", Value: a.BoundaryBasis})
	}
	if a.Source != "" {
		d.facts = append(d.facts, web.Fact{Term: "In the programme, by", Value: a.Source})
	}
	if other := d.otherCouncil(p); other != "" {
		d.facts = append(d.facts, web.Fact{Term: "Check this", Value: other})
	}
}

// otherCouncil says where the small areas lie in another council than the area:
// old and new codes of one council are the same council.
func (d *profileData) otherCouncil(p area.Profile) string {
	var names []string
	for _, code := range p.LSOAs {
		s, ok := p.Facts.Base[code]
		if ok && d.area.AuthorityCode != "" && !geography.SameAuthority(s.AuthorityCode, d.area.AuthorityCode) && !slices.Contains(names, s.Authority) {
			names = append(names, s.Authority)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Some of the small areas are in " + strings.Join(names, " and ")
}

// codeWords is a council's code with what it was before, where that is known.
func codeWords(code string) string {
	words := []string{code}
	for _, r := range geography.FormerCodes(code) {
		if r.NewCode != code || r.OldName != r.NewName {
			continue
		}
		words = append(words, strings.TrimSpace(r.OldCode+" before "+r.From.Long()))
	}
	if newer := geography.CurrentAuthority(code); newer != code {
		words = append(words, newer+" today")
	}
	return strings.Join(words, ", ")
}

func editionID(i int) string { return "deprivation-" + strconv.Itoa(i+1) }

func edition(i int, e area.EditionOf, all int) editionData {
	d := editionData{id: editionID(i), heading: e.Name, known: e.Deciles, guess: e.ByGuess}
	if e.Scored == 0 {
		d.words = append(d.words, "None of the small areas here is in this edition.")
		return d
	}
	d.words = append(d.words, fmt.Sprintf("%s of the %s here is among the most deprived tenth in England.", capital(number(e.InMostDeprived())), counted(e.Scored, "small area")))
	if e.InMostDeprived() != 1 {
		d.words[0] = strings.Replace(d.words[0], " is among", " are among", 1)
	}
	mean := "On average they are in tenth " + tenths(e.Decile) + " of 10, where 1 is the most deprived"
	if e.Pointed {
		mean += ", with a score of " + points(e.Points)
	}
	if e.Weighted {
		mean += ". Each small area counts for as many people as live in it."
	} else {
		mean += ". Each small area counts the same: how many people live in each is not known."
	}
	d.words = append(d.words, mean)
	if e.CodesOf == geography.Codes2011 {
		words := "These figures were made for the small areas of 2011."
		if e.Estimated > 0 {
			words += fmt.Sprintf(" %s changed by 2021, so what is here of it is an estimate: the square is hollow.", capital(counted(e.Estimated, "small area")))
		}
		d.words = append(d.words, words)
	}
	if e.Irregular > 0 {
		d.words = append(d.words, fmt.Sprintf("The boundary of %s changed irregularly, so nothing can be said of it here.", counted(e.Irregular, "small area")))
	}
	if e.Unknown > 0 {
		d.words = append(d.words, fmt.Sprintf("%s of %d not in this edition.", capital(counted(e.Unknown, "small area")), all))
	}
	d.label = fmt.Sprintf("%s: how many small areas are in each tenth of the country, from 1, the most deprived, to 10. The table of small areas has the same figures", e.Name)
	return d
}

func number(n int) string {
	words := []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// fillSmalls lists the small areas with all that is known of each.
func (d *profileData) fillSmalls(p area.Profile) {
	t := web.Table{Caption: "The small areas, with their numbers on the map", CaptionHidden: true, Columns: []web.Column{{Text: "Small area"}}}
	people := len(p.Facts.Counts) > 0
	if people {
		t.Columns = append(t.Columns, web.Column{Text: p.Facts.People.Name, Short: "People", Numeric: true})
	}
	for _, e := range p.Deprivation {
		t.Columns = append(t.Columns, web.Column{Text: "Tenth of 10, " + strconv.Itoa(e.Year), Numeric: true})
	}
	for _, n := range p.Facts.Needs {
		t.Columns = append(t.Columns, web.Column{Text: "Community needs, " + strconv.Itoa(n.Year), Numeric: true})
	}
	guess, odd := false, false
	for i, code := range p.LSOAs {
		s := p.Facts.Base[code]
		name := s.Name
		if name == "" {
			name = code
		}
		cells := []web.Cell{{Text: strconv.Itoa(i+1) + ". " + name, Small: strings.Join(nonEmpty(code, s.Ward), ", "), RowHeader: true}}
		mark := func(status geography.Status, words string) web.Cell {
			switch status {
			case geography.Estimated:
				guess = true
				return web.Cell{Text: words, Small: "estimate"}
			case geography.Irregular:
				odd = true
				return web.Cell{Text: "–", Small: "irregular"}
			case geography.Unknown, "":
				return web.Cell{Text: "–", Small: "not known"}
			case geography.Published:
			}
			return web.Cell{Text: words}
		}
		if people {
			c := p.Facts.Counts[code]
			cells = append(cells, mark(c.Status, grouped(c.People)))
		}
		for _, e := range p.Facts.Deprivation {
			score := e.Of[code]
			cells = append(cells, mark(score.Status, strconv.FormatInt(score.Decile, 10)))
		}
		for _, n := range p.Facts.Needs {
			one := n.Of[code]
			cell := mark(one.Status, points(one.Points))
			if one.LeftBehind {
				cell.Small = "left behind"
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	d.smalls = t
	if guess {
		d.smallsWords = "An estimate is brought here from a small area of 2011 that was split or merged. "
	}
	if odd {
		d.smallsWords += "Irregular: the boundary changed so that nothing can be brought here. "
	}
	if len(p.Deprivation) > 0 {
		d.smallsWords += "Tenth 1 is the most deprived of the country."
	}
}

func (d *profileData) fillNeeds(p area.Profile) {
	for _, n := range p.Needs {
		one := needsData{heading: n.Name, hidden: !n.Public}
		t := web.Table{Caption: n.Name + ", ward by ward", CaptionHidden: true, Columns: []web.Column{
			{Text: "Ward"}, {Text: "Score", Numeric: true}, {Text: "Places to meet", Numeric: true}, {Text: "Connectedness", Numeric: true}, {Text: "Engaged community", Numeric: true},
		}}
		switch {
		case n.Kind == geography.WardNeeds && n.Found == 0:
			one.words = append(one.words, "It was made for the wards of 2017. None of the wards here is the same today, so nothing can be said.")
		case n.Kind == geography.WardNeeds:
			one.words = append(one.words, "It was made for whole wards, as they were in 2017, and not for this area. Only wards that are the same today are here. The higher the score, the greater the needs.")
			for _, code := range sortedKeys(n.Of) {
				of := n.Of[code]
				name := web.Cell{Text: of.Name, RowHeader: true}
				if of.LeftBehind {
					name.Small = "Among the wards called left behind"
				}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{name, {Text: points(of.Points)}, {Text: points(of.Assets)}, {Text: points(of.Connections)}, {Text: points(of.Engagement)}}})
			}
			one.table = t
		case n.Found == 0:
			one.words = append(one.words, "None of the small areas here is in this edition.")
		default:
			words := fmt.Sprintf("The average score is %s; the higher, the greater the needs.", points(n.Points))
			if n.Weighted {
				words += " Each small area counts for as many people as live in it."
			}
			one.words = append(one.words, words, fmt.Sprintf("%s of %s called “left behind”.", capital(number(n.LeftBehind)), counted(n.Found, "small area")+areOr(n.LeftBehind)))
		}
		d.needs = append(d.needs, one)
	}
}

func areOr(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func sortedKeys(of map[string]geography.Needs) []string {
	var all []string
	for code := range of {
		all = append(all, code)
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(of[a].Name+a, of[b].Name+b) })
	return all
}

func (d *profileData) fillBoundaries(p area.Profile) {
	d.boundaries = web.Table{
		Caption: "Versions of the boundary", CaptionHidden: true,
		Columns: []web.Column{{Text: "Version"}, {Text: "From"}, {Text: "Small areas", Numeric: true}, {Text: "How it was found"}, {Text: "Confirmed by"}},
	}
	for i, b := range slices.Backward(p.Boundaries) {
		confirmed := "Nobody yet"
		if b.ConfirmedBy != "" {
			confirmed = b.ConfirmedBy + ", " + b.ConfirmedOn.Long()
		}
		version := web.Cell{Text: "Version " + strconv.FormatInt(b.Number, 10), RowHeader: true}
		if i > 0 {
			version.Small = changed(p.Boundaries[i-1].LSOAs, b.LSOAs)
		}
		d.boundaries.Rows = append(d.boundaries.Rows, web.Row{Cells: []web.Cell{
			version, {Text: b.From.Long()}, {Text: strconv.Itoa(len(b.LSOAs))}, {Text: b.Basis}, {Text: confirmed},
		}})
	}
}

// changed says which small areas came to a boundary and which left it.
func changed(was, is []string) string {
	var words []string
	for _, code := range is {
		if !slices.Contains(was, code) {
			words = append(words, "with "+code)
		}
	}
	for _, code := range was {
		if !slices.Contains(is, code) {
			words = append(words, "without "+code)
		}
	}
	return strings.Join(words, ", ")
}

// fillMissing says what is not known, and how the operator adds it.
func (d *profileData) fillMissing(p area.Profile) {
	for _, what := range d.area.Missing(1) {
		d.missing = append(d.missing, what+": the operator adds it to the file of areas, and imports that again")
	}
	if len(p.LSOAs) == 0 {
		d.missing = append(d.missing, "which small areas of the census make it up: a programme officer can enter them here, or the operator imports them with “commontable import areas”")
	}
	if !p.Counted {
		d.missing = append(d.missing, "how many people live here: a programme officer can enter that here")
	}
	if len(p.LSOAs) > 0 && p.Facts.BaseEdition.ID == 0 {
		d.missing = append(d.missing, "the names of the small areas: the operator imports them with “commontable import geography”")
	}
	if len(p.LSOAs) > 0 && len(p.Deprivation) == 0 {
		d.missing = append(d.missing, "how deprived the small areas are: the operator imports an edition of the Indices of Deprivation with “commontable import geography”")
	}
	lacksChanges := slices.ContainsFunc(p.Deprivation, func(e area.EditionOf) bool { return e.CodesOf == geography.Codes2011 })
	if lacksChanges && p.Facts.Changes.ID == 0 {
		d.missing = append(d.missing, "what became of the small areas of 2011: until the operator imports the list of changes, figures of 2011 cannot be brought here")
	}
}

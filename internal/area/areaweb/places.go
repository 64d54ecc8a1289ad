package areaweb

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/geography"
	"commontable/internal/web"
)

// placesData is the list of a programme's areas as places.
type placesData struct {
	shell   web.Shell
	lead    string
	csv     string
	table   web.Table
	pages   web.Pagination
	sources []source
}

const pageSize = 50

// programmeShell is the frame of a page about a programme.
func (p pages) programmeShell(r *http.Request, by access.Actor, programme area.Programme, title, room string) web.Shell {
	s := p.site.Shell(r, by, title)
	if by.May(access.SeePayments, programme.Place()) {
		s = p.site.ShellIn(r, by, title, web.Link{Text: programme.Name, Href: programmeHref(programme)}, p.site.ProgrammeRooms, room)
	}
	s.Crumbs = []web.Link{{Text: programme.Name, Href: programmeHref(programme)}, {Text: title}}
	return s
}

func (p pages) profilesOf(r *http.Request, by access.Actor) (programme area.Programme, all []area.Profile, err error) {
	err = p.read(r, func(tx *db.Tx) error {
		if programme, err = area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme")); err != nil {
			return err
		}
		all, err = area.ProfilesIn(r.Context(), tx, programme.ID, p.site.Today(), by.SignedIn())
		return err
	})
	return programme, all, err
}

func (p pages) places(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, all, err := p.profilesOf(r, by)
	if err != nil {
		return err
	}
	d := placesData{csv: programmeHref(programme) + "/places.csv"}
	d.lead = "Where each area of " + programme.Name + " is, how many people live there, and how deprived it is."
	if len(all) > 0 {
		d.lead = fmt.Sprintf("%s of %s: where each is, how many people live there, and how deprived it is.", capital(counted(len(all), "area")), programme.Name)
	}
	total := max(1, (len(all)+pageSize-1)/pageSize)
	current := 1
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		current = min(max(1, n), total)
	}
	d.table = placesTable(all[min((current-1)*pageSize, len(all)):min(current*pageSize, len(all))])
	d.pages = web.Paginate("Pages of places", current, total, func(n int) string {
		return programmeHref(programme) + "/places?page=" + strconv.Itoa(n)
	})
	if len(all) > 0 {
		d.sources = from(all[0].Facts.Used)
	}
	d.shell = p.programmeShell(r, by, programme, "The places", "Places")
	return p.site.Show(w, r, http.StatusOK, placesPage(d))
}

func placesTable(all []area.Profile) web.Table {
	t := web.Table{Caption: "Areas by name, as places", CaptionHidden: true, Columns: []web.Column{{Text: "Area"}, {Text: "Council"}, {Text: "People", Numeric: true}}}
	if len(all) == 0 {
		return t
	}
	// Every profile of a programme has the same editions; one without small areas has none.
	for _, e := range all[0].Facts.Deprivation {
		t.Columns = append(t.Columns, web.Column{Text: "Most deprived, " + strconv.Itoa(e.Year), Numeric: true})
	}
	for _, n := range all[0].Facts.Needs {
		t.Columns = append(t.Columns, web.Column{Text: "Needs, " + strconv.Itoa(n.Year), Numeric: true})
	}
	for _, p := range all {
		place := cmp.Or(p.Area.Region, p.Area.Nation)
		cells := []web.Cell{{Text: p.Area.Name, Href: profileHref(p.Area), Small: place, RowHeader: true}, {Text: p.Area.AuthorityName, Small: p.Area.AuthorityCode}, peopleCell(p)}
		if p.Area.AuthorityName == "" {
			cells[1] = web.Cell{Text: "Not known yet", Small: p.Area.AuthorityCode}
		}
		for _, e := range p.Deprivation {
			cell := web.Cell{Text: "–", Small: "not known"}
			if e.Scored > 0 {
				cell = web.Cell{Text: share(e), Small: fmt.Sprintf("%d of %d", e.InMostDeprived(), e.Scored)}
			}
			if e.Estimated > 0 {
				cell.Small += ", estimate"
			}
			cells = append(cells, cell)
		}
		for _, n := range p.Needs {
			if n.Kind == geography.CommunityNeeds && n.Found > 0 {
				cells = append(cells, web.Cell{Text: points(n.Points), Small: fmt.Sprintf("%d of %d left behind", n.LeftBehind, n.Found)})
			}
		}
		for len(cells) < len(t.Columns) {
			cells = append(cells, web.Cell{Text: "–", Small: "not known"})
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	return t
}

func peopleCell(p area.Profile) web.Cell {
	if !p.Counted {
		return web.Cell{Text: "–", Small: "not known"}
	}
	small := p.Population.AsAt.Short()
	if p.Population.Estimate {
		small += ", estimate"
	}
	return web.Cell{Text: grouped(p.Population.Residents), Small: small}
}

// share is how many of the small areas that have a figure are in the most
// deprived tenth.
func share(e area.EditionOf) string {
	return strconv.Itoa((100*e.InMostDeprived()+e.Scored/2)/e.Scored) + "%"
}

func (p pages) placesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, all, err := p.profilesOf(r, by)
	if err != nil {
		return err
	}
	header := []string{"area", "council", "council_code", "council_code_today", "region", "nation", "small_areas", "people", "people_as_at", "people_estimate", "people_source"}
	var editions []geography.Scores
	var needs []geography.NeedsOf
	if len(all) > 0 {
		editions, needs = all[0].Facts.Deprivation, all[0].Facts.Needs
	}
	for _, e := range editions {
		name := "deprivation_" + strconv.Itoa(e.Year)
		header = append(header, name+"_in_most_deprived_tenth", name+"_small_areas_with_a_figure", name+"_of_these_estimates", name+"_mean_tenth", name+"_mean_score")
	}
	for _, n := range needs {
		name := "community_needs_" + strconv.Itoa(n.Year)
		header = append(header, name+"_mean_score", name+"_left_behind")
	}
	var rows [][]string
	for _, one := range all {
		rows = append(rows, placeRow(one, len(header)))
	}
	return web.CSV(w, programme.Slug+"-places", header, rows)
}

func placeRow(p area.Profile, width int) []string {
	a := p.Area
	row := []string{a.Name, a.AuthorityName, a.AuthorityCode, geography.CurrentAuthority(a.AuthorityCode), a.Region, a.Nation, strconv.Itoa(len(p.LSOAs)), "", "", "", ""}
	if p.Counted {
		row = append(row[:7], strconv.FormatInt(p.Population.Residents, 10), p.Population.AsAt.String(), strconv.FormatBool(p.Population.Estimate), p.Population.Source)
	}
	for _, e := range p.Deprivation {
		if e.Scored == 0 {
			row = append(row, "", "0", "", "", "")
			continue
		}
		score := ""
		if e.Pointed {
			score = exact(e.Points)
		}
		row = append(row, strconv.Itoa(e.InMostDeprived()), strconv.Itoa(e.Scored), strconv.Itoa(e.Estimated), tenths(e.Decile), score)
	}
	for _, n := range p.Needs {
		switch {
		case n.Kind != geography.CommunityNeeds:
		case n.Found == 0:
			row = append(row, "", "")
		default:
			row = append(row, exact(n.Points), strconv.Itoa(n.LeftBehind))
		}
	}
	for len(row) < width {
		row = append(row, "")
	}
	return row
}

// rulesData is the page of the rules that a programme goes by.
type rulesData struct {
	shell                                                   web.Shell
	lead                                                    string
	rules, also, versions                                   web.Table
	outcomes, themes                                        []string
	themesHref, csv                                         string
	phases, words                                           []web.Fact
	outcomesSource, phasesSource, wordsSource, themesSource string
}

func (p pages) rules(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, versions, err := p.rulesIn(r)
	if err != nil {
		return err
	}
	d := rulesOf(programme, versions)
	d.themesHref, d.csv = programmeHref(programme)+"/themes", programmeHref(programme)+"/rules.csv"
	d.shell = p.programmeShell(r, by, programme, "The rules", "Rules")
	return p.site.Show(w, r, http.StatusOK, rulesPage(d))
}

// rulesIn are the programme that an address names, and every version of its rules.
func (p pages) rulesIn(r *http.Request) (programme area.Programme, versions []area.TakenRules, err error) {
	err = p.read(r, func(tx *db.Tx) (err error) {
		if programme, err = area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme")); err != nil {
			return err
		}
		versions, err = area.RulesOf(r.Context(), tx, programme.ID)
		return err
	})
	return programme, versions, err
}

// rulesCSV is every rule, as it is now and as it was in each version before.
func (p pages) rulesCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	programme, versions, err := p.rulesIn(r)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, v := range slices.Backward(versions) {
		for _, rule := range v.Rules.Plain() {
			rows = append(rows, []string{strconv.Itoa(v.Rules.Version), date.InLondon(v.TakenAt).String(), rule.Name, rule.Value, rule.Source})
		}
	}
	return web.CSV(w, programme.Slug+"-rules", []string{"version", "from", "rule", "what it is", "where it is from"}, rows)
}

func rulesOf(programme area.Programme, versions []area.TakenRules) rulesData {
	b := programme.Rules
	d := rulesData{
		lead:     fmt.Sprintf("%s goes by version %d of the rules of %s. Beside each rule is where it is from.", programme.Name, b.Version, b.Name),
		outcomes: b.Outcomes, outcomesSource: b.Sources["outcomes"], phasesSource: b.Sources["phases"], wordsSource: b.Sources["words"], themesSource: b.Sources["themes"],
	}
	d.rules = web.Table{Caption: "The rules", CaptionHidden: true, Class: "tbl--words", Columns: []web.Column{{Text: "Rule"}, {Text: "What it is"}, {Text: "Where it is from"}}}
	for i, rule := range b.Plain() {
		// The programme's own days, where they are not the rule book's.
		if own := []date.Date{programme.Begins, programme.Ends}; i < len(own) && own[i].Long() != rule.Value {
			rule.Value, rule.Source = own[i].Long(), "Said when this programme was begun. The rules of "+b.Name+": "+rule.Value
		}
		source := rule.Source
		if source == "" {
			source = "–"
		}
		d.rules.Rows = append(d.rules.Rows, web.Row{Cells: []web.Cell{{Text: rule.Name, RowHeader: true}, {Text: rule.Value}, {Text: source}}})
	}
	for _, phase := range b.Phases {
		d.phases = append(d.phases, web.Fact{Term: phase.Name, Value: phase.From.Long() + " to " + phase.Until.Long()})
	}
	for _, key := range []string{area.WordPartnership, area.WordLTO, area.WordWorker, area.WordAdviser, area.WordPlan} {
		d.words = append(d.words, web.Fact{Term: capital(b.Words[key].Singular), Value: b.Words[key].Explanation})
	}
	for _, theme := range b.Themes {
		d.themes = append(d.themes, theme.Name)
	}
	d.also = web.Table{Caption: "What else is known of the programme", CaptionHidden: true, Class: "tbl--words", Columns: d.rules.Columns}
	for _, one := range b.Also {
		d.also.Rows = append(d.also.Rows, web.Row{Cells: []web.Cell{{Text: one.Name, RowHeader: true}, {Text: one.Value}, {Text: one.Source}}})
	}
	d.versions = web.Table{Caption: "Versions of the rules", CaptionHidden: true, Columns: []web.Column{{Text: "Version"}, {Text: "From"}, {Text: "What changed"}}}
	for i, v := range slices.Backward(versions) {
		what := "The first rules"
		if i > 0 {
			var changes []string
			for _, c := range area.RuleChanges(versions[i-1].Rules, v.Rules) {
				changes = append(changes, fmt.Sprintf("%s: was “%s”, is “%s”", c.Rule, c.Was, c.Is))
			}
			what = "Words alone"
			if len(changes) > 0 {
				what = strings.Join(changes, ". ")
			}
		}
		d.versions.Rows = append(d.versions.Rows, web.Row{Cells: []web.Cell{
			{Text: "Version " + strconv.Itoa(v.Rules.Version), RowHeader: true}, {Text: date.InLondon(v.TakenAt).Long()}, {Text: what},
		}})
	}
	return d
}

func editionGrid(d profileData) string {
	if len(d.editions) == 1 {
		return "main"
	}
	return "2"
}

func needsID(i int) string { return "needs-" + strconv.Itoa(i+1) }

package agency

import (
	"fmt"
	"strings"
	"unicode"

	"commontable/internal/date"
	"commontable/internal/organisation"
)

// A layout is how a register's file is known, and how its rows are read.
type layout struct {
	register Register
	needs    []string
	uses     []string
	repeats  bool // a row may say again what another said
	read     func(*rowReader) (entry, bool)
}

var layouts = []layout{
	{
		Councils,
		[]string{"local-authority-code", "official-name", "gss-code", "local-authority-type"},
		[]string{"start-date", "end-date", "replaced-by", "nation", "county-la", "combined-authority", "former-gss-codes"},
		false, readMySociety,
	},
	{
		Parks,
		[]string{"name", "national-park", "government-organisation", "statistical-geography"},
		[]string{"start-date", "end-date"},
		false, readPark,
	},
	{
		Councils,
		[]string{"reference", "name", "local-authority-type", "statistical-geography"},
		[]string{"start-date", "end-date", "combined-authority"},
		false, readPlanningData,
	},
	{Councils, []string{"gss", "tier_id", "parent_local_authority_id", "slug", "name"}, []string{"id", "country_name"}, false, readGovUK},
	{Providers, []string{"registration_number", "organisation_name", "designation"}, []string{"registration_date", "corporate_form"}, false, readProvider},
	{Boards, []string{"ods_code", "gss_code", "name"}, nil, false, readBoard},
	{Boards, []string{"ods_code", "name", "postcode"}, []string{"town"}, false, readTrust},
	{Teams, []string{"police-neighbourhood", "name", "police-force"}, nil, false, readTeam},
	{Forces, []string{"police-force", "name"}, nil, false, readForce},
	{ForcePlaces, []string{"ltla24_code", "pfa24_code", "pfa24_name"}, []string{"ltla24_name"}, true, readForcePlace},
	{
		Schools,
		[]string{"URN", "EstablishmentName", "EstablishmentStatus (name)", "PhaseOfEducation (name)"},
		[]string{"OpenDate", "CloseDate", "Town", "Postcode", "DistrictAdministrative (code)", "TypeOfEstablishment (name)", "LA (name)"},
		false, readSchool,
	},
}

// Types of council, as the Office for National Statistics shortens them.
var councilTypes = map[string]struct {
	subtype string
	tier    Tier
}{
	"NMD": {"district", District}, "CTY": {"county", County}, "UA": {"unitary", Unitary}, "MD": {"metropolitan", Unitary},
	"LBO": {"london", Unitary}, "CC": {"london", Unitary}, "COMB": {"combined", Combined}, "SRA": {"combined", Combined},
	"SCO": {"unitary", Unitary}, "WPA": {"unitary", Unitary}, "NID": {"unitary", Unitary},
}

// councilLists are org-id's lists of councils.
var councilLists = map[string]string{"England": "GB-LAE", "Scotland": "GB-LAS", "Wales": "GB-PLA", "Northern Ireland": "GB-LANI"}

// ownList is of codes that the keeper of a list made up where a register has none.
const ownList = "MYSOCIETY"

func (r *rowReader) council(code, typ string) entry {
	e := entry{typ: Council}
	t, ok := councilTypes[r.cell(typ)]
	if !ok {
		r.wrong(typ, fmt.Sprintf("Give the type of council, such as UA or NMD: %q is none", shortened(r.cell(typ))))
	}
	e.subtype, e.tier = t.subtype, t.tier
	list := "GB-LAE"
	if nation := r.cell("nation"); nation != "" {
		if list = councilLists[nation]; list == "" {
			r.wrong("nation", fmt.Sprintf("Give the nation, such as England: %q is none", shortened(nation)))
		}
	}
	e.key = r.numbered(list, code)
	if strings.HasPrefix(e.key.number, "NIR-") {
		e.key.list = ownList
	}
	return e
}

func readMySociety(r *rowReader) (entry, bool) {
	e := r.council("local-authority-code", "local-authority-type")
	e.name = r.named("official-name")
	e.also = []key{r.gss("gss-code")}
	for code := range strings.FieldsFuncSeq(r.cell("former-gss-codes"), func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
		if !gssCode.MatchString(code) {
			r.wrong("former-gss-codes", fmt.Sprintf("Give codes such as E08000019 with commas between them: %q is not one", shortened(code)))
			continue
		}
		e.former = append(e.former, key{GSS, code})
	}
	e.code = e.also[0].number
	e.opened, e.closed = r.day("start-date"), r.firstDayOver("end-date")
	e.after = r.councils(e.key.list, "replaced-by")
	e.within, e.hasTies = append(r.councils(e.key.list, "county-la"), r.councils(e.key.list, "combined-authority")...), true
	return e, true
}

// councils reads codes of councils, with commas between them.
func (r *rowReader) councils(list, column string) (all []key) {
	for code := range strings.FieldsFuncSeq(r.cell(column), func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
		all = append(all, key{list, code})
	}
	return all
}

func readPlanningData(r *rowReader) (entry, bool) {
	e := r.council("reference", "local-authority-type")
	e.name = r.named("name")
	e.also = []key{r.gss("statistical-geography")}
	e.code = e.also[0].number
	e.opened, e.closed = r.day("start-date"), r.firstDayOver("end-date")
	return e, true
}

// readGovUK reads GOV.UK's list of the councils that it sends people to. Its codes
// are its own, and are left.
func readGovUK(r *rowReader) (entry, bool) {
	e := entry{typ: Council, name: r.named("name"), key: r.gss("gss")}
	if e.key.number == "" {
		r.wrong("gss", "Give the code of this row: there is none")
	}
	e.code = e.key.number
	switch r.cell("tier_id") {
	case "1":
		e.subtype, e.tier = "county", County
	case "2":
		e.subtype, e.tier = "district", District
	case "3":
		e.tier = Unitary
	default:
		r.wrong("tier_id", fmt.Sprintf("Give 1 (county), 2 (district) or 3 (unitary): %q is none", shortened(r.cell("tier_id"))))
	}
	return e, true
}

func readPark(r *rowReader) (entry, bool) {
	e := entry{typ: Council, subtype: "park", name: r.named("name"), also: []key{r.gss("statistical-geography")}}
	e.key = r.numbered("GB-GOR", "government-organisation")
	e.opened, e.closed = r.day("start-date"), r.firstDayOver("end-date")
	return e, true
}

func readProvider(r *rowReader) (entry, bool) {
	e := entry{typ: Housing, name: r.named("organisation_name"), key: r.numbered("GB-SHPE", "registration_number")}
	switch r.cell("designation") {
	case "Local authority":
		e.typ = Council
	case "Profit":
		e.subtype = "for-profit"
	default:
		e.subtype = "association"
		if strings.Contains(strings.ToLower(e.name), "co-operative") || strings.Contains(strings.ToLower(e.name), "cooperative") {
			e.subtype = "cooperative"
		}
	}
	// The day is that of registration, and not of its beginning.
	r.day("registration_date")
	return e, true
}

func readBoard(r *rowReader) (entry, bool) {
	return entry{typ: Health, subtype: "board", name: Capitals(r.named("name")), key: r.numbered("GB-NHS", "ods_code"), also: []key{r.gss("gss_code")}}, true
}

func readTrust(r *rowReader) (entry, bool) {
	return entry{
		typ: Health, subtype: "trust", name: Capitals(r.named("name")), key: r.numbered("GB-NHS", "ods_code"),
		place: between(Capitals(r.cell("town")), strings.ToUpper(r.cell("postcode"))),
	}, true
}

func between(town, postcode string) string {
	return strings.Trim(town+", "+postcode, ", ")
}

// ForceList is the list of the names by which police.uk knows police forces.
const ForceList = "POLICE"

func readForce(r *rowReader) (entry, bool) {
	return entry{typ: Police, subtype: "force", name: r.named("name"), key: r.numbered(ForceList, "police-force")}, true
}

func readTeam(r *rowReader) (entry, bool) {
	e := entry{name: r.named("name"), force: r.numbered(ForceList, "police-force")}
	// Some forces use names for codes.
	if e.key = (key{e.force.number, r.cell("police-neighbourhood")}); e.key.number == "" || !fits(e.key.number, longestName) {
		r.wrong("police-neighbourhood", "Give the code of this row: there is none")
	}
	return e, true
}

func readForcePlace(r *rowReader) (entry, bool) {
	e := entry{key: r.gss("ltla24_code"), name: r.named("pfa24_name"), also: []key{r.gss("pfa24_code")}}
	if e.key.number == "" {
		r.wrong("ltla24_code", "Give the code of this row: there is none")
	}
	name := e.name
	if before, after, ok := strings.Cut(name, ", "); ok { // "London, City of"
		name = after + " " + before
	}
	e.force = key{ForceList, strings.TrimSuffix(organisation.Slug(name), "-police")}
	return e, true
}

func readSchool(r *rowReader) (entry, bool) {
	e := entry{typ: School, name: r.named("EstablishmentName"), key: r.numbered("GB-EDU", "URN")}
	e.opened, e.closed = r.day("OpenDate"), r.firstDayOver("CloseDate")
	e.place, e.code = between(r.cell("Town"), r.cell("Postcode")), r.gss("DistrictAdministrative (code)").number
	kind := strings.ToLower(r.cell("TypeOfEstablishment (name)"))
	switch phase := strings.ToLower(r.cell("PhaseOfEducation (name)")); {
	case strings.Contains(kind, "special") || strings.Contains(kind, "pupil referral") || strings.Contains(kind, "alternative provision"):
		e.subtype = "special"
	case strings.Contains(phase, "nursery"):
		e.subtype = "nursery"
	case strings.Contains(phase, "all-through"), strings.Contains(phase, "all through"):
		e.subtype = "all-through"
	case strings.Contains(phase, "16 plus"), strings.Contains(kind, "further education"), strings.Contains(kind, "sixth form"):
		e.subtype = "college"
	case strings.Contains(phase, "primary"):
		e.subtype = "primary"
	case strings.Contains(phase, "secondary"):
		e.subtype = "secondary"
	}
	status := r.cell("EstablishmentStatus (name)")
	if strings.HasPrefix(status, "Open") && status != "Open, but proposed to close" {
		e.closed = date.Date{}
	}
	return e, status != "Proposed to open"
}

// always is how words are written whatever the register makes of them.
var always = map[string]string{
	"nhs": "NHS", "and": "and", "of": "of", "the": "the", "for": "for", "with": "with", "in": "in", "upon": "upon", "on": "on", "by": "by", "le": "le",
	"uk": "UK", "cic": "CIC", "ii": "II",
}

// Capitals writes a name that a register has in capitals as people write it:
// "KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST". A name that has small letters
// stays as it is.
func Capitals(name string) string {
	if strings.ToUpper(name) != name {
		return name
	}
	var b strings.Builder
	for word := range strings.SplitAfterSeq(name, " ") {
		low := strings.ToLower(word)
		bare := strings.Trim(low, " ,.()")
		if w, ok := always[bare]; ok && (b.Len() > 0 || strings.ToUpper(w) == w) {
			b.WriteString(strings.Replace(low, bare, w, 1))
			continue
		}
		up := true
		for _, c := range low {
			if up && unicode.IsLetter(c) {
				c = unicode.ToUpper(c)
				up = false
			}
			if c == '-' || c == '(' || c == '/' {
				up = true
			}
			b.WriteRune(c)
		}
	}
	return b.String()
}

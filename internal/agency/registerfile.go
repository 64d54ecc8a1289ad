package agency

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"commontable/internal/date"
	"commontable/internal/organisation"
)

// A Register is a public list of bodies, by the name that is given to it here.
type Register string

// The registers that can be read.
const (
	Councils    Register = "councils"     // mySociety’s, planning.data.gov.uk’s or GOV.UK’s list of local authorities
	Parks       Register = "parks"        // national park authorities
	Providers   Register = "housing"      // registered providers of social housing
	Boards      Register = "health"       // integrated care boards, and NHS trusts
	Forces      Register = "police"       // police forces
	Teams       Register = "police-teams" // neighbourhood teams: offered, and no bodies
	ForcePlaces Register = "police-areas" // which force is for which local authority
	Schools     Register = "schools"      // Get Information about Schools
)

// Registers lists them, in the order in which it is best to bring them in.
func Registers() []Register {
	return []Register{Councils, Parks, Providers, Boards, Forces, ForcePlaces, Teams, Schools}
}

// What a file may hold. The largest real one, of all schools, has some 50,000 rows
// and 60 MB.
const (
	mostBytes   = 128 << 20
	mostRows    = 100_000
	mostColumns = 400
	mostFaults  = 200 // that are listed
)

// A RowFault is what is wrong with one cell, or row, of a file.
type RowFault struct {
	Row    int    // as a spreadsheet numbers it; 0 for the file itself
	Column string // as the file names it; "" for the row itself
	Words  string // how to mend it
}

func (f RowFault) String() string {
	switch {
	case f.Row == 0:
		return f.Words
	case f.Column == "":
		return fmt.Sprintf("row %d: %s", f.Row, f.Words)
	}
	return fmt.Sprintf("row %d, %s: %s", f.Row, f.Column, f.Words)
}

// A key is what a register knows a body by: a list and a number in it.
type key struct{ list, number string }

func (k key) String() string { return k.list + "-" + k.number }

// ofOrgID reports whether the list is one of org-id's: the number is then kept with
// the organisation.
func (k key) ofOrgID() bool { return strings.Contains(k.list, "-") }

// An entry is what one row of a register says of one body. What is "" or zero is not
// said.
type entry struct {
	row     int
	key     key   // by which its own register knows it
	also    []key // numbers in other lists, in force
	former  []key // and no longer in force
	name    string
	typ     Type
	subtype string
	tier    Tier
	place   string
	code    string // of the local authority that it lies in, or is
	opened  date.Date
	closed  date.Date
	within  []key // what it is part of
	hasTies bool  // the layout tells what it is part of
	after   []key // what came after it
	force   key   // of a team: whose it is; of a place: which force is for it
}

// A file is a register as it was read. Rows that have faults are not in it.
type registerFile struct {
	name     string
	register Register
	ignored  []string
	heads    []string
	at       map[string]int
	entries  []entry
	skipped  int // rows that are of no body, or of none yet
	faults   []RowFault
	further  int
}

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

// readRegister reads a whole file and finds every fault in it.
func readRegister(file io.Reader, name string, register Register) (registerFile, error) {
	f := registerFile{name: plainName(name), register: register}
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return f, fmt.Errorf("read %s: %w", f.name, err)
	}
	const save = "In the spreadsheet program choose Save As and “CSV UTF-8 (comma delimited)”, and import that file"
	switch {
	case len(text) > mostBytes:
		f.wrong(0, "", fmt.Sprintf("The file is larger than %d MB. Import it in parts", mostBytes>>20))
	case bytes.HasPrefix(text, []byte("PK\x03\x04")), bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		f.wrong(0, "", "This is a spreadsheet or a zip file, and not a CSV file. "+save)
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		f.wrong(0, "", "This file is written in UTF-16. "+save)
	default:
		f.read(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	}
	return f, nil
}

// plainName is the last part of a file's name, fit to be kept and shown.
func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > longestName {
		name = string(r[:longestName])
	}
	return name
}

func (f *registerFile) wrong(row int, column, words string) {
	if len(f.faults) == mostFaults {
		f.further++
		return
	}
	f.faults = append(f.faults, RowFault{row, column, words})
}

func (f *registerFile) read(text []byte) {
	if !utf8.Valid(text) {
		// Get Information about Schools writes Windows-1252.
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(text)
		if err != nil {
			f.wrong(0, "", "Save the file as “CSV UTF-8”: this is in another encoding")
			return
		}
		text = decoded
	}
	in := csv.NewReader(bytes.NewReader(text))
	if heading, _, _ := bytes.Cut(text, []byte("\n")); bytes.ContainsRune(heading, '\t') && !bytes.ContainsRune(heading, ',') {
		in.Comma = '\t'
	}
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	r := &rowReader{file: f}
	var how *layout
	seen := map[key]int{}
	rows := 0
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			row := 0
			if parse, ok := errors.AsType[*csv.ParseError](err); ok {
				row = parse.StartLine
			}
			f.wrong(row, "", "Put each cell that has quotation marks in it between quotation marks, and double those inside. Nothing after this row was read")
			return
		}
		line, _ := in.FieldPos(0)
		if how == nil {
			if how = f.recognise(record); how == nil {
				return
			}
			continue
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		if rows++; rows > mostRows {
			f.wrong(line, "", fmt.Sprintf("The file has more than %d rows. Import it in parts", mostRows))
			return
		}
		f.readRow(r, how, record, line, seen)
	}
	switch {
	case how == nil:
		f.wrong(0, "", "The file is empty. Choose the file that has the rows in it")
	case rows == 0:
		f.wrong(0, "", "The file has a heading and no rows. Choose the file that has the rows in it")
	}
}

// recognise finds the layout of a file by its heading.
func (f *registerFile) recognise(heading []string) *layout {
	if len(heading) > mostColumns {
		f.wrong(1, "", fmt.Sprintf("The file has more than %d columns. Choose another", mostColumns))
		return nil
	}
	f.at = map[string]int{}
	for i, cell := range heading {
		cell = strings.TrimSpace(cell)
		f.heads = append(f.heads, cell)
		if _, twice := f.at[cell]; !twice {
			f.at[cell] = i
		}
	}
	for i, l := range layouts {
		if f.register != "" && l.register != f.register {
			continue
		}
		if slices.ContainsFunc(l.needs, func(column string) bool { _, ok := f.at[column]; return !ok }) {
			continue
		}
		f.register = l.register
		for _, h := range f.heads {
			if h != "" && !slices.Contains(l.needs, h) && !slices.Contains(l.uses, h) {
				f.ignored = append(f.ignored, h)
			}
		}
		return &layouts[i]
	}
	var known []string
	for _, l := range layouts {
		if f.register == "" || l.register == f.register {
			known = append(known, string(l.register)+" has the columns "+strings.Join(l.needs, ", "))
		}
	}
	f.wrong(1, "", "The heading is of no register that is known here. "+strings.Join(known, "; "))
	return nil
}

func (f *registerFile) readRow(r *rowReader, how *layout, record []string, line int, seen map[key]int) {
	if len(record) != len(f.heads) {
		f.wrong(line, "", fmt.Sprintf("Give this row as many cells as the heading: it has %d, and the heading %d", len(record), len(f.heads)))
		return
	}
	before := len(f.faults) + f.further
	r.record, r.row = record, line
	e, ok := how.read(r)
	if len(f.faults)+f.further > before {
		return
	}
	if !ok {
		f.skipped++
		return
	}
	e.row = line
	e.also = slices.DeleteFunc(e.also, func(k key) bool { return k.number == "" })
	if first, twice := seen[e.key]; twice {
		if how.repeats {
			return
		}
		f.wrong(line, how.needs[0], fmt.Sprintf("Keep one of the two rows: row %d is of %s too", first, e.key.number))
		return
	}
	seen[e.key] = line
	f.entries = append(f.entries, e)
}

// A rowReader reads the cells of one row, noting what is wrong with them.
type rowReader struct {
	file   *registerFile
	row    int
	record []string
}

func (r *rowReader) wrong(column, words string) { r.file.wrong(r.row, column, words) }

// escaped is a letter as some programs write it into a file by mistake: ’
var escaped = regexp.MustCompile(`\\u([0-9a-fA-F]{4})`)

func (r *rowReader) cell(column string) string {
	i, ok := r.file.at[column]
	if !ok {
		return ""
	}
	s := escaped.ReplaceAllStringFunc(r.record[i], func(m string) string {
		n, err := strconv.ParseInt(m[2:], 16, 32)
		if err != nil {
			return m
		}
		return string(rune(n))
	})
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if !fits(s, 2000) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || c == utf8.RuneError }) {
		r.wrong(column, "Type this again: it is too long, or holds characters that cannot be shown")
		return ""
	}
	return s
}

// named reads what a body is called.
func (r *rowReader) named(column string) string {
	s := r.cell(column)
	switch {
	case s == "":
		r.wrong(column, "Give the name: there is none")
	case !fits(s, longestName):
		r.wrong(column, fmt.Sprintf("Shorten the name to %d characters", longestName))
	}
	return s
}

// numbered reads the number that a register knows a body by.
func (r *rowReader) numbered(list, column string) key {
	s := r.cell(column)
	if s == "" || strings.ContainsAny(s, " \t") || !fits(s, 50) {
		r.wrong(column, fmt.Sprintf("Give the code of this row: %q is none", shortened(s)))
	}
	return key{list, s}
}

var gssCode = regexp.MustCompile(`^[EWSNX][0-9]{8}$`)

// gss reads a code of the Office for National Statistics; "" is that none is said.
func (r *rowReader) gss(column string) key {
	s := strings.ToUpper(r.cell(column))
	if s == "" || s == "9999" {
		return key{}
	}
	if !gssCode.MatchString(s) {
		r.wrong(column, fmt.Sprintf("Give a code such as E08000025, or leave it empty: %q is not one", shortened(s)))
		return key{}
	}
	return key{GSS, s}
}

var dayFirst = regexp.MustCompile(`^([0-3][0-9])[-/]([01][0-9])[-/]([0-9]{4})$`)

// day reads a day; one before 1945 is what is left of a number that a spreadsheet
// took for a day, or stands for one that nobody knows.
func (r *rowReader) day(column string) date.Date {
	s := r.cell(column)
	if s == "" {
		return date.Date{}
	}
	text := s
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		text = m[3] + "-" + m[2] + "-" + m[1]
	}
	d, err := date.Parse(text)
	if err != nil {
		r.wrong(column, fmt.Sprintf("Give a day such as 2026-04-01, or leave it empty: %q is none", shortened(s)))
		return date.Date{}
	}
	if d.Year() < 1945 {
		return date.Date{}
	}
	return d
}

// firstDayOver reads a day on which something ended, and gives the first on which it
// was no more. Registers write either: what ends on the first of a month was no more
// on it.
func (r *rowReader) firstDayOver(column string) date.Date {
	d := r.day(column)
	if d.IsZero() || d.Day() == 1 {
		return d
	}
	return d.AddDays(1)
}

func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
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

// identifier is a key as organisations keep it.
func (k key) identifier() organisation.Identifier {
	return organisation.Identifier{List: k.list, Number: k.number}
}

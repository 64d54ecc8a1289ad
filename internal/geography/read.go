package geography

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"commontable/internal/date"
)

// What a file may hold. The largest real one has 33,855 rows and 7 MB.
const (
	mostBytes   = 64 << 20 // unpacked
	mostRows    = 250_000
	mostColumns = 200
	mostText    = 300
	mostFaults  = 200 // that are listed
)

// A Pack is a file as it was read: nothing of it is kept yet.
type Pack struct {
	Edition
	Faults  []Fault  // in the order of the file; where there are any, nothing is kept
	Further int      // faults that are not listed
	Ignored []string // columns that were not read
	batches [][]byte // JSON objects, a member for each row
}

// Say is what the operator says of a file that does not say it itself.
type Say struct {
	Kind    Kind   // "" to recognise it by its heading
	Year    int    // of the edition; 0 to find it in the heading or the file's name
	Source  string // "" for the usual
	Licence string // "" for the usual
	Public  bool   // anyone may see what its licence does not say
}

// Read reads a whole file, gzip or not, and finds every fault in it. An error is
// for what is not the file's doing.
func Read(file io.Reader, name string, say Say) (Pack, error) {
	p := Pack{}
	p.File = plainName(name)
	text, words, err := unpacked(file)
	if err != nil {
		return p, fmt.Errorf("read %s: %w", p.File, err)
	}
	if words != "" {
		p.wrong(0, "", words)
		return p, nil
	}
	sum := sha256.Sum256(text)
	p.SHA256 = hex.EncodeToString(sum[:])
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		p.readOutlines(trimmed, say)
	} else {
		p.readTable(text, say)
	}
	if len(p.Faults) == 0 {
		p.name(say)
	}
	if len(p.Faults) > 0 {
		p.batches = nil
	}
	return p, nil
}

// unpacked is what a file holds, unpacked where it is packed, or words about why
// it cannot be had.
func unpacked(file io.Reader) (text []byte, words string, err error) {
	in := bufio.NewReader(file)
	magic, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	var from io.Reader = in
	packed := bytes.Equal(magic, []byte{0x1f, 0x8b})
	if packed {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, "The file cannot be unpacked. Fetch it again", nil //nolint:nilerr // it is the file's doing
		}
		from = z
	}
	text, err = io.ReadAll(io.LimitReader(from, mostBytes+1))
	switch {
	case err != nil && packed:
		return nil, "The file cannot be unpacked to its end. Fetch it again", nil
	case err != nil:
		return nil, "", err
	case len(text) > mostBytes:
		return nil, fmt.Sprintf("The file is larger than %d MB when it is unpacked. Choose a smaller one", mostBytes>>20), nil
	case bytes.HasPrefix(text, []byte("PK\x03\x04")), bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return nil, "This is a spreadsheet or a zip file. Save it as CSV, or take the CSV file out of it", nil
	}
	return text, "", nil
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
	if r := []rune(name); len(r) > mostText {
		name = string(r[:mostText])
	}
	return name
}

func (p *Pack) wrong(row int, column, words string) {
	if len(p.Faults) == mostFaults {
		p.Further++
		return
	}
	p.Faults = append(p.Faults, Fault{row, column, words})
}

// A layout is how a kind of table is known, and read.
type layout struct {
	kind  Kind
	needs []string // the columns by which it is known
	keys  []string // the columns that hold what a row is known by
	read  func(*rowReader) []any
	codes int
}

// Columns have the names of the R packages humaniverse/geographr and IMD, and of
// the Office for National Statistics where it publishes the same.
var layouts = []layout{
	{SmallAreas, []string{"lsoa21_code", "lsoa21_name", "ltla_code", "ltla_name", "ward_code"}, []string{"lsoa21_code"}, readSmallArea, Codes2021},
	{Changes, []string{"lsoa11_code", "lsoa21_code", "change_code"}, []string{"lsoa11_code", "lsoa21_code"}, readChange, Codes2021},
	{Deprivation, []string{"lsoa21_code", "imd_decile", "imd_rank"}, []string{"lsoa21_code"}, readDeprivation, Codes2021},
	{Deprivation, []string{"lsoa11_code", "imd_decile", "imd_rank"}, []string{"lsoa11_code"}, readDeprivation, Codes2011},
	{CommunityNeeds, []string{"lsoa21_code", "community_needs_index_score", "community_needs_index_rank"}, []string{"lsoa21_code"}, readNeeds, Codes2021},
	{WardNeeds, []string{"ward17_code", "community_needs_index_score", "community_needs_index_rank"}, []string{"ward17_code"}, readNeeds, 2017},
	{People, []string{"lsoa11_code", "total_population"}, []string{"lsoa11_code"}, readPeople, Codes2011},
	{People, []string{"lsoa21_code", "total_population"}, []string{"lsoa21_code"}, readPeople, Codes2021},
}

var (
	wideCode   = regexp.MustCompile(`^(ltla|lad|ward|wd|region|rgn|icb|utla)([0-9]{2})?_?(code|name|cd|nm)$`)
	smallCode  = regexp.MustCompile(`^(lsoa|msoa)([0-9]{2})_?(code|name|cd|nm)$`)
	needsIndex = regexp.MustCompile(`^community_needs_index_(?:20[0-9]{2}_)?(score|rank)$`)
	needsPart  = regexp.MustCompile(`^(civic_assets|connectedness|engaged_community|active_and_engaged_community)(?:_domain)?_(score|rank)$`)
	aYear      = regexp.MustCompile(`20[0-9]{2}`)
	codeWords  = map[string]string{"cd": "code", "nm": "name", "code": "code", "name": "name"}
	placeWords = map[string]string{"lad": "ltla", "wd": "ward", "rgn": "region"}
)

// columnName is a column's name as it is looked for: small letters, one word,
// without the year where there is one edition of the thing in a file.
func columnName(s string) string {
	s = strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_"))
	if m := wideCode.FindStringSubmatch(s); m != nil && (m[1] != "ward" || m[2] != "17") {
		place := m[1]
		if other := placeWords[place]; other != "" {
			place = other
		}
		return place + "_" + codeWords[m[3]]
	}
	if m := smallCode.FindStringSubmatch(s); m != nil {
		return m[1] + m[2] + "_" + codeWords[m[3]]
	}
	if m := needsIndex.FindStringSubmatch(s); m != nil {
		return "community_needs_index_" + m[1]
	}
	if m := needsPart.FindStringSubmatch(s); m != nil {
		return strings.TrimPrefix(m[1], "active_and_") + "_" + m[2]
	}
	if s == "chgind" {
		return "change_code"
	}
	return s
}

// A rowReader reads the cells of one row, noting what is wrong with them.
type rowReader struct {
	pack   *Pack
	layout layout
	at     map[string]int // columns by the names that are looked for
	heads  []string       // as the file has them
	row    int
	record []string
}

func (r *rowReader) has(column string) bool { _, ok := r.at[column]; return ok }

func (r *rowReader) cell(column string) string {
	i, ok := r.at[column]
	if !ok || i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(r.record[i])
}

func (r *rowReader) wrong(column, words string) {
	name := column
	if i, ok := r.at[column]; ok {
		name = r.heads[i]
	}
	r.pack.wrong(r.row, name, words)
}

// X begins the codes of invented places, which no real one has.
var (
	lsoa      = regexp.MustCompile(`^[EWSX]01[0-9]{6}$`)
	ward      = regexp.MustCompile(`^[EWSX]05[0-9]{6}$`)
	authority = regexp.MustCompile(`^[EWSNX]0[6-9][0-9]{6}$|^S12[0-9]{6}$`)
)

func (r *rowReader) code(column string, like *regexp.Regexp, example string) string {
	code := r.cell(column)
	if !like.MatchString(code) {
		r.wrong(column, fmt.Sprintf("Give a code such as %s: %q is not one", example, shortened(code)))
	}
	return code
}

func (r *rowReader) text(column string) string {
	s := strings.Join(strings.Fields(r.cell(column)), " ")
	switch {
	case !utf8.ValidString(s):
		r.wrong(column, "Save the file as “CSV UTF-8”: this is in another encoding")
		return ""
	case utf8.RuneCountInString(s) > mostText:
		r.wrong(column, fmt.Sprintf("Shorten this to %d characters", mostText))
		return ""
	case strings.ContainsFunc(s, unicode.IsControl):
		r.wrong(column, "Type this again: it holds characters that cannot be shown")
		return ""
	}
	return s
}

func (r *rowReader) whole(column string, least, most int64) int64 {
	n, err := strconv.ParseInt(r.cell(column), 10, 64)
	if err != nil || n < least || n > most {
		r.wrong(column, fmt.Sprintf("Give a whole number from %d to %d: %q is none", least, most, shortened(r.cell(column))))
		return 0
	}
	return n
}

// thousandths reads a decimal number, kept in whole thousandths.
func (r *rowReader) thousandths(column string) int64 {
	n, err := strconv.ParseFloat(r.cell(column), 64)
	const most = 1e9
	if err != nil || math.IsNaN(n) || math.Abs(n) > most {
		r.wrong(column, fmt.Sprintf("Give a number: %q is none", shortened(r.cell(column))))
		return 0
	}
	return int64(math.Round(n * 1000))
}

func (r *rowReader) yes(column string) bool {
	switch strings.ToLower(r.cell(column)) {
	case "true", "yes", "1", "t", "y":
		return true
	case "false", "no", "0", "f", "n", "":
		return false
	}
	r.wrong(column, fmt.Sprintf("Give TRUE or FALSE: %q is neither", shortened(r.cell(column))))
	return false
}

func shortened(s string) string {
	const most = 40
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.ToValidUTF8(s, "?")
}

func readSmallArea(r *rowReader) []any {
	return []any{
		r.code("lsoa21_code", lsoa, "E01008976"), r.text("lsoa21_name"), r.text("msoa21_name"), r.text("ward_code"), r.text("ward_name"),
		r.code("ltla_code", authority, "E08000025"), r.text("ltla_name"), r.text("region_name"), r.text("icb_name"),
	}
}

func readChange(r *rowReader) []any {
	change := strings.ToUpper(r.cell("change_code"))
	if !slices.Contains([]string{"U", "S", "M", "X"}, change) {
		r.wrong("change_code", fmt.Sprintf("Give U (unchanged), S (split), M (merged) or X (irregular): %q is none of them", shortened(change)))
	}
	return []any{r.code("lsoa11_code", lsoa, "E01008976"), r.code("lsoa21_code", lsoa, "E01008976"), change}
}

// The domains of deprivation, in the order in which their deciles are kept. The
// housing domain has had two names.
var domainColumns = [][]string{
	{"income_decile"},
	{"employment_decile"},
	{"education_decile"},
	{"health_decile"},
	{"crime_decile"},
	{"housing_and_services_decile", "housing_and_access_decile"},
	{"environment_decile"},
}

// Domains names the seven domains of deprivation, in the order of Score.Domains.
func Domains() []string {
	return []string{"Income", "Employment", "Education and skills", "Health", "Crime", "Housing and services", "Living environment"}
}

func readDeprivation(r *rowReader) []any {
	var score any
	if r.has("imd_score") {
		score = r.thousandths("imd_score")
	}
	domains := make([]int64, 0, len(domainColumns))
	for _, names := range domainColumns {
		for _, name := range names {
			if r.has(name) {
				domains = append(domains, r.whole(name, 1, 10))
				break
			}
		}
	}
	if len(domains) != len(domainColumns) {
		domains = domains[:0]
	}
	text, _ := json.Marshal(domains)
	return []any{r.code(r.layout.keys[0], lsoa, "E01008976"), r.whole("imd_decile", 1, 10), r.whole("imd_rank", 1, mostRows), score, string(text)}
}

func readNeeds(r *rowReader) []any {
	like, example := lsoa, "E01008976"
	if r.layout.kind == WardNeeds {
		like, example = ward, "E05000026"
	}
	name := r.text("lsoa21_name")
	if r.layout.kind == WardNeeds {
		name = r.text("ward17_name")
	}
	return []any{
		r.code(r.layout.keys[0], like, example), name, r.text("ltla_code"),
		r.thousandths("community_needs_index_score"), r.thousandths("civic_assets_score"), r.thousandths("connectedness_score"), r.thousandths("engaged_community_score"),
		r.whole("community_needs_index_rank", 1, mostRows), r.yes("left_behind_area"),
	}
}

func readPeople(r *rowReader) []any {
	const most = 1_000_000 // in one small area; the real ones have some 1,500
	all := []any{r.code(r.layout.keys[0], lsoa, "E01008976"), r.whole("total_population", 0, most)}
	for _, column := range []string{"age_0_15", "age_16_24", "age_25_44", "age_45_64", "age_65_plus"} {
		n := int64(0)
		if r.has(column) {
			n = r.whole(column, 0, most)
		}
		all = append(all, n)
	}
	return all
}

// recognise finds the layout by which a table is read.
func (p *Pack) recognise(r *rowReader, say Say) bool {
	var missing []string
	for _, l := range layouts {
		if say.Kind != "" && l.kind != say.Kind {
			continue
		}
		lacks := slices.DeleteFunc(slices.Clone(l.needs), r.has)
		if len(lacks) == 0 {
			r.layout, p.Kind, p.CodesOf = l, l.kind, l.codes
			return true
		}
		missing = append(missing, strings.Join(lacks, " and "))
	}
	if say.Kind != "" {
		p.wrong(1, "", fmt.Sprintf("This is not a file of kind %s: it has no column %s", say.Kind, strings.Join(missing, ", or ")))
		return false
	}
	p.wrong(1, "", "The heading is none that is known. Files that are read: "+knownKinds())
	return false
}

func knownKinds() string {
	var all []string
	for _, k := range Kinds() {
		all = append(all, string(k)+" ("+k.Words()+")")
	}
	return strings.Join(all, "; ")
}

func (p *Pack) readTable(text []byte, say Say) {
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	r := &rowReader{pack: p}
	seen := map[string]int{}
	b := batch{pack: p}
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
			p.wrong(row, "", "Put each cell that has quotation marks in it between quotation marks, and double those inside. Nothing after this row was read")
			return
		}
		line, _ := in.FieldPos(0)
		if r.at == nil {
			if !p.readHeading(r, record, say) {
				return
			}
			continue
		}
		if r.record, r.row = record, line; !p.readRow(r, seen, &b) {
			return
		}
	}
	switch {
	case r.at == nil:
		p.wrong(0, "", "The file is empty. Choose the file that has the rows in it")
	case p.Rows == 0:
		p.wrong(0, "", "The file has a heading and no rows. Choose the file that has the rows in it")
	}
	b.end()
}

func (p *Pack) readHeading(r *rowReader, record []string, say Say) bool {
	if len(record) > mostColumns {
		p.wrong(1, "", fmt.Sprintf("The file has more than %d columns. Choose another", mostColumns))
		return false
	}
	r.at = map[string]int{}
	for i, cell := range record {
		r.heads = append(r.heads, shortened(strings.TrimSpace(cell)))
		name := columnName(cell)
		if _, twice := r.at[name]; !twice {
			r.at[name] = i
		}
		if m := aYear.FindString(cell); m != "" && p.Year == 0 {
			p.Year, _ = strconv.Atoi(m)
		}
	}
	return p.recognise(r, say)
}

// readRow reads a row, and reports whether to go on.
func (p *Pack) readRow(r *rowReader, seen map[string]int, b *batch) bool {
	if !slices.ContainsFunc(r.record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		return true
	}
	if p.Rows == mostRows {
		p.wrong(r.row, "", fmt.Sprintf("The file has more than %d rows. Choose a smaller one", mostRows))
		return false
	}
	p.Rows++
	if len(r.record) != len(r.heads) {
		p.wrong(r.row, "", fmt.Sprintf("Give this row as many cells as the heading: it has %d, and the heading %d", len(r.record), len(r.heads)))
		return true
	}
	before := len(p.Faults) + p.Further
	values := r.layout.read(r)
	if len(p.Faults)+p.Further > before {
		return true
	}
	var parts []string
	for _, column := range r.layout.keys {
		parts = append(parts, r.cell(column))
	}
	key := strings.Join(parts, " ")
	if first, twice := seen[key]; twice {
		p.wrong(r.row, r.heads[r.at[r.layout.keys[0]]], fmt.Sprintf("Keep one of the two rows: row %d is of %s too", first, key))
		return true
	}
	seen[key] = r.row
	b.add(key, values)
	return true
}

// A batch gathers rows as the members of a JSON object, which either database
// takes apart again: one statement for many rows.
type batch struct {
	pack *Pack
	text []byte
	rows int
}

const batchRows = 4000

func (b *batch) add(key string, values []any) {
	if b.rows > 0 {
		b.text = append(b.text, ',')
	} else {
		b.text = append(b.text, '{')
	}
	b.text = strconv.AppendQuoteToASCII(b.text, key) // of a code: ASCII without escapes
	b.text = append(b.text, ':')
	row, _ := json.Marshal(values) // of strings and numbers alone
	b.text = append(b.text, row...)
	if b.rows++; b.rows == batchRows {
		b.end()
	}
}

func (b *batch) end() {
	if b.rows > 0 {
		b.pack.batches = append(b.pack.batches, append(b.text, '}'))
	}
	b.text, b.rows = nil, 0
}

var (
	mid      = regexp.MustCompile(`(?i)mid-?_?(20[0-9]{2})`)
	indexOf  = regexp.MustCompile(`(?i)(?:imd|iod|index|deprivation|needs)[^0-9]*(20[0-9]{2})`)
	councils = regexp.MustCompile(`(?i)(?:lad|ltla)_?(?:20)?([0-9]{2})`)
)

// name says which edition it is, of which series, and whose.
func (p *Pack) name(say Say) {
	if say.Year != 0 {
		p.Year = say.Year
	}
	for _, like := range []*regexp.Regexp{mid, indexOf, aYear} {
		if m := like.FindStringSubmatch(p.File); m != nil && p.Year == 0 {
			p.Year, _ = strconv.Atoi(m[len(m)-1])
		}
	}
	if m := councils.FindStringSubmatch(p.File); m != nil && p.Kind == AuthorityOutlines && say.Year == 0 {
		p.Year, _ = strconv.Atoi("20" + m[1])
	}
	switch p.Kind {
	case Changes, SmallAreaOutlines:
		p.Year = Codes2021
	case SmallAreas:
		p.Year = max(p.Year, Codes2021)
	case AuthorityOutlines:
		p.CodesOf = p.Year
	default:
	}
	if p.Year == 0 {
		p.wrong(0, "", "Say of which year this is, with --year 2025: neither its heading nor its name does")
		return
	}
	if p.Kind == People {
		p.AsAt = date.New(p.Year, 6, 30)
	}
	a := p.Kind.about()
	p.Name = a.name
	if strings.Contains(a.name, "%d") {
		p.Name = fmt.Sprintf(a.name, p.Year)
	}
	switch p.Kind {
	case SmallAreas, Changes:
		p.Series = string(p.Kind)
	case SmallAreaOutlines: // named by what it holds
	default:
		p.Series = string(p.Kind) + "-" + strconv.Itoa(p.Year)
	}
	p.Source, p.Licence, p.Public = a.source, a.licence, !a.hidden
	if say.Source != "" {
		p.Source = shortened(say.Source)
	}
	if say.Public && a.hidden {
		p.Public, p.Licence = true, said
	}
	if say.Licence != "" {
		p.Licence = say.Licence
	}
}

package area

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
)

// What a file may hold. The real ones have some hundred rows and 30 kB.
const (
	mostBytes     = 32 << 20
	mostRows      = 50_000
	mostColumns   = 500
	mostCellBytes = 100_000
)

// columns maps the columns that are read to what they tell. Two published
// shapes are known: of Pride in Place's places and of Big Local's areas; they
// share one table, so that a file may have columns of both.
var columns = map[string]string{
	"place_name": "name",
	"area_name":  "name",

	"lead_la_code":    "authority_code",
	"lead_la_name":    "authority_name",
	"local_authority": "authority_name",

	"local_authority_basis": "authority_basis",

	"region":     "region",
	"nation":     "nation",
	"wave":       "wave",
	"evidence":   "source",
	"confidence": "confidence",
	"setting":    "setting",

	"match_basis":          "boundary_basis",
	"matched_msoa21_code":  "msoa_code",
	"matched_msoa21_name":  "msoa_name",
	"matched_lsoa_count":   "lsoa_count",
	"matched_lsoa21_codes": "lsoas",
}

// An areaFile is a file as it was read. Rows that have faults are not in it.
type areaFile struct {
	name    string // of the file, fit to be kept
	heads   []head
	ignored []string
	rows    []areaRow
	faults  []Fault
}

// A head is a column's name as the file has it, and what it tells ("" where
// that is not read).
type head struct{ name, field string }

type areaRow struct {
	number int
	area   NewArea
}

// column is the file's name for the column that tells something, or "".
func (f areaFile) column(field string) string {
	for _, h := range f.heads {
		if h.field == field {
			return h.name
		}
	}
	return ""
}

// tells reports whether the file has a column, or several, about something.
func (f areaFile) tells(field string) bool {
	if field == "boundary_basis" && (f.column("msoa_code") != "" || f.column("msoa_name") != "") {
		return true
	}
	return f.column(field) != ""
}

// merge is an area with what the file's columns say of it in the place of what
// was known; what the file has no column for stays.
func (f areaFile) merge(was Area, lsoas []string, says NewArea) NewArea {
	is := was.said(lsoas)
	said := says.text()
	for i, t := range is.text() {
		if f.tells(t.field) {
			*t.value = *said[i].value
		}
	}
	if f.tells("lsoas") {
		is.LSOAs = says.LSOAs
	}
	return is
}

// readAreaFile reads a whole file and finds every fault in it.
func readAreaFile(file io.Reader, name string) (areaFile, error) {
	f := areaFile{name: fileName(name)}
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return f, fmt.Errorf("read %s: %w", f.name, err)
	}
	if words := notCSV(text); words != "" {
		f.faults = append(f.faults, Fault{Words: words})
		return f, nil
	}
	f.read(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	return f, nil
}

// fileName is the last part of a file's name, fit to be kept and shown.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = tidy(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName])
	}
	return name
}

func notCSV(text []byte) string {
	const save = "In the spreadsheet program choose Save As and “CSV UTF-8 (comma delimited)”, and import that file"
	switch {
	case len(text) > mostBytes:
		return fmt.Sprintf("The file is larger than %d MB. Import it in parts", mostBytes>>20)
	case bytes.HasPrefix(text, []byte("PK\x03\x04")), bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return "This is a spreadsheet and not a CSV file. " + save
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return "This file is written in UTF-16. " + save
	}
	return ""
}

func (f *areaFile) read(text []byte) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	inCells := 0 // line ends inside cells, which are no rows in a spreadsheet
	seen := places{}
	for count := 0; ; {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			f.noRows(count)
			return
		}
		if err != nil {
			f.unreadable(err, inCells)
			return
		}
		line, _ := r.FieldPos(0)
		row := line - inCells
		for _, cell := range record {
			inCells += strings.Count(cell, "\n")
		}
		switch {
		case f.heads == nil:
			if !f.readHeader(row, record) {
				return
			}
		case isBlank(record):
		case count == mostRows:
			f.faults = append(f.faults, Fault{Row: row, Words: fmt.Sprintf("The file has more than %d areas. Import it in parts", mostRows)})
			return
		default:
			count++
			f.readRow(row, record, seen)
		}
	}
}

func (f *areaFile) noRows(count int) {
	switch {
	case f.heads == nil:
		f.faults = append(f.faults, Fault{Words: "The file is empty. Choose the file that has the areas in it"})
	case count == 0:
		f.faults = append(f.faults, Fault{Words: "The file has a heading and no areas. Choose the file that has the areas in it"})
	}
}

func (f *areaFile) unreadable(err error, inCells int) {
	fault := Fault{Words: "The file cannot be read as CSV: " + err.Error()}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		fault.Row = wrong.StartLine - inCells
		fault.Words = `Put each cell that has quotation marks in it between quotation marks, and double those inside. Nothing after this row was read`
	}
	f.faults = append(f.faults, fault)
}

func isBlank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// readHeader learns what each column tells, and reports whether the rows can be
// read by it.
func (f *areaFile) readHeader(row int, record []string) bool {
	if len(record) > mostColumns {
		f.faults = append(f.faults, Fault{Row: row, Words: fmt.Sprintf("The file has more than %d columns. Choose the file that has the areas in it", mostColumns)})
		return false
	}
	told := map[string]string{}
	ok := true
	wrong := func(column, words string) {
		f.faults = append(f.faults, Fault{row, column, words})
		ok = false
	}
	for i, cell := range record {
		cell, words := readCell(cell)
		if words != "" {
			wrong("column "+strconv.Itoa(i+1), words)
		}
		h := head{cell, columns[strings.ReplaceAll(strings.ToLower(cell), " ", "_")]}
		before, twice := told[h.field]
		switch {
		case h.field == "" && cell != "" && words == "":
			f.ignored = append(f.ignored, shortened(cell))
		case h.field != "" && twice:
			wrong(cell, fmt.Sprintf("Keep one of the columns %s and %s: they tell the same", before, cell))
		case h.field != "":
			told[h.field] = cell
		}
		f.heads = append(f.heads, h)
	}
	if told["name"] == "" && ok {
		words := "Name one column place_name or area_name: none says what the areas are called"
		if len(record) == 1 && strings.ContainsAny(record[0], ";\t") {
			words = "Save the file with commas between the cells: these are separated otherwise"
		}
		wrong("", words)
	}
	return ok
}

// readCell tidies a cell, or says what is wrong with it.
func readCell(cell string) (tidied, words string) {
	switch {
	case len(cell) > mostCellBytes:
		return "", fmt.Sprintf("Shorten this cell: it has more than %d characters", mostCellBytes)
	case !utf8.ValidString(cell):
		words = "Save the file as “CSV UTF-8”: this is in another encoding"
		if guess, err := charmap.Windows1252.NewDecoder().String(cell); err == nil && wrongText(tidy(guess), mostCellBytes) == "" {
			words += fmt.Sprintf(", perhaps Windows-1252, in which it reads “%s”", shortened(tidy(guess)))
		}
		return "", words
	}
	tidied = tidy(norm.NFC.String(cell))
	return tidied, wrongText(tidied, mostCellBytes)
}

// readRow reads one row and keeps it, unless something is wrong with it.
func (f *areaFile) readRow(number int, record []string, seen places) {
	faultsBefore := len(f.faults)
	wrong := func(column, words string) { f.faults = append(f.faults, Fault{number, column, words}) }
	if len(record) < len(f.heads) || !isBlank(record[len(f.heads):]) {
		wrong("", fmt.Sprintf("Give this row as many cells as the heading: it has %d, and the heading %d", len(record), len(f.heads)))
		return
	}
	cells := map[string]string{}
	bad := map[string]bool{}
	for i, h := range f.heads {
		if h.field == "" {
			continue
		}
		cell, words := readCell(record[i])
		if words != "" {
			wrong(h.name, words)
			bad[h.field] = true
			continue
		}
		cells[h.field] = cell
	}
	n := newArea(cells).tidy()
	if !f.tells("source") {
		n.Source = f.name
	}
	for _, w := range n.Check() {
		if !bad[w.Field] {
			wrong(f.column(w.Field), w.Words)
		}
	}
	for _, code := range n.LSOAs {
		if strings.HasPrefix(code, invented) {
			wrong(f.column("lsoas"), wrongLSOA(code))
			break
		}
	}
	if words := wrongCount(cells["lsoa_count"], len(n.LSOAs)); words != "" && !bad["lsoa_count"] && !bad["lsoas"] {
		wrong(f.column("lsoa_count"), words)
	}
	if first, twice := seen.before(n, number); twice && !bad["name"] && n.Name != "" {
		wrong(f.column("name"), samePlace(n.Name, first))
	}
	if len(f.faults) == faultsBefore {
		f.rows = append(f.rows, areaRow{number, n})
	}
}

var betweenCodes = regexp.MustCompile(`[\s,;]+`)

func newArea(cells map[string]string) NewArea {
	n := NewArea{
		Name: cells["name"], Region: cells["region"], Nation: cells["nation"],
		AuthorityName: cells["authority_name"], AuthorityCode: cells["authority_code"], AuthorityBasis: cells["authority_basis"],
		Wave: cells["wave"], Source: cells["source"], Confidence: cells["confidence"], BoundaryBasis: cells["boundary_basis"],
		Setting: cells["setting"],
	}
	if msoa := tidy(cells["msoa_code"] + " " + cells["msoa_name"]); msoa != "" {
		if n.BoundaryBasis != "" {
			n.BoundaryBasis += ": "
		}
		n.BoundaryBasis += msoa
	}
	for _, code := range betweenCodes.Split(cells["lsoas"], -1) {
		if code != "" {
			n.LSOAs = append(n.LSOAs, code)
		}
	}
	return n
}

func wrongCount(cell string, codes int) string {
	if cell == "" {
		return ""
	}
	count, err := strconv.Atoi(cell)
	switch {
	case err != nil:
		return fmt.Sprintf("Give a whole number: %q is none", shortened(cell))
	case count != codes:
		return fmt.Sprintf("Make the count and the codes agree: the count is %d, and %d codes are listed", count, codes)
	}
	return ""
}

// places remembers the rows in which a place was seen.
type places map[string]int

// before tells in which earlier row the same place was, and remembers this one.
func (p places) before(n NewArea, row int) (first int, twice bool) {
	code, authority, bare := placeKeys(n.Name, n.AuthorityCode, n.AuthorityName)
	for _, key := range []string{"code\n" + code, "authority\n" + authority, "bare\n" + bare} {
		if strings.HasSuffix(key, "\n") {
			continue
		}
		if at, known := p[key]; known && !twice {
			first, twice = at, true
		} else if !known {
			p[key] = row
		}
	}
	return first, twice
}

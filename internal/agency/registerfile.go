package agency

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

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

// identifier is a key as organisations keep it.
func (k key) identifier() organisation.Identifier {
	return organisation.Identifier{List: k.list, Number: k.number}
}

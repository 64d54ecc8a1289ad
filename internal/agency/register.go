package agency

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/geography"
	"commontable/internal/organisation"
)

// Say is what the operator says of a file that does not say it itself.
type Say struct {
	Register Register  // "" to know it by its heading
	Edition  date.Date // of what day the file is
	Same     map[string]string
	Another  []string // codes in the register that are none of those of the same name
	DryRun   bool
}

// A Report says what an import did, or in a dry run what it would do.
type Report struct {
	File                        string
	Register                    Register
	Edition                     date.Date
	Created, Updated, Unchanged int
	Skipped                     int           // rows that are of no body, or of none yet
	Older                       int           // bodies of which something newer is known: that stays
	NotInFile                   int           // bodies of the register that the file lacks: they stay
	Changes                     []FieldChange // what Updated changed, in the order of the file
	Joined                      []Joined      // with what was here already, by their names
	Unsure                      []Unsure      // somebody has to say; these rows were left
	Lacking                     []string      // what the file points at and is nowhere
	Faults                      []RowFault    // in the order of the file; where there are any, nothing was done
	Further                     int           // faults that are not listed
	Ignored                     []string      // columns that were not read
	DryRun                      bool
}

// A FieldChange is one thing that an import changed about a body.
type FieldChange struct{ Name, Field, Was, Is string }

// Joined is that a row is of a body that was here by hand or from elsewhere.
type Joined struct {
	Row        int
	Name, With string
}

// Unsure is that a row may be of a body that is here, and may not.
type Unsure struct {
	Row    int
	Code   string // of the row, for Say.Same and Say.Another
	Name   string
	Slugs  []string // of those that it may be
	Reason string
}

// Import reads a register into the bodies: all of it or, where the report has faults,
// nothing. Reading a file again changes nothing; an older file adds what it alone
// knows and undoes nothing that a newer one told. No body is ever removed.
//
// A body is known again by its number in the register, by its codes as they are and
// were, and, where it was added by hand or by another register, by its name and type.
// An error is for what is not the file's doing.
func (g *Agencies) Import(ctx context.Context, by access.Actor, file io.Reader, fileName string, say Say) (report Report, err error) {
	f, err := g.reads(file, fileName, say)
	if err != nil {
		return Report{}, err
	}
	transaction := g.DB.Write
	if say.DryRun || len(f.faults) > 0 {
		transaction = g.DB.Read
	}
	err = transaction(ctx, func(tx *db.Tx) error {
		report, err = g.takes(ctx, tx, by, f, say)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("import agencies: %w", err)
	}
	return report, nil
}

// ImportIn is Import as part of a transaction.
func (g *Agencies) ImportIn(ctx context.Context, tx *db.Tx, by access.Actor, file io.Reader, fileName string, say Say) (Report, error) {
	f, err := g.reads(file, fileName, say)
	if err != nil {
		return Report{}, err
	}
	return g.takes(ctx, tx, by, f, say)
}

func (g *Agencies) reads(file io.Reader, fileName string, say Say) (registerFile, error) {
	f, err := readRegister(file, fileName, say.Register)
	if err != nil {
		return f, fmt.Errorf("import agencies: %w", err)
	}
	if say.Edition.IsZero() || say.Edition.After(g.today()) {
		return f, fault.Invalid{{Field: "edition", Words: "Say of what day the file is, with --edition 2026-04-01: today or earlier"}}
	}
	return f, nil
}

func (g *Agencies) takes(ctx context.Context, tx *db.Tx, by access.Actor, f registerFile, say Say) (Report, error) {
	report := Report{
		File: f.name, Register: f.register, Edition: say.Edition, Skipped: f.skipped, Faults: f.faults, Further: f.further, Ignored: f.ignored, DryRun: say.DryRun,
	}
	if err := by.Must(access.ManageAreas, access.Place{}); err != nil || len(f.faults) > 0 {
		return report, err
	}
	err := g.importIn(ctx, tx, by, f, say, &report)
	return report, err
}

func (g *Agencies) importIn(ctx context.Context, tx *db.Tx, by access.Actor, f registerFile, say Say, report *Report) error {
	all, err := everything(ctx, tx)
	if err != nil {
		return err
	}
	var change int
	switch f.register {
	case Teams:
		change, err = g.importTeams(ctx, tx, all, f, say, report)
	case ForcePlaces:
		change, err = g.importPlaces(ctx, tx, all, f, say, report)
	default:
		change, err = g.importBodies(ctx, tx, by, all, f, say, report)
	}
	if err != nil || say.DryRun || change == 0 {
		return err
	}
	return audit.Record(ctx, tx, g.IDs, audit.Event{
		Stream: audit.Installation, Act: "agencies imported", Subject: string(f.register), By: by, At: g.Now(), Facts: map[string]string{
			"file": f.name, "edition": say.Edition.String(), "created": strconv.Itoa(report.Created), "updated": strconv.Itoa(report.Updated),
			"unchanged": strconv.Itoa(report.Unchanged), "unsure": strconv.Itoa(len(report.Unsure)), "not in file": strconv.Itoa(report.NotInFile),
		},
	})
}

// A step is what one row of a register does.
type step struct {
	entry   entry
	was     *kept // nil for a body that is new
	is      kept
	changes []FieldChange
	joined  bool
}

func (g *Agencies) importBodies(ctx context.Context, tx *db.Tx, by access.Actor, all *known, f registerFile, say Say, report *Report) (changed int, err error) {
	report.NotInFile = all.of(f.register)
	steps := all.match(f, say, report)
	for i := range steps {
		s := &steps[i]
		if s.was != nil {
			s.is = s.was.clone()
			if s.was.Register == string(f.register) {
				report.NotInFile--
			}
		}
		if s.take(f.register, say.Edition) {
			report.Older++
		}
	}
	// Every body has an ID before any is tied to another.
	at := map[key]int{}
	for i, s := range steps {
		at[s.entry.key] = i
		if s.was != nil || say.DryRun {
			continue
		}
		if steps[i].is.ID, err = g.create(ctx, tx, by, s); err != nil {
			return 0, fmt.Errorf("row %d: %w", s.entry.row, err)
		}
	}
	ties := make([][]link, len(steps))
	for i := range steps {
		s := &steps[i]
		ties[i] = s.tie(all, steps, at, say.Edition, report)
		switch {
		case s.was == nil:
			report.Created++
		case len(s.changes) > 0:
			report.Updated++
		default:
			report.Unchanged++
		}
		report.Changes = append(report.Changes, s.changes...)
		if s.joined && s.was != nil {
			report.Joined = append(report.Joined, Joined{s.entry.row, s.entry.name, s.was.Slug})
		}
		if say.DryRun {
			continue
		}
		if err := g.keep(ctx, tx, by, s); err != nil {
			return 0, fmt.Errorf("row %d: %w", s.entry.row, err)
		}
	}
	if say.DryRun {
		return 0, nil
	}
	for i, s := range steps {
		for _, l := range ties[i] {
			if err := g.link(ctx, tx, by, l); err != nil {
				return 0, fmt.Errorf("row %d: %w", s.entry.row, err)
			}
		}
	}
	return report.Created + report.Updated, nil
}

// mayTell reports whether a register's word on a body counts: its own register's, or
// any of one that no register has. Of councils the list of councils has it.
func mayTell(r Register, b Body) bool {
	return b.Register == "" || b.Register == string(r) || (r == Councils && b.Type == Council && b.Register != string(Parks))
}

// take puts what a row says of a body in the place of what was said before, as far as
// that is not newer; it reports whether something was.
func (s *step) take(r Register, edition date.Date) (older bool) {
	e, b := s.entry, &s.is
	isNew := s.was == nil
	note := func(field, was, is string) {
		if !isNew {
			s.changes = append(s.changes, FieldChange{e.name, field, was, is})
		}
	}
	for _, k := range slices.Concat([]key{e.key}, e.also) {
		if k.ofOrgID() {
			if !b.ids[k] {
				b.ids[k] = true
				note("number", "", k.String())
			}
			continue
		}
		c, had := b.codes[k]
		if !had {
			note("code", "", k.String())
		}
		if c.first.IsZero() || edition.Before(c.first) {
			c.first = edition
		}
		if c.last.IsZero() || edition.After(c.last) {
			c.last = edition
		}
		b.codes[k] = c
		for _, other := range recoded(k) {
			if _, had := b.codes[other.key]; !had {
				note("code", "", other.key.String())
			}
			o := b.codes[other.key]
			if !other.from.IsZero() {
				o.from = other.from
			}
			switch {
			case !other.until.IsZero():
				o.until = other.until
			case other.over && (o.until.IsZero() || edition.Before(o.until)):
				o.until = edition // at the latest
			}
			b.codes[other.key] = o
		}
	}
	for _, k := range e.former {
		c, had := b.codes[k]
		if !had {
			note("code", "", k.String())
		}
		if c.until.IsZero() || edition.Before(c.until) { // it held until then at the latest
			c.until = edition
		}
		b.codes[k] = c
	}
	if !isNew && !mayTell(r, b.Body) {
		return false
	}
	if b.Register != string(r) {
		note("register", b.Register, string(r))
		b.Register, b.told = string(r), map[string]date.Date{}
	}
	if n, had := b.names[e.name]; !had {
		b.names[e.name] = [2]date.Date{edition, edition}
	} else {
		if edition.Before(n[0]) {
			n[0] = edition
		}
		if edition.After(n[1]) {
			n[1] = edition
		}
		b.names[e.name] = n
	}
	if b.wasCode(b.PlaceCode) {
		delete(b.told, "place code")
	}
	if b.wasCode(e.code) {
		e.code = b.codeAfter(e.code)
	}
	put := func(field, was, is string, set func()) {
		if is == "" {
			return
		}
		if told, ok := b.told[field]; ok && edition.Before(told) {
			older = older || was != is
			return
		}
		b.told[field] = edition
		if was != is {
			note(field, was, is)
			set()
		}
	}
	put("name", b.Name, e.name, func() { b.Name = e.name })
	put("type", string(b.Type), string(e.typ), func() { b.Type = e.typ })
	put("subtype", b.Subtype, e.subtype, func() { b.Subtype = e.subtype })
	put("tier", string(b.Tier), string(e.tier), func() { b.Tier = e.tier })
	put("place", b.Place, e.place, func() { b.Place = e.place })
	put("place code", b.PlaceCode, e.code, func() { b.PlaceCode = e.code })
	put("opened", b.Opened.String(), e.opened.String(), func() { b.Opened = e.opened })
	put("closed", b.Closed.String(), e.closed.String(), func() { b.Closed = e.closed })
	if edition.After(b.Edition) {
		b.Edition = edition
	}
	return older
}

// wasCode reports whether a code of the Office for National Statistics was the
// body’s, and is no more.
func (k kept) wasCode(code string) bool { return !k.codes[key{GSS, code}].until.IsZero() }

// codeAfter is the code that took a code’s place, or "" where the list of codes that
// were changed does not have it.
func (k kept) codeAfter(code string) string {
	for _, other := range recoded(key{GSS, code}) {
		if !other.over {
			return other.key.number
		}
	}
	return ""
}

// tie finds what a body is part of, and what came after it. What it is part of is
// told as a whole: what is no longer said is over. What came after it stays.
func (s *step) tie(all *known, steps []step, at map[key]int, edition date.Date, report *Report) (ties []link) {
	find := func(k key) organisation.ID {
		if i, ok := at[k]; ok {
			if steps[i].is.ID == "" { // in a dry run, of one that would be new
				return organisation.ID("new " + k.String())
			}
			return steps[i].is.ID
		}
		found := all.by[k]
		if len(found) != 1 {
			report.Lacking = append(report.Lacking, s.entry.name+": "+k.String())
			return ""
		}
		return found[0]
	}
	note := func(field, was, is string) {
		if s.was != nil {
			s.changes = append(s.changes, FieldChange{s.entry.name, field, was, is})
		}
	}
	if s.is.Register != string(report.Register) {
		return nil
	}
	for _, k := range s.entry.after {
		to := find(k)
		if to == "" || to == s.is.ID || s.is.successors[to] {
			continue
		}
		s.is.successors[to] = true
		note("what came after it", "", k.number)
		ties = append(ties, link{s.is.ID, successor, to, s.is.Closed, date.Date{}})
	}
	if !s.entry.hasTies {
		return ties
	}
	if told, ok := s.is.told["parents"]; ok && edition.Before(told) {
		return ties
	}
	s.is.told["parents"] = edition
	said := map[organisation.ID]bool{}
	for _, k := range s.entry.within {
		to := find(k)
		if to == "" || to == s.is.ID || said[to] {
			continue
		}
		said[to] = true
		if over, had := s.is.parents[to]; had && over.IsZero() {
			continue
		}
		s.is.parents[to] = date.Date{}
		note("part of", "", k.number)
		ties = append(ties, link{s.is.ID, parent, to, date.Date{}, date.Date{}})
	}
	for _, to := range slices.Sorted(maps.Keys(s.is.parents)) {
		if said[to] || !s.is.parents[to].IsZero() {
			continue
		}
		s.is.parents[to] = edition
		note("part of", all.name(to), "")
		ties = append(ties, link{s.is.ID, parent, to, date.Date{}, edition})
	}
	return ties
}

// A dated is a code of a council, with the days between which it held.
type dated struct {
	key         key
	from, until date.Date
	over        bool // another took its place
}

// recoded are all codes that a council has and had, where the code was changed and
// the council was not.
func recoded(k key) []dated {
	if k.list != GSS {
		return nil
	}
	same := func(r geography.Recoding) bool { return r.OldName == r.NewName }
	all := []dated{{key: k}}
	for i := 0; i < len(all); i++ {
		for _, r := range geography.Recodings() {
			if !same(r) {
				continue
			}
			if r.OldCode == all[i].key.number {
				all[i].until, all[i].over = r.From, true
				all = also(all, dated{key: key{GSS, r.NewCode}, from: r.From})
			}
			if r.NewCode == all[i].key.number {
				all[i].from = r.From
				all = also(all, dated{key{GSS, r.OldCode}, date.Date{}, r.From, true})
			}
		}
	}
	if len(all) == 1 {
		return nil
	}
	return all
}

func also(all []dated, d dated) []dated {
	if slices.ContainsFunc(all, func(x dated) bool { return x.key == d.key }) {
		return all
	}
	return append(all, d)
}

// create adds the organisation of a new body, and the body.
func (g *Agencies) create(ctx context.Context, tx *db.Tx, by access.Actor, s step) (organisation.ID, error) {
	n := organisation.New{Name: s.entry.name, Kinds: []organisation.Kind{organisation.Agency}}
	for _, k := range slices.Concat([]key{s.entry.key}, s.entry.also) {
		if k.ofOrgID() {
			n.Identifiers = append(n.Identifiers, k.identifier())
		}
	}
	o, err := g.Organisations.AddIn(ctx, tx, by, n)
	return o.ID, err
}

// keep writes what became of a body.
func (g *Agencies) keep(ctx context.Context, tx *db.Tx, by access.Actor, s *step) error {
	was := kept{}
	if s.was != nil {
		was = *s.was
		if len(s.changes) > 0 {
			if err := g.keepOrganisation(ctx, tx, by, s); err != nil {
				return err
			}
		}
	}
	if s.was == nil || len(s.changes) > 0 {
		if err := g.note(ctx, tx, by, s.is.Body); err != nil {
			return err
		}
	} else if !maps.Equal(was.told, s.is.told) {
		if _, err := tx.Exec(ctx, `UPDATE agencies SET told = $2, edition_on = $3 WHERE organisation_id = $1`, s.is.ID, toldText(s.is.told), s.is.Edition); err != nil {
			return fmt.Errorf("confirm body: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.is.names)) {
		if days := s.is.names[name]; was.names[name] != days {
			if _, err := tx.Exec(ctx, `
				INSERT INTO agency_names (organisation_id, name, first_on, last_on) VALUES ($1, $2, $3, $4)
				ON CONFLICT (organisation_id, name) DO UPDATE SET first_on = excluded.first_on, last_on = excluded.last_on`, s.is.ID, name, days[0], days[1]); err != nil {
				return fmt.Errorf("insert name of body: %w", err)
			}
		}
	}
	for k, c := range s.is.codes {
		if before, had := was.codes[k]; !had || before != c {
			if _, err := tx.Exec(ctx, `
				INSERT INTO agency_codes (organisation_id, list, code, from_on, until_on, first_on, last_on) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (list, code, organisation_id) DO UPDATE SET
					from_on = excluded.from_on, until_on = excluded.until_on, first_on = excluded.first_on, last_on = excluded.last_on`,
				s.is.ID, k.list, k.number, c.from, c.until, c.first, c.last); err != nil {
				return fmt.Errorf("insert code of body: %w", err)
			}
		}
	}
	return nil
}

// keepOrganisation writes what changed of the organisation that a body is.
func (g *Agencies) keepOrganisation(ctx context.Context, tx *db.Tx, by access.Actor, s *step) error {
	if s.is.Name != s.was.Name {
		if err := g.Organisations.RenameIn(ctx, tx, by, s.is.ID, s.is.Name); err != nil {
			return err
		}
	}
	for _, k := range slices.Concat([]key{s.entry.key}, s.entry.also) {
		if k.ofOrgID() && !s.was.ids[k] {
			if err := g.Organisations.AddIdentifierIn(ctx, tx, by, s.is.ID, k.identifier()); err != nil {
				return err
			}
		}
	}
	return g.Organisations.AddKindIn(ctx, tx, by, s.is.ID, organisation.Agency)
}

// importTeams keeps the teams that a register offers.
func (g *Agencies) importTeams(ctx context.Context, tx *db.Tx, all *known, f registerFile, say Say, report *Report) (int, error) {
	offered, err := offers(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, e := range f.entries {
		if len(all.by[e.force]) == 1 {
			continue
		}
		if len(report.Faults) == mostFaults {
			report.Further++
			continue
		}
		report.Faults = append(report.Faults, RowFault{e.row, "police-force", fmt.Sprintf("There is no police force %q here. Import the police forces first", shortened(e.force.number))})
	}
	if len(report.Faults) > 0 {
		return 0, nil
	}
	for _, e := range f.entries {
		found := all.by[e.force]
		was, had := offered[offerKey{found[0], e.key.number}]
		switch {
		case had && (was.Edition.After(say.Edition) || (was.Name == e.name && was.Edition == say.Edition)):
			report.Unchanged++
			continue
		case had && was.Name == e.name:
			report.Unchanged++
		case had:
			report.Updated++
			report.Changes = append(report.Changes, FieldChange{e.name, "name", was.Name, e.name})
		default:
			report.Created++
		}
		if say.DryRun {
			continue
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO agency_offers (organisation_id, code, name, edition_on) VALUES ($1, $2, $3, $4)
			ON CONFLICT (organisation_id, code) DO UPDATE SET name = excluded.name, edition_on = excluded.edition_on`,
			found[0], e.key.number, e.name, say.Edition); err != nil {
			return 0, fmt.Errorf("offer team: %w", err)
		}
	}
	return report.Created + report.Updated, nil
}

// importPlaces keeps which police force is for which local authority.
func (g *Agencies) importPlaces(ctx context.Context, tx *db.Tx, all *known, f registerFile, say Say, report *Report) (int, error) {
	for _, e := range f.entries {
		found := all.by[e.force]
		if len(found) != 1 {
			report.Lacking = append(report.Lacking, e.name+": "+e.force.String())
			continue
		}
		if say.DryRun {
			continue
		}
		added, err := tx.Exec(ctx, `INSERT INTO agency_places (organisation_id, place_code) VALUES ($1, $2) ON CONFLICT DO NOTHING`, found[0], e.key.number)
		if err != nil {
			return 0, fmt.Errorf("insert place of body: %w", err)
		}
		if added > 0 {
			report.Created++
		} else {
			report.Unchanged++
		}
		for _, k := range e.also {
			if _, err := tx.Exec(ctx, `
				INSERT INTO agency_codes (organisation_id, list, code, first_on, last_on) VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING`,
				found[0], k.list, k.number, say.Edition); err != nil {
				return 0, fmt.Errorf("insert code of body: %w", err)
			}
		}
	}
	return report.Created, nil
}

package geography

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"commontable/internal/db"
)

// A Status says how a figure of a small area came to be.
type Status string

// The statuses.
const (
	Published Status = "published" // for this very small area
	Estimated Status = "estimate"  // brought here from small areas of 2011 that were split or merged
	Irregular Status = "irregular" // its boundary changed so that nothing can be brought here
	Unknown   Status = "not known" // the edition does not have it
)

// A SmallArea is a small area of 2021, with its names.
type SmallArea struct {
	Code, Name, MSOA            string
	WardCode, Ward              string
	AuthorityCode, Authority    string
	Region, IntegratedCareBoard string
}

// A Score is how deprived a small area is in one edition.
type Score struct {
	Status  Status
	Decile  int64
	Rank    int64   // among the small areas of its own edition; 0 of an estimate
	Points  int64   // the score in thousandths
	Scored  bool    // the edition has scores
	Domains []int64 // deciles, in the order of Domains(); none of an estimate
}

// Needs are how a place fares in the Community Needs Index: the higher, the
// greater the needs. All but the rank are in thousandths.
type Needs struct {
	Status                                  Status
	Name                                    string
	Points, Assets, Connections, Engagement int64
	Rank                                    int64
	LeftBehind                              bool
}

// A Count is how many people live in a small area.
type Count struct {
	Status Status
	People int64
	Ages   [5]int64 // to 15, 24, 44, 64 and over
}

// Facts is what is known of some small areas of 2021.
type Facts struct {
	Base        map[string]SmallArea
	BaseEdition Edition // zero where none was brought in
	Changes     Edition // likewise
	People      Edition // the newest
	Counts      map[string]Count
	Deprivation []Scores  // the newest edition first
	Needs       []NeedsOf // likewise, of small areas
	WardNeeds   []NeedsOf // likewise, by the code of the ward
	Used        []Edition // all that anything here is from
}

// Scores are those of one edition, by small area.
type Scores struct {
	Edition
	Of map[string]Score
}

// NeedsOf are those of one edition, by the code of a small area or ward.
type NeedsOf struct {
	Edition
	Of map[string]Needs
}

// FactsOf reads all that is known of small areas of 2021. What only people who
// are signed in may see is left out for others.
func FactsOf(ctx context.Context, tx *db.Tx, codes []string, signedIn bool) (Facts, error) {
	f := Facts{Base: map[string]SmallArea{}, Counts: map[string]Count{}}
	if len(codes) == 0 {
		return f, nil
	}
	editions, err := Editions(ctx, tx)
	if err != nil {
		return f, fmt.Errorf("editions: %w", err)
	}
	first := func(k Kind) Edition {
		i := slices.IndexFunc(editions, func(e Edition) bool { return e.Kind == k && (e.Public || signedIn) })
		if i < 0 {
			return Edition{}
		}
		return editions[i]
	}
	f.BaseEdition, f.Changes, f.People = first(SmallAreas), first(Changes), first(People)
	wanted := db.Set(codes)
	if err := f.readBase(ctx, tx, wanted); err != nil {
		return f, err
	}
	links, err := linksOf(ctx, tx, f.Changes, wanted)
	if err != nil {
		return f, err
	}
	old := db.Set(links.olds())
	for _, e := range editions {
		if !e.Public && !signedIn {
			continue
		}
		asked := wanted
		if e.CodesOf == Codes2011 {
			asked = old
		}
		switch {
		case e.Kind == Deprivation:
			err = f.readScores(ctx, tx, e, asked, codes, links)
		case e.Kind == CommunityNeeds:
			err = f.readNeeds(ctx, tx, e, asked, codes)
		case e.Kind == WardNeeds:
			err = f.readWardNeeds(ctx, tx, e)
		case e.ID == f.People.ID:
			err = f.readPeople(ctx, tx, e, asked, codes, links)
		}
		if err != nil {
			return f, fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	f.use(editions)
	return f, nil
}

// use notes which editions anything is from.
func (f *Facts) use(editions []Edition) {
	used := map[int64]bool{f.BaseEdition.ID: len(f.Base) > 0, f.People.ID: len(f.Counts) > 0, f.Changes.ID: true}
	for _, s := range f.Deprivation {
		used[s.ID] = true
	}
	for _, n := range slices.Concat(f.Needs, f.WardNeeds) {
		used[n.ID] = len(n.Of) > 0
	}
	for _, e := range editions {
		if e.ID != 0 && used[e.ID] {
			f.Used = append(f.Used, e)
		}
	}
}

func (f *Facts) readBase(ctx context.Context, tx *db.Tx, codes string) error {
	all, err := db.All(ctx, tx, func(r db.Row) (s SmallArea, err error) {
		return s, r.Scan(&s.Code, &s.Name, &s.MSOA, &s.WardCode, &s.Ward, &s.AuthorityCode, &s.Authority, &s.Region, &s.IntegratedCareBoard)
	}, `
		SELECT code, name, msoa_name, ward_code, ward_name, lad_code, lad_name, region_name, icb_name FROM small_areas
		WHERE edition = $1 AND code IN (SELECT key FROM json_each($2))`, f.BaseEdition.ID, codes)
	for _, s := range all {
		f.Base[s.Code] = s
	}
	return err
}

// A link is one row of the list of changes.
type link struct{ old, new, change string }

// links are all that became of the old small areas that some new ones come from.
type links struct {
	known bool
	from  map[string][]link // by new code
	to    map[string][]link // by old code
}

func linksOf(ctx context.Context, tx *db.Tx, e Edition, codes string) (links, error) {
	l := links{known: e.ID != 0, from: map[string][]link{}, to: map[string][]link{}}
	all, err := db.All(ctx, tx, func(r db.Row) (one link, err error) {
		return one, r.Scan(&one.old, &one.new, &one.change)
	}, `
		SELECT old_code, new_code, change FROM small_area_changes
		WHERE edition = $1 AND old_code IN (
			SELECT old_code FROM small_area_changes WHERE edition = $1 AND new_code IN (SELECT key FROM json_each($2)))
		ORDER BY old_code, new_code`, e.ID, codes)
	for _, one := range all {
		l.from[one.new] = append(l.from[one.new], one)
		l.to[one.old] = append(l.to[one.old], one)
	}
	return l, err
}

func (l links) olds() []string { return slices.Sorted(maps.Keys(l.to)) }

// status is how a figure of 2011 comes to a small area of 2021, and from which.
func (l links) status(code string) (Status, []link) {
	from := l.from[code]
	if len(from) == 0 {
		return Unknown, nil
	}
	for _, one := range from {
		if one.change == "X" {
			return Irregular, nil
		}
	}
	if len(from) == 1 && from[0].change == "U" {
		return Published, from
	}
	return Estimated, from
}

// part is this link's share of n people: they are shared equally among the parts
// of a small area that was split, the odd ones to the first, so that none is lost.
func (l links) part(one link, n int64) int64 {
	parts := l.to[one.old]
	of := int64(len(parts))
	share := n / of
	if i := slices.Index(parts, one); int64(i) < n%of {
		share++
	}
	return share
}

func (f *Facts) readPeople(ctx context.Context, tx *db.Tx, e Edition, asked string, codes []string, l links) error {
	found := map[string]Count{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var code string
		c := Count{Status: Published}
		err := r.Scan(&code, &c.People, &c.Ages[0], &c.Ages[1], &c.Ages[2], &c.Ages[3], &c.Ages[4])
		found[code] = c
		return err
	}, `
		SELECT code, people, to_15, to_24, to_44, to_64, from_65 FROM small_area_people
		WHERE edition = $1 AND code IN (SELECT key FROM json_each($2))`, e.ID, asked)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if e.CodesOf != Codes2011 {
			if c, ok := found[code]; ok {
				f.Counts[code] = c
			} else {
				f.Counts[code] = Count{Status: Unknown}
			}
			continue
		}
		f.Counts[code] = l.count(code, found)
	}
	return nil
}

// count brings the people of 2011's small areas to one of 2021: those of the
// unchanged carry over, those of the merged add up, and those of the split are
// apportioned.
func (l links) count(code string, of map[string]Count) Count {
	status, from := l.status(code)
	c := Count{Status: status}
	for _, one := range from {
		old, ok := of[one.old]
		if !ok {
			return Count{Status: Unknown}
		}
		c.People += l.part(one, old.People)
		for i, n := range old.Ages {
			c.Ages[i] += l.part(one, n)
		}
	}
	// What is only added up is as good as what was counted.
	if status == Estimated && !slices.ContainsFunc(from, func(one link) bool { return one.change != "M" }) {
		c.Status = Published
	}
	return c
}

func (f *Facts) readScores(ctx context.Context, tx *db.Tx, e Edition, asked string, codes []string, l links) error {
	found := map[string]Score{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var code, domains string
		var points *int64
		s := Score{Status: Published}
		if err := r.Scan(&code, &s.Decile, &s.Rank, &points, &domains); err != nil {
			return err
		}
		if points != nil {
			s.Points, s.Scored = *points, true
		}
		found[code] = s
		err := json.Unmarshal([]byte(domains), &s.Domains)
		found[code] = s
		return err
	}, `
		SELECT code, decile, rank, score, domains FROM deprivation_scores
		WHERE edition = $1 AND code IN (SELECT key FROM json_each($2))`, e.ID, asked)
	if err != nil {
		return err
	}
	of := Scores{Edition: e, Of: map[string]Score{}}
	for _, code := range codes {
		s, ok := found[code]
		switch {
		case e.CodesOf == Codes2011:
			of.Of[code] = l.score(code, found)
		case ok:
			of.Of[code] = s
		default:
			of.Of[code] = Score{Status: Unknown}
		}
	}
	f.Deprivation = append(f.Deprivation, of)
	return nil
}

// score brings a score of 2011's small areas to one of 2021. A part of one that
// was split has its decile; ones that were merged, the mean of theirs. Neither
// has a rank: that belongs to the small areas that were ranked.
func (l links) score(code string, of map[string]Score) Score {
	status, from := l.status(code)
	if status == Unknown || status == Irregular {
		return Score{Status: status}
	}
	if status == Published {
		s, ok := of[from[0].old]
		if !ok {
			return Score{Status: Unknown}
		}
		return s
	}
	sum, n := int64(0), int64(0)
	for _, one := range from {
		old, ok := of[one.old]
		if !ok {
			return Score{Status: Unknown}
		}
		sum, n = sum+old.Decile, n+1
	}
	return Score{Status: Estimated, Decile: (2*sum + n) / (2 * n)}
}

func (f *Facts) readNeeds(ctx context.Context, tx *db.Tx, e Edition, asked string, codes []string) error {
	of := NeedsOf{Edition: e, Of: map[string]Needs{}}
	for _, code := range codes {
		of.Of[code] = Needs{Status: Unknown}
	}
	err := db.Each(ctx, tx, func(r db.Row) error {
		code, n, err := scanNeeds(r)
		of.Of[code] = n
		return err
	}, `
		SELECT code, name, score, assets, connections, engagement, rank, left_behind FROM community_needs
		WHERE edition = $1 AND code IN (SELECT key FROM json_each($2))`, e.ID, asked)
	f.Needs = append(f.Needs, of)
	return err
}

// readWardNeeds reads the wards that are the same today as when they were
// scored: same code, for a ward gets a new one when its boundary moves, and same
// name.
func (f *Facts) readWardNeeds(ctx context.Context, tx *db.Tx, e Edition) error {
	names := map[string]string{}
	for _, s := range f.Base {
		names[s.WardCode] = s.Ward
	}
	of := NeedsOf{Edition: e, Of: map[string]Needs{}}
	err := db.Each(ctx, tx, func(r db.Row) error {
		code, n, err := scanNeeds(r)
		if n.Name == names[code] {
			of.Of[code] = n
		}
		return err
	}, `
		SELECT code, name, score, assets, connections, engagement, rank, left_behind FROM community_needs
		WHERE edition = $1 AND code IN (SELECT key FROM json_each($2))`, e.ID, db.Set(slices.Collect(maps.Keys(names))))
	f.WardNeeds = append(f.WardNeeds, of)
	return err
}

func scanNeeds(r db.Row) (code string, n Needs, err error) {
	n.Status = Published
	return code, n, r.Scan(&code, &n.Name, &n.Points, &n.Assets, &n.Connections, &n.Engagement, &n.Rank, &n.LeftBehind)
}

// OutlinesOf are the outlines of small areas that were brought in.
func OutlinesOf(ctx context.Context, tx *db.Tx, codes []string) ([]Outline, []Edition, error) {
	return outlines(ctx, tx, SmallAreaOutlines, codes)
}

// AuthorityOutline is the outline of a council, by any of the codes that it has
// had. It is of no ring where none was brought in.
func AuthorityOutline(ctx context.Context, tx *db.Tx, code string) (Outline, []Edition, error) {
	if code == "" {
		return Outline{}, nil, nil
	}
	codes := []string{code, CurrentAuthority(code)}
	for _, r := range FormerCodes(code) {
		codes = append(codes, r.OldCode)
	}
	all, editions, err := outlines(ctx, tx, AuthorityOutlines, codes)
	for _, wanted := range codes {
		if i := slices.IndexFunc(all, func(o Outline) bool { return o.Code == wanted }); i >= 0 {
			return all[i], editions, err
		}
	}
	return Outline{}, nil, err
}

func outlines(ctx context.Context, tx *db.Tx, kind Kind, codes []string) ([]Outline, []Edition, error) {
	editions, err := Editions(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	var all []Outline
	var used []Edition
	seen := map[string]bool{}
	for _, e := range editions {
		if e.Kind != kind {
			continue
		}
		found, err := db.All(ctx, tx, func(r db.Row) (o Outline, err error) {
			var shape string
			err = r.Scan(&o.Code, &o.Name, &shape)
			o.Rings = rings(shape)
			return o, err
		}, `
			SELECT code, name, shape FROM outlines WHERE edition = $1 AND code IN (SELECT key FROM json_each($2)) ORDER BY code`, e.ID, db.Set(codes))
		if err != nil {
			return nil, nil, err
		}
		for _, o := range found {
			if !seen[o.Code] {
				seen[o.Code] = true
				all = append(all, o)
			}
		}
		if len(found) > 0 {
			used = append(used, e)
		}
	}
	return all, used, nil
}

// PeopleOf is FactsOf with nothing but how many people live there.
func PeopleOf(ctx context.Context, tx *db.Tx, codes []string) (Facts, error) {
	f := Facts{Counts: map[string]Count{}}
	editions, err := Editions(ctx, tx)
	if err != nil {
		return f, err
	}
	people := slices.IndexFunc(editions, func(e Edition) bool { return e.Kind == People && e.Public })
	if people < 0 || len(codes) == 0 {
		return f, nil
	}
	f.People = editions[people]
	if i := slices.IndexFunc(editions, func(e Edition) bool { return e.Kind == Changes }); i >= 0 {
		f.Changes = editions[i]
	}
	wanted := db.Set(codes)
	l, err := linksOf(ctx, tx, f.Changes, wanted)
	if err != nil {
		return f, err
	}
	if f.People.CodesOf == Codes2011 {
		wanted = db.Set(l.olds())
	}
	return f, f.readPeople(ctx, tx, f.People, wanted, codes, l)
}

// Sum is how many people live in several small areas together. It is not whole
// where one of them is not known.
func (f Facts) Sum(codes []string) (sum Count, whole bool) {
	sum.Status = Published
	for _, code := range codes {
		c, ok := f.Counts[code]
		switch {
		case !ok || c.Status == Unknown || c.Status == Irregular:
			return Count{Status: Unknown}, false
		case c.Status == Estimated:
			sum.Status = Estimated
		}
		sum.People += c.People
		for i, n := range c.Ages {
			sum.Ages[i] += n
		}
	}
	return sum, len(codes) > 0
}

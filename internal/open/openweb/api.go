package openweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

// Operations registers what programs may read of programmes, areas and
// organisations.
func Operations(a *api.API) {
	o := operations{a}
	const programmes, areas, organisations = "Programmes", "Areas", "Organisations"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/programmes", ID: "listProgrammes", Tag: programmes, Summary: "List programmes",
	}, o.programmes)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/programmes/{programme}", ID: "getProgramme", Tag: programmes, Summary: "Read a programme and its rule book",
		Description: "The rule book is the version that the programme began with.",
	}, o.programme)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas", ID: "listAreas", Tag: areas, Summary: "List areas", Description: "In the order in which they were added.",
	}, o.areas)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}", ID: "getArea", Tag: areas, Summary: "Read an area",
		Description: "With the states that were noted of it, the small areas that make it up, who holds its money, and what is not known of it. A state describes; no deadline hangs on it.",
	}, o.area)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/organisations", ID: "listOrganisations", Tag: organisations, Summary: "List organisations",
		Description: "Without a token: funders, and those that hold or may hold an area’s money.",
	}, o.organisations)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/organisations/{organisation}", ID: "getOrganisation", Tag: organisations, Summary: "Read an organisation",
	}, o.organisation)
}

type operations struct{ api *api.API }

func (o operations) today() date.Date { return date.Of(o.api.Now()) }

// Programme is a programme in a list.
type Programme struct {
	ID     string  `json:"id" doc:"An ID."`
	Slug   string  `json:"slug" doc:"Its name in addresses." example:"big-local"`
	Name   string  `json:"name" example:"Big Local"`
	Begins string  `json:"begins" format:"date" doc:"The first day."`
	Ends   string  `json:"ends" format:"date" doc:"The last day."`
	Funder Partner `json:"funder"`
}

// Partner is an organisation as it is named elsewhere.
type Partner struct {
	ID   string `json:"id" doc:"An ID."`
	Slug string `json:"slug" doc:"Its name in addresses." example:"brightwell-homes"`
	Name string `json:"name" example:"Brightwell Homes"`
}

func partnerOf(o organisation.Organisation) Partner { return Partner{string(o.ID), o.Slug, o.Name} }

func programmeOf(ctx context.Context, tx *db.Tx, p area.Programme) (Programme, error) {
	funder, err := organisation.ByID(ctx, tx, p.Funder)
	return Programme{string(p.ID), p.Slug, p.Name, p.Begins.String(), p.Ends.String(), partnerOf(funder)}, err
}

func (o operations) programmes(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct{ api.Paging }) (api.List[Programme], error) {
	all, err := area.Programmes(ctx, tx)
	if err != nil {
		return api.List[Programme]{}, err
	}
	shown := make([]Programme, 0, len(all))
	for _, p := range all {
		one, err := programmeOf(ctx, tx, p)
		if err != nil {
			return api.List[Programme]{}, err
		}
		shown = append(shown, one)
	}
	return api.PageOver(in.Paging, shown, func(p Programme) string { return p.Begins + p.ID }, false)
}

// WholeProgramme is a programme with its rule book.
type WholeProgramme struct {
	Programme
	Rules RuleBook `json:"rules"`
	Areas int      `json:"areas" doc:"How many areas it has."`
}

// RuleBook is how a programme works.
type RuleBook struct {
	Code             string            `json:"code" example:"big-local"`
	Name             string            `json:"name"`
	Version          int               `json:"version"`
	Allocation       api.Money         `json:"allocation" doc:"What an area is usually given."`
	MinimumMembers   int               `json:"minimum_members" doc:"Of a partnership; 0 where there is no rule."`
	ResidentShare    string            `json:"resident_share" doc:"How many of them are to be residents." example:"more than half"`
	ContributionRate int64             `json:"contribution_rate" doc:"Paid beside each payment, in hundredths of a per cent: 500 is 5%." example:"500"`
	ApprovalsNeeded  int               `json:"approvals_needed" doc:"How many people other than who prepared it approve a payment."`
	ReportingMonths  int               `json:"reporting_months"`
	PackageDays      int               `json:"package_days" doc:"The most days in a support package; 0 where there is no rule."`
	RegrantType      string            `json:"regrant_type" doc:"360Giving’s code for money that is given on." example:"FRG050"`
	Phases           []Phase           `json:"phases" nullable:"false"`
	Themes           []Theme           `json:"themes" nullable:"false"`
	Words            map[string]Word   `json:"words" doc:"What this programme calls what every programme has."`
	Sources          map[string]string `json:"sources" doc:"Where each fact is from."`
}

// Phase is a stretch of a programme's life.
type Phase struct {
	Name  string `json:"name"`
	From  string `json:"from" format:"date"`
	Until string `json:"until" format:"date" doc:"Its last day."`
}

// Theme is what money is for.
type Theme struct {
	Code string `json:"code" example:"green-spaces"`
	Name string `json:"name" example:"Green spaces"`
}

// Word is a programme's word.
type Word struct {
	Singular    string `json:"singular"`
	Plural      string `json:"plural"`
	Explanation string `json:"explanation"`
}

func rulesOf(b area.RuleBook) RuleBook {
	r := RuleBook{
		Code: b.Code, Name: b.Name, Version: b.Version, Allocation: api.MoneyOf(b.Allocation), MinimumMembers: b.MinimumMembers,
		ResidentShare: b.ResidentShare.Code, ContributionRate: int64(b.ContributionRate), ApprovalsNeeded: b.ApprovalsNeeded,
		ReportingMonths: b.ReportingMonths, PackageDays: b.PackageDays, RegrantType: b.RegrantType,
		Phases: []Phase{}, Themes: []Theme{}, Words: map[string]Word{}, Sources: b.Sources,
	}
	for _, p := range b.Phases {
		r.Phases = append(r.Phases, Phase{p.Name, p.From.String(), p.Until.String()})
	}
	for _, t := range b.Themes {
		r.Themes = append(r.Themes, Theme(t))
	}
	for key, w := range b.Words {
		r.Words[key] = Word(w)
	}
	return r
}

func (o operations) programme(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	Programme string `path:"programme" doc:"The programme’s slug." example:"big-local"`
},
) (w WholeProgramme, err error) {
	p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
	if err != nil {
		return w, err
	}
	if w.Programme, err = programmeOf(ctx, tx, p); err != nil {
		return w, err
	}
	found, err := area.Find(ctx, tx, area.Search{Programme: p.ID})
	w.Rules, w.Areas = rulesOf(p.Rules), found.Total
	return w, err
}

// Area is an area in a list. Empty is what is not known.
type Area struct {
	ID             string   `json:"id" doc:"An ID."`
	Slug           string   `json:"slug" doc:"Its name in addresses." example:"tanners-reach"`
	Name           string   `json:"name" example:"Tanners Reach"`
	Programme      string   `json:"programme" doc:"Its programme’s slug." example:"big-local"`
	Region         string   `json:"region"`
	Nation         string   `json:"nation"`
	AuthorityName  string   `json:"authority_name" doc:"The local authority, as the source writes it."`
	AuthorityCode  string   `json:"authority_code" doc:"Its GSS code." example:"E08000025"`
	AuthorityBasis string   `json:"authority_basis" doc:"How the authority is known."`
	Wave           string   `json:"wave" doc:"In which the area was chosen."`
	Source         string   `json:"source" doc:"Where its being in the programme is evidenced."`
	Confidence     string   `json:"confidence" doc:"How sure that is."`
	BoundaryBasis  string   `json:"boundary_basis" doc:"How the small areas were found that make it up."`
	Settings       []string `json:"settings" nullable:"false" doc:"What kind of place it is: urban, coastal, rural, small town, market town, town near a large city, estate, parished; one council, two or three tiers of council. None where nobody said."`
	State          string   `json:"state" doc:"The state it is in today; empty where none was noted." example:"delivering"`
}

// slugs are the slugs of programmes, by their IDs.
func slugs(ctx context.Context, tx *db.Tx) (map[area.ProgrammeID]string, error) {
	all, err := area.Programmes(ctx, tx)
	slugs := map[area.ProgrammeID]string{}
	for _, p := range all {
		slugs[p.ID] = p.Slug
	}
	return slugs, err
}

func areaOf(a area.Area, programme string, state area.State) Area {
	return Area{
		string(a.ID), a.Slug, a.Name, programme, a.Region, a.Nation, a.AuthorityName, a.AuthorityCode, a.AuthorityBasis,
		a.Wave, a.Source, a.Confidence, a.BoundaryBasis, append([]string{}, a.Settings()...), string(state),
	}
}

func (o operations) areas(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	api.Paging
	Programme string `query:"programme" doc:"Only of this programme: its slug."`
	Region    string `query:"region" doc:"Only in this region."`
},
) (list api.List[Area], err error) {
	var after string
	if _, err := in.After(&after); err != nil {
		return list, err
	}
	var only area.ProgrammeID
	if in.Programme != "" {
		p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
		if err != nil {
			return list, err
		}
		only = p.ID
	}
	of, err := slugs(ctx, tx)
	if err != nil {
		return list, err
	}
	found, err := area.After(ctx, tx, only, in.Region, area.ID(after), in.Limit+1)
	if err != nil {
		return list, err
	}
	all := make([]Area, 0, len(found))
	for _, a := range found {
		state, err := area.StateOn(ctx, tx, a.ID, o.today())
		if err != nil {
			return list, err
		}
		all = append(all, areaOf(a, of[a.Programme], state))
	}
	return api.PageOf(in.Paging, all, func(last Area) []string { return []string{last.ID} }), nil
}

// WholeArea is an area with all that is known of it.
type WholeArea struct {
	Area
	States  []State  `json:"states" nullable:"false" doc:"What was noted, oldest first."`
	LSOAs   []string `json:"lsoas" nullable:"false" doc:"The small areas (LSOA 2021) that make it up."`
	Holders []Holder `json:"holders" nullable:"false" doc:"Who holds or held its money, oldest first."`
	Missing []string `json:"missing" nullable:"false" doc:"What is not known, in words."`
}

// State is a state that was noted of an area.
type State struct {
	State string `json:"state" example:"delivering"`
	From  string `json:"from" format:"date"`
}

// Holder is an organisation that holds an area's money.
type Holder struct {
	Organisation Partner `json:"organisation"`
	From         string  `json:"from" format:"date"`
	Until        string  `json:"until,omitempty" format:"date" doc:"The first day on which it no longer does."`
	Decision     string  `json:"decision" doc:"Where the choice is noted."`
}

func (o operations) area(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
},
) (w WholeArea, err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return w, err
	}
	of, err := slugs(ctx, tx)
	if err != nil {
		return w, err
	}
	state, err := area.StateOn(ctx, tx, a.ID, o.today())
	if err != nil {
		return w, err
	}
	w = WholeArea{Area: areaOf(a, of[a.Programme], state), States: []State{}, Holders: []Holder{}}
	states, err := area.StatesOf(ctx, tx, a.ID)
	if err != nil {
		return w, err
	}
	for _, s := range states {
		w.States = append(w.States, State{string(s.State), s.From.String()})
	}
	lsoas, err := area.LSOAs(ctx, tx, a.ID)
	if err != nil {
		return w, err
	}
	holdings, err := funding.Holdings(ctx, tx, a.ID)
	if err != nil {
		return w, err
	}
	for _, h := range holdings {
		holder, err := organisation.ByID(ctx, tx, h.Organisation)
		if err != nil {
			return w, err
		}
		w.Holders = append(w.Holders, Holder{partnerOf(holder), h.From.String(), h.Until.String(), h.Decision})
	}
	w.LSOAs, w.Missing = append([]string{}, lsoas...), append([]string{}, a.Missing(len(lsoas))...)
	return w, nil
}

// Organisation is an organisation.
type Organisation struct {
	Partner
	Kinds       []string     `json:"kinds" nullable:"false" doc:"What it is to the programme." example:"[\"lto\"]"`
	Identifiers []Identifier `json:"identifiers" nullable:"false" doc:"Its numbers in public registers."`
}

// Identifier is an organisation's number in a public register.
type Identifier struct {
	OrgID string `json:"org_id" doc:"As org-id.guide writes it." example:"GB-CHC-1147511"`
	From  string `json:"from,omitempty" format:"date"`
	Until string `json:"until,omitempty" format:"date" doc:"The first day on which it no longer holds."`
}

func organisationOf(of organisation.Organisation) Organisation {
	shown := Organisation{Partner: partnerOf(of), Kinds: []string{}, Identifiers: []Identifier{}}
	for _, k := range of.Kinds {
		shown.Kinds = append(shown.Kinds, string(k))
	}
	for _, i := range of.Identifiers {
		shown.Identifiers = append(shown.Identifiers, Identifier{i.OrgID(), i.From.String(), i.Until.String()})
	}
	return shown
}

// maySee reports whether an organisation is for this reader: who is not signed
// in sees those that stand on public pages.
func maySee(by access.Actor, of organisation.Organisation) bool {
	return by.SignedIn() || of.Is(organisation.Funder) || of.Is(organisation.LTO)
}

func (o operations) organisations(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	api.Paging
	Kind string `query:"kind" enum:"funder,lto,employer,supplier,agency,partner,group" doc:"Only of this kind."`
},
) (list api.List[Organisation], err error) {
	var after string
	if _, err := in.After(&after); err != nil {
		return list, err
	}
	var all []Organisation
	for len(all) <= in.Limit {
		found, err := organisation.After(ctx, tx, organisation.Kind(in.Kind), organisation.ID(after), in.Limit+1)
		if err != nil {
			return list, err
		}
		for _, one := range found {
			if maySee(by, one) {
				all = append(all, organisationOf(one))
			}
		}
		if len(found) <= in.Limit {
			break
		}
		after = string(found[in.Limit].ID)
	}
	if len(all) > in.Limit+1 {
		all = all[:in.Limit+1]
	}
	return api.PageOf(in.Paging, all, func(last Organisation) []string { return []string{last.ID} }), nil
}

func (o operations) organisation(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	Organisation string `path:"organisation" doc:"The organisation’s slug." example:"brightwell-homes"`
},
) (Organisation, error) {
	one, err := organisation.BySlug(ctx, tx, in.Organisation)
	if err != nil {
		return Organisation{}, err
	}
	if !maySee(by, one) {
		return Organisation{}, fault.NotFound
	}
	return organisationOf(one), nil
}

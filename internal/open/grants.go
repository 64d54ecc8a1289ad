package open

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
)

// The version of the 360Giving Data Standard that is written: 1.4.3, of which a
// package names the first two parts.
const standardVersion = "1.4"

// longestTitle is what 360Giving asks of a title.
const longestTitle = 140

// localArea is 360Giving's code for grants that are for a small area.
const localArea = "GLS060"

// A grant is an award in the words of the 360Giving Data Standard.
type grant struct {
	ID                    string         `json:"id"`
	Title                 string         `json:"title"`
	Description           string         `json:"description"`
	Currency              string         `json:"currency"`
	AmountAwarded         json.Number    `json:"amountAwarded"`
	AmountDisbursed       json.Number    `json:"amountDisbursed"`
	AwardDate             string         `json:"awardDate"`
	URL                   string         `json:"url,omitempty"`
	PlannedDates          []plannedDates `json:"plannedDates"`
	RecipientOrganization []body         `json:"recipientOrganization"`
	FundingOrganization   []body         `json:"fundingOrganization"`
	BeneficiaryLocation   []location     `json:"beneficiaryLocation"`
	GrantProgramme        []programme    `json:"grantProgramme"`
	RegrantType           string         `json:"regrantType,omitempty"`
	LocationScope         string         `json:"locationScope"`
	DateModified          string         `json:"dateModified"`
	DataSource            string         `json:"dataSource,omitempty"`
}

type plannedDates struct {
	StartDate string `json:"startDate"`
	EndDate   string `json:"endDate"`
}

type body struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	CharityNumber string `json:"charityNumber,omitempty"`
	CompanyNumber string `json:"companyNumber,omitempty"`
	PostalCode    string `json:"postalCode,omitempty"`
}

type location struct {
	Name        string `json:"name"`
	CountryCode string `json:"countryCode"`
	GeoCode     string `json:"geoCode,omitempty"`
	GeoCodeType string `json:"geoCodeType,omitempty"`
}

type programme struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

type pack struct {
	Version     string    `json:"version"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Modified    string    `json:"modified,omitempty"`
	Publisher   publisher `json:"publisher,omitzero"`
	DownloadURL string    `json:"downloadURL,omitempty"`
	AccessURL   string    `json:"accessURL,omitempty"`
}

type publisher struct {
	Identifier string `json:"identifier,omitempty"`
	Name       string `json:"name"`
	Website    string `json:"website,omitempty"`
}

// WriteGrants360 writes every award to an LTO as 360Giving data, grant by grant.
// baseURL is where this is published; "" leaves out what needs it. Before the
// first award the list of grants is empty, which the standard does not have.
func WriteGrants360(ctx context.Context, tx *db.Tx, w io.Writer, baseURL string) error {
	all, err := publish(ctx, tx, baseURL)
	if err != nil {
		return fmt.Errorf("360Giving: %w", err)
	}
	head, err := encode(all.pack())
	if err != nil {
		return err
	}
	// The package's own fields come first, and its grants are put in after them.
	if _, err := fmt.Fprintf(w, "%s,\n\"grants\":[", bytes.TrimSuffix(head, []byte("}"))); err != nil {
		return err
	}
	between := "\n"
	if err := all.each(func(g grant) error {
		text, err := encode(g)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s%s", between, text)
		between = ",\n"
		return err
	}); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// A publication is all the awards of an installation.
type publication struct {
	name       string
	base       string // without a slash at its end; "" for none
	programmes []published
}

// published is a programme with its awards.
type published struct {
	register
	lsoas  map[area.ID][]string
	awards []funding.Award
}

func publish(ctx context.Context, tx *db.Tx, baseURL string) (publication, error) {
	base, err := checkBase(baseURL)
	if err != nil {
		return publication{}, err
	}
	installation, err := area.InstallationOf(ctx, tx)
	if err != nil {
		return publication{}, fmt.Errorf("installation: %w", err)
	}
	all := publication{name: installation.Name, base: base}
	programmes, err := area.Programmes(ctx, tx)
	if err != nil {
		return all, fmt.Errorf("programmes: %w", err)
	}
	for _, p := range programmes {
		var one published
		if one.register, err = registerOf(ctx, tx, p.ID); err != nil {
			return all, err
		}
		if one.lsoas, err = area.LSOAsOf(ctx, tx, p.ID); err != nil {
			return all, fmt.Errorf("small areas: %w", err)
		}
		if one.awards, err = funding.Awards(ctx, tx, p.ID); err != nil {
			return all, err
		}
		slices.SortStableFunc(one.awards, func(a, b funding.Award) int {
			return cmp.Or(one.position[a.Area]-one.position[b.Area], cmp.Compare(a.Number, b.Number))
		})
		all.programmes = append(all.programmes, one)
	}
	return all, nil
}

func checkBase(baseURL string) (string, error) {
	if baseURL == "" {
		return "", nil
	}
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fault.Invalid{{Field: "base_url", Words: "Give the address at which this is published in full, such as https://example.org"}}
	}
	return strings.TrimRight(baseURL, "/"), nil
}

func (all publication) pack() pack {
	p := pack{
		Version: standardVersion, Title: all.name + ": money awarded to organisations that hold it for areas",
		Description: "Each grant is what an organisation was promised, by an offer letter and its later versions, to hold for one area. What it is paid for its own trouble stands beside that and is not counted.",
	}
	var modified time.Time
	for _, one := range all.programmes {
		for _, a := range one.awards {
			if a.ChangedAt.After(modified) {
				modified = a.ChangedAt
			}
		}
	}
	if !modified.IsZero() {
		p.Modified = instant(modified)
	}
	if len(all.programmes) > 0 {
		p.Publisher = all.programmes[0].publisher(all.base)
	}
	if all.base != "" {
		p.DownloadURL, p.AccessURL = all.base+"/data/360giving.json", all.base+"/data"
	}
	return p
}

// publisher is the programme's funder, by the number that it has on the day of
// the last award.
func (one published) publisher(base string) publisher {
	funder := one.organisations[one.programme.Funder]
	on := one.programme.Begins
	for _, a := range one.awards {
		if a.AcceptedOn.After(on) {
			on = a.AcceptedOn
		}
	}
	return publisher{Identifier: cmp.Or(funder.OrgID(on), ownPrefix+funder.Slug), Name: funder.Name, Website: base}
}

func (all publication) each(f func(grant) error) error {
	for _, one := range all.programmes {
		for _, a := range one.awards {
			if err := f(one.grant(a, all.base)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ownPrefix begins the identifiers that no public register gave: 360Giving's.
const ownPrefix = "360G-"

// grant says an award in the standard's words.
func (one published) grant(a funding.Award, base string) grant {
	at, lto, funder := one.area(a.Area), one.organisations[a.Organisation], one.organisations[one.programme.Funder]
	g := grant{
		ID:            cmp.Or(funder.OrgID(a.AcceptedOn), ownPrefix+one.programme.Slug) + "-" + at.Slug + "-" + number(a.Number),
		Title:         shortened("Money for "+at.Name+", held by "+lto.Name, longestTitle),
		Description:   one.description(a, at, lto),
		Currency:      string(a.Awarded.Currency()),
		AmountAwarded: json.Number(a.Awarded.Decimal()), AmountDisbursed: json.Number(a.Disbursed.Decimal()),
		AwardDate:             a.AcceptedOn.String(),
		PlannedDates:          []plannedDates{{StartDate: a.From.String(), EndDate: a.Until.String()}},
		RecipientOrganization: []body{recipient(lto, funder, a)},
		FundingOrganization:   []body{{ID: cmp.Or(funder.OrgID(a.AcceptedOn), ownPrefix+funder.Slug), Name: funder.Name}},
		BeneficiaryLocation:   locations(at, one.lsoas[a.Area]),
		GrantProgramme:        []programme{{Code: one.programme.Slug, Title: one.programme.Name}},
		RegrantType:           one.programme.Rules.RegrantType,
		LocationScope:         localArea,
		DateModified:          instant(a.ChangedAt),
		DataSource:            base,
	}
	if base != "" {
		g.URL = base + "/areas/" + at.Slug
	}
	return g
}

func (one published) description(a funding.Award, at area.Area, lto organisation.Organisation) string {
	payments := "One payment"
	if a.Payments > 1 {
		payments = number(int64(a.Payments)) + " payments"
	}
	if payments += ", "; a.From == a.Until {
		payments += "due on " + a.From.Long() + "."
	} else {
		payments += "due from " + a.From.Long() + " to " + a.Until.Long() + "."
	}
	words := one.programme.Rules.Words
	return "For what the people of " + at.Name + " want for their area, as the " + words[area.WordPartnership].Singular +
		" has planned it. " + lto.Name + " holds the money for them as their " + words[area.WordLTO].Singular +
		", and accounts for what is spent. " + payments
}

// recipient is the organisation that an award went to, by the number that it had
// on the day.
func recipient(lto, funder organisation.Organisation, a funding.Award) body {
	b := body{ID: cmp.Or(lto.OrgID(a.AcceptedOn), ownPrefix+funder.Slug+"-"+lto.Slug), Name: lto.Name, PostalCode: lto.Postcode}
	for _, i := range lto.Identifiers {
		inForce := (i.From.IsZero() || !a.AcceptedOn.Before(i.From)) && (i.Until.IsZero() || a.AcceptedOn.Before(i.Until))
		switch {
		case !inForce:
		case i.List == "GB-CHC" || i.List == "GB-SC" || i.List == "GB-NIC":
			b.CharityNumber = cmp.Or(b.CharityNumber, i.Number)
		case i.List == "GB-COH":
			b.CompanyNumber = cmp.Or(b.CompanyNumber, i.Number)
		}
	}
	return b
}

// geoCodeTypes says what kind of place a GSS code names, by how it begins, in
// the words of 360Giving's codelist.
var geoCodeTypes = map[string]string{
	"E01": "LSOA", "W01": "LSOA", "S01": "DZ",
	"E06": "UA", "E07": "NMD", "E08": "MD", "E09": "LONB", "E10": "CTY", "S12": "CA", "W06": "UA",
}

// locations says where an area is: the small areas that make it up and its
// local authority, as far as they are known.
func locations(a area.Area, lsoas []string) []location {
	var all []location
	add := func(name, code string) {
		if kind := geoCodeTypes[code[:min(3, len(code))]]; kind != "" {
			all = append(all, location{Name: name, CountryCode: "GB", GeoCode: code, GeoCodeType: kind})
		}
	}
	for _, code := range lsoas {
		add(a.Name, code)
	}
	add(cmp.Or(a.AuthorityName, a.Name), a.AuthorityCode)
	if len(all) == 0 {
		all = []location{{Name: a.Name, CountryCode: "GB"}}
	}
	return all
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// shortened keeps words to a number of letters.
func shortened(words string, most int) string {
	if utf8.RuneCountInString(words) <= most {
		return words
	}
	return strings.TrimRight(string([]rune(words)[:most-1]), " ,") + "…"
}

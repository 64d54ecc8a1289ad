package partnershipweb

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type agreementOperations struct {
	api          *api.API
	partnerships *partnership.Partnerships
}

// AgreementOperations registers what programs can read and do with a partnership’s
// endorsement, its agreements and what it is in law. No program signs anything.
func AgreementOperations(a *api.API, partnerships *partnership.Partnerships) {
	o := agreementOperations{a, partnerships}
	const tag = "Agreements"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/endorsement", ID: "getEndorsement", Tag: tag, Summary: "Read the programme’s endorsement of a partnership",
		Description: "With what the programme saw that day. It is not there before the partnership is endorsed.",
	}, o.endorsement)
	api.Write(a, web.Needs(access.Endorse), api.Operation{
		Route: "POST /api/v1/areas/{area}/endorsement", ID: "endorsePartnership", Tag: tag, Summary: "Endorse a partnership",
		Description: "The partnership is held against the programme’s rule book as it was on the day. Where something is missing, the answer says what.",
		Example:     NewEndorsement{On: "2026-10-14", Words: "Welcome."},
	}, o.endorse)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/agreements", ID: "listAgreements", Tag: tag, Summary: "List versions of an area’s agreements",
		Description: "Without their texts. A person signs on the agreement’s page: a program cannot.",
	}, o.agreements)
	api.Read(a, web.SignedIn(), api.Operation{
		Route: "GET /api/v1/areas/{area}/agreements/{agreement}", ID: "getAgreement", Tag: tag, Summary: "Read a version of an agreement with its text",
		Description: "It is there for the two sides, and for those who read the partnership’s papers.",
	}, o.agreement)
	api.Write(a, web.Needs(access.SignAgreement), api.Operation{
		Route: "POST /api/v1/areas/{area}/agreements", ID: "writeAgreement", Tag: tag, Summary: "Write a version of an agreement, for both sides to sign", Creates: true,
		Example: NewAgreementText{Kind: "memorandum", Text: "We work together.", ReviewOn: "2028-04-01", Why: "We met again"},
	}, o.write)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/legal-form", ID: "listLegalForms", Tag: tag, Summary: "List what a partnership was in law",
		Description: "The last first. Where the list is empty it is a group of people.",
	}, o.legalForms)
	api.Write(a, web.Needs(access.KeepMembers), api.Operation{
		Route: "POST /api/v1/areas/{area}/legal-form", ID: "setLegalForm", Tag: tag, Summary: "Record what a partnership is in law",
		Example: NewLegalForm{Form: "cio", Name: "Tanners Reach Together", Number: "1234567", From: "2026-04-01"},
	}, o.setLegalForm)
}

// AgreementArea is the area that an address names.
type AgreementArea struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// Endorsement is that the programme endorsed a partnership.
type Endorsement struct {
	On            string `json:"on" format:"date"`
	People        int    `json:"people" doc:"Who had a say that day."`
	Residents     int    `json:"residents"`
	Votes         int    `json:"votes"`
	ResidentVotes int    `json:"resident_votes"`
	Words         string `json:"words"`
}

// NewEndorsement is an endorsement that is to be recorded.
type NewEndorsement struct {
	On    string `json:"on" format:"date" doc:"Today or earlier."`
	Words string `json:"words,omitempty" maxLength:"2000" doc:"Anyone can read it."`
}

func endorsementOf(e partnership.Endorsement) Endorsement {
	return Endorsement{e.On.String(), e.People, e.Residents, e.Votes, e.ResidentVotes, e.Words}
}

func (o agreementOperations) endorsement(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct{ AgreementArea }) (Endorsement, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Endorsement{}, err
	}
	e, err := partnership.EndorsementOf(ctx, tx, a.ID)
	return endorsementOf(e), err
}

func (o agreementOperations) endorse(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AgreementArea
	api.Key
	Body NewEndorsement
},
) (Endorsement, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Endorsement{}, err
	}
	e, err := o.partnerships.EndorseIn(ctx, tx, by, a, partnership.NewEndorsement{On: api.Day(in.Body.On), Words: in.Body.Words})
	return endorsementOf(e), err
}

// AgreementVersion is a version of an agreement, without its text.
type AgreementVersion struct {
	ID           string          `json:"id" doc:"An ID."`
	Kind         string          `json:"kind" enum:"memorandum,funder and lto,partnership and lto"`
	Organisation string          `json:"organisation" doc:"The ID of the funder, of a memorandum; of the LTO for the others."`
	Version      int64           `json:"version"`
	WrittenAt    string          `json:"written_at" format:"date-time"`
	ReviewOn     string          `json:"review_on" doc:"When both look at it again. Empty where they said nothing."`
	Signatures   []SignatureSeen `json:"signatures" nullable:"false"`
	WaitsFor     []string        `json:"waits_for" nullable:"false" doc:"The sides that may sign next: partnership, funder or lto."`
	area         area.Area
}

// Location is the version’s address.
func (v AgreementVersion) Location() string {
	return "/api/v1/areas/" + v.area.Slug + "/agreements/" + v.ID
}

// SignatureSeen is that a side signed.
type SignatureSeen struct {
	Side string `json:"side" enum:"partnership,funder,lto"`
	Role string `json:"role" doc:"The hat in which somebody signed." example:"chair"`
	On   string `json:"on" format:"date"`
}

// AgreementText is a version with its text.
type AgreementText struct {
	AgreementVersion
	Text string `json:"text"`
	Why  string `json:"why" doc:"Why there is another version."`
}

// NewAgreementText is a version that is to be written.
type NewAgreementText struct {
	Kind         string `json:"kind" enum:"memorandum,funder and lto,partnership and lto"`
	Organisation string `json:"organisation,omitempty" doc:"The LTO’s ID. Leave it out for a memorandum."`
	Text         string `json:"text" maxLength:"30000"`
	ReviewOn     string `json:"review_on,omitempty" format:"date"`
	Why          string `json:"why,omitempty" maxLength:"2000" doc:"Needed where there is a version already."`
}

func agreementVersion(a area.Area, one partnership.Agreement) AgreementVersion {
	v := AgreementVersion{
		ID: string(one.ID), Kind: string(one.Kind), Organisation: string(one.Organisation), Version: one.Version, WrittenAt: api.Instant(one.WrittenAt), ReviewOn: one.ReviewOn.String(),
		Signatures: []SignatureSeen{}, WaitsFor: []string{}, area: a,
	}
	for _, x := range one.Signatures {
		v.Signatures = append(v.Signatures, SignatureSeen{string(x.Side), string(x.Role), x.On.String()})
	}
	for _, s := range one.Next() {
		v.WaitsFor = append(v.WaitsFor, string(s))
	}
	return v
}

func (o agreementOperations) agreements(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AgreementArea
	api.Paging
},
) (list api.List[AgreementVersion], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := partnership.Agreements(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []AgreementVersion{}
	for _, one := range all {
		shown = append(shown, agreementVersion(a, one))
	}
	return api.PageOver(in.Paging, shown, func(v AgreementVersion) string { return v.ID }, false)
}

func (o agreementOperations) agreement(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AgreementArea
	Agreement string `path:"agreement" doc:"The version’s ID."`
},
) (AgreementText, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return AgreementText{}, err
	}
	one, err := partnership.AgreementOf(ctx, tx, a.ID, partnership.AgreementID(in.Agreement))
	if err != nil {
		return AgreementText{}, err
	}
	if !one.MaySee(by, a) {
		return AgreementText{}, fault.NotFound
	}
	return AgreementText{agreementVersion(a, one), one.Text, one.Why}, nil
}

func (o agreementOperations) write(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AgreementArea
	api.Key
	Body NewAgreementText
},
) (AgreementText, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return AgreementText{}, err
	}
	var review date.Date
	if in.Body.ReviewOn != "" {
		review = api.Day(in.Body.ReviewOn)
	}
	one, err := o.partnerships.WriteAgreementIn(ctx, tx, by, a, partnership.NewAgreement{
		Kind: partnership.AgreementKind(in.Body.Kind), Organisation: organisation.ID(in.Body.Organisation), Text: in.Body.Text, ReviewOn: review, Why: in.Body.Why,
	})
	return AgreementText{agreementVersion(a, one), one.Text, one.Why}, err
}

// LegalForm is what a partnership is in law, from a day on.
type LegalForm struct {
	Form   string `json:"form" enum:"group,association,cio,company,cic,society,other"`
	Name   string `json:"name" doc:"Under which it is registered."`
	Number string `json:"number" doc:"Its number there."`
	From   string `json:"from" format:"date"`
	Why    string `json:"why"`
	number string
}

// NewLegalForm is a legal form that is to be recorded.
type NewLegalForm struct {
	Form   string `json:"form" enum:"group,association,cio,company,cic,society,other"`
	Name   string `json:"name,omitempty" maxLength:"200"`
	Number string `json:"number,omitempty" maxLength:"200"`
	From   string `json:"from" format:"date" doc:"Today or earlier."`
	Why    string `json:"why,omitempty" maxLength:"2000" doc:"Anyone can read it."`
}

func legalFormOf(l partnership.LegalRecord) LegalForm {
	return LegalForm{string(l.Form), l.Name, l.Register, l.From.String(), l.Why, fmt.Sprintf("%019d", l.Number)}
}

func (o agreementOperations) legalForms(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AgreementArea
	api.Paging
},
) (list api.List[LegalForm], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := partnership.LegalRecords(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []LegalForm{}
	for _, l := range all {
		shown = append(shown, legalFormOf(l))
	}
	return api.PageOver(in.Paging, shown, func(l LegalForm) string { return l.number }, true)
}

func (o agreementOperations) setLegalForm(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AgreementArea
	api.Key
	Body NewLegalForm
},
) (LegalForm, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return LegalForm{}, err
	}
	l, err := o.partnerships.SetLegalFormIn(ctx, tx, by, a, partnership.NewLegalRecord{
		LegalForm: partnership.LegalForm(in.Body.Form), Name: in.Body.Name, Register: in.Body.Number, From: api.Day(in.Body.From), Why: in.Body.Why,
	})
	return legalFormOf(l), err
}

package fundingweb

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/web"
)

// mostEvidenceBody is the most that a program sends with a file: the largest that
// is kept, as text.
const mostEvidenceBody = document.MostSize/3*4 + 64<<10

// evidence registers the files that show what was spent.
func (o operations) evidence() {
	seen := pages{funding: o.funding}.seesDesk
	const room = "/api/v1/areas/{area}/spending/{spend}/evidence"
	api.Read(o.api, web.Hidden(access.SeeMoneyDesk, ""), api.Operation{
		Seen: seen, Route: "GET " + room, ID: "listEvidence", Tag: spendingTag, Summary: "List the files that show what was spent",
	}, o.evidenceList)
	api.Read(o.api, web.Hidden(access.SeeMoneyDesk, ""), api.Operation{
		Seen: seen, Route: "GET " + room + "/{file}", ID: "getEvidence", Tag: spendingTag, Summary: "Read a file that shows what was spent", Description: "With its content, as base64.",
	}, o.evidenceFile)
	api.Write(o.api, web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), api.Operation{
		Seen: seen, Route: "POST " + room, ID: "addEvidence", Tag: spendingTag, Summary: "Add a file that shows what was spent", Creates: true, MostBody: mostEvidenceBody,
		Description: "While the spend is not certified. A photograph, a PDF, a spreadsheet or text, of up to 10 MB. Where a photograph was taken is not kept.",
		Locate:      func(string) string { return "body.content" },
		Example:     NewEvidenceFile{Name: "receipt.txt", Content: []byte("Timber, 312.40")},
	}, o.addEvidence)
}

// EvidenceFile is a file that shows what was spent.
type EvidenceFile struct {
	ID      string `json:"id" doc:"An ID."`
	Name    string `json:"name"`
	Type    string `json:"type" example:"application/pdf"`
	Size    int64  `json:"size" doc:"In bytes."`
	AddedAt string `json:"added_at" format:"date-time"`
	Used    bool   `json:"used_already,omitempty" doc:"The same file is evidence of other spending too."`
	Content []byte `json:"content,omitempty" doc:"In base64, where one file is read."`
	area    area.Area
	spend   string
}

// Location is the file's address.
func (f EvidenceFile) Location() string {
	return "/api/v1/areas/" + f.area.Slug + "/spending/" + f.spend + "/evidence/" + f.ID
}

func evidenceFileOf(a area.Area, sid funding.SpendID, f funding.EvidenceFile) EvidenceFile {
	return EvidenceFile{
		ID: string(f.ID), Name: f.Name, Type: string(f.Type), Size: f.Size, AddedAt: api.Instant(f.At), Used: f.UsedAlready, area: a, spend: string(sid),
	}
}

// files are those of a spend, for who may see them.
func (p SpendPath) files(ctx context.Context, tx *db.Tx, by access.Actor) (a area.Area, sid funding.SpendID, files []funding.EvidenceFile, err error) {
	if a, err = p.area(ctx, tx); err != nil {
		return a, sid, nil, err
	}
	sid = funding.SpendID(p.Spend)
	s, err := funding.SpendOf(ctx, tx, a.ID, sid)
	if err == nil && !s.MaySeeEvidence(by, a) {
		err = fault.NotFound
	}
	if err != nil {
		return a, sid, nil, err
	}
	e, err := funding.EvidenceOf(ctx, tx, by, a, s)
	return a, sid, e.Files, err
}

func (o operations) evidenceList(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Paging
},
) (list api.List[EvidenceFile], err error) {
	a, sid, files, err := in.files(ctx, tx, by)
	if err != nil {
		return list, err
	}
	shown := []EvidenceFile{}
	for _, f := range files {
		shown = append(shown, evidenceFileOf(a, sid, f))
	}
	return api.PageOver(in.Paging, shown, func(f EvidenceFile) string { return f.ID }, false)
}

func (o operations) evidenceFile(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	File string `path:"file" doc:"The file’s ID."`
},
) (EvidenceFile, error) {
	a, sid, files, err := in.files(ctx, tx, by)
	if err != nil {
		return EvidenceFile{}, err
	}
	for _, f := range files {
		if string(f.ID) != in.File {
			continue
		}
		shown := evidenceFileOf(a, sid, f)
		shown.Content, err = document.ContentIn(ctx, tx, f.Filing)
		return shown, err
	}
	return EvidenceFile{}, fault.NotFound
}

// NewEvidenceFile is a file that is added.
type NewEvidenceFile struct {
	Name    string `json:"name" maxLength:"200"`
	Content []byte `json:"content" doc:"In base64."`

	examined funding.NewEvidence
}

// Resolve looks at the file, which takes time, before any transaction.
func (n *NewEvidenceFile) Resolve(huma.Context, *huma.PathBuffer) []error {
	n.examined = funding.ExamineEvidence([]document.Sent{{Name: n.Name, Content: n.Content}})
	return nil
}

func (o operations) addEvidence(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Key
	Body NewEvidenceFile
},
) (EvidenceFile, error) {
	a, sid, before, err := in.files(ctx, tx, by)
	if err != nil {
		return EvidenceFile{}, err
	}
	if err := o.funding.AddEvidenceIn(ctx, tx, by, a, sid, "", in.Body.examined); err != nil {
		return EvidenceFile{}, err
	}
	_, _, files, err := in.files(ctx, tx, by)
	if err != nil {
		return EvidenceFile{}, err
	}
	was := map[document.FilingID]bool{}
	for _, f := range before {
		was[f.ID] = true
	}
	for _, f := range files {
		if !was[f.ID] {
			return evidenceFileOf(a, sid, f), nil
		}
	}
	return EvidenceFile{}, fault.New(fault.Conflict, "This file is there already.")
}

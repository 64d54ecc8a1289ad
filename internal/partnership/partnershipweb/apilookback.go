package partnershipweb

import (
	"context"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// lookingBack registers a partnership's reviews of itself.
func (o memberOperations) lookingBack(a *api.API) {
	const tag, all = "Partnership", "/api/v1/areas/{area}/reviews"
	sees, keeps := web.Hidden(access.SeePapers, ""), web.Hidden(access.SeePapers, access.RunMeetings)
	said := NewLookBack{On: "2026-10-14", TookPart: "Nine of us, and four neighbours", Well: "More people come", Keeps: "Meeting on Tuesdays: it suits everyone"}
	api.Read(a, sees, api.Operation{
		Route: "GET " + all, ID: "listReviews", Tag: tag, Summary: "List how a partnership looked back at itself", Seen: o.seenPapers, Description: "Without answers to prompts. The last first.",
	}, o.lookBacks)
	api.Read(a, sees, api.Operation{
		Route: "GET " + all + "/{review}", ID: "getReview", Tag: tag, Summary: "Read a review of a partnership", Seen: o.seenPapers,
	}, o.lookBack)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + all, ID: "beginReview", Tag: tag, Summary: "Begin a review of a partnership", Creates: true, Seen: o.seenPapers, Locate: func(field string) string { return "body." + field }, Example: said,
		Description: "It is a draft, kept as often as people like, until it is finished.",
	}, o.beginLookBack)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + all + "/{review}", ID: "keepReview", Tag: tag, Summary: "Keep a review again, or finish it", Seen: o.seenLookBack, Locate: func(field string) string { return "body." + field },
		Description: "All of it. times is that of the review as you read it: where somebody else kept it since, nothing is written over.", Example: KeptLookBack{NewLookBack: said, Times: 1, Finish: true},
	}, o.keepLookBack)
}

// LookBack is a partnership's review of itself.
type LookBack struct {
	ID       string            `json:"id"`
	On       string            `json:"on" format:"date" doc:"The day on which people looked back together."`
	Finished bool              `json:"finished" doc:"It stays as it is."`
	Times    int64             `json:"times" doc:"How often it was kept."`
	TookPart string            `json:"took_part,omitempty"`
	Well     string            `json:"well,omitempty"`
	Hard     string            `json:"hard,omitempty"`
	Changes  string            `json:"changes,omitempty" doc:"What they change."`
	Keeps    string            `json:"keeps,omitempty" doc:"What they keep on purpose, and why."`
	Answers  map[string]string `json:"answers,omitempty" doc:"To prompts, by their codes: where one review is read."`
	area     area.Area
}

// Location is the review's address.
func (l LookBack) Location() string { return "/api/v1/areas/" + l.area.Slug + "/reviews/" + l.ID }

func lookBackShown(a area.Area, l partnership.LookBack) LookBack {
	return LookBack{string(l.ID), l.On.String(), l.Finished(), l.Number, l.TookPart, l.Well, l.Hard, l.Changes, l.Keeps, l.Answers, a}
}

// papers is the area that an address names, for who reads its papers.
func (p JoinPath) papers(ctx context.Context, tx *db.Tx, by access.Actor) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return a, err
	}
	return a, by.MustSee(access.SeePapers, a.Place())
}

func (o memberOperations) lookBacks(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Paging
},
) (list api.List[LookBack], err error) {
	a, err := in.papers(ctx, tx, by)
	if err != nil {
		return list, err
	}
	all, err := partnership.LookBacks(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []LookBack{}
	for _, l := range all {
		shown = append(shown, lookBackShown(a, l))
	}
	slices.SortStableFunc(shown, func(a, b LookBack) int {
		if a.On+a.ID > b.On+b.ID {
			return -1
		}
		return 1
	})
	return api.PageOver(in.Paging, shown, func(l LookBack) string { return l.On + l.ID }, true)
}

// LookBackPath is the review that an address names.
type LookBackPath struct {
	JoinPath
	Review string `path:"review" doc:"The ID of the review."`
}

func (o memberOperations) lookBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ LookBackPath }) (LookBack, error) {
	a, err := in.papers(ctx, tx, by)
	if err != nil {
		return LookBack{}, err
	}
	l, err := partnership.LookBackOf(ctx, tx, a.ID, partnership.LookBackID(in.Review))
	return lookBackShown(a, l), err
}

// NewLookBack is what people said.
type NewLookBack struct {
	On       string            `json:"on" format:"date"`
	TookPart string            `json:"took_part,omitempty" doc:"Needed to finish it."`
	Well     string            `json:"well,omitempty"`
	Hard     string            `json:"hard,omitempty"`
	Changes  string            `json:"changes,omitempty" doc:"What you change; or below what you keep."`
	Keeps    string            `json:"keeps,omitempty" doc:"What you keep on purpose, and why. To change nothing is an answer."`
	Answers  map[string]string `json:"answers,omitempty" doc:"To prompts, by their codes."`
}

func (n NewLookBack) said() partnership.Said {
	return partnership.Said{On: api.Day(n.On), TookPart: n.TookPart, Well: n.Well, Hard: n.Hard, Changes: n.Changes, Keeps: n.Keeps, Answers: n.Answers}
}

// KeptLookBack is a review that is kept again.
type KeptLookBack struct {
	NewLookBack
	Times  int64 `json:"times" doc:"How often it had been kept when you read it."`
	Finish bool  `json:"finish,omitempty" doc:"From then on it stays as it is."`
}

func (o memberOperations) beginLookBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Key
	Body NewLookBack
},
) (LookBack, error) {
	return o.keepsLookBack(ctx, tx, by, in.JoinPath, partnership.NewLookBack{Said: in.Body.said()})
}

func (o memberOperations) keepLookBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LookBackPath
	api.Key
	Body KeptLookBack
},
) (LookBack, error) {
	return o.keepsLookBack(ctx, tx, by, in.JoinPath, partnership.NewLookBack{
		Review: partnership.LookBackID(in.Review), Before: in.Body.Times, Finish: in.Body.Finish, Said: in.Body.said(),
	})
}

func (o memberOperations) keepsLookBack(ctx context.Context, tx *db.Tx, by access.Actor, in JoinPath, n partnership.NewLookBack) (LookBack, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return LookBack{}, err
	}
	l, err := o.partnerships.KeepLookBackIn(ctx, tx, by, a, n)
	return lookBackShown(a, l), err
}

// seenPapers and seenLookBack say whether reviews, or one, are there for who asks.
func (o memberOperations) seenPapers(r *http.Request, by access.Actor) error {
	return pages{partnerships: o.partnerships}.papersSeen(r, by)
}

func (o memberOperations) seenLookBack(r *http.Request, by access.Actor) error {
	return pages{partnerships: o.partnerships}.lookBackSeen(r, by)
}

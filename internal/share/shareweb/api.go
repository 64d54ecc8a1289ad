package shareweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/share"
	"commontable/internal/web"
)

type operations struct{ pages }

// Operations registers what programs can read and do with links for people outside.
// None makes one: what it would be answered is kept for a while, and the address of a
// link is not kept anywhere.
func Operations(a *api.API, shares *share.Shares, kinds map[share.Kind]Kind) {
	o := operations{pages{shares: shares, kinds: kinds}}
	const tag, room = "Links for people outside", "/api/v1/areas/{area}/shares"
	api.Read(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "GET " + room, ID: "listShares", Tag: tag, Summary: "List links for people outside", Description: "In the order of their IDs, with those that open no more. The addresses are not kept.",
	}, o.read)
	api.Write(a, web.Hidden(access.SeePapers, access.ShareOutside), api.Operation{
		Route: "POST " + room + "/{share}/end", ID: "endShare", Tag: tag, Summary: "Take a link back", Description: "It opens nothing any more, at once.", Example: TakingBack{Sure: true},
		Locate: func(field string) string { return "body." + field },
		Seen:   o.seen,
	}, o.takeBack)
}

// Share is a link by which somebody outside sees what was chosen for them.
type Share struct {
	ID       string   `json:"id" doc:"An ID. It opens nothing."`
	Kind     string   `json:"kind" example:"project"`
	About    string   `json:"about" doc:"What it is to." example:"The Hub"`
	Address  string   `json:"address" doc:"The page of what it is to, for those who keep it." example:"/areas/tanners-reach/projects/0153d1da0680700093f5739f8cfe0580"`
	ForWhom  string   `json:"for_whom"`
	Contents []string `json:"contents" nullable:"false" doc:"What was chosen of it."`
	Until    string   `json:"until" format:"date" doc:"The last day on which it works."`
	Standing string   `json:"standing" doc:"works; was taken back; is over; or ended with the hat of who made it." example:"works"`
	MadeAt   string   `json:"made_at" format:"date-time"`
	Opened   int64    `json:"opened" doc:"How often it was opened."`
	LastOn   string   `json:"last_on,omitempty" format:"date" doc:"The last day on which it was."`
}

func (o operations) shareOf(ctx context.Context, tx *db.Tx, l share.Link) (Share, error) {
	about, err := o.kinds[l.Kind].About(ctx, tx, l)
	if err != nil {
		return Share{}, err
	}
	standing, err := o.shares.StandingOf(ctx, tx, l)
	return Share{
		string(l.ID), string(l.Kind), about.Text, about.Href, l.ForWhom, append([]string{}, l.Contents...), l.Until.String(), string(standing), api.Instant(l.MadeAt), l.Times, l.LastOn.String(),
	}, err
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

func (p AreaPath) inside(ctx context.Context, tx *db.Tx, by access.Actor) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return a, err
	}
	return a, by.MustSee(access.SeePapers, a.Place())
}

func (o operations) read(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Share], err error) {
	a, err := in.inside(ctx, tx, by)
	if err != nil {
		return list, err
	}
	links, err := share.LinksOf(ctx, tx, string(a.ID), "", "")
	if err != nil {
		return list, err
	}
	shown := []Share{}
	for _, l := range links {
		known, err := o.mayKnow(ctx, tx, by, a, l)
		if err != nil {
			return list, err
		}
		if !known {
			continue
		}
		one, err := o.shareOf(ctx, tx, l)
		if err != nil {
			return list, err
		}
		shown = append(shown, one)
	}
	slices.SortFunc(shown, func(a, b Share) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(s Share) string { return s.ID }, false)
}

// TakingBack says that it is meant.
type TakingBack struct {
	Sure bool `json:"sure" doc:"True."`
}

func (o operations) takeBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Share string `path:"share" doc:"Its ID."`
	api.Key
	Body TakingBack
},
) (Share, error) {
	a, err := in.inside(ctx, tx, by)
	if err != nil {
		return Share{}, err
	}
	l, err := share.LinkByID(ctx, tx, string(a.ID), share.LinkID(in.Share))
	if err != nil {
		return Share{}, err
	}
	if known, err := o.mayKnow(ctx, tx, by, a, l); err != nil || !known {
		return Share{}, orNotFound(err)
	}
	if err := by.Must(access.ShareOutside, a.Place()); err != nil {
		return Share{}, err
	}
	if !in.Body.Sure {
		return Share{}, fault.Invalid{{Field: "sure", Words: "Say that you are sure: whoever has the link finds nothing at it any more"}}
	}
	if err := o.shares.EndIn(ctx, tx, by, a.Place(), l.ID); err != nil {
		return Share{}, err
	}
	if l, err = share.LinkByID(ctx, tx, string(a.ID), l.ID); err != nil {
		return Share{}, err
	}
	return o.shareOf(ctx, tx, l)
}

func orNotFound(err error) error {
	if err == nil {
		return fault.NotFound
	}
	return err
}

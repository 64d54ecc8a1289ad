package openweb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/web"
)

// decided is what an area decided last.
type decided struct {
	made   []web.Item
	asking web.Link // those under way, for who may read of them
	href   string
	put    web.Link // where something is put forward, for who may
}

// mostDecided is how many decisions an area's own page shows.
const mostDecided = 3

func decidedIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) (decided, error) {
	d := decided{href: areaHref(a) + "/decisions"}
	lately, err := decision.Lately(ctx, tx, a.ID, mostDecided)
	if err != nil {
		return d, err
	}
	for _, m := range lately {
		d.made = append(d.made, web.Item{
			Text: m.Title, Href: d.href + "/" + strconv.FormatInt(m.Number, 10), Detail: sayDecided(m), Status: decidedTag(m.Outcome),
		})
	}
	if by.May(access.PutForward, a.Place()) {
		d.put = web.Link{Text: "Put something forward", Href: d.href + "/new"}
	}
	if !by.May(access.SeePapers, a.Place()) {
		return d, nil
	}
	under, err := decision.UnderWay(ctx, tx, a.ID)
	if n := len(under); n > 0 {
		d.asking = web.Link{Text: numbered(n) + agrees(n, " proposal is", " proposals are") + " being decided now", Href: d.href}
		if n == 1 {
			d.asking.Href += "/" + strconv.FormatInt(under[0].Number, 10)
		}
	}
	return d, err
}

func decidedTag(o decision.Outcome) templ.Component {
	switch o {
	case decision.IsAgreed:
		return web.Tag(web.Good, "Agreed")
	case decision.HasNoQuorum:
		return web.Tag(web.Quiet, "Too few residents")
	case decision.IsNotAgreed, decision.IsWithdrawn:
	}
	return web.Tag(web.Quiet, "Not agreed")
}

// sayDecided says how much it was about, when and how it was decided, and by which
// numbers. What those said who did not agree is on the decision's own page.
func sayDecided(m decision.Made) string {
	var words []string
	if m.Total.Positive() {
		words = append(words, m.Total.Whole()+".")
	}
	on := m.DecidedOn.Long()
	switch {
	case m.Outcome == decision.HasNoQuorum:
		words = append(words, "Too few residents voted on "+on+", so nothing was decided.")
	case m.Way == decision.ByVote:
		words = append(words, fmt.Sprintf("By a vote on %s: %d for, %d against%s.", on, m.Yes, m.No, aside(m.Aside)))
	case m.Outcome == decision.IsAgreed:
		words = append(words, sayAgreed(on, m.Yes, m.Aside))
	default:
		words = append(words, "Not everyone could live with it, and on "+on+" we left it.")
	}
	if m.ReplacedBy != 0 {
		words = append(words, "Decision "+strconv.FormatInt(m.ReplacedBy, 10)+" took its place.")
	}
	return strings.Join(words, " ")
}

func sayAgreed(on string, yes, stood int) string {
	if yes == 0 {
		return "We agreed on " + on + "."
	}
	return fmt.Sprintf("We agreed on %s: %d support it%s.", on, yes, aside(stood))
}

func aside(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d stood aside", n)
}
